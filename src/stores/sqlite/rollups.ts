import type { Statement } from 'better-sqlite3'
import { NUMBER } from '../../columns.ts'
import { ALL_SITES, BYTES_ADDED, BYTES_REMOVED, FIGURES, HOUR_MS } from '../figures.ts'
import type { Connection } from './database.ts'

/** What a batch adds to the rollups, summed up first: one upsert per touched rollup in place of one per change. */
export class RollupSums {
  readonly #sums = new Map<number, Float64Array>()

  /** @param first where the numbers of the change begin among those of its columns */
  add(site: number, at: number, numbers: Float64Array, first: number): void {
    const hour = Math.floor(at / HOUR_MS)
    const figure = (numbers[first + NUMBER.type] as number) * 2 + (numbers[first + NUMBER.bot] as number)
    const now = numbers[first + NUMBER.new_bytes] as number
    const before = numbers[first + NUMBER.old_bytes] as number
    // NaN where the event says no size: neither more nor less.
    const difference = now - (Number.isNaN(before) ? 0 : before)
    this.#addTo(site, hour, figure, difference)
    this.#addTo(ALL_SITES, hour, figure, difference)
  }

  #addTo(site: number, hour: number, figure: number, difference: number): void {
    // Injective below 2⁵³: 21 bits hold the hours of two centuries.
    const key = site * 2 ** 21 + hour
    let sums = this.#sums.get(key)
    if (sums === undefined) {
      sums = new Float64Array(FIGURES.length)
      this.#sums.set(key, sums)
    }
    sums[figure] = (sums[figure] as number) + 1
    if (difference > 0) sums[BYTES_ADDED] = (sums[BYTES_ADDED] as number) + difference
    else if (difference < 0) sums[BYTES_REMOVED] = (sums[BYTES_REMOVED] as number) - difference
  }

  flush(upsert: Statement): void {
    for (const [key, sums] of this.#sums)
      upsert.run(Math.floor(key / 2 ** 21), key % 2 ** 21, ...(sums as Iterable<number>))
  }
}

/** Adds to the rollup of a site and an hour. */
export const addToRollup = (db: Connection): Statement =>
  db.prepare(
    `INSERT INTO rollups (site, hour, ${FIGURES}) VALUES (?, ?, ${FIGURES.map(() => '?')})
     ON CONFLICT (site, hour) DO UPDATE SET ${FIGURES.map((name) => `${name} = ${name} + excluded.${name}`)}`,
  )

/** The rollups of a site from an hour on and before another, as lists of the hour and its figures. */
export const rollupsBetween = (db: Connection): Statement =>
  db.prepare(`SELECT hour, ${FIGURES} FROM rollups WHERE site = ? AND hour >= ? AND hour < ?`).raw()
