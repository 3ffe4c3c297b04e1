import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { describe } from 'vitest'
import { type BusPlace, busConformance, busRestartConformance } from '../../../conformance/bus.ts'
import { hasRedis, NEEDS_REDIS, REDIS_URL, startRedis } from '../../../test/services/redis.ts'
import { type RedisAddress, redisAddress } from './address.ts'
import { redisBus } from './bus.ts'
import { Connection } from './connection.ts'

const HOLD = fileURLToPath(new URL('../../../test/services/hold-delivery.ts', import.meta.url))
const log = pino({ enabled: false })
/** Shorter than one would have it, so that a test does not wait long. */
const CLAIM_AFTER_MS = 300

/** A stream of its own, and a connection that does to it what others may do. */
function somewhere(server: string, options = '') {
  const address = redisAddress(`${server}?stream=test-${randomUUID()}${options}`) as RedisAddress
  const connection = new Connection(address.url, address.place)
  const ask = (...command: readonly string[]) => connection.ask(command)
  const { stream } = address
  return {
    stream,
    ask,
    open: () => redisBus({ address, log, claimAfterMs: CLAIM_AFTER_MS }),
    async dieHolding() {
      const child = spawn(process.execPath, [HOLD, `${server}?stream=${stream}`], { stdio: 'pipe' })
      await once(child.stdout, 'data')
      child.kill('SIGKILL')
      await once(child, 'close')
    },
    async poison() {
      await ask('XADD', stream, '*', 'no', 'batch')
      await ask('XADD', stream, '*', 'b', 'no bytes of ours')
    },
    async lose() {
      await ask('XTRIM', stream, 'MAXLEN', '0')
    },
    async remove() {
      await ask('DEL', stream, `${stream}:state`, `${stream}:dead`)
      connection.close()
    },
  } satisfies BusPlace & Record<string, unknown>
}

describe.skipIf(REDIS_URL === undefined)(`on a server${NEEDS_REDIS}`, () => {
  const server = REDIS_URL as string
  busConformance('redis', async () => somewhere(server))
})

describe.skipIf(!hasRedis())(
  `on one of its own${hasRedis() ? '' : ' (left out: there is no redis-server)'}`,
  () => {
    busRestartConformance('redis', async () => {
      const server = await startRedis()
      const { open } = somewhere(server.url)
      return {
        open,
        async restart() {
          await server.stop()
          await server.start()
        },
        async crash() {
          await server.stop('SIGKILL')
          await server.start()
        },
        remove: () => server.remove(),
      }
    })
  },
)
