import { CHANGE_TYPES } from '../../change.ts'
import type { Preview, RecentPage, RecentQuery, SeriesPoint, SeriesQuery } from '../../contracts.ts'
import { type Filter, namesMatcher } from '../../filter.ts'
import type { Scope } from '../../scope.ts'
import { type Piece, Pieces } from './pieces.ts'
import { keyOf, type SqliteReader } from './reader.ts'
import { firstKey, millisecondOf } from './rows.ts'
import type { Steps } from './steps.ts'

/** Once a page is full, so many steps are spent on finding out whether more is to come. */
const STEPS_FOR_MORE = 5
const EXAMPLES = 3

/** A page of the changes that pass a filter. */
export function* searchRecent(reader: SqliteReader, query: RecentQuery): Steps<RecentPage> {
  const { scope, limit, offset = 0, filter = {}, before, after } = query
  const isUpwards = after !== undefined
  const pieces = new Pieces(reader, scope, { isUpwards })
  const search = searchIn(pieces, filter)
  const start = keyOf(after ?? before)
  const found: number[] = []
  let at = start
  let passed = 0
  let isLast = false
  let isLate = false
  // One more than asked for tells whether there is a next page.
  for (let extra = 0; found.length <= limit && !isLast && extra < STEPS_FOR_MORE && !isLate; ) {
    reader.inOneMoment(() => {
      const piece = pieces.next(at)
      const keys = search(piece).toSorted((a, b) => (isUpwards ? a - b : b - a))
      const skipped = Math.min(offset - passed, keys.length)
      passed += skipped
      found.push(...keys.slice(skipped, skipped + limit + 1 - found.length))
      at = piece.at
      isLast = piece.isLast
    })
    if (found.length >= limit) extra++
    if (found.length <= limit && !isLast) isLate = yield
  }
  const page = found.slice(0, limit)
  // Where a full page ends, though nothing may be behind it; where one ends that is not full, what was looked at ends.
  const isFull = page.length === limit
  const end = isFull ? (page.at(-1) as number) : at
  const hasMore = isFull ? found.length > limit || !isLast : !isLast
  const searchedTo = !isFull && !isLast ? millisecondOf(at) : null
  if (isUpwards) {
    page.reverse()
    return {
      changes: changesOf(reader, page),
      next: String(page.at(-1) ?? start + 1),
      previous: hasMore ? String(end) : null,
      searchedTo,
    }
  }
  const isNewest = before === undefined && offset === 0
  // What comes after it must have the row itself that this page came behind.
  const begin = page[0] ?? (before === undefined ? null : start - 1)
  return {
    changes: changesOf(reader, page),
    next: hasMore ? String(end) : null,
    previous: isNewest || begin === null ? null : String(begin),
    searchedTo,
  }
}

export interface PreviewQuery {
  readonly scope: Scope
  readonly filter: Filter
  /** UTC ms. */
  readonly from: number
}

/** How many changes pass a filter since a time, newest first: where the time for it is over, of less. */
export function* searchPreview(reader: SqliteReader, { scope, filter, from }: PreviewQuery): Steps<Preview> {
  const pieces = new Pieces(reader, scope, { end: Math.max(0, firstKey(from)) })
  const search = searchIn(pieces, filter)
  const examples: number[] = []
  let count = 0
  let at = Number.MAX_SAFE_INTEGER
  for (;;) {
    const isLast = reader.inOneMoment(() => {
      const piece = pieces.next(at)
      const keys = search(piece)
      count += keys.length
      if (examples.length < EXAMPLES)
        examples.push(...keys.toSorted((a, b) => b - a).slice(0, EXAMPLES - examples.length))
      at = piece.at
      return piece.isLast
    })
    const isLate = isLast ? false : yield
    if (isLast || isLate) {
      const changes = changesOf(reader, examples)
      return {
        count,
        examples: changes,
        searchedFrom: countedFrom(reader, isLast ? from : millisecondOf(at)),
      }
    }
  }
}

/** From when on something was counted that was looked at from a time on: nothing may be stored of its beginning. */
export const countedFrom = (reader: SqliteReader, from: number): number =>
  Math.max(from, reader.span()?.from ?? from)

/** Those that retention has not removed since they were found. */
const changesOf = (reader: SqliteReader, keys: readonly number[]) =>
  reader.inOneMoment(() => keys.flatMap((key) => reader.findChange(key) ?? []))

/** What finds the keys of a piece's rows that pass the filter. */
function searchIn(pieces: Pieces, filter: Filter): (piece: Piece) => number[] {
  const { types, namespaces, isBot, isMinor, minBytes, user, title } = filter
  const conditions: string[] = []
  const values: number[] = []
  const where = (condition: string, ...given: readonly number[]) => {
    conditions.push(` AND ${condition}`)
    values.push(...given)
  }
  const oneOf = (column: string, list: readonly number[]) =>
    where(`${column} IN (${list.map(() => '?')})`, ...list)
  if (types !== undefined)
    oneOf(
      'type',
      types.map((type) => CHANGE_TYPES.indexOf(type)),
    )
  if (namespaces !== undefined) oneOf('namespace', namespaces)
  if (isBot !== undefined) where('bot = ?', Number(isBot))
  if (isMinor !== undefined) where('coalesce(minor, 0) = ?', Number(isMinor))
  if (minBytes !== undefined) where('abs(new_bytes - coalesce(old_bytes, 0)) >= ?', minBytes)
  if (user !== undefined) where('user IS NOT NULL')

  const condition = conditions.join('')
  if (user === undefined && title === undefined) {
    const keys = pieces.question<{ key: number }>('key', condition, values)
    return (piece) => keys(piece).map(({ key }) => key)
  }
  // Case is more than what the database knows of it.
  const rows = pieces.question<{ key: number; title: string; user: string | null }>(
    'key, title, user',
    condition,
    values,
  )
  const isNamed = namesMatcher(filter)
  return (piece) => rows(piece).flatMap((row) => (isNamed(row) ? row.key : []))
}

const MINUTE_MS = 60_000

/** The changes of each minute of a time. It takes as long as the time has changes, and is never cut short. */
export function* countMinutes(reader: SqliteReader, { scope, from, to }: SeriesQuery): Steps<SeriesPoint[]> {
  const points = Array.from({ length: Math.ceil((to - from) / MINUTE_MS) }, (_, i) => {
    return { at: from + i * MINUTE_MS, humans: 0, bots: 0 }
  })
  const pieces = new Pieces(reader, scope, { end: Math.max(0, firstKey(from)) })
  const rows = pieces.question<{ key: number; shift: number | null; bot: number }>('key, shift, bot')
  for (let at = Math.max(0, firstKey(to)), isLast = false; !isLast; ) {
    reader.inOneMoment(() => {
      const piece = pieces.next(at)
      for (const { key, shift, bot } of rows(piece)) {
        const point = points[Math.floor((millisecondOf(key) - (shift ?? 0) - from) / MINUTE_MS)]
        if (point === undefined) continue
        if (bot === 1) point.bots++
        else point.humans++
      }
      at = piece.at
      isLast = piece.isLast
    })
    if (!isLast) yield
  }
  return points
}
