import { NUMBERS, type PackedColumns, TEXTS } from '../../columns.ts'
import { needsCare, toStored } from './text.ts'

/** Numbers of types in every PostgreSQL. */
const OID = { bytea: 17, bigint: 20, text: 25, uuid: 2950 } as const

// Arrays in the binary form of the protocol: dimensions, whether there are NULLs, type, length, first index; then each
// element with its length before it. They are made from the columns of a batch without a text in between: as text, to
// write and to read them would cost more than to store them.

const HEADER = 20

function begin(type: number, count: number, bytes: number): Buffer {
  const array = Buffer.allocUnsafe(HEADER + bytes)
  array.writeInt32BE(1, 0)
  array.writeInt32BE(1, 4)
  array.writeInt32BE(type, 8)
  array.writeInt32BE(count, 12)
  array.writeInt32BE(1, 16)
  return array
}

/** Whole numbers; NaN is NULL. */
export function bigints(count: number, valueAt: (row: number) => number): Buffer {
  const array = begin(OID.bigint, count, count * 12)
  let at = HEADER
  for (let row = 0; row < count; row++) {
    const value = valueAt(row)
    if (Number.isNaN(value)) {
      at = array.writeInt32BE(-1, at)
      continue
    }
    at = array.writeInt32BE(8, at)
    const high = Math.floor(value / 2 ** 32)
    at = array.writeInt32BE(high, at)
    at = array.writeUInt32BE(value - high * 2 ** 32, at)
  }
  return array.subarray(0, at)
}

/** UUIDs, of 16 bytes each. */
export function uuids(ids: Uint8Array): Buffer {
  const count = ids.length / 16
  const array = begin(OID.uuid, count, count * 20)
  for (let row = 0; row < count; row++) {
    array.writeInt32BE(16, HEADER + row * 20)
    array.set(ids.subarray(row * 16, row * 16 + 16), HEADER + row * 20 + 4)
  }
  return array
}

const elements = (type: number, values: readonly Uint8Array[]): Buffer => {
  const parts: Uint8Array[] = [begin(type, values.length, 0)]
  for (const value of values) {
    const length = Buffer.allocUnsafe(4)
    length.writeInt32BE(value.length)
    parts.push(length, value)
  }
  return Buffer.concat(parts)
}

/** Texts, as they are stored. */
export const texts = (values: readonly string[]): Buffer =>
  elements(
    OID.text,
    values.map((value) => Buffer.from(toStored(value))),
  )

export const byteStrings = (values: readonly Uint8Array[]): Buffer => elements(OID.bytea, values)

/** The columns that hold numbers, in their order. */
export const numberColumns = ({ count, numbers }: PackedColumns): Buffer[] =>
  NUMBERS.map((_, column) => bigints(count, (row) => numbers[row * NUMBERS.length + column] as number))

/** The columns that hold text, in their order. */
export function textColumns({ count, lengths, text }: PackedColumns): Buffer[] {
  const utf8 = Buffer.from(text.buffer, text.byteOffset, text.length)
  const isPlain = !needsCare(utf8)
  const sizes = new Array<number>(TEXTS.length).fill(count * 4)
  for (let i = 0; i < lengths.length; i++) {
    // What needs care may become twice as long.
    const bytes = Math.max(0, lengths[i] as number) * (isPlain ? 1 : 2)
    sizes[i % TEXTS.length] = (sizes[i % TEXTS.length] as number) + bytes
  }
  const arrays = sizes.map((bytes) => begin(OID.text, count, bytes))
  const ends = sizes.map(() => HEADER)
  let from = 0
  for (let i = 0; i < lengths.length; i++) {
    const column = i % TEXTS.length
    const array = arrays[column] as Buffer
    const at = ends[column] as number
    const length = lengths[i] as number
    if (length < 0) {
      ends[column] = array.writeInt32BE(-1, at)
      continue
    }
    const written = isPlain
      ? utf8.copy(array, at + 4, from, from + length)
      : array.write(toStored(utf8.toString('utf8', from, from + length)), at + 4)
    array.writeInt32BE(written, at)
    ends[column] = at + 4 + written
    from += length
  }
  return arrays.map((array, column) => array.subarray(0, ends[column]))
}
