import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { hasPostgres } from './postgres.ts'
import { hasRedis } from './redis.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))
const isThere = hasRedis() && hasPostgres()
const WHY_NOT = isThere ? '' : ' (left out: redis-server or postgresql is not there)'

/** The servers are there for a shell that runs `script`. */
async function during(script: string, env: NodeJS.ProcessEnv = {}) {
  const { TEST_REDIS_URL: _, TEST_POSTGRES_URL: __, ...rest } = process.env
  // To build FerretDB, where that has not been done yet, takes longer than a test may.
  const named = { TEST_MONGODB_URL: 'mongodb://named' }
  const child = spawn(process.execPath, [MAIN, 'sh', '-c', script], { env: { ...rest, ...named, ...env } })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk
  })
  const [code] = await once(child, 'close')
  return { code, lines: said.trim().split('\n') }
}

const pathsOf = (pids: readonly string[]) => readdirSync('/proc').filter((name) => pids.includes(name))

test.skipIf(!isThere)(
  `a command has the servers while it runs, and its status; then they are gone, with their data${WHY_NOT}`,
  async () => {
    const ours = '"$(readlink /proc/$pid/cwd)"'
    const script = `echo $TEST_REDIS_URL; echo $TEST_POSTGRES_URL
      for pid in $(ls /proc | grep '^[0-9]*$'); do
        case ${ours} in ${tmpdir()}/wcs-redis-*|${tmpdir()}/wcs-postgres-*)
          if [ "$(ps -o ppid= -p $pid | tr -d ' ')" = $PPID ]; then echo $pid ${ours}; fi;; esac
      done; exit 7`
    const { code, lines } = await during(script)
    expect(code).toBe(7)
    const [redis, postgres, ...running] = lines
    expect(redis).toMatch(/^redis:\/\/127\.0\.0\.1:\d+\/0$/)
    expect(postgres).toMatch(/^postgres:\/\/postgres@127\.0\.0\.1:\d+\/postgres$/)
    expect(running).toHaveLength(2)
    expect(pathsOf(running.map((line) => line.split(' ')[0] as string))).toEqual([])
    expect(running.filter((line) => existsSync(line.split(' ')[1] as string))).toEqual([])
  },
)

test('a server that is named already is used as it is', async () => {
  const named = { TEST_REDIS_URL: 'redis://named', TEST_POSTGRES_URL: 'postgres://named' }
  const { code, lines } = await during('echo $TEST_REDIS_URL $TEST_POSTGRES_URL $TEST_MONGODB_URL', named)
  expect([code, lines]).toEqual([0, ['redis://named postgres://named mongodb://named']])
})
