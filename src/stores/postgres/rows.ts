import type { Change } from '../../change.ts'
import { changeOf, NUMBERS, type Row, TEXTS } from '../../columns.ts'
import type { Site } from '../../site.ts'
import type { Row as AnyRow } from './database.ts'
import { fromStored } from './text.ts'

/** Where a row stands in the order of all: by its time, then by its number. */
export interface Key {
  /** UTC ms. */
  readonly at: number
  readonly n: number
}

/** Above the numbers of all rows, below 9·10¹⁵: a cursor has at most 16 digits a number. */
export const LAST_N = 2 ** 52
export const NEWEST: Key = { at: LAST_N, n: LAST_N }

/** The key next to one, below or above it. */
export const below = ({ at, n }: Key): Key =>
  n > 0 ? { at, n: n - 1 } : { at: Math.max(0, at - 1), n: LAST_N }
export const above = ({ at, n }: Key): Key => (n < LAST_N ? { at, n: n + 1 } : { at: at + 1, n: 0 })

export const cursorOf = ({ at, n }: Key): string => `${at}-${n}`

/** A cursor's key; a cursor that is none of ours is the newest end, as none is. */
export function keyOf(cursor: string | undefined): Key {
  const [, at, n] = /^(\d{1,16})-(\d{1,16})$/.exec(cursor ?? '') ?? []
  return at === undefined ? NEWEST : { at: Math.min(Number(at), LAST_N), n: Math.min(Number(n), LAST_N) }
}

/** A row of `changes`. */
export interface StoredRow extends AnyRow, Row {
  readonly at: number
  readonly n: number
  readonly id: string
  readonly source: number
  readonly site: number
}

/** The columns of a row, of the table named `c`. */
export const ROW = ['at', 'n', 'id', 'source', 'site', ...NUMBERS, ...TEXTS]
  .map((name) => `c."${name}"`)
  .join(', ')

export function toChange(row: StoredRow, source: string, site: Site): Change {
  const texts = Object.fromEntries(
    TEXTS.map((name) => [name, row[name] === null ? null : fromStored(row[name])]),
  )
  return changeOf({ ...row, ...texts } as Row, row.id, source, site, row.at)
}
