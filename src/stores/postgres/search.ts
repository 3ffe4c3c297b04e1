import { CHANGE_TYPES } from '../../change.ts'
import type { Preview, RecentPage, RecentQuery, SeriesPoint, SeriesQuery } from '../../contracts.ts'
import { type Filter, namesMatcher } from '../../filter.ts'
import type { Scope } from '../../scope.ts'
import type { Row } from './database.ts'
import type { Reader } from './reader.ts'
import { above, below, cursorOf, type Key, keyOf, NEWEST } from './rows.ts'
import { fromStored } from './text.ts'
import { type Question, type Walk, walk } from './walk.ts'

/** How long is looked before a question is answered with what there is, in ms. */
const RECENT_MS = 1500
const PREVIEW_MS = 5000
/** Once a page is full, so many steps are spent on finding out whether more is to come. */
const STEPS_FOR_MORE = 5
const EXAMPLES = 3
const MINUTE_MS = 60_000

/** A page of the changes that pass a filter. */
export async function searchRecent(reader: Reader, query: RecentQuery): Promise<RecentPage> {
  const { scope, limit, offset = 0, filter = {}, before, after } = query
  const isUpwards = after !== undefined
  const start = keyOf(after ?? before)
  const deadline = performance.now() + RECENT_MS
  const found: Key[] = []
  let at = start
  let passed = 0
  let isLast = false
  let extra = 0
  for await (const step of matches(reader, { scope, from: start, isUpwards }, filter)) {
    const skipped = Math.min(offset - passed, step.keys.length)
    passed += skipped
    // One more than asked for tells whether there is a next page.
    found.push(...step.keys.slice(skipped, skipped + limit + 1 - found.length))
    at = step.at
    isLast = step.isLast
    if (found.length > limit || performance.now() > deadline) break
    if (found.length >= limit && ++extra >= STEPS_FOR_MORE) break
  }
  const page = found.slice(0, limit)
  // Where a full page ends, though nothing may be behind it; where one ends that is not full, what was looked at ends.
  const isFull = page.length === limit
  const end = isFull ? (page.at(-1) as Key) : at
  const hasMore = isFull ? found.length > limit || !isLast : !isLast
  const searchedTo = !isFull && !isLast ? at.at : null
  if (isUpwards) {
    page.reverse()
    return {
      changes: await reader.changes(page),
      next: cursorOf(page.at(-1) ?? above(start)),
      previous: hasMore ? cursorOf(end) : null,
      searchedTo,
    }
  }
  const isNewest = before === undefined && offset === 0
  // What comes after it must have the row itself that this page came behind.
  const begin = page[0] ?? (before === undefined ? null : below(start))
  return {
    changes: await reader.changes(page),
    next: hasMore ? cursorOf(end) : null,
    previous: isNewest || begin === null ? null : cursorOf(begin),
    searchedTo,
  }
}

/** How many changes pass a filter since a time, newest first: where the time for it is over, of less. */
export async function searchPreview(
  reader: Reader,
  scope: Scope,
  filter: Filter,
  from: number,
): Promise<Preview> {
  const deadline = performance.now() + PREVIEW_MS
  const examples: Key[] = []
  let count = 0
  let counted = from
  for await (const { keys, at, isLast } of matches(reader, { scope, from: NEWEST, end: from }, filter)) {
    count += keys.length
    examples.push(...keys.slice(0, EXAMPLES - examples.length))
    if (!isLast && performance.now() > deadline) {
      counted = at.at
      break
    }
  }
  return {
    count,
    examples: await reader.changes(examples),
    searchedFrom: await countedFrom(reader, counted),
  }
}

/** From when on something was counted that was looked at from a time on: nothing may be stored of its beginning. */
export const countedFrom = async (reader: Reader, from: number): Promise<number> =>
  Math.max(from, (await reader.span())?.from ?? from)

/** The changes of each minute of a time. It takes as long as the time has changes, and is never cut short. */
export async function countMinutes(reader: Reader, { scope, from, to }: SeriesQuery): Promise<SeriesPoint[]> {
  const points = Array.from({ length: Math.ceil((to - from) / MINUTE_MS) }, (_, i) => {
    return { at: from + i * MINUTE_MS, humans: 0, bots: 0 }
  })
  const steps = walk<{ minute: number; bots: number; changes: number }>(
    reader,
    { scope, from: { at: to, n: 0 }, end: from },
    {
      columns: `at / ${MINUTE_MS} AS minute, sum(bot) AS bots, count(*) AS changes`,
      groupBy: `at / ${MINUTE_MS}`,
    },
  )
  for await (const { rows } of steps) {
    for (const { minute, bots, changes } of rows) {
      const point = points[minute - from / MINUTE_MS]
      if (point === undefined) continue
      point.bots += bots
      point.humans += changes - bots
    }
  }
  return points
}

interface Matches {
  /** In the order of the walk. */
  readonly keys: readonly Key[]
  readonly at: Key
  readonly isLast: boolean
}

/** The keys of the rows that pass a filter, step by step. */
async function* matches(reader: Reader, walked: Walk, filter: Filter): AsyncGenerator<Matches, void> {
  if (filter.user === undefined && filter.title === undefined) {
    for await (const { rows, at, isLast } of walk<Row & Key>(reader, walked, questionOf('at, n', filter)))
      yield { keys: rows, at, isLast }
    return
  }
  // Case is more than what the database knows of it.
  const isNamed = namesMatcher(filter)
  const question = questionOf('at, n, title, "user"', filter)
  for await (const { rows, at, isLast } of walk<Named>(reader, walked, question)) {
    const keys = rows.filter(({ title, user }) =>
      isNamed({ title: fromStored(title), user: user === null ? null : fromStored(user) }),
    )
    yield { keys, at, isLast }
  }
}

interface Named extends Row, Key {
  readonly title: string
  readonly user: string | null
}

function questionOf(columns: string, filter: Filter): Question {
  const { types, namespaces, isBot, isMinor, minBytes, user } = filter
  const values: unknown[] = []
  const conditions: string[] = []
  const where = (condition: (value: string) => string, value: unknown) => {
    values.push(value)
    conditions.push(`AND ${condition(`$${5 + values.length}`)}`)
  }
  if (types !== undefined)
    where(
      (value) => `type = ANY(${value}::smallint[])`,
      types.map((type) => CHANGE_TYPES.indexOf(type)),
    )
  if (namespaces !== undefined) where((value) => `namespace = ANY(${value}::bigint[])`, namespaces)
  if (isBot !== undefined) where((value) => `bot = ${value}::smallint`, Number(isBot))
  if (isMinor !== undefined) where((value) => `coalesce(minor, 0) = ${value}::smallint`, Number(isMinor))
  if (minBytes !== undefined)
    where((value) => `abs(new_bytes - coalesce(old_bytes, 0)) >= ${value}::bigint`, minBytes)
  if (user !== undefined) conditions.push('AND "user" IS NOT NULL')
  return { columns, condition: conditions.join(' '), values }
}
