import type { Filter as Match } from 'mongodb'
import type {
  Cursor,
  DayStats,
  DeadLetter,
  KnownGap,
  Position,
  RecentPage,
  RecentQuery,
  SeriesPoint,
  SeriesQuery,
  Totals,
} from '../../contracts.ts'
import type { Scope } from '../../scope.ts'
import { botsOf, dayStatsOf, HOUR_MS, peopleOf } from '../figures.ts'
import type { Database } from './database.ts'
import { type ChangeDocument, firstKey } from './documents.ts'
import type { Sites } from './sites.ts'

const MINUTE_MS = 60_000

/** Answers questions; each is a few documents by an index. */
export class MongoReader {
  readonly #database: Database
  readonly #sites: Sites

  constructor(database: Database, sites: Sites) {
    this.#database = database
    this.#sites = sites
  }

  async recent({ scope, limit, offset = 0, before, after }: RecentQuery): Promise<RecentPage> {
    const isUpwards = after !== undefined
    const key = keyIn(after ?? before)
    const range = key === null ? {} : { key: isUpwards ? { $gt: key } : { $lt: key } }
    if (isUpwards && key === null) return NOTHING_NEWER
    // One more than asked for tells whether there is a next page.
    const found = await this.#database.changes
      .find({ ...(await this.scoped(scope)), ...range })
      .sort({ key: isUpwards ? 1 : -1 })
      .skip(offset)
      .limit(limit + 1)
      .toArray()
    const page = found.slice(0, limit)
    if (isUpwards) page.reverse()
    const hasMore = found.length > limit
    const [first, last] = [page[0]?.key ?? null, page.at(-1)?.key ?? null]
    const isNewest = before === undefined && offset === 0
    return {
      changes: await this.#sites.toChanges(page),
      next: isUpwards || hasMore ? last : null,
      previous: isUpwards ? (hasMore ? first : null) : isNewest ? null : first,
      searchedTo: null,
    }
  }

  /** The condition that a change belongs to a scope. */
  async scoped(scope: Scope): Promise<Match<ChangeDocument>> {
    const names = await this.#sites.namesIn(scope)
    if (names === null) return {}
    return { site: names.length === 1 ? (names[0] as string) : { $in: names } }
  }

  async dayStats(scope: Scope, day: number): Promise<DayStats> {
    const firstHour = day / HOUR_MS
    return dayStatsOf(await Array.fromAsync(this.#counts(scope, firstHour, firstHour + 24)), day)
  }

  async series({ scope, from, to, bucket }: SeriesQuery): Promise<SeriesPoint[]> {
    const length = bucket === 'minute' ? MINUTE_MS : bucket === 'hour' ? HOUR_MS : 24 * HOUR_MS
    const points = Array.from({ length: Math.ceil((to - from) / length) }, (_, i) => {
      return { at: from + i * length, humans: 0, bots: 0 }
    })
    const pointOf = (at: number) =>
      points[Math.floor((at - from) / length)] as { humans: number; bots: number }
    if (bucket === 'minute') {
      const range = { key: { $gte: firstKey(from), $lt: firstKey(to) } }
      const rows = this.#database.changes.find(
        { ...(await this.scoped(scope)), ...range },
        { projection: { _id: 0, at: 1, bot: 1 } },
      )
      for await (const { at, bot } of rows) pointOf(at)[bot === 1 ? 'bots' : 'humans']++
    } else {
      for await (const [hour, figures] of this.#counts(scope, from / HOUR_MS, to / HOUR_MS)) {
        const point = pointOf(hour * HOUR_MS)
        point.humans += peopleOf(figures)
        point.bots += botsOf(figures)
      }
    }
    return points
  }

  /** The hours of a scope from one on and before another, each site's own, with their figures. */
  async *#counts(
    scope: Scope,
    from: number,
    to: number,
  ): AsyncIterable<[hour: number, figures: readonly number[]]> {
    const names = await this.#sites.namesIn(scope)
    if (names?.length === 0) return
    const projection = Object.fromEntries((names ?? []).map((name) => [`sites.${name}`, 1]))
    const documents = this.#database.hours.find(
      { _id: { $gte: from, $lt: to } },
      { projection: names === null ? { all: 1 } : projection },
    )
    for await (const { _id, all, sites } of documents) {
      if (names === null) yield [_id, all]
      else for (const figures of Object.values(sites ?? {})) yield [_id, figures]
    }
  }

  /** From when on changes were counted, UTC ms: their counts stay when they are pruned. `null` while there are none. */
  async countsFrom(): Promise<number | null> {
    const [first] = await this.#database.hours
      .find({}, { projection: { _id: 1 } })
      .sort({ _id: 1 })
      .limit(1)
      .toArray()
    const oldest = (await this.span())?.from ?? null
    if (first === undefined) return oldest
    return oldest !== null && oldest < (first._id + 1) * HOUR_MS ? oldest : first._id * HOUR_MS
  }

  async span(): Promise<{ from: number; to: number } | null> {
    const end = (order: 1 | -1) =>
      this.#database.changes
        .find({}, { projection: { _id: 0, at: 1, key: 1 } })
        .sort({ key: order })
        .limit(1)
        .toArray()
    const [[oldest], [newest]] = await Promise.all([end(1), end(-1)])
    return oldest === undefined || newest === undefined ? null : { from: oldest.at, to: newest.at }
  }

  async position(source: string): Promise<Position | null> {
    return (await this.#database.sources.findOne({ _id: source }))?.position ?? null
  }

  async positions(): Promise<{ source: string; position: Position }[]> {
    const sources = await this.#database.sources.find().toArray()
    return sources.map(({ _id, position }) => ({ source: _id, position }))
  }

  async deadLetters(limit: number): Promise<DeadLetter[]> {
    const letters = await this.#database.deadLetters.find().sort({ order: -1 }).limit(limit).toArray()
    return letters.map(({ source, reason, raw, at }) => ({ source, reason, raw, at }))
  }

  async gaps(): Promise<KnownGap[]> {
    const gaps = await this.#database.gaps.find().toArray()
    return gaps
      .map(({ _id, ...gap }) => gap)
      .toSorted((a, b) => a.from - b.from || (a.source < b.source ? 1 : -1))
  }

  async totals(): Promise<Totals> {
    const { changes, deadLetters, db } = this.#database
    const [stored, letters, { storageSize, indexSize }] = await Promise.all([
      changes.estimatedDocumentCount(),
      deadLetters.estimatedDocumentCount(),
      db.stats(),
    ])
    return { changes: stored, bytes: storageSize + indexSize, deadLetters: letters }
  }

  async countBetween(from: number, to: number): Promise<number> {
    return this.#database.changes.countDocuments({ key: { $gte: firstKey(from), $lt: firstKey(to) } })
  }
}

export const NOTHING_NEWER: RecentPage = { changes: [], next: null, previous: null, searchedTo: null }

/** A cursor's key; `null` for one that is none of ours: as none at all, it is the newest end. */
export const keyIn = (cursor: Cursor | undefined): string | null =>
  cursor !== undefined && /^\d{14}\.[\da-f]{24}\.\d{5}[\d/]~?$/.test(cursor) ? cursor : null

/** A cursor from which on upwards, or downwards, the change of a key comes first. */
export const justBelow = (key: string): Cursor =>
  `${key.slice(0, -1)}${String.fromCharCode(key.charCodeAt(key.length - 1) - 1)}~`
export const justAbove = (key: string): Cursor => `${key.replace(/~$/, '')}~`
