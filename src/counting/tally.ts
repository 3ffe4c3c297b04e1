/**
 * How often each of a few things happened since the start of the process. They are known from the start and begin
 * with 0, so whoever reads the numbers sees the first one come; what is none of them is not counted, and so nothing
 * that somebody sent ever becomes one.
 */
export class Tally<K extends string> {
  readonly #counts: Map<K, number>

  constructor(kinds: readonly K[]) {
    this.#counts = new Map(kinds.map((kind) => [kind, 0]))
  }

  add(kind: K, times = 1): void {
    const before = this.#counts.get(kind)
    if (before !== undefined) this.#counts.set(kind, before + times)
  }

  /** All of them, in the order in which they were named. */
  [Symbol.iterator](): IterableIterator<[K, number]> {
    return this.#counts[Symbol.iterator]()
  }
}

/** Tallies of the same things, one for each of a few others: how often each command was answered, refused… */
export class TallyTable<R extends string, K extends string> {
  readonly #rows: Map<R, Tally<K>>

  constructor(rows: readonly R[], kinds: readonly K[]) {
    this.#rows = new Map(rows.map((row) => [row, new Tally(kinds)]))
  }

  add(row: R, kind: K): void {
    this.#rows.get(row)?.add(kind)
  }

  /** All of them, in the order in which they were named. */
  [Symbol.iterator](): IterableIterator<[R, Tally<K>]> {
    return this.#rows[Symbol.iterator]()
  }
}
