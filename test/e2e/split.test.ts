/** Each part a process of its own, two that store, over a real Redis and a real PostgreSQL; any of them dies. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Home, until } from '../program.ts'
import { hasPostgres, startPostgres } from '../services/postgres.ts'
import { hasRedis, startRedis } from '../services/redis.ts'
import type { Server } from '../services/server.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'
import { type GeneratedEvent, generateEvents } from '../simulators/eventstreams/generate.ts'

const isThere = hasRedis() && hasPostgres()
const WHY_NOT = isThere ? '' : ' (left out: redis-server or postgresql is not there)'
/** What a store had in hand when it was killed another one takes over after 15 s. */
const TAKE_OVER_MS = 60_000

describe.skipIf(!isThere)(`over Redis and PostgreSQL${WHY_NOT}`, () => {
  let servers: { readonly redis: Server; readonly postgres: Server }
  let stream: EventStreamsSimulator
  let home: Home
  beforeEach(async () => {
    const [redis, postgres, simulator] = await Promise.all([
      startRedis(),
      startPostgres(),
      startEventStreams(),
    ])
    servers = { redis, postgres }
    stream = simulator
    home = new Home({
      EVENTSTREAM_URL: stream.streamUrl(),
      BUS_URL: redis.url,
      STORE_URL: postgres.url,
    })
  })
  afterEach(async () => {
    await home.remove()
    await Promise.all([stream.close(), servers.redis.remove(), servers.postgres.remove()])
  })

  const start = (role: string) => home.start(['--roles', role])
  const issued: GeneratedEvent[] = []
  async function happen(count: number): Promise<void> {
    const events = [...generateEvents({ seed: issued.length + 1, count, from: Date.now() })]
    issued.push(...events)
    await stream.publish(events)
  }
  /** How many `verify` finds, and that each count is what a recount gives. */
  async function verified(): Promise<number | null> {
    const { code, stdout } = await home.run(['verify', '--json'])
    return code === 0 ? (JSON.parse(stdout) as { changes: number }).changes : null
  }
  const allStored = () =>
    until('all is stored, once', async () => (await verified()) === issued.length, TAKE_OVER_MS)

  test('nothing is lost or counted twice, whoever dies', async () => {
    let [ingest, one, other] = [start('ingest'), start('store'), start('store')]
    const web = start('web')
    await stream.waitForConnection(1)
    await happen(4000)
    await one.kill()
    await happen(4000)
    await ingest.kill()
    await happen(4000)
    ingest = start('ingest')
    one = start('store')
    await servers.redis.stop('SIGKILL')
    await happen(2000)
    await servers.redis.start()
    // A process that starts while there is no database ends: whoever looks after it starts it again.
    await Promise.all([ingest.web(), one.web()])
    await other.kill()
    await servers.postgres.stop('SIGKILL')
    await happen(2000)
    await servers.postgres.start()
    other = start('store')
    await allStored()
    // Nobody else has noticed, and all of them still work.
    const status = await (await fetch(new URL('/api/status', await web.web()))).json()
    expect(status).toMatchObject({ store: { changes: issued.length } })
    await happen(1000)
    await allStored()
    expect(await Promise.all([ingest, one, other, web].map((program) => program.stop()))).toEqual([
      0, 0, 0, 0,
    ])
  }, 180_000)
})
