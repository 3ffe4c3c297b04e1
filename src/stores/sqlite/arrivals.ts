import type { Statement } from 'better-sqlite3'

/** Keys that one row of `arrivals` holds at most; so many places of the tail belong to it. */
export const PLACES = 4096

/**
 * The order in which rows were stored, which is not that of their keys: a change may come late, and belongs then
 * between others that were read long ago. Kept per commit as a list of keys, each as its difference to the one before:
 * some three bytes a change.
 */
export class ArrivalLog {
  readonly #insert: Statement
  #bytes = Buffer.alloc(16_384)
  #length = 0
  #count = 0
  #last = 0
  #until = 0

  /** @param insert takes the highest of the keys and their list */
  constructor(insert: Statement) {
    this.#insert = insert
  }

  add(key: number): void {
    const difference = key - this.#last
    this.#write(this.#count === 0 ? key : difference < 0 ? -2 * difference - 1 : 2 * difference)
    this.#last = key
    if (key > this.#until) this.#until = key
    if (++this.#count === PLACES) this.flush()
  }

  /** Writes what was added. */
  flush(): void {
    if (this.#count > 0) this.#insert.run(this.#until, this.#bytes.subarray(0, this.#length))
    this.forget()
  }

  /** Drops what was added: its transaction was undone. */
  forget(): void {
    this.#length = this.#count = this.#last = this.#until = 0
  }

  /** Seven bits a byte, the lowest first; the highest bit says that more follow. */
  #write(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, this.#bytes])
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes[this.#length++] = (rest % 128) + 128
    this.#bytes[this.#length++] = rest
  }
}

/** The keys of a list, in the order in which they were stored. */
export function arrivedKeys(bytes: Buffer): number[] {
  const keys: number[] = []
  let last = 0
  for (let at = 0; at < bytes.length; ) {
    let value = 0
    let unit = 1
    for (; (bytes[at] as number) >= 128; at++, unit *= 128) value += ((bytes[at] as number) - 128) * unit
    value += (bytes[at++] as number) * unit
    last = keys.length === 0 ? value : last + (value % 2 === 1 ? -(value + 1) / 2 : value / 2)
    keys.push(last)
  }
  return keys
}
