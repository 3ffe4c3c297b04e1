import { NUMBERS, type PackedColumns, TEXTS } from '../../columns.ts'
import { ArrivalLog } from './arrivals.ts'
import type { Connection } from './database.ts'
import { firstKey, KEYS_PER_MS, millisecondOf } from './rows.ts'

/** Rows that one call inserts: a call of its own for each costs half as much again. */
const GROUP = 4
const COLUMNS = ['key', 'id', 'source', 'site', ...NUMBERS, ...TEXTS] as const
/** SQLite stores NaN as NULL, and it is bound faster than `null`. */
const NULL = Number.NaN

/**
 * Inserts the rows of a batch, each under the next free key of its millisecond, so that neighbours keep the order in
 * which they came. Above all stored keys the free ones are known without looking, and rows wait for each other there:
 * what is inserted is there for the others only after `flush`.
 */
export class Inserter {
  readonly #statements: ReturnType<typeof prepareStatements>
  readonly #arrivals: ArrivalLog
  /** No key is stored above those of this millisecond; `undefined` where that is to be looked up. */
  #frontier: number | undefined
  /** The next free key of each millisecond above the frontier that a row of this batch has. */
  readonly #freeKeys = new Map<number, number>()
  /** The values of the rows that wait. */
  readonly #values: unknown[] = new Array(GROUP * COLUMNS.length).fill(null)
  readonly #ids = Array.from({ length: GROUP }, () => Buffer.alloc(16))
  #waiting = 0
  /** The key that was looked for last, and for which time: its neighbour's is the next one. */
  #last = { at: Number.NaN, key: Number.NaN }

  #columns!: PackedColumns
  #source = 0
  #text: Buffer = Buffer.alloc(0)
  /** Where the texts of `#textRow` begin. */
  #textAt = 0
  #textRow = 0

  constructor(db: Connection) {
    this.#statements = prepareStatements(db)
    this.#arrivals = new ArrivalLog(this.#statements.insertArrivals)
  }

  /** The rows that follow are of these columns. */
  begin(columns: PackedColumns, source: number): void {
    const { buffer, byteOffset, length } = columns.text
    this.#columns = columns
    this.#source = source
    this.#text = Buffer.from(buffer, byteOffset, length)
    this.#textAt = 0
    this.#textRow = 0
  }

  /** Inserts a row; rows come in their order. */
  insert(row: number, site: number): void {
    const at = this.#columns.times[row] as number
    const first = firstKey(at)
    this.#frontier ??= millisecondOf((this.#statements.lastKey.get() as number | null) ?? 0)
    const key = this.#freeKeys.get(at) ?? first
    this.#bind(row, site, key)
    if (at > this.#frontier && key < first + KEYS_PER_MS) {
      this.#freeKeys.set(at, key + 1)
      this.#arrivals.add(key)
      this.#waiting++
      if (this.#waiting === GROUP) this.flush()
    } else {
      const values = this.#valuesOf(this.#waiting)
      this.flush()
      this.#insertAmongOthers(values, at)
    }
  }

  /** Inserts the rows that wait. */
  flush(): void {
    if (this.#waiting === GROUP) this.#statements.insertGroup.run(...this.#values)
    else
      for (let place = 0; place < this.#waiting; place++)
        this.#statements.insertOne.run(...this.#valuesOf(place))
    this.#waiting = 0
  }

  /** No more rows of these columns. */
  end(): void {
    this.flush()
    this.#arrivals.flush()
    for (const at of this.#freeKeys.keys()) this.#raiseFrontier(at)
    this.#freeKeys.clear()
  }

  /** Drops what it remembers: the database was changed by others, or a transaction was undone. */
  forget(): void {
    this.#frontier = undefined
    this.#freeKeys.clear()
    this.#arrivals.forget()
    this.#waiting = 0
    this.#last = { at: Number.NaN, key: Number.NaN }
  }

  /** Puts the values of a row behind those of the rows that wait. */
  #bind(row: number, site: number, key: number): void {
    const { ids, numbers, lengths } = this.#columns
    const id = this.#ids[this.#waiting] as Buffer
    for (let i = 0; i < 16; i++) id[i] = ids[row * 16 + i] as number
    const values = this.#values
    let place = this.#waiting * COLUMNS.length
    values[place++] = key
    values[place++] = id
    values[place++] = this.#source
    values[place++] = site
    const firstNumber = row * NUMBERS.length
    for (let i = 0; i < NUMBERS.length; i++) values[place++] = numbers[firstNumber + i]
    // Rows that were left out have texts too.
    const firstLength = row * TEXTS.length
    for (let i = this.#textRow * TEXTS.length; i < firstLength; i++)
      this.#textAt += Math.max(0, lengths[i] as number)
    this.#textRow = row
    let from = this.#textAt
    for (let i = 0; i < TEXTS.length; i++) {
      const length = lengths[firstLength + i] as number
      values[place++] = length < 0 ? NULL : this.#text.subarray(from, from + length)
      if (length > 0) from += length
    }
  }

  #valuesOf(place: number): unknown[] {
    return this.#values.slice(place * COLUMNS.length, (place + 1) * COLUMNS.length)
  }

  /**
   * Where all 4096 keys of a millisecond are taken (a source that knows only seconds), a row gets a later one, with the
   * shift that gives its time back.
   */
  #insertAmongOthers(values: unknown[], at: number): void {
    const first = firstKey(at)
    let key = this.#last.at === at ? this.#last.key + 1 : first
    for (;;) {
      const shift = Math.floor((key - first) / KEYS_PER_MS)
      values[0] = key
      if (this.#statements.insertUnlessTaken.run(...values, shift === 0 ? NULL : shift).changes === 1) break
      key = 1 + (this.#statements.lastKeyBefore.get(Math.max(key + 1, firstKey(at + 1))) as number)
    }
    this.#arrivals.add(key)
    this.#last = { at, key }
    this.#raiseFrontier(millisecondOf(key))
  }

  #raiseFrontier(at: number): void {
    if (this.#frontier !== undefined && at > this.#frontier) this.#frontier = at
  }
}

function prepareStatements(db: Connection) {
  // Texts come as the bytes that they are in the end.
  const values = COLUMNS.map((name) =>
    (TEXTS as readonly string[]).includes(name) ? 'CAST(? AS TEXT)' : '?',
  )
  return {
    insertGroup: db.prepare(
      `INSERT INTO changes (${COLUMNS}) VALUES ${Array.from({ length: GROUP }, () => `(${values})`)}`,
    ),
    insertOne: db.prepare(`INSERT INTO changes (${COLUMNS}) VALUES (${values})`),
    insertUnlessTaken: db.prepare(
      `INSERT INTO changes (${COLUMNS}, shift) VALUES (${values}, ?) ON CONFLICT (key) DO NOTHING`,
    ),
    insertArrivals: db.prepare('INSERT INTO arrivals (until, keys) VALUES (?, ?)'),
    lastKey: db.prepare('SELECT max(key) FROM changes').pluck(),
    lastKeyBefore: db.prepare('SELECT key FROM changes WHERE key < ? ORDER BY key DESC LIMIT 1').pluck(),
  }
}
