import type { Statement } from 'better-sqlite3'
import type { Scope } from '../../scope.ts'
import type { SqliteReader } from './reader.ts'

/** Rows of one site in a piece at most: some milliseconds' work. */
const ROWS = 2000

/** Which rows are looked at together. */
export interface Piece {
  /** The keys of the piece: from the first one on, before the second one. */
  readonly from: number
  readonly to: number
  /** The key that the walk goes on from. */
  readonly at: number
  /** Nothing is left behind it. */
  readonly isLast: boolean
}

/** A statement's part that says of which rows: of all sites together (`null`), or of one. */
const rowsOf = (site: number | null | undefined): string =>
  site === null ? 'WHERE' : 'INDEXED BY changes_by_site WHERE site = ? AND'

/**
 * A walk through the rows of a scope, newest or oldest first, in pieces of few rows: between them others have their
 * turn, and none keeps a snapshot of the database for long.
 */
export class Pieces {
  readonly #reader: SqliteReader
  /** `null`: all of them together. */
  readonly #sites: readonly (number | null)[]
  readonly #bound: Statement
  readonly #isUpwards: boolean
  readonly #end: number

  /** @param end where a walk to older ones ends: below this key nothing is looked at */
  constructor(reader: SqliteReader, scope: Scope, { isUpwards = false, end = 0 } = {}) {
    this.#reader = reader
    this.#isUpwards = isUpwards
    this.#end = end
    this.#sites = scope.kind === 'all' ? [null] : reader.siteIds(scope)
    const [comparison, order] = isUpwards ? ['>', 'ASC'] : ['<', 'DESC']
    this.#bound = reader
      .prepare(
        `SELECT key FROM changes ${rowsOf(this.#sites[0])} key ${comparison} ?
         ORDER BY key ${order} LIMIT 1 OFFSET ${ROWS - 1}`,
      )
      .pluck()
  }

  /** The next piece behind a key, which is not part of it. */
  next(key: number): Piece {
    const bounds = this.#sites.flatMap((site) => {
      const bound = this.#bound.get(...(site === null ? [key] : [site, key])) as number | undefined
      return bound ?? []
    })
    const isLast = bounds.length === 0
    if (this.#isUpwards) {
      // Up to the nearest of them, no site has more rows than up to its own.
      const at = isLast ? Number.MAX_SAFE_INTEGER : Math.min(...bounds)
      return { from: key + 1, to: at + 1, at, isLast }
    }
    const at = Math.max(this.#end, ...bounds)
    return { from: at, to: key, at, isLast: isLast || at === this.#end }
  }

  /**
   * What is asked of the rows of a piece, as a function that asks it; the rows come in no order.
   * @param condition of further ones, with the values of its parameters
   */
  question<Row>(columns: string, condition = '', values: readonly number[] = []): (piece: Piece) => Row[] {
    const statement = this.#reader.prepare(
      `SELECT ${columns} FROM changes ${rowsOf(this.#sites[0])} key >= ? AND key < ? ${condition}`,
    )
    return ({ from, to }) =>
      this.#sites.flatMap(
        (site) => statement.all(...(site === null ? [] : [site]), from, to, ...values) as Row[],
      )
  }
}
