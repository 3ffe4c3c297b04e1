import { Agent } from 'node:http'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { afterAll, describe, expect, it, test } from 'vitest'
import { startEventStreams } from './client.ts'
import type { FrameForm } from './protocol.ts'
import { read } from './reader.ts'

/** 2026-08-04T15:24:30Z. */
const T = 1_785_857_070_000

/** `count` events with text of one to four bytes a character. */
const events = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({
    meta: { id: `e${index}`, dt: new Date(T + index).toISOString(), stream: 'mediawiki.recentchange' },
    title: `Ä ж 東京 👩‍👩‍👧 ${index}`,
  }))

const names = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `e${from + index}`)

const ALL = '?since=0'

describe('an answer instead of the stream', () => {
  it('is given to the next connections and to no more, with its headers', async () => {
    await using simulator = await startEventStreams()
    const date = new Date(Date.now() + 2000).toUTCString()
    await simulator.faultNext({ answer: { status: 429, headers: { 'retry-after': '2' }, body: 'slow down' } })
    await simulator.faultNext({ answer: { status: 503, headers: { 'retry-after': date } } }, 2)
    const answers = []
    for (let request = 0; request < 4; request++) answers.push(await read(simulator.streamUrl()))
    expect(answers.map(({ status, headers }) => [status, headers['retry-after']])).toEqual([
      [429, '2'],
      [503, date],
      [503, date],
      [200, undefined],
    ])
    expect((await answers[0]?.until(({ ended }) => ended === 'end'))?.text).toBe('slow down')
    expect((await simulator.requests()).map(({ status }) => status)).toEqual([429, 503, 503, 200])
  })

  test.each([502, 503, 504])('of %i is a page of the edge', async (status) => {
    await using simulator = await startEventStreams()
    await simulator.faultEvery({ answer: { status } })
    for (let request = 0; request < 2; request++) {
      const page = await (await read(simulator.streamUrl())).until(({ ended }) => ended === 'end')
      expect([page.status, page.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8'])
      expect(page.text).toContain('<title>Wikimedia Error</title>')
      expect(page.text).toContain(`Error: ${status}, `)
    }
    await simulator.faultEvery({})
    expect((await read(simulator.streamUrl())).status).toBe(200)
  })

  it('can be a hang-up, or never come', async () => {
    await using simulator = await startEventStreams()
    await simulator.faultNext({ answer: 'hangup' })
    await expect(read(simulator.streamUrl())).rejects.toThrow('socket hang up')
    await simulator.faultNext({ answer: 'never' })
    let answered = false
    const hanging = read(simulator.streamUrl()).finally(() => {
      answered = true
    })
    hanging.catch(() => {})
    await simulator.waitFor({ requests: 2 })
    expect((await read(simulator.streamUrl())).status).toBe(200)
    expect(answered).toBe(false)
  })
})

describe('a connection is ended', () => {
  const shared = startEventStreams().then(async (simulator) => {
    await simulator.publish(events(50))
    return simulator
  })
  afterAll(async () => (await shared).close())

  test.each([0, 3, 5, 100, 1234, 1235, 1236])('after exactly %i bytes', async (bytes) => {
    const simulator = await shared
    await simulator.faultNext({ strike: { how: 'cut', after: { bytes } } })
    const reading = await read(simulator.streamUrl() + ALL)
    await reading.until(({ ended }) => ended !== null)
    expect([reading.ended, reading.length]).toEqual(['cut', bytes])
    const whole = await (await read(simulator.streamUrl() + ALL)).until(({ frames }) => frames.length === 50)
    whole.close()
    expect(whole.bytes.subarray(0, bytes)).toEqual(reading.bytes)
    await simulator.waitFor({ open: 0 })
  })

  it('inside a character', async () => {
    const simulator = await shared
    const whole = await (await read(simulator.streamUrl() + ALL)).until(({ frames }) => frames.length === 50)
    whole.close()
    await simulator.waitFor({ open: 0 })
    const inside = whole.bytes.indexOf('京') + 1
    await simulator.faultNext({ strike: { how: 'cut', after: { bytes: inside } } })
    const reading = await (await read(simulator.streamUrl() + ALL)).until(({ ended }) => ended !== null)
    expect(reading.length).toBe(inside)
    expect(reading.text.endsWith('\ufffd')).toBe(true)
  })

  test.each([
    ['cut', 'cut'],
    ['close', 'end'],
    ['error', 'end'],
  ] as const)('after 3 events by %s', async (how, ended) => {
    const simulator = await shared
    await simulator.faultNext({ strike: { how, after: { events: 3 } } })
    const reading = await (await read(simulator.streamUrl() + ALL)).until(({ ended }) => ended !== null)
    expect(reading.ended).toBe(ended)
    const messages = reading.frames.filter(({ event }) => event === 'message')
    expect(messages.map(({ data }) => JSON.parse(data).meta.id)).toEqual(names(3))
    expect((await simulator.requests()).at(-1)).toMatchObject({ state: 'closed', endedBy: how, events: 3 })
  })

  it('by an error that says what it is', async () => {
    const simulator = await shared
    const error = { message: 'broker down', origin: 'kafka', name: 'KafkaError' }
    await simulator.faultNext({ strike: { how: 'error', after: { bytes: 30 }, error } })
    const reading = await (await read(simulator.streamUrl() + ALL)).until(({ ended }) => ended === 'end')
    const [message, last] = reading.frames.slice(-2)
    expect(last).toEqual({ event: 'error', id: message?.id, data: JSON.stringify(error) })
  })

  it('so many bytes after it was open', async () => {
    const simulator = await shared
    const reading = await (await read(simulator.streamUrl() + ALL)).until(
      ({ frames }) => frames.length === 50,
    )
    const before = reading.length
    await simulator.faultOpen({ strike: { how: 'cut', after: { bytes: 100 } } })
    await simulator.publish(events(1))
    await reading.until(({ ended }) => ended === 'cut')
    expect(reading.length).toBe(before + 100)
  })

  it('by a reset', async () => {
    const simulator = await shared
    const { closed } = await simulator.waitFor({})
    await simulator.faultNext({ strike: { how: 'reset', after: { ms: 20 } } })
    await (await read(simulator.streamUrl())).until(({ ended }) => ended === 'reset')
    await simulator.waitFor({ closed: closed + 1 })
  })

  it('every so many ms, or now', async () => {
    const simulator = await shared
    await simulator.faultEvery({ strike: { how: 'cut', after: { ms: 30 } } })
    for (let round = 0; round < 3; round++) {
      const began = performance.now()
      await (await read(simulator.streamUrl())).until(({ ended }) => ended === 'cut')
      expect(performance.now() - began).toBeGreaterThan(25)
    }
    await simulator.faultEvery({})
    const both = [await read(simulator.streamUrl()), await read(simulator.streamUrl())]
    await simulator.faultOpen({ strike: { how: 'close' } })
    for (const reading of both) await reading.until(({ ended }) => ended === 'end')
  })
})

describe('a connection stalls', () => {
  test.each([
    [{ bytes: 0 }, ''],
    [{ events: 0 }, ':ok\n\n'],
    [{ bytes: 30 }, ':ok\n\nevent: message\nid: [{"top'],
  ])('after %o, and goes on where it stopped', async (after, seen) => {
    await using simulator = await startEventStreams()
    await simulator.publish(events(5))
    await simulator.faultNext({ strike: { how: 'stall', after } })
    const reading = await read(simulator.streamUrl() + ALL)
    await simulator.waitFor({ stalled: 1, open: 1 })
    await simulator.publish(events(1))
    await reading.until(({ length }) => length === seen.length)
    expect(reading.text).toBe(seen)
    await expect(simulator.waitFor({ sent: true }, 0)).rejects.toThrow()
    await simulator.faultOpen({})
    await reading.until(({ frames }) => frames.length === 6)
    expect(reading.ids).toEqual([...names(5), 'e0'])
  })

  it('and misses what expires meanwhile', async () => {
    await using simulator = await startEventStreams()
    await simulator.publish(events(10))
    await simulator.faultNext({ strike: { how: 'stall', after: { events: 2 } } })
    const reading = await read(simulator.streamUrl() + ALL)
    await simulator.waitFor({ stalled: 1 })
    await simulator.expire(T + 7)
    await simulator.faultOpen({})
    await reading.until(({ frames }) => frames.length === 5)
    expect(reading.ids).toEqual([...names(2), ...names(3, 7)])
  })

  it('after 2 events more, when it is open', async () => {
    await using simulator = await startEventStreams()
    const reading = await read(simulator.streamUrl())
    await simulator.publish(events(3))
    await reading.until(({ frames }) => frames.length === 3)
    await simulator.faultOpen({ strike: { how: 'stall', after: { events: 2 } } })
    await simulator.publish(events(10))
    await simulator.waitFor({ stalled: 1 })
    await reading.until(({ frames }) => frames.length === 5)
    reading.close()
    await simulator.waitFor({ closed: 1, open: 0 })
    expect(reading.ids).toEqual([...names(3), ...names(2)])
  })
})

describe('what is sent comes', () => {
  it('several times', async () => {
    await using simulator = await startEventStreams()
    await simulator.publish(events(500))
    await simulator.faultNext({ duplicates: 3 })
    const reading = await (await read(simulator.streamUrl() + ALL)).until(
      ({ frames }) => frames.length === 1500,
    )
    expect(reading.ids).toEqual(names(500).flatMap((name) => [name, name, name]))
  })

  it('in pieces of one byte, or of any size', async () => {
    await using simulator = await startEventStreams({ connectionLimit: 3 })
    await simulator.publish(events(40))
    const whole = await (await read(simulator.streamUrl() + ALL)).until(({ frames }) => frames.length === 40)
    await simulator.faultNext({ chunkBytes: 1 })
    await simulator.faultNext({ chunkBytes: { min: 1, max: 90, seed: 5 } })
    const [bytes, random] = [await read(simulator.streamUrl() + ALL), await read(simulator.streamUrl() + ALL)]
    for (const reading of [bytes, random]) {
      await reading.until(({ length }) => length === whole.length)
      expect(reading.bytes).toEqual(whole.bytes)
    }
    expect(new Set(bytes.pieces)).toEqual(new Set([1]))
    expect(Math.max(...random.pieces)).toBeLessThanOrEqual(90)
    expect(new Set(random.pieces).size).toBeGreaterThan(50)
  })

  it('at a rate', async () => {
    await using simulator = await startEventStreams()
    await simulator.publish(events(60))
    await simulator.faultNext({ eventsPerSecond: 200 })
    const began = performance.now()
    const reading = await (await read(simulator.streamUrl() + ALL)).until(
      ({ frames }) => frames.length === 60,
    )
    const seconds = (performance.now() - began) / 1000
    expect(reading.ids).toEqual(names(60))
    expect(60 / seconds).toBeLessThan(250)
    await simulator.faultOpen({})
    await simulator.publish(events(500))
    await reading.until(({ frames }) => frames.length === 560)
  })

  test.each<FrameForm>([
    { lineEnd: '\r\n' },
    { lineEnd: '\r' },
    { space: false },
    { multiline: true },
    { lineEnd: '\r\n', space: false, multiline: true },
  ])('in the form %o, and means the same', async (form) => {
    await using simulator = await startEventStreams()
    await simulator.publish(events(3))
    await simulator.faultNext({ form, strike: { how: 'close', after: { events: 3 } } })
    const messages: EventSourceMessage[] = []
    const parser = createParser({ onEvent: (message) => messages.push(message) })
    const reading = await (await read(simulator.streamUrl() + ALL)).until(({ ended }) => ended === 'end')
    parser.feed(reading.text)
    expect(messages.map(({ data }) => JSON.parse(data).title)).toEqual(
      events(3).map((each) => Reflect.get(each, 'title')),
    )
    expect(messages.map(({ id }) => JSON.parse(id ?? '')[0].timestamp)).toEqual([T + 1, T + 2, T + 3])
    expect(reading.text.includes('data: {')).toBe(form.space !== false)
    expect(/[^\r]\n/.test(reading.text)).toBe(form.lineEnd === undefined)
    expect(reading.text.split('data:').length > 5).toBe(form.multiline === true)
  })

  it('with garbage in between, frames of any size, and lines in the data', async () => {
    await using simulator = await startEventStreams()
    const large = JSON.stringify({ meta: { id: 'large', domain: 'x' }, comment: '𠮷'.repeat(300_000) })
    await simulator.publish(events(1))
    await simulator.publishRaw('<html>no JSON', { timestamp: T + 5 })
    await simulator.publishRaw(large)
    await simulator.publishRaw('one\r\n\r\ntwo')
    await simulator.publish(events(1))
    const reading = await (await read(simulator.streamUrl() + ALL)).until(({ frames }) => frames.length === 5)
    const data = reading.frames.map(({ data }) => data)
    expect(data[1]).toBe('<html>no JSON')
    expect(JSON.parse(reading.frames[1]?.id ?? '')[0].timestamp).toBe(T + 6)
    expect(Buffer.byteLength(large)).toBeGreaterThan(1_000_000)
    expect(data[2] === large).toBe(true)
    expect(reading.text).toContain('\ndata: one\ndata: two\n\n')
    expect(JSON.parse(data[4] ?? '').meta.id).toBe('e0')
  })

  it('to a slow reader no faster than it reads', async () => {
    await using simulator = await startEventStreams()
    const megabyte = 'x'.repeat(1_000_000)
    for (let count = 0; count < 30; count++) await simulator.publishRaw(megabyte)
    const reading = await read(simulator.streamUrl() + ALL)
    reading.pause()
    await simulator.waitFor({ events: 1 })
    await expect(simulator.waitFor({ sent: true }, 200)).rejects.toThrow()
    expect((await simulator.connections())[0]?.events).toBeLessThan(30)
    reading.resume()
    await simulator.waitUntilSent()
    await reading.until(({ frames }) => frames.length === 30)
  })
})

describe('the listener', () => {
  it('can refuse, with open connections left alone, and accept again on the same port', async () => {
    await using simulator = await startEventStreams()
    const reading = await read(simulator.streamUrl())
    await simulator.refuse()
    await expect(read(simulator.streamUrl())).rejects.toThrow('ECONNREFUSED')
    await simulator.publish(events(2))
    await reading.until(({ frames }) => frames.length === 2)
    await simulator.accept()
    const again = await (await read(simulator.streamUrl() + ALL)).until(({ frames }) => frames.length === 2)
    expect(again.ids).toEqual(names(2))
  })

  it('refuses on a connection that is kept alive, too', async () => {
    await using simulator = await startEventStreams()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const reading = await read(simulator.streamUrl(), {}, agent)
    await simulator.refuse()
    await simulator.faultOpen({ strike: { how: 'close' } })
    await reading.until(({ ended }) => ended === 'end')
    await expect(read(simulator.streamUrl(), {}, agent)).rejects.toThrow(/ECONNREFUSED|socket hang up/)
    agent.destroy()
  })
})
