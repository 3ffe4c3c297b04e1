/**
 * `npm run services [-- [--only=NAME,…] COMMAND ARGS…]`: starts the servers that tests need, each on a free port of loopback with its
 * data in a temporary folder; says where they are in TEST_…_URL, to COMMAND or on standard output. They run until
 * COMMAND ends, whose exit status is passed on; or until SIGINT or SIGTERM. Nothing is left behind.
 *
 * With `--only` the others are left alone, and the tests that need them left out.
 *
 * Where such a variable is set already, that server is used. Status 1 where one cannot be started.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { hasFerret, startFerret } from './ferretdb.ts'
import { hasPostgres, startPostgres } from './postgres.ts'
import { hasRedis, startRedis } from './redis.ts'

const SERVICES = [
  {
    name: 'redis',
    variable: 'TEST_REDIS_URL',
    isThere: hasRedis,
    start: startRedis,
    install: 'redis-server',
  },
  {
    name: 'postgres',
    variable: 'TEST_POSTGRES_URL',
    isThere: hasPostgres,
    start: startPostgres,
    install: 'postgresql',
  },
  {
    name: 'mongodb',
    variable: 'TEST_MONGODB_URL',
    isThere: hasFerret,
    start: startFerret,
    install: 'golang',
  },
] as const

const stopped = Promise.withResolvers<NodeJS.Signals>()
let command: ChildProcess | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    command?.kill(signal)
    stopped.resolve(signal)
  })
}

const [first = '', ...rest] = process.argv.slice(2)
const only = /^--only=(.*)$/.exec(first)?.[1]?.split(',')
const unknown = only?.find((name) => SERVICES.every((service) => service.name !== name))
if (unknown !== undefined) {
  process.stderr.write(`--only takes some of ${SERVICES.map(({ name }) => name).join(',')}; not ${unknown}\n`)
  process.exit(2)
}
const chosen = SERVICES.filter(({ name }) => only?.includes(name) ?? true)
const wanted = chosen.filter(({ variable }) => !process.env[variable])
const missing = wanted.filter(({ isThere }) => !isThere())
for (const { variable, install } of missing) {
  process.stderr.write(
    `${variable} is not set: set it, or apt-get install --no-install-recommends ${install}\n`,
  )
}
process.exitCode =
  missing.length > 0 ? 1 : await withServices(only === undefined ? [first, ...rest].filter(Boolean) : rest)

async function withServices([program, ...args]: readonly string[]): Promise<number> {
  const starting = wanted.map(async ({ variable, start }) => ({ variable, server: await start() }))
  const started = await Promise.allSettled(starting)
  const running = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  try {
    const failed = started.filter((each) => each.status === 'rejected')
    for (const { reason } of failed) process.stderr.write(`${(reason as Error).message}\n`)
    if (failed.length > 0) return 1
    const own = Object.fromEntries(running.map(({ variable, server }) => [variable, server.url]))
    const env: NodeJS.ProcessEnv = { ...process.env, ...own }
    if (program !== undefined) return await statusOf(program, args, env)
    for (const { variable } of chosen) process.stdout.write(`${variable}=${env[variable]}\n`)
    // What waits for a signal is no reason for a process to live.
    const alive = setInterval(() => {}, 2 ** 30)
    await stopped.promise
    clearInterval(alive)
    return 0
  } finally {
    await Promise.all(running.map(({ server }) => server.remove()))
  }
}

/** Runs it to its end. */
async function statusOf(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const isStopped = await Promise.race([stopped.promise.then(() => true), Promise.resolve(false)])
  if (isStopped) return 1
  command = spawn(program, args, { stdio: 'inherit', env })
  try {
    const [code, signal] = (await once(command, 'close')) as [number | null, NodeJS.Signals | null]
    return code ?? 128 + constants.signals[signal as NodeJS.Signals]
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    return 127
  }
}
