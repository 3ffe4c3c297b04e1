/** Reading and storing as processes of their own, over a real Redis. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { anEvent } from '../events.ts'
import { figuresIn } from '../exposition.ts'
import { Home, type Program, until } from '../program.ts'
import { hasRedis, startRedis } from '../services/redis.ts'
import type { Server } from '../services/server.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'

/** What a store had in hand when it was killed another one takes over after 15 s. */
const TAKE_OVER_MS = 45_000

describe.skipIf(!hasRedis())(`over Redis${hasRedis() ? '' : ' (left out: there is no redis-server)'}`, () => {
  let redis: Server
  let stream: EventStreamsSimulator
  let home: Home
  beforeEach(async () => {
    ;[redis, stream] = await Promise.all([startRedis(), startEventStreams()])
    home = new Home({ EVENTSTREAM_URL: stream.streamUrl(), BUS_URL: redis.url })
  })
  afterEach(async () => {
    await home.remove()
    await Promise.all([stream.close(), redis.remove()])
  })

  const startIngest = () => home.start(['--roles', 'ingest'])
  const startStore = () => home.start(['--roles', 'store'])
  let happened = 0
  /** So many more changes happen. */
  async function happen(count: number): Promise<void> {
    happened += count
    await stream.publish(Array.from({ length: count }, () => anEvent({ at: Date.now(), title: 'A page' })))
  }
  beforeEach(() => {
    happened = 0
  })
  const allStored = () => until('all is stored', () => home.stored() === happened, TAKE_OVER_MS)
  const metricsOf = async (program: Program) =>
    figuresIn(await (await fetch(new URL('/metrics', await program.web()))).text())
  const waiting = async (program: Program) => (await metricsOf(program))['queue_events{place="bus"}'] ?? -1

  /** What doctor finds, without the address. */
  async function doctorOfBus(): Promise<string> {
    const { stdout } = await home.run(['doctor', '--json'])
    const { findings } = JSON.parse(stdout) as {
      findings: { check: string; state: string; detail: string }[]
    }
    const of = findings.find(({ check }) => check === 'bus')
    return `${of?.state} ${of?.detail}`.replace(`${redis.url} (changes)`, '…')
  }

  test('nothing is lost or stored twice when either of them, or Redis, dies or stops', async () => {
    let [ingest, store] = [startIngest(), startStore()]
    await stream.waitForConnection(1)
    await happen(3000)
    await store.kill()
    await happen(3000)
    await until('all that was not stored waits', async () => (await waiting(ingest)) + home.stored() >= 6000)
    store = startStore()
    await happen(1000)
    await allStored()

    await ingest.kill()
    await happen(1000)
    ingest = startIngest()
    await allStored()

    await redis.stop('SIGKILL')
    await happen(1000)
    await ingest.logged('trying again until the bus takes it')
    await store.logged('trying again until the bus delivers')
    await redis.start()
    await allStored()

    // Each alone, in good order: the store first, so that something waits.
    expect(await store.stop()).toBe(0)
    await happen(1000)
    await until('it waits', async () => (await waiting(ingest)) === 1000)
    expect(await ingest.stop()).toBe(0)
    expect(await doctorOfBus()).toBe('ok … answers: 1,000 changes wait to be stored')
    startStore()
    await allStored()
    const ids = home.storedIds()
    expect(new Set(ids).size).toBe(ids.length)
    const verified = await home.run(['verify', '--json'])
    expect(verified.code).toBe(0)
  }, 120_000)

  test('what Redis loses is noticed, and read again from where it is stored', async () => {
    const ingest = startIngest()
    const store = startStore()
    await stream.waitForConnection(1)
    await happen(500)
    await allStored()
    await store.kill()
    await happen(2000)
    await until('it waits', async () => (await waiting(ingest)) >= 2000)
    // Its data are gone with it, as without a log or after a restore.
    await redis.forget()
    await happen(10)
    await ingest.logged('what is lost is read again, from what is stored on')
    startStore()
    await allStored()
    expect((await home.run(['verify', '--json'])).code).toBe(0)
  }, 120_000)

  test('with Redis away at the start, it waits for it; with a wrong password it ends, and does not say it', async () => {
    await redis.stop()
    const [ingest, store] = [startIngest(), startStore()]
    await ingest.logged('trying again until it is known from where to read')
    expect(await doctorOfBus()).toMatch(/^fail …: .*ECONNREFUSED/)
    await store.logged('trying again until the bus delivers')
    expect((await metricsOf(store)).changes_stored_total).toBe(0)
    await redis.start()
    await stream.waitForConnection(1)
    await happen(10)
    await allStored()

    const word = 'not-the-password'
    const wrong = redis.url.replace('//', `//me:${word}@`)
    const refused = home.start(['--roles', 'store'], { BUS_URL: wrong })
    expect(await refused.ended()).toBe(1)
    expect(refused.log).toContain('WRONGPASS')
    expect(refused.log).not.toContain(word)
  }, 120_000)
})
