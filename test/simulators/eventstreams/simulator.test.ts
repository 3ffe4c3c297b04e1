import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, test } from 'vitest'
import { type EventStreamsSimulator, startEventStreams } from './client.ts'
import { generateEvents } from './generate.ts'
import { type Reading, read } from './reader.ts'

const FIXTURES = fileURLToPath(new URL('fixtures/', import.meta.url))
const EQIAD = 'eqiad.mediawiki.recentchange'
const CODFW = 'codfw.mediawiki.recentchange'
/** 2026-08-04T15:24:30Z. */
const T = 1_785_857_070_000

/** An event of recentchange with nothing but what the server looks at; `at` in ms after T. */
const event = (id: string, at: number, meta: object = {}): object => ({
  $schema: '/mediawiki/recentchange/1.0.0',
  meta: { id, dt: new Date(T + at).toISOString(), stream: 'mediawiki.recentchange', ...meta },
})

const at = (topic: string, timestamp: number): object => ({ topic, partition: 0, timestamp })
const resume = (...elements: unknown[]): Record<string, string> => ({
  'last-event-id': JSON.stringify(elements),
})

/** Connects, as the only one, and reads until nothing more is to come. */
async function connect(simulator: EventStreamsSimulator, headers: Record<string, string>, query = '') {
  const { opened } = await simulator.waitFor({ open: 0 })
  const reading = await read(simulator.streamUrl() + query, headers)
  expect(reading.status, reading.text).toBe(200)
  const { number } = await simulator.waitForConnection(opened + 1)
  await simulator.waitUntilSent()
  const bytes = (await simulator.requests())[number - 1]?.bytes
  return reading.until(({ length }) => length === bytes)
}

/** The same, and leaves. */
async function readAll(simulator: EventStreamsSimulator, headers: Record<string, string> = {}, query = '') {
  const reading = await connect(simulator, headers, query)
  reading.close()
  return reading
}

/** What a naive client does: it sends the last id it saw back as it is. */
function resumeVerbatim(simulator: EventStreamsSimulator, first: Reading): Promise<Reading> {
  return connect(simulator, { 'last-event-id': first.frames.at(-1)?.id ?? '' })
}

describe('frames', () => {
  test.each(readdirSync(FIXTURES).filter((name) => name.endsWith('.sse')))(
    'are byte for byte as in %s',
    async (name) => {
      await using simulator = await startEventStreams()
      const recorded = readFileSync(FIXTURES + name, 'utf8')
      // One recording was made without its first line.
      const frames = recorded.startsWith('event: ') ? recorded : `event: message\n${recorded}`
      const stream = name.startsWith('revision-create') ? 'revision-create' : 'recentchange'
      const reading = await read(simulator.streamUrl(stream))
      await simulator.publish([...frames.matchAll(/^data: (.*)$/gm)].map(([, data]) => data ?? ''))
      await reading.until(({ text }) => text.length >= frames.length + 5)
      expect(reading.text).toBe(`:ok\n\n${frames}`)
      expect(reading.headers['content-type']).toBe('text/event-stream; charset=utf-8')
      reading.close()
    },
  )

  it('carry topic, partition and a counted offset in meta, unless the event was recorded with them', async () => {
    await using simulator = await startEventStreams()
    const start = (await simulator.topics())[0]?.start ?? 0
    await simulator.publish([
      event('a', 0),
      event('b', 1, { topic: EQIAD }),
      event('c', 2, { topic: EQIAD, offset: 7 }),
    ])
    const { frames } = await readAll(simulator, {}, '?since=0')
    const metas = frames.map(({ data }) => JSON.parse(data).meta)
    expect(metas).toMatchObject([
      { id: 'a', topic: EQIAD, partition: 0, offset: start },
      { id: 'b', topic: EQIAD, partition: 0, offset: start + 1 },
      { id: 'c', topic: EQIAD, offset: 7 },
    ])
  })

  it('show in their id each topic: the time of the last event plus 1 ms, or -1 before there is one', async () => {
    await using simulator = await startEventStreams()
    const reading = await read(simulator.streamUrl())
    await simulator.publish([event('a', 0), event('b', 5)])
    await simulator.switchover('codfw')
    await simulator.publish([event('c', 9)])
    await reading.until(({ frames }) => frames.length === 3)
    expect(reading.frames.map(({ id }) => JSON.parse(id))).toEqual([
      [at(EQIAD, T + 1), { topic: CODFW, partition: 0, offset: -1 }],
      [at(EQIAD, T + 6), { topic: CODFW, partition: 0, offset: -1 }],
      [at(EQIAD, T + 6), at(CODFW, T + 10)],
    ])
  })

  it('of several streams come in one connection, each with all topics in its id', async () => {
    await using simulator = await startEventStreams()
    const reading = await read(
      simulator.streamUrl('recentchange', 'mediawiki.page_change.v1', 'mediawiki.recentchange'),
    )
    await simulator.publish([
      event('a', 0),
      event('p', 1, { stream: 'mediawiki.page_change.v1' }),
      event('b', 2),
    ])
    await reading.until(({ frames }) => frames.length === 3)
    expect(reading.ids).toEqual(['a', 'p', 'b'])
    expect(JSON.parse(reading.frames[2]?.id ?? '')).toEqual([
      at(EQIAD, T + 3),
      { topic: CODFW, partition: 0, offset: -1 },
      at('eqiad.mediawiki.page_change.v1', T + 2),
      { topic: 'codfw.mediawiki.page_change.v1', partition: 0, offset: -1 },
    ])
  })

  it('have no ids for a reader that accepts JSON', async () => {
    await using simulator = await startEventStreams()
    await simulator.publish([event('a', 0), event('b', 1)])
    const { text, headers } = await readAll(simulator, { accept: 'application/json' }, '?since=0')
    expect(headers['content-type']).toBe('application/json')
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).meta.id),
    ).toEqual(['a', 'b'])
  })

  it('come complete, in order and once, however many there are', async () => {
    await using simulator = await startEventStreams()
    const options = { seed: 7, count: 20_000, from: T }
    await simulator.publish(generateEvents(options))
    await simulator.generate({ ...options, seed: 8 })
    const { ids } = await readAll(simulator, {}, '?since=0')
    const expected = [...generateEvents(options), ...generateEvents({ ...options, seed: 8 })].map(
      ({ meta }) => meta.id,
    )
    expect(ids).toEqual(expected)
  })
})

describe('a position', () => {
  it('by timestamp begins at the first offset that is not earlier, in offset order', async () => {
    await using simulator = await startEventStreams()
    await simulator.publish([event('a', 0), event('b', 10), event('late', 8), event('c', 10), event('d', 20)])
    const from = async (ms: number) => (await readAll(simulator, resume(at(EQIAD, T + ms)))).ids
    expect(await from(0)).toEqual(['a', 'b', 'late', 'c', 'd'])
    expect(await from(9)).toEqual(['b', 'late', 'c', 'd'])
    expect(await from(11)).toEqual(['d'])
    expect(await from(21)).toEqual([])
    expect(await from(-1e12)).toEqual(['a', 'b', 'late', 'c', 'd'])
  })

  it('by offset begins there, at the tail for -1 and for one that is not there, at the oldest for -2', async () => {
    await using simulator = await startEventStreams()
    await simulator.publish([event('a', 0), event('b', 1)])
    const { start } = (await simulator.topics()).find(({ topic }) => topic === EQIAD) ?? { start: 0 }
    const from = async (offset: number) =>
      (await readAll(simulator, resume({ topic: EQIAD, partition: 0, offset }))).ids
    expect(await from(start + 1)).toEqual(['b'])
    expect(await from(-1)).toEqual([])
    expect(await from(start + 100)).toEqual([])
    expect(await from(-2)).toEqual(['a', 'b'])
  })

  it('replaces the assignment: what is left out is not read, what has offset and timestamp is dropped', async () => {
    await using simulator = await startEventStreams()
    await simulator.publish([event('e', 0), event('c', 1, { topic: CODFW })])
    expect((await readAll(simulator, resume(at(EQIAD, T)))).ids).toEqual(['e'])
    const both = { topic: CODFW, partition: 0, timestamp: T, offset: -2 }
    const reading = await connect(simulator, resume(at(EQIAD, T), both))
    await simulator.publish([event('c2', 2, { topic: CODFW }), event('e2', 3)])
    await reading.until(({ frames }) => frames.length === 2)
    expect(reading.ids).toEqual(['e', 'e2'])
    reading.close()
    expect((await readAll(simulator, resume(at(EQIAD, T), CODFW))).ids).toEqual(['e', 'e2'])
  })

  it('shows a topic nothing was sent from as the test chooses', async () => {
    await using simulator = await startEventStreams()
    await simulator.publish([event('e', 0), event('c', 5, { topic: CODFW })])
    const start = (await simulator.topics())[1]?.start
    const shown = async (unsentShows: 'resolved' | 'latest' | 'asked', codfwFrom: number) => {
      await simulator.configure({ unsentShows })
      const { frames } = await readAll(simulator, resume(at(EQIAD, T), at(CODFW, codfwFrom)))
      return JSON.parse(frames[0]?.id ?? '')[1]
    }
    expect(await shown('resolved', T)).toEqual({ topic: CODFW, partition: 0, offset: start })
    expect(await shown('resolved', T + 9)).toEqual({ topic: CODFW, partition: 0, offset: -1 })
    expect(await shown('latest', T)).toEqual({ topic: CODFW, partition: 0, offset: -1 })
    expect(await shown('asked', T)).toEqual(at(CODFW, T))
  })

  it('by since takes a date or ms; seconds are 1970; Last-Event-ID overrides it', async () => {
    await using simulator = await startEventStreams()
    await simulator.publish([event('a', 0), event('b', 1000)])
    const since = async (text: string | number, headers = {}) =>
      (await readAll(simulator, headers, `?since=${encodeURIComponent(text)}`)).ids
    expect(await since(new Date(T + 1).toISOString())).toEqual(['b'])
    expect(await since('2026-08-04 15:24:31 UTC')).toEqual(['b'])
    expect(await since(T + 1)).toEqual(['b'])
    expect(await since(T / 1000 + 1)).toEqual(['a', 'b'])
    expect(await since('')).toEqual([])
    expect(await since(T, resume(at(EQIAD, T + 1)))).toEqual(['b'])
  })

  it('older than the retention begins at the oldest that is left, without a word', async () => {
    await using simulator = await startEventStreams()
    await simulator.publish([event('a', 0), event('b', 10), event('c', 20)])
    const before = (await simulator.topics())[0] ?? { start: 0, end: 0 }
    expect(await simulator.expire(T + 10)).toBe(1)
    expect((await simulator.topics())[0]).toMatchObject({ start: before.start + 1, end: before.end })
    expect((await readAll(simulator, resume(at(EQIAD, T)))).ids).toEqual(['b', 'c'])
  })
})

describe('a client that sends its last id back loses', () => {
  it('events of the same millisecond', async () => {
    await using simulator = await startEventStreams()
    const first = await read(simulator.streamUrl())
    await simulator.publish([event('a', 0)])
    await first.until(({ frames }) => frames.length === 1)
    first.close()
    await simulator.publish([event('lost', 0), event('b', 1)])
    const second = await resumeVerbatim(simulator, first)
    expect(second.ids).toEqual(['b'])
    second.close()
    expect((await readAll(simulator, resume(at(EQIAD, T - 5000)))).ids).toEqual(['a', 'lost', 'b'])
  })

  it('events whose time is out of order: the recorded pair', async () => {
    await using simulator = await startEventStreams()
    const lines = readFileSync(`${FIXTURES}mixed-2026-08-04.ndjson`, 'utf8').trim().split('\n')
    const [earlier, later] = ['.882Z', '.880Z'].map((ms) =>
      lines.findIndex((line) => line.includes(`29${ms}`)),
    )
    expect(later).toBe((earlier ?? 0) + 1)
    const first = await read(simulator.streamUrl())
    await simulator.publish(lines.slice(0, later))
    await first.until(({ frames }) => frames.length === later)
    first.close()
    await simulator.publish(lines.slice(later))
    const second = await resumeVerbatim(simulator, first)
    const sent = lines.map((line) => JSON.parse(line).meta.id)
    expect([...first.ids, ...second.ids]).toEqual(sent.filter((_, index) => index !== later))
  })

  it('all of the other datacentre, when the switch falls into the outage', async () => {
    await using simulator = await startEventStreams()
    const first = await read(simulator.streamUrl())
    await simulator.publish([event('a', 0)])
    await first.until(({ frames }) => frames.length === 1)
    first.close()
    await simulator.switchover('codfw')
    await simulator.publish([event('lost 1', 10), event('lost 2', 20)])
    const second = await resumeVerbatim(simulator, first)
    await simulator.publish([event('b', 30)])
    await second.until(({ frames }) => frames.length === 1)
    expect(second.ids).toEqual(['b'])
  })

  it('and one common time for all topics loses what a crash between two runs leaves unread', async () => {
    await using simulator = await startEventStreams()
    await simulator.publish([event('e1', 0), event('e2', 10)])
    await simulator.switchover('codfw')
    await simulator.publish([event('c1', 20), event('c2', 30)])
    const merged = await readAll(simulator, resume(at(EQIAD, T), at(CODFW, T)))
    expect(merged.ids).toEqual(['e1', 'e2', 'c1', 'c2'])

    await simulator.configure({ backlogFirst: 'codfw' })
    await simulator.faultNext({ strike: { how: 'cut', after: { events: 3 } } })
    const crashed = await read(simulator.streamUrl(), resume(at(EQIAD, T), at(CODFW, T)))
    await crashed.until(({ ended }) => ended === 'cut')
    expect(crashed.ids).toEqual(['c1', 'c2', 'e1'])
    // A second of rewind would save it here; an outage of an hour would not be saved by it.
    const common = T + 30
    expect((await readAll(simulator, resume(at(EQIAD, common), at(CODFW, common)))).ids).toEqual(['c2'])
    expect((await readAll(simulator, resume(at(EQIAD, T), at(CODFW, common)))).ids).toEqual([
      'c2',
      'e1',
      'e2',
    ])
  })
})

describe('a request is refused', () => {
  const shared = startEventStreams()
  afterAll(async () => (await shared).close())

  test.each([
    ['an unknown stream', '/v2/stream/recentchanges', {}, 400],
    ['one unknown stream of two', '/v2/stream/recentchange,nope', {}, 400],
    ['another path', '/v2/streams', {}, 404],
    ['a since that is no time', '/v2/stream/recentchange?since=yesterday', {}, 400],
    ['a position that is not JSON', '/v2/stream/recentchange', { 'last-event-id': '[{' }, 400],
    ['an empty position', '/v2/stream/recentchange', { 'last-event-id': '' }, 400],
    ['a list of nothing', '/v2/stream/recentchange', resume(), 400],
    ['a time that is no integer', '/v2/stream/recentchange', resume(at(EQIAD, T + 0.5)), 400],
    ['a time as text', '/v2/stream/recentchange', resume({ ...at(EQIAD, 0), timestamp: `${T}` }), 400],
    ['no time or offset', '/v2/stream/recentchange', resume({ topic: EQIAD, partition: 0 }), 400],
    [
      "another stream's topic",
      '/v2/stream/recentchange',
      resume(at('eqiad.mediawiki.page_change.v1', T)),
      404,
    ],
    ['an empty User-Agent', '/v2/stream/recentchange', { 'user-agent': '' }, 403],
    ['node', '/v2/stream/recentchange', { 'user-agent': 'node' }, 403],
    ['undici', '/v2/stream/recentchange', { 'user-agent': 'undici' }, 403],
    ['a library', '/v2/stream/recentchange', { 'user-agent': 'python-requests/2.32' }, 403],
    ['no contact', '/v2/stream/recentchange', { 'user-agent': 'my-bot/1.0' }, 403],
    [
      'a library with contact',
      '/v2/stream/recentchange',
      { 'user-agent': 'undici/7 (https://a.example)' },
      403,
    ],
  ])('for %s', async (_, path, headers, status) => {
    const { url } = await shared
    const reading = await read(url + path, headers)
    expect(reading.status).toBe(status)
    await reading.until(({ ended }) => ended === 'end')
  })

  it('with a body that says why', async () => {
    const { url } = await shared
    const unknown = await read(`${url}/v2/stream/nope`)
    await unknown.until(({ ended }) => ended === 'end')
    expect(JSON.parse(unknown.text)).toMatchObject({
      status: 400,
      title: 'Stream Not Found',
      detail: 'Invalid streams: nope',
    })
    const topic = await read(`${url}/v2/stream/recentchange`, resume(at('nope', T)))
    await topic.until(({ ended }) => ended === 'end')
    expect(JSON.parse(topic.text)).toMatchObject({
      name: 'TopicNotAvailableError',
      origin: 'KafkaSSE',
      statusCode: 404,
    })
  })

  it('beyond the limit of connections, until one closes', async () => {
    await using simulator = await startEventStreams()
    const [first, second] = [await read(simulator.streamUrl()), await read(simulator.streamUrl())]
    const third = await read(simulator.streamUrl())
    expect([first.status, second.status, third.status]).toEqual([200, 200, 429])
    await third.until(({ text }) => text.includes('Too Many Concurrent Connections From Your Client IP'))
    second.close()
    await simulator.waitFor({ open: 1 })
    expect((await read(simulator.streamUrl())).status).toBe(200)
  })
})

describe('a test', () => {
  it('sees what each connection asked', async () => {
    await using simulator = await startEventStreams()
    const header = JSON.stringify([at(EQIAD, T)])
    const began = Date.now()
    const reading = await read(`${simulator.streamUrl()}?since=${T}`, {
      'last-event-id': header,
      accept: '*/*',
    })
    await read(simulator.streamUrl(), { 'user-agent': 'curl/8' })
    await simulator.publish([event('a', 0)])
    await simulator.waitFor({ events: 1, sent: true })
    expect(await simulator.connections()).toMatchObject([
      { number: 1, since: `${T}`, lastEventId: header, streams: ['recentchange'], state: 'open', events: 1 },
    ])
    reading.close()
    await simulator.waitFor({ closed: 1, open: 0 })
    const [first, second] = await simulator.requests()
    expect(first).toMatchObject({
      status: 200,
      state: 'closed',
      endedBy: 'client',
      headers: { accept: '*/*' },
    })
    expect(first?.at).toBeGreaterThanOrEqual(began)
    expect(second).toMatchObject({ status: 403, state: 'answered', userAgent: 'curl/8', lastEventId: null })
    expect(await simulator.connections()).toEqual([])
  })

  it('is told what it waited for in vain', async () => {
    await using simulator = await startEventStreams()
    await expect(simulator.waitFor({ opened: 1 }, 20)).rejects.toThrow(/20 ms for {"opened":1}.*"opened":0/)
    await expect(simulator.publish([event('a', 0, { stream: 'nope' })])).rejects.toThrow(
      'no topic eqiad.nope',
    )
    await expect(simulator.publish(['{"meta":{}}'])).rejects.toThrow('no topic')
  })

  it('publishes canaries, with a body and with none, to the active topic or another', async () => {
    await using simulator = await startEventStreams()
    const reading = await read(simulator.streamUrl())
    await simulator.canary()
    await simulator.canary({ bare: true, datacentre: 'codfw' })
    await reading.until(({ frames }) => frames.length === 2)
    const [full, bare] = reading.frames.map(({ data }) => JSON.parse(data))
    expect(full).toMatchObject({ meta: { domain: 'canary', topic: EQIAD }, type: 'edit' })
    expect(bare.meta).toMatchObject({ domain: 'canary', topic: CODFW })
    expect(Object.keys(bare)).toEqual(['$schema', 'meta'])
  })

  it('moves events to now with their distances, and places them by a time of its own', async () => {
    await using simulator = await startEventStreams()
    const began = Date.now()
    await simulator.publish([event('a', 0), event('b', 7), event('c', 5)], { now: true })
    await simulator.publish([event('d', 9)], { topic: CODFW, timestamp: T + 1234 })
    const { frames } = await readAll(simulator, {}, '?since=0')
    const [a, b, c] = frames.map(({ data }) => Date.parse(JSON.parse(data).meta.dt)) as [
      number,
      number,
      number,
    ]
    expect([b - a, c - a]).toEqual([7, 5])
    expect(b).toBeGreaterThanOrEqual(began)
    expect(b).toBeLessThanOrEqual(Date.now())
    expect(JSON.parse(frames[3]?.id ?? '')[1]).toEqual(at(CODFW, T + 1235))
  })

  it('starts it with streams and recorded events of its own', async () => {
    await using simulator = await startEventStreams({
      streams: { recentchange: 'mediawiki.recentchange' },
      events: [`${FIXTURES}mixed-2026-08-04.ndjson`],
    })
    const reading = await readAll(simulator, {}, '?since=2026-08-04')
    const lines = readFileSync(`${FIXTURES}mixed-2026-08-04.ndjson`, 'utf8').trim().split('\n')
    expect(reading.frames.map(({ data }) => data)).toEqual(lines)
    expect((await simulator.topics()).map(({ topic }) => topic)).toEqual([EQIAD, CODFW])
  })
})

describe('the program', () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))

  const start = async (...args: string[]) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    const [line] = await once(createInterface(child.stdout), 'line')
    const exit = once(child, 'exit')
    return { child, exit, url: JSON.parse(line).url as string }
  }

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'ends with 0 on %s, and with open connections',
    async (signal) => {
      const { child, exit, url } = await start('--port', '0')
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      const reading = await read(`${url}/v2/stream/recentchange`)
      child.kill(signal)
      expect(await exit).toEqual([0, null])
      await reading.until(({ ended }) => ended === 'cut')
      await expect(read(url)).rejects.toThrow('ECONNREFUSED')
    },
  )

  it('ends with its parent if it was started so', async () => {
    const { child, exit } = await start('--with-parent')
    child.stdin.end()
    expect(await exit).toEqual([0, null])
  })
})
