/** What the stream's server does to its clients, and what the real program makes of it. */
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recordedEvents } from '../changes.ts'
import { Home, type Program, until } from '../program.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'

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

let published = 0
/** After whatever happened, changes are stored again, each once. */
async function expectStoring(count = 3): Promise<void> {
  await stream.waitFor({ open: 1 })
  const before = home.stored()
  await stream.publish(recordedEvents().slice(published, published + count))
  published += count
  await until('the changes are stored', () => home.stored() === before + count)
  expect(new Set(home.storedIds()).size).toBe(home.stored())
}

/** Warnings, but for those that a run over a sabotaged bus has of its own. */
const warnings = (program: Program) =>
  program.lines.filter(({ level, msg }) => level >= 40 && !msg.startsWith('sabotage')).map(({ msg }) => msg)

describe('refusals', () => {
  test.each(['in seconds', 'as a date'])('429 with Retry-After %s: it waits so long', async (form) => {
    // A date has whole seconds, so it is further away than the time to start the program.
    const date = new Date(Date.now() + 4000).toUTCString()
    const value = form === 'in seconds' ? '2' : date
    await stream.faultNext({ answer: { status: 429, headers: { 'Retry-After': value } } })
    const program = home.start()
    await expectStoring()
    const [first, second] = await stream.requests()
    const earliest = form === 'in seconds' ? (first?.at ?? 0) + 2000 : Date.parse(date)
    expect(second?.at).toBeGreaterThanOrEqual(earliest - 5)
    expect(warnings(program)).toEqual([expect.stringMatching(/HTTP 429 .*is another instance running\?/)])
  })

  test.each([
    [403, /HTTP 403 .*set CONTACT/],
    [404, /HTTP 404 .*no such stream: check EVENTSTREAM_URL/],
    [500, /HTTP 500/],
    [502, /HTTP 502/],
    [503, /HTTP 503/],
    [504, /HTTP 504/],
  ])('%i is said in one line, without HTML, and tried again', async (status, line) => {
    await stream.faultNext({ answer: { status } })
    const program = home.start()
    await expectStoring()
    expect(warnings(program)).toEqual([expect.stringMatching(line)])
    expect(program.log).not.toMatch(/<\w+>/)
    expect(program.log).toContain('connected to')
  })

  test('attempts come ever less often', async () => {
    await stream.faultEvery({ answer: { status: 503 } })
    home.start()
    await stream.waitFor({ requests: 4 })
    const times = (await stream.requests()).map(({ at }) => at)
    const gaps = times.slice(1).map((at, i) => at - (times[i] as number))
    expect(gaps[2]).toBeGreaterThan(gaps[0] as number)
    expect(gaps[0]).toBeGreaterThanOrEqual(490)
    await stream.faultEvery({})
    await expectStoring()
  })

  test('something that is no event stream is named', async () => {
    await stream.faultNext({
      answer: { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>Welcome</p>' },
    })
    const program = home.start()
    await program.logged('it answers text/html, not an event stream: check EVENTSTREAM_URL')
    await expectStoring()
  })
})

describe('connections', () => {
  test('a close by the server is quiet, and nothing is lost or twice', async () => {
    const program = home.start()
    for (let round = 0; round < 3; round++) {
      await expectStoring()
      await stream.faultOpen({ strike: { how: 'close' } })
      await stream.waitFor({ closed: round + 1 })
    }
    await expectStoring()
    expect(warnings(program)).toEqual([])
  })

  test('"event: error" is said, and the stream taken up again', async () => {
    const program = home.start()
    await expectStoring()
    await stream.faultOpen({
      strike: { how: 'error', error: { message: 'Broker down', origin: 'KafkaSSE', name: 'KafkaError' } },
    })
    await program.logged('it reports: KafkaError: Broker down')
    await expectStoring()
  })

  test.each([
    ['before anything was sent', { bytes: 0 }],
    ['after some events', { events: 2 }],
  ])('a connection that stalls %s is given up after the idle time', async (_when, after) => {
    await stream.faultNext({ strike: { how: 'stall', after } })
    const program = home.start([], { EVENTSTREAM_IDLE_S: '1' })
    await stream.waitFor({ requests: 1 })
    await stream.publish(recordedEvents().slice(published, published + 4))
    published += 4
    await program.logged('no byte for 1 s')
    // The stalled connection counts as open until the server has noticed its end.
    await stream.waitFor({ requests: 2, open: 1 })
    if ('events' in after) await until('all four are stored', () => home.stored() === 4)
    else await expectStoring()
  })

  test('no answer at all', async () => {
    await stream.faultNext({ answer: 'never' })
    const program = home.start([], { EVENTSTREAM_IDLE_S: '1' })
    await program.logged('no byte for 1 s')
    await expectStoring()
  })

  test('canaries keep a quiet connection alive and are no changes', async () => {
    const program = home.start([], { EVENTSTREAM_IDLE_S: '2' })
    await stream.waitFor({ open: 1 })
    const openedAt = performance.now()
    let bare = false
    await until('nothing but canaries has come for longer than the idle time', async () => {
      bare = !bare
      await stream.canary({ bare })
      return performance.now() - openedAt > 3000
    })
    expect(await stream.requests()).toHaveLength(1)
    expect(home.stored()).toBe(0)
    expect(home.sql('SELECT 1 FROM dead_letters')).toEqual([])
    expect(home.sql<{ position: string }>('SELECT position FROM sources')[0]?.position).toContain('eqiad')
    expect(warnings(program)).toEqual([])
  })
})

test.each([
  ['lines that end in CRLF', { lineEnd: '\r\n' }],
  ['data: without a space', { space: false }],
  ['data over several lines', { multiline: true }],
] as const)('legal SSE: %s', async (_what, form) => {
  await stream.faultEvery({ form, chunkBytes: 7 })
  home.start()
  await expectStoring(10)
  expect(home.sql('SELECT reason FROM dead_letters')).toEqual([])
})

test('a stored position with a topic that the stream no longer has: asked by time in its place', async () => {
  const first = home.start()
  await expectStoring()
  await first.stop()
  const db = new Database(home.path('data/changes.db'))
  db.prepare('UPDATE sources SET position = ?').run(
    JSON.stringify({ topics: [{ topic: 'eqiad.gone', partition: 0, timestamp: Date.now() - 60_000 }] }),
  )
  db.close()
  home.start()
  await expectStoring()
  const requests = await stream.requests()
  expect(requests.at(-2)?.status).toBe(404)
  expect(requests.at(-1)).toMatchObject({ status: 200, lastEventId: null })
  expect(requests.at(-1)?.since).toMatch(/^\d{4}-/)
})
