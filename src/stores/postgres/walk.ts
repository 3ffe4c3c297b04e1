import type { Scope } from '../../scope.ts'
import type { Row } from './database.ts'
import { endOf, type Ground, groundOf, startOf } from './ground.ts'
import type { Reader } from './reader.ts'
import { type Key, LAST_N } from './rows.ts'

/** Rows that a step gives at most. */
const ROWS = 5000
/** The first step's piece of time; those after it are made longer or shorter so that each takes about as long. */
const FIRST_MS = 300_000
const LEAST_MS = 1000
const MOST_MS = 86_400_000
const STEP_MS = 50

/** What one step of a walk found. */
export interface Step<Found> {
  readonly rows: readonly Found[]
  /** The key that the walk goes on from. */
  readonly at: Key
  /** Nothing is left behind it. */
  readonly isLast: boolean
}

/** Which rows a walk is about. */
export interface Walk {
  readonly scope: Scope
  /** It begins next to this key, which is not part of it. */
  readonly from: Key
  /** A walk to older ones ends there: nothing before it is looked at, UTC ms. */
  readonly end?: number
  readonly isUpwards?: boolean
}

/** What is asked of the rows: further conditions have their values from `$6` on. */
export interface Question {
  readonly columns: string
  readonly condition?: string
  readonly values?: readonly unknown[]
  /** The rows are counted together, by these columns: then a step gives all of its piece of time. */
  readonly groupBy?: string
}

/**
 * Goes through the rows of a scope, newest or oldest first, in steps: each is a piece of one day, and a call of its
 * own, so that no question keeps a connection, or the server, from the others.
 */
export async function* walk<Found extends Row>(
  reader: Reader,
  { scope, from, end = 0, isUpwards = false }: Walk,
  { columns, condition = '', values = [], groupBy }: Question,
): AsyncGenerator<Step<Found>, void> {
  const ground = await groundOf(reader.db)
  const sites = await reader.names.idsOf(scope)
  const [comparison, order] = isUpwards ? ['>', 'ASC'] : ['<', 'DESC']
  const sql = `SELECT ${columns} FROM changes
    WHERE at >= $1 AND at < $2 AND (at, n) ${comparison} ($3, $4) AND ($5::integer[] IS NULL OR site = ANY($5))
    ${condition} ${groupBy === undefined ? `ORDER BY at ${order}, n ${order} LIMIT ${ROWS}` : `GROUP BY ${groupBy}`}`
  const least = Math.max(end, ground.cut)
  let key = from
  let length = FIRST_MS
  for (;;) {
    const piece = isUpwards ? pieceAbove(ground, key, length) : pieceBelow(ground, key, length, least)
    if (piece === null || sites?.length === 0)
      return yield { rows: [], at: edgeOf(key, isUpwards, least), isLast: true }
    const began = performance.now()
    const rows = await reader.db.ask<Found>(sql, [...piece, key.at, key.n, sites, ...values])
    const took = performance.now() - began
    const isCut = groupBy === undefined && rows.length === ROWS
    if (isCut) {
      const { at, n } = rows.at(-1) as unknown as Key
      key = { at, n }
    } else {
      key = isUpwards ? { at: piece[1] - 1, n: LAST_N } : { at: piece[0], n: 0 }
      length = Math.min(MOST_MS, Math.max(LEAST_MS, length * Math.min(4, Math.max(0.25, STEP_MS / took))))
    }
    const isLast =
      !isCut && (isUpwards ? pieceAbove(ground, key, 1) : pieceBelow(ground, key, 1, least)) === null
    yield { rows, at: key, isLast }
    if (isLast) return
  }
}

/** Where a walk that found nothing to look at has come to. */
const edgeOf = (key: Key, isUpwards: boolean, least: number): Key =>
  isUpwards ? key : { at: Math.min(key.at, least), n: 0 }

type Piece = readonly [from: number, to: number]

/** The next piece of a day below a key that is not before `least`; `null` where there is none. */
function pieceBelow({ days }: Ground, { at, n }: Key, length: number, least: number): Piece | null {
  // Rows have numbers above 0: below the first number of a moment is the moment before.
  const to = n === 0 ? at : at + 1
  const day = days.findLast((day) => startOf(day) < to)
  if (day === undefined) return null
  const end = Math.min(to, endOf(day))
  const from = Math.max(startOf(day), Math.floor(end - length), least)
  return from < end ? [from, end] : null
}

/** The next piece of a day above a key; `null` where there is none. */
function pieceAbove({ days, cut }: Ground, { at, n }: Key, length: number): Piece | null {
  const from = Math.max(cut, n === LAST_N ? at + 1 : at)
  const day = days.find((day) => endOf(day) > from)
  if (day === undefined) return null
  const begin = Math.max(from, startOf(day))
  return [begin, Math.min(endOf(day), Math.ceil(begin + length))]
}
