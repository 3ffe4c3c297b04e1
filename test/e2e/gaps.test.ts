/** What could not be had is known and shown. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Home, until } from '../program.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'
import { generateEvents } from '../simulators/eventstreams/generate.ts'

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

let seed = 0
/** Publishes `count` events with `stepMs` between them, the first one at `from`. */
async function publish(count: number, from: number, stepMs: number): Promise<void> {
  const events = [...generateEvents({ seed: ++seed, count, from })].map((event, i) => ({
    ...event,
    meta: { ...event.meta, dt: new Date(from + i * stepMs).toISOString() },
  }))
  await stream.publish(events)
}
const stored = (count: number) => until(`${count} are stored`, () => home.stored() === count)
const gaps = () =>
  home.sql<{ from: number; to: number; state: string; reason: string }>(
    'SELECT "from", "to", state, reason FROM gaps',
  )

/** Runs the program over some events of half an hour ago, and stops it. */
async function runBefore(): Promise<number> {
  const last = Date.now() - 1_800_000
  const program = home.start([], { EVENTSTREAM_URL: `${stream.streamUrl()}?since=${last - 10_000}` })
  await stream.waitForConnection(1)
  await publish(100, last - 9_900, 100)
  await stored(100)
  await program.stop()
  return last
}

test('an outage within the retention leaves no gap', async () => {
  await runBefore()
  await publish(50, Date.now() - 1_000_000, 100)
  await publish(10, Date.now() - 100, 10)
  home.start()
  await stored(160)
  expect(gaps()).toEqual([])
  expect(await home.ask('!status')).toMatchObject({ kind: 'status', changes: 160, gaps: [] })
  expect((await home.run(['verify'])).code).toBe(0)
})

test('an outage longer than the retention is a gap: known, said, shown', async () => {
  const last = await runBefore()
  await publish(50, last + 60_000, 100)
  const retained = last + 600_000
  await stream.expire(retained)
  await publish(20, retained, 100)
  await publish(10, Date.now() - 100, 10)
  const program = home.start()
  await stored(130)
  const line = await program.logged(/gap: no changes from .* to .*lost/)
  expect(line.level).toBe(40)
  expect(gaps()).toEqual([{ from: last, to: retained, state: 'lost', reason: 'the server no longer had it' }])

  const status = await home.ask('!status')
  expect(status.gaps).toEqual([{ source: 'eventstreams', ...gaps()[0] }])
  expect(status.lagSeconds).toBeLessThan(60)
  expect((await home.run(['ask', '!status'])).stdout).toContain('1, 10 minutes in all')
  const { stdout } = await home.run(['doctor', '--json'])
  expect(JSON.parse(stdout).findings).toContainEqual(
    expect.objectContaining({ check: 'gaps', state: 'warn' }),
  )
  const verified = await home.run(['verify', '--json'])
  expect(JSON.parse(verified.stdout)).toMatchObject({ sound: true, changes: 130, gaps: [{ state: 'lost' }] })

  // It is found once: what was had since then has no hole.
  await program.stop()
  home.start()
  await publish(10, Date.now(), 1)
  await stored(140)
  expect(gaps()).toHaveLength(1)
})

test('refusals that pass leave no gap, however many there are', async () => {
  await runBefore()
  await publish(20, Date.now() - 1_000_000, 100)
  await stream.faultNext({ answer: { status: 404 } }, 3)
  await stream.faultNext({ answer: { status: 400 } }, 1)
  home.start()
  await stored(120)
  await publish(5, Date.now(), 1)
  await stored(125)
  expect(gaps()).toEqual([])
})

test('a server that again and again calls the time wrong: read from now on, and a gap', async () => {
  const last = await runBefore()
  await stream.faultNext({ answer: { status: 400 } }, 6)
  home.start()
  await stream.waitFor({ requests: 8, open: 1 }, 20_000)
  const now = Date.now()
  await publish(10, now, 10)
  await stored(110)
  expect(gaps()).toEqual([
    { from: last, to: now, state: 'lost', reason: 'the server refused to be asked for an earlier time' },
  ])
})

test('a start in the past that the server no longer has', async () => {
  const asked = Date.now() - 86_400_000
  const oldest = Date.now() - 3_600_000
  await publish(20, oldest, 100)
  await publish(5, Date.now(), 1)
  home.start([], { EVENTSTREAM_URL: `${stream.streamUrl()}?since=${new Date(asked).toISOString()}` })
  await stored(25)
  expect(gaps()).toEqual([{ from: asked, to: oldest, state: 'lost', reason: 'the server no longer had it' }])
})

test("the other topic's run sent first is no gap", async () => {
  const last = await runBefore()
  await publish(50, last + 1000, 100)
  await stream.switchover('codfw')
  await publish(50, last + 60_000, 100)
  await stream.configure({ backlogFirst: 'codfw' })
  home.start()
  await stored(200)
  expect(gaps().every(({ state }) => state === 'refilled')).toBe(true)
  expect(
    (await home.ask('!status')).gaps.filter(({ state }: { state: string }) => state !== 'refilled'),
  ).toEqual([])
})

test('an outage that spans a switchover, its new run sent first and cut short by a kill: open, then refilled', async () => {
  const last = await runBefore()
  await publish(20, last + 1000, 100)
  await stream.switchover('codfw')
  // Up to the present: that it goes on there tells nothing about the other topic.
  await publish(20, Date.now() - 1900, 100)
  await stream.configure({ backlogFirst: 'codfw' })
  await stream.faultNext({ strike: { how: 'stall', after: { events: 15 } } })
  const program = home.start()
  await stored(115)
  expect(gaps()).toMatchObject([{ from: last, state: 'open' }])
  await program.kill()

  home.start()
  await stored(140)
  expect(gaps()).toMatchObject([{ from: last, state: 'refilled' }])
})

test('an outage longer than the retention, with a switchover in it: lost once the old topic has spoken', async () => {
  const last = await runBefore()
  await publish(20, last + 1000, 100)
  const retained = last + 600_000
  await publish(5, retained + 1000, 100)
  await stream.switchover('codfw')
  await publish(20, retained + 60_000, 100)
  await stream.expire(retained)
  await stream.configure({ backlogFirst: 'codfw' })
  home.start()
  await stored(125)
  expect(gaps()).toMatchObject([{ from: last, to: retained + 1000, state: 'lost' }])
})
