import { CHANGE_TYPES, type Change, type LogEntry } from './change.ts'
import type { Site } from './site.ts'

/** The columns that hold numbers, in the order in which a row has them. */
export const NUMBERS = [
  'type',
  'namespace',
  'bot',
  'minor',
  'patrolled',
  'rcid',
  'old_bytes',
  'new_bytes',
  'old_revision',
  'new_revision',
  'delay',
] as const
/** The columns that hold text, likewise. `log` is the JSON of a `LogEntry`. */
export const TEXTS = ['title', 'comment', 'user', 'url', 'log'] as const

type NumberColumn = (typeof NUMBERS)[number]
type TextColumn = (typeof TEXTS)[number]

/** Place of a column among those of its kind. */
export const NUMBER = placesOf(NUMBERS)
export const TEXT = placesOf(TEXTS)

function placesOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, place) => [name, place])) as Record<Name, number>
}

/** What a change says, by column: the form in which stores have it, and columns give it back. */
export type Row = Readonly<Record<NumberColumn, number | null> & Record<TextColumn, string | null>>

/** The change that a row says. `at` is UTC ms. */
export function changeOf(row: Row, id: string, source: string, site: Site, at: number): Change {
  return {
    id,
    source,
    site,
    at,
    timestamp: row.delay === null ? null : at - row.delay,
    rcid: row.rcid,
    type: CHANGE_TYPES[row.type as number] as Change['type'],
    namespace: row.namespace,
    title: row.title as string,
    customUrl: row.url,
    user: row.user,
    comment: row.comment,
    bot: row.bot === 1,
    minor: row.minor === null ? null : row.minor === 1,
    patrolled: row.patrolled === null ? null : row.patrolled === 1,
    bytes: { old: row.old_bytes, new: row.new_bytes },
    revision: { old: row.old_revision, new: row.new_revision },
    log: row.log === null ? null : (JSON.parse(row.log) as LogEntry),
  }
}

/** The plain data of `ChangeColumns`: what can be handed to another thread. */
export interface PackedColumns {
  readonly count: number
  /** 16 bytes a row. */
  readonly ids: Uint8Array
  /** When each was published, UTC ms. */
  readonly times: Float64Array
  /** The distinct sites; `siteOf` has each row's place among them. */
  readonly sites: readonly Site[]
  readonly siteOf: Uint32Array
  /** A row's numbers stand together; NaN for null. */
  readonly numbers: Float64Array
  /** The length of each text in bytes, a row's together; -1 for null. */
  readonly lengths: Int32Array
  /** All texts one after the other, UTF-8. */
  readonly text: Uint8Array
}

const FIRST_ROWS = 64
const FIRST_TEXT = 8192

/**
 * Changes as columns: the form in which they travel from a source to a store. A few long arrays cost a fraction of as
 * many objects, from the garbage collector's work to the copy for another thread. Read one by one they are `Change`s.
 *
 * Text is UTF-8: half of a surrogate pair, which no text has, becomes U+FFFD.
 */
export class ChangeColumns implements Iterable<Change> {
  readonly source: string
  readonly #sites = new Map<Site, number>()
  #count = 0
  #ids: Buffer = Buffer.alloc(FIRST_ROWS * 16)
  #times: Float64Array = new Float64Array(FIRST_ROWS)
  #siteOf: Uint32Array = new Uint32Array(FIRST_ROWS)
  #numbers: Float64Array = new Float64Array(FIRST_ROWS * NUMBERS.length)
  #lengths: Int32Array = new Int32Array(FIRST_ROWS * TEXTS.length)
  #text: Buffer = Buffer.allocUnsafeSlow(FIRST_TEXT)
  /** Bytes of text in the rows that are complete. */
  #textBytes = 0
  /** Where the next text of the row under way goes. */
  #textAt = 0
  #firstNumber = 0
  #firstText = 0

  constructor(source: string, changes: Iterable<Change> = []) {
    this.source = source
    for (const change of changes) this.add(change)
  }

  /** What `packed` gave. The arrays become its own. */
  static unpacked(source: string, packed: PackedColumns): ChangeColumns {
    const columns = new ChangeColumns(source)
    const { ids, text } = packed
    columns.#count = packed.count
    for (const [place, site] of packed.sites.entries()) columns.#sites.set(site, place)
    columns.#ids = Buffer.from(ids.buffer, ids.byteOffset, ids.length)
    columns.#times = packed.times
    columns.#siteOf = packed.siteOf
    columns.#numbers = packed.numbers
    columns.#lengths = packed.lengths
    columns.#text = Buffer.from(text.buffer, text.byteOffset, text.length)
    columns.#textBytes = text.length
    return columns
  }

  get count(): number {
    return this.#count
  }

  /** When the last change was published, UTC ms; `null` where there is none. */
  get lastAt(): number | null {
    return this.#count === 0 ? null : (this.#times[this.#count - 1] as number)
  }

  /** @throws {RangeError} where the parameters of a log entry are nested too deeply to be written; nothing is added */
  add(change: Change): void {
    const { minor, patrolled, bytes, revision, log } = change
    this.begin()
    writeUuid(change.id, this.#ids, this.#count * 16)
    this.number(NUMBER.type, CHANGE_TYPES.indexOf(change.type))
    this.number(NUMBER.namespace, change.namespace)
    this.number(NUMBER.bot, Number(change.bot))
    this.number(NUMBER.minor, minor === null ? null : Number(minor))
    this.number(NUMBER.patrolled, patrolled === null ? null : Number(patrolled))
    this.number(NUMBER.rcid, change.rcid)
    this.number(NUMBER.old_bytes, bytes.old)
    this.number(NUMBER.new_bytes, bytes.new)
    this.number(NUMBER.old_revision, revision.old)
    this.number(NUMBER.new_revision, revision.new)
    this.number(NUMBER.delay, change.timestamp === null ? null : change.at - change.timestamp)
    this.string(TEXT.title, change.title)
    this.string(TEXT.comment, change.comment)
    this.string(TEXT.user, change.user)
    this.string(TEXT.url, change.customUrl)
    this.string(TEXT.log, log === null ? null : JSON.stringify(log))
    this.end(change.site, change.at)
  }

  // A row is made of these, from `begin` to `end`. One that is not ended is overwritten by the next.

  /** Begins a row in which every column is null and the id is all zeros. */
  begin(): void {
    if (this.#count === this.#times.length) this.#grow()
    this.#firstNumber = this.#count * NUMBERS.length
    this.#firstText = this.#count * TEXTS.length
    this.#textAt = this.#textBytes
    for (let i = 0; i < NUMBERS.length; i++) this.#numbers[this.#firstNumber + i] = Number.NaN
    for (let i = 0; i < TEXTS.length; i++) this.#lengths[this.#firstText + i] = -1
  }

  /** Byte `i` of the id, of its 16. */
  idByte(i: number, byte: number): void {
    this.#ids[this.#count * 16 + i] = byte
  }

  number(column: number, value: number | null): void {
    this.#numbers[this.#firstNumber + column] = value ?? Number.NaN
  }

  /** The texts of a row are said in the order of their columns. */
  string(column: number, value: string | null): void {
    if (value === null) return
    // UTF-8 has at most three bytes for a character of JavaScript.
    this.#makeRoom(value.length * 3)
    this.#take(column, this.#text.write(value, this.#textAt))
  }

  /** A text that stands in `bytes`, as UTF-8 that is known to be sound. */
  bytes(column: number, bytes: Buffer, from: number, to: number): void {
    const length = to - from
    this.#makeRoom(length)
    bytes.copy(this.#text, this.#textAt, from, to)
    this.#take(column, length)
  }

  end(site: Site, at: number): void {
    let place = this.#sites.get(site)
    if (place === undefined) {
      place = this.#sites.size
      this.#sites.set(site, place)
    }
    this.#siteOf[this.#count] = place
    this.#times[this.#count] = at
    this.#textBytes = this.#textAt
    this.#count++
  }

  *[Symbol.iterator](): Iterator<Change> {
    const sites = [...this.#sites.keys()]
    let textAt = 0
    for (let row = 0; row < this.#count; row++) {
      const values: Record<string, number | string | null> = {}
      for (const [i, name] of NUMBERS.entries()) {
        const value = this.#numbers[row * NUMBERS.length + i] as number
        values[name] = Number.isNaN(value) ? null : value
      }
      for (const [i, name] of TEXTS.entries()) {
        const length = this.#lengths[row * TEXTS.length + i] as number
        values[name] = length < 0 ? null : this.#text.toString('utf8', textAt, textAt + length)
        textAt += Math.max(0, length)
      }
      const id = readUuid(this.#ids.subarray(row * 16, row * 16 + 16))
      const site = sites[this.#siteOf[row] as number] as Site
      yield changeOf(values as Row, id, this.source, site, this.#times[row] as number)
    }
  }

  /** A copy of the data, in arrays of exactly their size. */
  packed(): PackedColumns {
    const count = this.#count
    return {
      count,
      ids: new Uint8Array(this.#ids.subarray(0, count * 16)),
      times: this.#times.slice(0, count),
      sites: [...this.#sites.keys()],
      siteOf: this.#siteOf.slice(0, count),
      numbers: this.#numbers.slice(0, count * NUMBERS.length),
      lengths: this.#lengths.slice(0, count * TEXTS.length),
      text: new Uint8Array(this.#text.subarray(0, this.#textBytes)),
    }
  }

  #take(column: number, length: number): void {
    this.#lengths[this.#firstText + column] = length
    this.#textAt += length
  }

  #makeRoom(bytes: number): void {
    const needed = this.#textAt + bytes
    if (needed <= this.#text.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#text.length * 2))
    this.#text.copy(larger, 0, 0, this.#textAt)
    this.#text = larger
  }

  #grow(): void {
    const rows = Math.max(FIRST_ROWS, this.#count * 2)
    this.#ids = Buffer.concat([this.#ids], rows * 16)
    this.#times = larger(this.#times, Float64Array, rows)
    this.#siteOf = larger(this.#siteOf, Uint32Array, rows)
    this.#numbers = larger(this.#numbers, Float64Array, rows * NUMBERS.length)
    this.#lengths = larger(this.#lengths, Int32Array, rows * TEXTS.length)
  }
}

function larger<A extends { readonly length: number; set(from: A): void }>(
  array: A,
  ArrayType: new (length: number) => A,
  length: number,
): A {
  const result = new ArrayType(length)
  result.set(array)
  return result
}

/** The 16 bytes of a UUID in lower case. */
function writeUuid(id: string, target: Buffer, offset: number): void {
  target.write(id.replaceAll('-', ''), offset, 'hex')
}

export function readUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
