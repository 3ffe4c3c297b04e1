/**
 * What those who ask over HTTP cost: `api.ts FOLLOWERS EVENTS`. How late changes are at 50 a second with so many
 * following them, what memory each of those takes (`kBPerFollower`; `kBPerFurtherFollower` for as many again, when the
 * heap need no longer grow), and how fast so many events are taken in while they follow and ask, against nobody doing so.
 *
 * `ingestLost` is by the clock, with all in it: the clients work on the same cores, at the lowest priority.
 * `ingestLostByCpu` is of the program alone: how much more of the processor it takes for the same events. Where its
 * threads compete for the cores, its rate falls by that, also on a machine that others use besides.
 */
import { once } from 'node:events'
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { median, startChild, usageOf } from './children.ts'
import { writeFrames } from './frames.ts'

const [followers = 2000, events = 500_000] = process.argv.slice(2).map(Number)
const PER_SECOND = 50
/** Questions a second besides: all that is answered in some milliseconds, and searches. */
const QUERIES_PER_SECOND = 20
const MEASURED_MS = 20_000
const SAMPLED_MS = 250
/** What takes longer than this will not come. */
const DEADLINE_MS = 60_000
const FLAGS = ['--expose-gc', '--max-semi-space-size=8', '--v8-pool-size=1']
const script = (name: string) => join(import.meta.dirname, name)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const folder = mkdtempSync(join(tmpdir(), 'wcs-api-'))
try {
  const following = await follow()
  const frames = join(folder, 'frames.sse')
  await writeFrames(frames, events, Date.now() - events * 25)
  // In this order what the machine does besides, and more or less of, falls on both alike.
  const runs: ({ readonly count: number } & Awaited<ReturnType<typeof ingest>>)[] = []
  for (const count of [0, followers, followers, 0]) runs.push({ count, ...(await ingest(frames, count)) })
  const [alone, loaded] = [runs.filter(({ count }) => count === 0), runs.filter(({ count }) => count > 0)]
  const sum = (list: typeof runs, name: Exclude<keyof (typeof runs)[number], 'count'>) =>
    list.reduce((total, run) => total + run[name], 0)
  const rate = (list: typeof runs) => (events * list.length) / sum(list, 'seconds')
  const result = {
    ...following,
    ingestPerSecond: rate(alone),
    ingestPerSecondUnderLoad: rate(loaded),
    ingestLost: 1 - rate(loaded) / rate(alone),
    ingestLostByCpu: 1 - sum(alone, 'cpuSeconds') / sum(loaded, 'cpuSeconds'),
    clientsCoreShare: sum(loaded, 'clientsCpuSeconds') / sum(loaded, 'seconds'),
    questionsAnsweredPerSecond: sum(loaded, 'answered') / sum(loaded, 'seconds'),
    questionsRefusedPerSecond: sum(loaded, 'refused') / sum(loaded, 'seconds'),
  }
  process.stdout.write(`done ${JSON.stringify(result)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(0)

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Waits for something to be so. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + DEADLINE_MS; !(await isSo()); await pause(SAMPLED_MS))
    if (performance.now() > deadline) throw new Error(`not within ${DEADLINE_MS} ms: ${what}`)
}

async function startProgram(url: string) {
  const port = await freePort()
  const place = mkdtempSync(join(folder, 'run-'))
  const env = { EVENTSTREAM_URL: url, HTTP_PORT: String(port) }
  const child = startChild([...FLAGS, script('../src/main.js'), 'start'], { cwd: place, env })
  const status = () => fetch(`http://127.0.0.1:${port}/api/status`).catch(() => undefined)
  // With its API loaded, which is not what a client costs.
  await until('the program answers', async () => (await status())?.ok === true)
  return { port, pid: child.process.pid as number, end: child.end, file: join(place, 'data/changes.db') }
}

async function startClients(port: number, count: number, queries: number) {
  const child = startChild([script('api-clients.ts'), String(port), String(count), String(queries)])
  await child.line('connected')
  const seen = async () => {
    const line = child.line('seen')
    child.process.stdin?.write('\n')
    return JSON.parse(await line) as Record<string, number>
  }
  let served = 0
  const all = async () => {
    served = Math.max(served, (await seen()).served ?? 0)
    return served === count
  }
  return {
    pid: child.process.pid as number,
    seen,
    served: () => until('something has come for each of them', all),
    end: child.end,
  }
}

/** How late changes are, and what followers take of memory. */
async function follow() {
  const server = startChild([script('paced-server.ts'), '20000', String(PER_SECOND)])
  const program = await startProgram(`http://127.0.0.1:${await server.line('port')}/`)
  const memory = async () => {
    const samples: number[] = []
    for (const end = performance.now() + MEASURED_MS; performance.now() < end; await pause(SAMPLED_MS))
      samples.push(usageOf(program.pid).residentMb)
    return median(samples)
  }
  const more = async (count: number) => {
    const clients = await startClients(program.port, count, 0)
    await clients.served()
    await clients.seen()
    return clients
  }
  const one = await more(1)
  const ofOne = await memory()
  const clients = await more(followers - 1)
  const cpuBefore = usageOf(program.pid).cpuSeconds
  const ofAll = await memory()
  const cpuSeconds = usageOf(program.pid).cpuSeconds - cpuBefore
  const { p50Ms = Number.NaN, p99Ms = Number.NaN, closed } = await clients.seen()
  const further = await more(followers)
  const ofTwice = await memory()
  for (const each of [one, clients, further]) {
    const seen = await each.seen()
    if (seen.closed !== 0 || closed !== 0) throw new Error('some were dropped')
    await each.end()
  }
  await Promise.all([program.end(), server.end()])
  return {
    p50Ms,
    p99Ms,
    kBPerFollower: ((ofAll - ofOne) * 1024) / (followers - 1),
    kBPerFurtherFollower: ((ofTwice - ofAll) * 1024) / followers,
    coreShare: (cpuSeconds * 1000) / MEASURED_MS,
  }
}

/** How fast the program takes in all events, from the first byte until the last one can be read. */
async function ingest(frames: string, count: number) {
  const connected = Promise.withResolvers<ServerResponse>()
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(':ok\n\n')
    connected.resolve(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const program = await startProgram(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const clients = count === 0 ? null : await startClients(program.port, count, QUERIES_PER_SECOND)
  const response = await connected.promise
  const db = new Database(program.file, { readonly: true })
  const total = db.prepare("SELECT value FROM counters WHERE name = 'rows'").pluck()
  await clients?.seen()
  const cpu = () =>
    [program.pid, ...(clients === null ? [] : [clients.pid])].map((pid) => usageOf(pid).cpuSeconds)
  const before = cpu()
  const began = performance.now()
  createReadStream(frames, { highWaterMark: 1 << 18 }).pipe(response, { end: false })
  while (total.get() !== events) await pause(5)
  const seconds = (performance.now() - began) / 1000
  const [cpuSeconds = 0, clientsCpuSeconds = 0] = cpu().map((now, i) => now - (before[i] ?? 0))
  const { answered = 0, refused = 0, closed = 0 } = (await clients?.seen()) ?? {}
  if (closed > 0) throw new Error(`${closed} were dropped`)
  db.close()
  await clients?.end()
  await program.end()
  server.closeAllConnections()
  server.close()
  return { seconds, cpuSeconds, clientsCpuSeconds, answered, refused }
}
