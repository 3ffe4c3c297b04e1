import type { Change } from '../../change.ts'
import type {
  Arrival,
  DayStats,
  DeadLetter,
  Gap,
  KnownGap,
  Position,
  RecentPage,
  RecentQuery,
  SeriesPoint,
  SeriesQuery,
  Tail,
  Totals,
} from '../../contracts.ts'
import type { Scope } from '../../scope.ts'
import { botsOf, dayStatsOf, FIGURES, HOUR_MS, peopleOf } from '../figures.ts'
import type { Asker } from './database.ts'
import { DAY_MS, endOf, type Ground, groundOf, startOf } from './ground.ts'
import type { Names } from './names.ts'
import { cursorOf, type Key, keyOf, ROW, type StoredRow, toChange } from './rows.ts'
import { fromStored, toStored } from './text.ts'

/** Days whose rows are fetched in one call at most. */
const DAYS_PER_CALL = 16
/** Appends whose rows a piece of the order of storing has at most. */
const APPENDS_PER_TAIL = 200

/** Answers what is found by keys, rollups and small tables: each in a few calls of some milliseconds. */
export class Reader {
  readonly db: Asker
  readonly names: Names

  constructor(db: Asker, names: Names) {
    this.db = db
    this.names = names
  }

  async recent({ scope, limit, offset = 0, before, after }: RecentQuery): Promise<RecentPage> {
    const isUpwards = after !== undefined
    // One more than asked for tells whether there is another page.
    const keys = await this.#keys(scope, keyOf(after ?? before), offset + limit + 1, isUpwards)
    const page = keys.slice(offset, offset + limit)
    const hasMore = keys.length > offset + limit
    const [first, last] = [page[0], page.at(-1)]
    const isNewest = before === undefined && offset === 0
    if (isUpwards) page.reverse()
    return {
      changes: await this.changes(page),
      next: isUpwards ? cursor(first) : hasMore ? cursor(last) : null,
      previous: isUpwards ? (hasMore ? cursor(last) : null) : isNewest ? null : cursor(first),
      searchedTo: null,
    }
  }

  /** The changes of these keys, in their order; those that were pruned since are left out. */
  async changes(keys: readonly Key[]): Promise<Change[]> {
    return [...(await this.#found(keys)).values()]
  }

  async dayStats(scope: Scope, day: number): Promise<DayStats> {
    return dayStatsOf(await this.#rollups(scope, day / HOUR_MS, day / HOUR_MS + 24), day)
  }

  async series({ scope, from, to, bucket }: SeriesQuery): Promise<SeriesPoint[]> {
    const length = bucket === 'hour' ? HOUR_MS : DAY_MS
    const points = Array.from({ length: Math.ceil((to - from) / length) }, (_, i) => {
      return { at: from + i * length, humans: 0, bots: 0 }
    })
    for (const [hour, figures] of await this.#rollups(scope, from / HOUR_MS, to / HOUR_MS)) {
      const point = points[Math.floor((hour * HOUR_MS - from) / length)] as { humans: number; bots: number }
      point.humans += peopleOf(figures)
      point.bots += botsOf(figures)
    }
    return points
  }

  /** From when on changes were counted, UTC ms: their counts stay when they are pruned. `null` while there are none. */
  async countsFrom(): Promise<number | null> {
    const [{ hour = null } = {}] = await this.db.ask<{ hour: number | null }>(
      'SELECT min(hour) AS hour FROM rollups WHERE site = 0',
    )
    const oldest = (await this.span())?.from ?? null
    if (hour === null) return oldest
    return oldest !== null && oldest < (hour + 1) * HOUR_MS ? oldest : hour * HOUR_MS
  }

  async tail(after: number, limit: number): Promise<Tail> {
    // Places are given and become visible in one order, so whatever is seen here has nothing missing before it.
    const appends = await this.db.ask<{ before: number; first: number; ats: string[] }>(
      `SELECT place + skipped AS before, first_n + skipped AS first,
         ats[skipped + 1 : skipped + $2::integer] AS ats
       FROM (
         SELECT last - cardinality(ats) AS place, first_n, ats,
           greatest(0, $1::bigint - last + cardinality(ats))::integer AS skipped
         FROM arrivals
         WHERE last > $1::bigint
           -- Up to the append that reaches the limit: no list of times is read for nothing.
           AND last <= coalesce(
             (SELECT min(last) FROM arrivals WHERE last >= $1::bigint + $2::bigint), $1::bigint + $2::bigint
           )
         ORDER BY last LIMIT ${APPENDS_PER_TAIL}
       ) AS appends ORDER BY place`,
      [after, limit],
    )
    const { cut } = await groundOf(this.db)
    const places = appends
      .flatMap(({ before, first, ats }) =>
        ats.map((at, i) => ({ place: before + i + 1, at: Number(at), n: first + i })),
      )
      .slice(0, limit)
    const found = await this.#found(places.filter(({ at }) => at >= cut))
    const arrivals = places.flatMap((key): Arrival[] => {
      const change = found.get(cursorOf(key))
      return change === undefined ? [] : [{ place: key.place, change }]
    })
    return { arrivals, upTo: places.at(-1)?.place ?? after }
  }

  async lastArrival(): Promise<number> {
    const [totals] = await this.db.ask<{ arrived: number }>('SELECT arrived FROM totals')
    return totals?.arrived ?? 0
  }

  async position(source: string): Promise<Position | null> {
    const [found] = await this.db.ask<{ position: string | null }>(
      'SELECT position FROM sources WHERE name = $1',
      [toStored(source)],
    )
    return found?.position == null ? null : fromStored(found.position)
  }

  async positions(): Promise<{ source: string; position: Position }[]> {
    const found = await this.db.ask<{ source: string; position: string }>(
      'SELECT name AS source, position FROM sources WHERE position IS NOT NULL',
    )
    return found.map(({ source, position }) => {
      return { source: fromStored(source), position: fromStored(position) }
    })
  }

  async span(): Promise<{ from: number; to: number } | null> {
    const ground = await groundOf(this.db)
    const from = await this.#end(ground, 'min', ground.days)
    const to = from === null ? null : await this.#end(ground, 'max', ground.days.toReversed())
    return from === null || to === null ? null : { from, to }
  }

  async deadLetters(limit: number): Promise<DeadLetter[]> {
    const letters = await this.db.ask<DeadLetter & Record<string, unknown>>(
      `SELECT sources.name AS source, reason, raw, at FROM dead_letters JOIN sources ON sources.id = source
       ORDER BY dead_letters.id DESC LIMIT $1`,
      [limit],
    )
    return letters.map(({ source, reason, raw, at }) => {
      return { source: fromStored(source), reason: fromStored(reason), raw: fromStored(raw), at }
    })
  }

  async gaps(): Promise<KnownGap[]> {
    const gaps = await this.db.ask<KnownGap & Record<string, unknown>>(
      `SELECT sources.name AS source, "from", "to", state, reason FROM gaps JOIN sources ON sources.id = source
       ORDER BY "from", sources.id`,
    )
    return gaps.map(({ source, from, to, state, reason }) => {
      return {
        source: fromStored(source),
        from,
        to,
        state: state as Gap['state'],
        reason: fromStored(reason),
      }
    })
  }

  async totals(): Promise<Totals> {
    const [totals] = await this.db.ask<Totals & Record<string, unknown>>(
      `SELECT changes, pg_database_size(current_database()) AS bytes,
         (SELECT count(*) FROM dead_letters) AS "deadLetters" FROM totals`,
    )
    return totals as Totals
  }

  async countBetween(from: number, to: number): Promise<number> {
    const { cut } = await groundOf(this.db)
    const [counted] = await this.db.ask<{ count: number }>(
      'SELECT count(*) AS count FROM changes WHERE at >= $1 AND at < $2',
      [Math.max(from, cut), to],
    )
    return counted?.count ?? 0
  }

  /** The keys next to one, nearest first. */
  async #keys(scope: Scope, from: Key, count: number, isUpwards: boolean): Promise<Key[]> {
    const ground = await groundOf(this.db)
    const sites = await this.names.idsOf(scope)
    if (sites?.length === 0) return []
    const sql = keysSql(sites !== null, isUpwards)
    const days = isUpwards
      ? ground.days.filter((day) => endOf(day) > from.at)
      : ground.days.filter((day) => startOf(day) <= from.at).toReversed()
    const keys: Key[] = []
    // Most often the first day has enough of them; where it has not, ever more days are looked at together.
    for (let i = 0, step = 1; i < days.length && keys.length < count; i += step, step *= 2) {
      const some = days.slice(i, i + step)
      const values = [
        Math.max(ground.cut, startOf(Math.min(...some))),
        endOf(Math.max(...some)),
        ...[from.at, from.n, count - keys.length],
      ]
      keys.push(
        ...(await this.db.ask<Key & Record<string, unknown>>(
          sql,
          sites === null ? values : [...values, sites],
        )),
      )
    }
    return keys
  }

  async #found(keys: readonly Key[]): Promise<Map<string, Change>> {
    const rows = new Map<string, StoredRow>()
    for (let i = 0; i < keys.length; ) {
      const some: Key[] = []
      const days = new Set<number>()
      for (; i < keys.length && days.size <= DAYS_PER_CALL; i++) {
        const key = keys[i] as Key
        days.add(Math.floor(key.at / DAY_MS))
        some.push(key)
      }
      const ats = some.map(({ at }) => at)
      const found = await this.db.ask<StoredRow>(
        `SELECT ${ROW} FROM unnest($1::bigint[], $2::bigint[]) AS k (at, n)
         JOIN changes AS c ON c.at = k.at AND c.n = k.n WHERE c.at >= $3 AND c.at <= $4`,
        [ats, some.map(({ n }) => n), Math.min(...ats), Math.max(...ats)],
      )
      for (const row of found) rows.set(cursorOf(row), row)
    }
    await this.names.learn([...rows.values()])
    const changes = new Map<string, Change>()
    for (const key of keys) {
      const row = rows.get(cursorOf(key))
      if (row !== undefined)
        changes.set(cursorOf(key), toChange(row, this.names.source(row.source), this.names.site(row.site)))
    }
    return changes
  }

  /** The hours of a scope from one on and before another, each site's own, with their figures. */
  async #rollups(scope: Scope, from: number, to: number): Promise<[hour: number, figures: number[]][]> {
    const sites = (await this.names.idsOf(scope)) ?? [0]
    const rows = await this.db.ask(
      `SELECT hour, ${FIGURES} FROM rollups WHERE site = ANY($1) AND hour >= $2 AND hour < $3`,
      [sites, from, to],
    )
    return rows.map((row) => [row.hour as number, FIGURES.map((name) => row[name] as number)])
  }

  /** The oldest or newest time of the first of these days that has rows. */
  async #end({ cut }: Ground, end: 'min' | 'max', days: readonly number[]): Promise<number | null> {
    for (const day of days) {
      const [{ at = null } = {}] = await this.db.ask<{ at: number | null }>(
        `SELECT ${end}(at) AS at FROM changes WHERE at >= $1 AND at < $2`,
        [Math.max(cut, startOf(day)), endOf(day)],
      )
      if (at !== null) return at
    }
    return null
  }
}

const cursor = (key: Key | undefined): string | null => (key === undefined ? null : cursorOf(key))

/** Keys in order. Each site's are read from its own part of the index, and merged: no site's others are looked at. */
function keysSql(isOfSites: boolean, isUpwards: boolean): string {
  const [comparison, order] = isUpwards ? ['>', 'ASC'] : ['<', 'DESC']
  const ofAll = (condition: string) =>
    `SELECT at, n FROM changes WHERE ${condition} at >= $1 AND at < $2 AND (at, n) ${comparison} ($3, $4)
     ORDER BY at ${order}, n ${order} LIMIT $5`
  if (!isOfSites) return ofAll('')
  return `SELECT k.at, k.n FROM unnest($6::integer[]) AS s (site) CROSS JOIN LATERAL (${ofAll('site = s.site AND')}) AS k
    ORDER BY at ${order}, n ${order} LIMIT $5`
}
