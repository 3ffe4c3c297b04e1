/** Nothing lost and nothing twice over restarts: the traps of resuming, each shown to be real by the simulator's own tests. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Home, until } from '../program.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'
import { type GeneratedEvent, generateEvents } from '../simulators/eventstreams/generate.ts'

let stream: EventStreamsSimulator
let home: Home
beforeEach(async () => {
  stream = await startEventStreams()
  home = new Home({ EVENTSTREAM_URL: stream.streamUrl() })
})
afterEach(async () => {
  await home.remove()
  await stream.close()
})

/** Events of the present with the given distances in ms to its beginning. */
function eventsAt(seed: number, distances: readonly number[], from = Date.now()): GeneratedEvent[] {
  return [...generateEvents({ seed, count: distances.length, from })].map((event, i) => ({
    ...event,
    meta: { ...event.meta, dt: new Date(from + (distances[i] as number)).toISOString() },
  }))
}
const ids = (events: readonly GeneratedEvent[]) => events.map(({ meta }) => meta.id)
const stored = (count: number) => until(`${count} changes are stored`, () => home.stored() === count)

const COUNT = `sum(${['edit', 'new', 'log', 'categorize', 'external'].map((type) => `${type}_people + ${type}_bots`).join(' + ')})`

/** The stored set is the issued set, each once, and the counts are those of the rows. */
function expectExactly(...issued: readonly GeneratedEvent[][]): void {
  expect(home.storedIds().toSorted()).toEqual(issued.flatMap(ids).toSorted())
  const [counts] = home.sql(
    `SELECT (SELECT ${COUNT} FROM rollups WHERE site = 0) AS all_sites, (SELECT ${COUNT} FROM rollups WHERE site > 0) AS sites, (SELECT count(*) FROM changes) AS n`,
  )
  const total = issued.flat().length
  expect(counts).toEqual({ all_sites: total, sites: total, n: total })
}

test('events of one millisecond, backward steps and a switchover during the outage', async () => {
  const first = home.start()
  await stream.waitForConnection(1)
  // The last one is earlier than its neighbour, and shares its millisecond with what comes during the outage.
  const before = eventsAt(1, [0, 0, 1, 3, 5, 5, 4])
  await stream.publish(before)
  await stored(before.length)
  expect(await first.stop()).toBe(0)

  const during = eventsAt(2, [2, 3, 4, 4, 5, 5, 5, 8])
  await stream.publish(during)
  // From here on the other datacentre's topic, which has been silent so far ("offset": -1).
  await stream.switchover('codfw')
  const switched = eventsAt(3, [3, 5, 6, 20])
  await stream.publish(switched)

  home.start()
  await stored(before.length + during.length + switched.length)
  const after = eventsAt(4, [0, 1])
  await stream.publish(after)
  await stored(before.length + during.length + switched.length + after.length)
  expectExactly(before, during, switched, after)

  const [, request] = await stream.requests()
  const asked = JSON.parse(request?.lastEventId ?? 'null') as {
    topic: string
    timestamp?: unknown
    offset?: unknown
  }[]
  expect(asked.map(({ topic }) => topic).toSorted()).toEqual([
    'codfw.mediawiki.recentchange',
    'eqiad.mediawiki.recentchange',
  ])
  for (const element of asked) {
    expect(Number.isInteger(element.timestamp)).toBe(true)
    expect(element.offset).toBeUndefined()
  }
})

test.each(['resolved', 'latest', 'asked'] as const)(
  'a topic that stays silent over several restarts and then speaks (the server shows it as %s)',
  async (unsentShows) => {
    await stream.configure({ unsentShows })
    const issued: GeneratedEvent[][] = []
    let total = 0
    for (let round = 1; round <= 3; round++) {
      const program = home.start()
      await stream.waitForConnection(round)
      const events = eventsAt(round, [0, 5, 9])
      await stream.publish(events)
      issued.push(events)
      total += events.length
      await stored(total)
      await program.stop()
    }
    await stream.switchover('codfw')
    const late = eventsAt(9, [0, 1, 2])
    await stream.publish(late)
    home.start()
    await stored(total + late.length)
    expectExactly(...issued, late)
  },
)

test.each(['eqiad', 'codfw'] as const)(
  'a kill between the two topics of a backlog (%s first) skips nothing',
  async (first) => {
    // As if it had run for a minute: what comes below is then later than what the silent topic is asked with.
    const env = { EVENTSTREAM_URL: `${stream.streamUrl()}?since=${Date.now() - 60_000}` }
    const program = home.start([], env)
    await stream.waitForConnection(1)
    const before = eventsAt(1, [0, 1], Date.now() - 40_000)
    await stream.publish(before)
    await stored(before.length)
    await program.kill()

    // During the outage both topics are written to: each one's run is sent by itself afterwards.
    const from = Date.now()
    const eqiad = eventsAt(
      2,
      Array.from({ length: 300 }, (_, i) => i * 100 - 30_000),
      from,
    )
    const codfw = eventsAt(
      3,
      Array.from({ length: 300 }, (_, i) => i * 100 - 20_000),
      from,
    )
    await stream.publish(eqiad, { topic: 'eqiad.mediawiki.recentchange' })
    await stream.publish(codfw, { topic: 'codfw.mediawiki.recentchange' })
    await stream.configure({ backlogFirst: first })
    await stream.faultNext({ strike: { how: 'stall', after: { events: 150 } } })

    const second = home.start([], env)
    await until('half of the first run is stored', () => home.stored() > 100)
    await second.kill()
    home.start([], env)
    await stored(before.length + eqiad.length + codfw.length)
    expectExactly(before, eqiad, codfw)
  },
)

test('kills and cut connections in the middle of a catch-up, from a start in the past', async () => {
  const from = Date.now() - 600_000
  const backlog = eventsAt(
    5,
    Array.from({ length: 12_000 }, (_, i) => i * 30 - (i % 50 === 0 ? 40 : 0)),
    from,
  )
  await stream.publish(backlog)
  await stream.faultEvery({
    strike: { how: 'cut', after: { bytes: 2_500_003 } },
    chunkBytes: { min: 1, max: 9000, seed: 1 },
  })
  const url = `${stream.streamUrl()}?since=${new Date(from - 1000).toISOString()}`
  let kills = 0
  let logs = ''
  let before = 0
  while (before < backlog.length) {
    const program = home.start([], { EVENTSTREAM_URL: url })
    const goal = Math.min(backlog.length, before + 2500)
    await until(`${goal} are stored`, () => home.stored() >= goal)
    await program.kill()
    logs += program.log
    before = home.stored()
    kills++
  }
  expect(kills).toBeGreaterThanOrEqual(3)
  // A run over a sabotaged bus is worth nothing if nothing was sabotaged.
  if (process.env.SABOTAGE !== undefined) expect(logs).toContain('sabotage: ')
  expectExactly(backlog)
})

test('a storm of duplicates is stored once', async () => {
  await stream.faultEvery({ duplicates: 3 })
  home.start()
  await stream.waitForConnection(1)
  const events = eventsAt(
    7,
    Array.from({ length: 2000 }, (_, i) => i),
  )
  await stream.publish(events)
  await stored(events.length)
  expectExactly(events)
})
