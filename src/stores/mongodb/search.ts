import type { Filter as Match } from 'mongodb'
import type { Change } from '../../change.ts'
import type { Preview, RecentPage, RecentQuery } from '../../contracts.ts'
import { type Filter, folded, namesMatcher, onlyTitle } from '../../filter.ts'
import type { Scope } from '../../scope.ts'
import type { Database } from './database.ts'
import { type ChangeDocument, firstKey, millisecondOf } from './documents.ts'
import { justAbove, justBelow, keyIn, type MongoReader, NOTHING_NEWER } from './reader.ts'
import type { Sites } from './sites.ts'

const EXAMPLES = 3

/** How long the server may take, in ms, and how many changes are looked at together where it took longer. */
export interface SearchLimits {
  /** `null`: it is not even tried. */
  readonly atOnceMs: number | null
  readonly recentMs: number
  readonly previewMs: number
  readonly topMs: number
  readonly piece: number
}
export const LIMITS: SearchLimits = {
  atOnceMs: 500,
  recentMs: 1500,
  previewMs: 5000,
  topMs: 30_000,
  piece: 20_000,
}

type Found = Pick<ChangeDocument, '_id' | 'key'>

/** Finds what passes a filter, on the server; but for a title with `*`, of which it does not know where a name ends. */
export class Search {
  readonly #database: Database
  readonly #reader: MongoReader
  readonly #sites: Sites
  readonly #limits: SearchLimits

  constructor(parts: { database: Database; reader: MongoReader; sites: Sites }, limits: SearchLimits) {
    this.#database = parts.database
    this.#reader = parts.reader
    this.#sites = parts.sites
    this.#limits = limits
  }

  /** A page of the changes that pass a filter: at once where that is quick, else piece by piece until time is over. */
  async recent(query: RecentQuery): Promise<RecentPage> {
    const { scope, limit, offset = 0, filter = {}, before, after } = query
    const isUpwards = after !== undefined
    const start = keyIn(after ?? before)
    if (isUpwards && start === null) return NOTHING_NEWER
    const most = offset + limit + 1
    const look = await this.#looker(scope, filter, isUpwards)
    const { found, at, isLast } = await this.#walk(look, start, most)

    const page = found.slice(offset, offset + limit)
    const isFull = page.length === limit
    // Where a full page ends, though nothing may be behind it; where one ends that is not full, what was looked at ends.
    const end = isFull ? (page.at(-1) as Found).key : at
    const hasMore = isFull ? found.length === most || !isLast : !isLast
    const searchedTo = !isFull && !isLast && at !== null ? millisecondOf(at) : null
    if (isUpwards) page.reverse()
    const changes = await this.#changesOf(page)
    if (isUpwards) {
      const next = page.at(-1)?.key ?? justAbove(start as string)
      return { changes, next, previous: hasMore ? end : null, searchedTo }
    }
    const isNewest = before === undefined && offset === 0
    // What comes after it must have the change itself that this page came behind.
    const begin = page[0]?.key ?? (start === null ? null : justBelow(start))
    return { changes, next: hasMore ? end : null, previous: isNewest ? null : begin, searchedTo }
  }

  /** How many changes pass a filter since a time: where the server takes too long, of less. */
  async preview(scope: Scope, filter: Filter, from: number): Promise<Preview> {
    const span = await this.#reader.span()
    if (span === null) return { count: 0, examples: [], searchedFrom: from }
    const match = { ...(await this.#reader.scoped(scope)), ...conditionsOf(filter) }
    const isNamed = namesTest(filter)
    const { result, countedFrom } = await inTime(
      this.#limits.previewMs,
      Math.max(from, span.from),
      span.to + 1,
      async (from, maxTimeMS) => {
        const range: Match<ChangeDocument> = { ...match, key: { $gte: firstKey(from) } }
        const { changes } = this.#database
        if (isNamed === null) {
          const newest = changes.find(range).sort({ key: -1 }).limit(EXAMPLES).maxTimeMS(maxTimeMS)
          const examples = await this.#sites.toChanges(await newest.toArray())
          return { count: await changes.countDocuments(range, { maxTimeMS }), examples }
        }
        const found: Found[] = []
        let count = 0
        for await (const row of this.#named(range, -1).maxTimeMS(maxTimeMS)) {
          if (!isNamed(row)) continue
          count++
          if (found.length < EXAMPLES) found.push(row)
        }
        return { count, examples: await this.#changesOf(found) }
      },
    )
    return { ...result, searchedFrom: countedFrom }
  }

  /** Looks for at most so many changes with keys in a range, in the order of the walk. */
  async #looker(scope: Scope, filter: Filter, isUpwards: boolean): Promise<Look> {
    const scoped = await this.#reader.scoped(scope)
    const conditions = conditionsOf(filter)
    const isNamed = namesTest(filter)
    const order = isUpwards ? 1 : -1
    return {
      order,
      find: async (range, most, maxTimeMS) => {
        const match = { ...scoped, ...conditions, ...range }
        if (isNamed === null) {
          const rows = this.#database.changes.find(match).sort({ key: order }).limit(most)
          return await (maxTimeMS === undefined ? rows : rows.maxTimeMS(maxTimeMS)).toArray()
        }
        const found: Found[] = []
        const rows = this.#named(match, order)
        for await (const row of maxTimeMS === undefined ? rows : rows.maxTimeMS(maxTimeMS)) {
          if (isNamed(row)) found.push(row)
          if (found.length === most) break
        }
        return found
      },
      /** The key of the change that a piece ends with; `null`: there are no more than fit into it. */
      bound: async (range) => {
        const [last] = await this.#database.changes
          .find({ ...scoped, ...range }, { projection: { _id: 0, key: 1 } })
          .sort({ key: order })
          .skip(this.#limits.piece - 1)
          .limit(1)
          .toArray()
        return last?.key ?? null
      },
    }
  }

  async #walk(look: Look, start: string | null, most: number): Promise<Walked> {
    const deadline = performance.now() + this.#limits.recentMs
    const behind = (key: string | null): Match<ChangeDocument> =>
      key === null ? {} : { key: look.order === 1 ? { $gt: key } : { $lt: key } }
    const { atOnceMs } = this.#limits
    const whole = atOnceMs === null ? null : await unlessLate(() => look.find(behind(start), most, atOnceMs))
    if (whole !== null) return { found: whole, at: start, isLast: whole.length < most }
    const found: Found[] = []
    for (let at = start; ; ) {
      const bound = await look.bound(behind(at))
      const { key } = behind(at) as { key?: object }
      const upTo = bound === null ? {} : { [look.order === 1 ? '$lte' : '$gte']: bound }
      const range = bound === null ? behind(at) : { key: { ...key, ...upTo } }
      found.push(...(await look.find(range, most - found.length)))
      at = bound ?? at
      const isLast = bound === null
      if (isLast || found.length === most || performance.now() > deadline) {
        return { found, at, isLast: isLast && found.length < most }
      }
    }
  }

  /** Those that retention has not removed since they were found, in their order. */
  async #changesOf(found: readonly (Found | ChangeDocument)[]): Promise<Change[]> {
    if (found.every((row) => 'batch' in row)) return this.#sites.toChanges(found)
    const changes = await this.#sites.changesOf(found.map(({ _id }) => _id))
    return found.flatMap(({ _id }) => changes.get(_id) ?? [])
  }

  #named(match: Match<ChangeDocument>, order: 1 | -1) {
    const projection = { key: 1, title: 1, user: 1 }
    return this.#database.changes.find(match, { projection }).sort({ key: order })
  }
}

interface Look {
  readonly order: 1 | -1
  find(
    range: Match<ChangeDocument>,
    most: number,
    maxTimeMS?: number,
  ): Promise<readonly (Found | ChangeDocument)[]>
  bound(range: Match<ChangeDocument>): Promise<string | null>
}

interface Walked {
  readonly found: readonly (Found | ChangeDocument)[]
  /** The key up to which was looked; `null`: none. */
  readonly at: string | null
  /** Nothing is left behind it. */
  readonly isLast: boolean
}

/** What the server answers in time; `null`: it took too long. */
async function unlessLate<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if ((error as { code?: unknown }).code === TOO_LATE) return null
    throw error
  }
}
const TOO_LATE = 50

/**
 * What is counted from a time on; where the server does not manage that in time, of the last quarter of it, and so on.
 * @param work is told from when on, UTC ms, and how long the server may take, in ms
 */
export async function inTime<T>(
  limitMs: number,
  from: number,
  to: number,
  work: (from: number, maxTimeMS: number) => Promise<T>,
): Promise<{ result: T; countedFrom: number }> {
  for (let countedFrom = from; ; ) {
    const result = await unlessLate(() => work(countedFrom, limitMs))
    if (result !== null) return { result, countedFrom }
    countedFrom = Math.floor(to - (to - countedFrom) / 4)
  }
}

/** What of a filter the server can ask. */
function conditionsOf(filter: Filter): Match<ChangeDocument> {
  const { types, namespaces, isBot, isMinor, minBytes, user, title } = filter
  const only = title === undefined ? null : onlyTitle(title)
  return {
    ...(types !== undefined && { type: { $in: [...types] } }),
    ...(namespaces !== undefined && { namespace: { $in: [...namespaces] } }),
    ...(isBot !== undefined && { bot: Number(isBot) }),
    ...(isMinor !== undefined && { minor: isMinor ? true : { $ne: true } }),
    ...(minBytes !== undefined && { $or: [{ grown: { $gte: minBytes } }, { shrunk: { $gte: minBytes } }] }),
    ...(user !== undefined && { userFolded: folded(user).toWellFormed() }),
    ...(only !== null && { titleFolded: only.toWellFormed() }),
  }
}

/** What is left to ask of each change; `null`: nothing. */
function namesTest({ title }: Filter): ((change: Pick<ChangeDocument, 'title' | 'user'>) => boolean) | null {
  return title === undefined || onlyTitle(title) !== null ? null : namesMatcher({ title })
}
