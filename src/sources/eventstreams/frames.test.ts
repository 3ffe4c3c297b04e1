import { readdirSync, readFileSync } from 'node:fs'
import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Frames, MAX_FRAME_BYTES } from './frames.ts'

type Seen = { id: string | null; data: string } | { error: string } | 'oversize'

/** What `Frames` makes of a stream that comes in these chunks. */
function read(chunks: Iterable<Buffer>): Seen[] {
  const seen: Seen[] = []
  const frames = new Frames({
    onEvent: (id, bytes, from, to) => seen.push({ id, data: bytes.decode(from, to) }),
    onServerError: (error) => seen.push({ error }),
    onOversize: () => seen.push('oversize'),
  })
  for (const chunk of chunks) frames.feed(chunk)
  return seen
}

/** The oracle: what eventsource-parser makes of all of it at once. */
function parsed(stream: Buffer): Seen[] {
  const seen: Seen[] = []
  createParser({
    onEvent: ({ event, id, data }) =>
      seen.push(event === 'error' ? { error: data } : { id: id ?? null, data }),
  }).feed(stream.toString())
  return seen
}

function* chunksOf(stream: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < stream.length; at += size) yield stream.subarray(at, at + size)
}

/** The stream cut at these places (taken modulo its length), some of them the same: then a chunk is empty. */
function cutAt(stream: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [0, ...places.map((place) => place % (stream.length + 1)), stream.length]
  cuts.sort((a, b) => a - b)
  return cuts.slice(1).map((end, i) => stream.subarray(cuts[i], end))
}

const SSE = new URL('../../../test/fixtures/sse/', import.meta.url)

describe('recorded frames', () => {
  test.each(readdirSync(SSE))('%s, in chunks of any one size', (name) => {
    const stream = readFileSync(new URL(name, SSE))
    const expected = parsed(stream)
    expect(expected.length).toBeGreaterThan(0)
    for (const size of [1, 2, 3, 7, 100, 1448, stream.length]) {
      expect(read(chunksOf(stream, size))).toEqual(expected)
    }
  })
})

/** Texts with everything that UTF-8 has, but no line end. */
const text = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', ' ', ': ', 'data'),
  )
  .map((value) => value.replace(/[\r\n]/g, '¶'))
const json = fc.jsonValue().map((value) => JSON.stringify(value))
const id = fc.oneof(
  fc.constant('[{"topic":"eqiad.mediawiki.recentchange","partition":0,"timestamp":1791207722236}]'),
  text,
)
const usual = fc
  .tuple(id, fc.oneof(json, text))
  .map(([id, data]) => ['event: message', `id: ${id}`, `data: ${data}`])
const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('data', 'event', 'id', 'retry', '', 'other', 'Data'),
      fc.constantFrom(':', ': ', ''),
      text,
    )
    .map((parts) => parts.join('')),
  fc.constantFrom('event: error', 'event: message', 'id: a\0b', 'retry: 10', ':', ''),
  text,
)
const frame = fc.oneof(
  { weight: 4, arbitrary: usual },
  {
    weight: 1,
    arbitrary: fc.constantFrom([':ok'], [':'], [], ['event: message'], ['id: x'], ['data'], ['data:']),
  },
  { weight: 1, arbitrary: json.map((data) => ['event: error', `data: ${data}`]) },
  { weight: 1, arbitrary: json.map((data) => ['event: message', `data: ${data}`]) },
  { weight: 1, arbitrary: json.map((data) => ['event:message', 'id:1', `data:${data}`]) },
  { weight: 1, arbitrary: fc.array(line, { maxLength: 6 }) },
)
const lineEnd = fc.constantFrom('\n', '\r\n', '\r')

/** Streams of all these, in one kind of line end or with every line in its own; the last frame may be incomplete. */
const stream = fc
  .tuple(
    fc.constantFrom('', '\ufeff', '\ufeff\ufeff', 'ï»¿'),
    fc.array(frame, { maxLength: 8 }),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(['\n']) },
      { weight: 2, arbitrary: fc.array(lineEnd, { minLength: 1, maxLength: 7 }) },
    ),
    fc.nat(40),
  )
  .map(([start, frames, ends, lost]) => {
    const lines = frames.flatMap((frame) => [...frame, ''])
    const whole = Buffer.from(start + lines.map((line, i) => line + ends[i % ends.length]).join(''))
    return lost < 30 ? whole : whole.subarray(0, Math.max(0, whole.length - lost + 30))
  })

test('any stream, cut anywhere, gives what the parser gives for all of it at once', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (bytes, places) => {
      const expected = parsed(bytes)
      expect(read([bytes])).toEqual(expected)
      expect(read(chunksOf(bytes, 1))).toEqual(expected)
      expect(read(cutAt(bytes, places))).toEqual(expected)
    }),
    { numRuns: 2000 },
  )
})

test('any bytes at all do no harm, and mean what they mean to the parser', () => {
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('\n\r: dataeventi\0')))
  const piece = fc.oneof(
    fc.array(byte, { maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(Buffer.from('event: message\nid: '), Buffer.from('\ndata: '), Buffer.from('\n\n')),
  )
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(), { maxLength: 12 }), (pieces, places) => {
      const bytes = Buffer.concat(pieces)
      expect(read(cutAt(bytes, places))).toEqual(parsed(bytes))
    }),
    { numRuns: 2000 },
  )
})

describe('a frame larger than can be held', () => {
  const before = 'event: message\nid: 1\ndata: before\n\n'
  const after = 'event: message\nid: 3\ndata: after\n\n'
  const frameOf = (size: number) => {
    const head = 'event: message\nid: 2\ndata: '
    return `${head}${'x'.repeat(size - head.length - 2)}\n\n`
  }
  const [first, last] = [
    { id: '1', data: 'before' },
    { id: '3', data: 'after' },
  ]
  // The last two end between the two line ends of the large frame, and right behind them.
  const sizes = [65_536, 5_000_001, before.length + MAX_FRAME_BYTES, before.length + MAX_FRAME_BYTES + 1, 1e9]

  test.each(sizes)('is passed over and said once, in chunks of %i', (size) => {
    const large = Buffer.from(before + frameOf(MAX_FRAME_BYTES + 1) + after)
    expect(read(chunksOf(large, size))).toEqual([first, 'oversize', last])
    const fits = Buffer.from(before + frameOf(MAX_FRAME_BYTES) + after)
    expect(read(chunksOf(fits, size))).toEqual([first, expect.objectContaining({ id: '2' }), last])
  })

  test('also with other line ends, and twice in a row', () => {
    const large = frameOf(MAX_FRAME_BYTES + 1).replaceAll('\n', '\r\n')
    expect(read(chunksOf(Buffer.from(`:ok\r\n\r\n${large}${large}${after}`), 1_000_000))).toEqual([
      'oversize',
      'oversize',
      last,
    ])
  })
})
