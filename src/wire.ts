/** A batch as bytes, for whatever stands between two processes. */
import { crc32 } from 'node:zlib'
import { CHANGE_TYPES, type Unreadable } from './change.ts'
import { ChangeColumns, NUMBER, NUMBERS, TEXTS } from './columns.ts'
import type { Batch, Gap } from './contracts.ts'
import { type Site, siteOf } from './site.ts'

/** Raised when bytes of the older form can no longer be read as the newer one. */
const VERSION = 1

/** Version, and the checksum of everything behind it. */
const HEAD_BYTES = 5

/** What stands in front of the columns, as JSON: it keeps halves of surrogate pairs, which UTF-8 has no place for. */
interface Front {
  readonly source: string
  readonly position: string | null
  readonly unreadable: readonly Unreadable[]
  readonly gaps?: readonly Gap[]
  /** What `siteOf` makes each of, in its order. */
  readonly sites: readonly (readonly [string, string, string, string, string])[]
  readonly count: number
  readonly textBytes: number
}

/**
 * The bytes of a batch. A change takes some 50 of them and its texts. They are read by this version of the form and
 * later ones: readers are to be updated before writers.
 */
export function encodeBatch(batch: Batch): Buffer {
  const { count, ids, times, sites, siteOf: places, numbers, lengths, text } = batch.changes.packed()
  const front: Front = {
    source: batch.source,
    position: batch.position,
    unreadable: batch.unreadable,
    ...(batch.gaps && { gaps: batch.gaps }),
    sites: sites.map(({ wiki, domain, server, scriptPath, articleBase }) => {
      return [wiki, domain, server, scriptPath, articleBase]
    }),
    count,
    textBytes: text.length,
  }
  const json = Buffer.from(JSON.stringify(front))
  const figures = 2 + NUMBERS.length + TEXTS.length
  const bytes = Buffer.allocUnsafe(
    HEAD_BYTES + (1 + json.length + ids.length + text.length) + (count * figures + 1) * MOST_BYTES,
  )
  let at = writeFigure(bytes, HEAD_BYTES, json.length)
  at += json.copy(bytes, at)
  bytes.set(ids, at)
  at += ids.length
  // Times differ little from one row to the next.
  let before = 0
  for (let row = 0; row < count; row++) {
    const time = times[row] as number
    at = writeFigure(bytes, at, time - before)
    before = time
    at = writeFigure(bytes, at, places[row] as number)
  }
  for (const number of numbers) at = writeFigure(bytes, at, number)
  for (const length of lengths) at = writeFigure(bytes, at, length)
  bytes.set(text, at)
  at += text.length
  bytes.writeUInt8(VERSION, 0)
  bytes.writeUInt32LE(crc32(bytes.subarray(HEAD_BYTES, at)), 1)
  return bytes.subarray(0, at)
}

/**
 * The batch that was encoded.
 * @throws {Error} where the bytes are something else, with what is wrong with them
 */
export function decodeBatch(bytes: Buffer): Batch {
  if (bytes[0] !== VERSION)
    throw new Error(bytes.length === 0 ? 'it is empty' : `its form is number ${bytes[0]}, not ${VERSION}`)
  if (bytes.length < HEAD_BYTES || crc32(bytes.subarray(HEAD_BYTES)) !== bytes.readUInt32LE(1))
    throw new Error('it is damaged: its checksum is another')
  const reader = new Reader(bytes, HEAD_BYTES)
  const front = JSON.parse(reader.bytes(reader.figure()).toString()) as Front
  const { source, position, unreadable, gaps, count } = front
  const ids = Uint8Array.from(reader.bytes(count * 16))
  const times = new Float64Array(count)
  const places = new Uint32Array(count)
  let before = 0
  for (let row = 0; row < count; row++) {
    before += reader.figure()
    times[row] = before
    places[row] = reader.figure()
  }
  const numbers = new Float64Array(count * NUMBERS.length)
  for (let i = 0; i < numbers.length; i++) numbers[i] = reader.figure()
  const lengths = new Int32Array(count * TEXTS.length)
  for (let i = 0; i < lengths.length; i++) lengths[i] = reader.figure()
  const text = Uint8Array.from(reader.bytes(front.textBytes))
  const sites: Site[] = front.sites.map((parts) => siteOf(...parts))
  check(reader.isAtEnd, 'there is something behind it')
  check(
    places.every((place) => place < sites.length),
    'a change is of no wiki',
  )
  check(
    lengths.reduce((sum, length) => sum + Math.max(0, length), 0) === text.length,
    'its texts have other lengths',
  )
  for (let i = NUMBER.type; i < numbers.length; i += NUMBERS.length)
    check(CHANGE_TYPES[numbers[i] as number] !== undefined, 'a change is of no type')
  const packed = { count, ids, times, sites, siteOf: places, numbers, lengths, text }
  const changes = ChangeColumns.unpacked(source, packed)
  return { source, changes, unreadable, position, ...(gaps && { gaps }) }
}

function check(isSound: boolean, fault: string): void {
  if (!isSound) throw new Error(`it is damaged: ${fault}`)
}

// A figure is any number that JavaScript has, in as few bytes as it needs: 7 bits to a byte, the lowest first. 0 is
// NaN, which stands for null; 1 is followed by the number as it is; the others are whole numbers, the sign as the
// lowest bit.
const MOST_BYTES = 9
const NOT_A_NUMBER = 0
const AS_IT_IS = 1
const FIRST_WHOLE = 2
const MOST_WHOLE = 2 ** 50

/** Gives where it ends. */
function writeFigure(bytes: Buffer, at: number, value: number): number {
  if (Number.isNaN(value)) {
    bytes[at] = NOT_A_NUMBER
    return at + 1
  }
  if (!Number.isInteger(value) || Math.abs(value) > MOST_WHOLE || Object.is(value, -0)) {
    bytes[at] = AS_IT_IS
    bytes.writeDoubleLE(value, at + 1)
    return at + MOST_BYTES
  }
  let rest = (value < 0 ? -value * 2 - 1 : value * 2) + FIRST_WHOLE
  while (rest >= 128) {
    bytes[at++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  bytes[at] = rest
  return at + 1
}

class Reader {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  bytes(length: number): Buffer {
    const end = this.#at + length
    check(length >= 0 && end <= this.#bytes.length, 'it ends too early')
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  figure(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new Error('it is damaged: it ends too early')
      value += (byte & 127) * scale
      if (byte < 128) break
    }
    if (value === NOT_A_NUMBER) return Number.NaN
    if (value === AS_IT_IS) return this.bytes(8).readDoubleLE(0)
    const whole = value - FIRST_WHOLE
    return whole % 2 === 1 ? -(whole + 1) / 2 : whole / 2
  }
}
