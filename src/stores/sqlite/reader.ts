import type { Statement } from 'better-sqlite3'
import type { Change } from '../../change.ts'
import type {
  Arrival,
  Cursor,
  DayStats,
  DeadLetter,
  KnownGap,
  Position,
  RecentPage,
  RecentQuery,
  SeriesPoint,
  SeriesQuery,
  Tail,
  Totals,
} from '../../contracts.ts'
import { inScope, type Scope } from '../../scope.ts'
import { type Site, siteOf } from '../../site.ts'
import { ALL_SITES, botsOf, dayStatsOf, HOUR_MS, peopleOf } from '../figures.ts'
import { arrivedKeys, PLACES } from './arrivals.ts'
import { type Connection, openForReading } from './database.ts'
import { FeedReader } from './feeds.ts'
import { rollupsBetween } from './rollups.ts'
import { firstKey, type StoredRow, toChange } from './rows.ts'

/** Answers questions from the last commit, synchronously: each takes well under a millisecond, and never waits for the writer. */
export class SqliteReader {
  readonly #db: Connection
  readonly #statements: ReturnType<typeof prepareStatements>
  #sites = new Map<number, Site>()
  readonly #sourceNames = new Map<number, string>()
  readonly feeds: FeedReader

  constructor(path: string) {
    this.#db = openForReading(path)
    this.#statements = prepareStatements(this.#db)
    this.feeds = new FeedReader(this.#db)
  }

  recent(query: RecentQuery): RecentPage {
    return this.inOneMoment(() => this.#recent(query))
  }

  dayStats(scope: Scope, day: number): DayStats {
    return this.inOneMoment(() => this.#dayStats(scope, day))
  }

  #recent({ scope, limit, offset = 0, before, after }: RecentQuery): RecentPage {
    if (after !== undefined) return this.#newer(scope, limit, after)
    const below = keyOf(before)
    // One more than asked for tells whether there is a next page.
    const keys = this.#keys(scope, below, offset, limit + 1)
    const page = keys.slice(0, limit)
    const last = page.at(-1)
    const isNewest = before === undefined && offset === 0
    return {
      changes: page.map((key) => this.#change(key)),
      next: keys.length > limit && last !== undefined ? String(last) : null,
      previous: isNewest || page.length === 0 ? null : String(page[0]),
      searchedTo: null,
    }
  }

  #newer(scope: Scope, limit: number, after: Cursor): RecentPage {
    const keys = this.#keysAbove(scope, keyOf(after), limit + 1)
    const page = keys.slice(0, limit).reverse()
    return {
      changes: page.map((key) => this.#change(key)),
      next: page.length === 0 ? null : String(page.at(-1)),
      previous: keys.length > limit ? String(page[0]) : null,
      searchedTo: null,
    }
  }

  #dayStats(scope: Scope, day: number): DayStats {
    const firstHour = day / HOUR_MS
    return dayStatsOf(this.#rollups(scope, firstHour, firstHour + 24), day)
  }

  series({ scope, from, to, bucket }: SeriesQuery): SeriesPoint[] {
    const length = bucket === 'hour' ? HOUR_MS : 24 * HOUR_MS
    const points = Array.from({ length: Math.ceil((to - from) / length) }, (_, i) => {
      return { at: from + i * length, humans: 0, bots: 0 }
    })
    this.inOneMoment(() => {
      for (const [hour, figures] of this.#rollups(scope, from / HOUR_MS, to / HOUR_MS)) {
        const point = points[Math.floor((hour * HOUR_MS - from) / length)] as { humans: number; bots: number }
        point.humans += peopleOf(figures)
        point.bots += botsOf(figures)
      }
    })
    return points
  }

  /** The hours of a scope from one on and before another, each site's own, with their figures. */
  *#rollups(scope: Scope, from: number, to: number): Iterable<[hour: number, figures: number[]]> {
    for (const site of scope.kind === 'all' ? [ALL_SITES] : this.siteIds(scope)) {
      for (const [hour, ...figures] of this.#statements.rollups.all(site, from, to) as number[][])
        yield [hour as number, figures]
    }
  }

  /** The changes of a site by people and by bots in each hour from one on, up to another that is not part of it. */
  countsOf(site: number, from: number, end = Number.MAX_SAFE_INTEGER): [people: number, bots: number][] {
    const rows = this.#statements.rollups.all(site, from, end) as number[][]
    return rows.map(([, ...figures]) => [peopleOf(figures), botsOf(figures)])
  }

  /** From when on changes were counted, UTC ms: their counts stay when they are pruned. `null` while there are none. */
  countsFrom(): number | null {
    const hour = this.#statements.firstHour.get(ALL_SITES) as number | null
    const oldest = this.span()?.from ?? null
    if (hour === null) return oldest
    return oldest !== null && oldest < (hour + 1) * HOUR_MS ? oldest : hour * HOUR_MS
  }

  tail(after: number, limit: number): Tail {
    return this.inOneMoment(() => {
      const arrivals: Arrival[] = []
      let upTo = after
      const rows = this.#statements.arrivals.iterate(Math.floor(after / PLACES)) as Iterable<ArrivalsRow>
      for (const { seq, keys } of rows) {
        for (const [index, key] of arrivedKeys(keys).entries()) {
          const place = seq * PLACES + index
          if (place <= after) continue
          if (arrivals.length === limit) return { arrivals, upTo }
          upTo = place
          const row = this.#statements.row.get(key) as StoredRow | undefined
          if (row !== undefined) arrivals.push({ place, change: this.#toChange(row) })
        }
      }
      return { arrivals, upTo }
    })
  }

  lastArrival(): number {
    const row = this.#statements.lastArrivals.get() as ArrivalsRow | undefined
    return row === undefined ? 0 : row.seq * PLACES + arrivedKeys(row.keys).length - 1
  }

  sites(): Site[] {
    return [...this.#allSites().values()]
  }

  position(source: string): Position | null {
    return (this.#statements.position.get(source) as string | null | undefined) ?? null
  }

  span(): { from: number; to: number } | null {
    const oldest = this.#statements.oldest.get() as number | undefined
    const newest = this.#statements.newest.get() as number | undefined
    if (oldest === undefined || newest === undefined) return null
    return { from: this.#change(oldest).at, to: this.#change(newest).at }
  }

  deadLetters(limit: number): DeadLetter[] {
    return this.#statements.deadLetters.all(limit) as DeadLetter[]
  }

  positions(): { source: string; position: Position }[] {
    return this.#statements.positions.all() as { source: string; position: Position }[]
  }

  gaps(): KnownGap[] {
    return this.#statements.gaps.all() as KnownGap[]
  }

  totals(): Totals {
    return this.#statements.totals.get() as Totals
  }

  countBetween(from: number, to: number): number {
    return this.#statements.countBetween.get(firstKey(from), firstKey(to)) as number
  }

  note(name: string): string | null {
    return (this.#statements.note.get(name) as string | undefined) ?? null
  }

  scopeOf(user: string): string | null {
    return (this.#statements.scopeOf.get(user) as string | null | undefined) ?? null
  }

  languageOf(user: string): string | null {
    return (this.#statements.languageOf.get(user) as string | null | undefined) ?? null
  }

  close(): void {
    this.#db.close()
  }

  prepare(sql: string): Statement {
    return this.#db.prepare(sql)
  }

  /** All that is read in `work` is of the same commit; to find out about newer ones costs a call to the system each time. */
  inOneMoment<T>(work: () => T): T {
    this.#statements.begin.run()
    try {
      return work()
    } finally {
      this.#statements.commit.run()
    }
  }

  /** The keys of a page, newest first. A scope of several sites is the merge of their indexes, each read in order. */
  #keys(scope: Scope, below: number, offset: number, limit: number): number[] {
    if (scope.kind === 'all') return this.#statements.keysOfAll.all(below, limit, offset) as number[]
    const sites = this.siteIds(scope)
    if (sites.length === 1) return this.#statements.keysOfSite.all(sites[0], below, limit, offset) as number[]
    const lists = sites.map((site) => this.#db.prepare(KEYS_OF_SITE).pluck().iterate(site, below, -1, 0))
    try {
      return merged(lists as Iterator<number>[], (a, b) => a > b, offset, limit)
    } finally {
      for (const list of lists) list.return?.()
    }
  }

  /** The keys above one, oldest first. */
  #keysAbove(scope: Scope, above: number, limit: number): number[] {
    if (scope.kind === 'all') return this.#statements.keysOfAllAbove.all(above, limit) as number[]
    const sites = this.siteIds(scope)
    const lists = sites.map((site) => this.#db.prepare(KEYS_OF_SITE_ABOVE).pluck().iterate(site, above))
    try {
      return merged(lists as Iterator<number>[], (a, b) => a < b, 0, limit)
    } finally {
      for (const list of lists) list.return?.()
    }
  }

  /** The change of a key, unless it was pruned. */
  findChange(key: number): Change | undefined {
    const row = this.#statements.row.get(key) as StoredRow | undefined
    return row === undefined ? undefined : this.#toChange(row)
  }

  #change(key: number): Change {
    return this.#toChange(this.#statements.row.get(key) as StoredRow)
  }

  #toChange(row: StoredRow): Change {
    return toChange(row, this.#sourceName(row.source), this.site(row.site))
  }

  /** Looked up once, not joined: a join makes a row cost seven times as much. */
  #sourceName(id: number): string {
    let name = this.#sourceNames.get(id)
    if (name === undefined) {
      name = this.#statements.sourceName.get(id) as string
      this.#sourceNames.set(id, name)
    }
    return name
  }

  /** The site of a number. */
  site(id: number): Site {
    return (this.#sites.get(id) ?? this.#allSites().get(id)) as Site
  }

  /** The numbers of a scope's sites. */
  siteIds(scope: Scope): number[] {
    return [...this.#allSites()].filter(([, site]) => inScope(scope, site)).map(([id]) => id)
  }

  /** Sites are only ever added, under growing ids, so a higher id tells that there are new ones. */
  #allSites(): Map<number, Site> {
    const last = this.#statements.lastSite.get() as number | null
    if (last !== null && !this.#sites.has(last)) {
      const rows = this.#statements.sites.all() as SiteRow[]
      this.#sites = new Map(
        rows.map((row) => [
          row.id,
          siteOf(row.wiki, row.domain, row.server, row.script_path, row.article_base),
        ]),
      )
    }
    return this.#sites
  }
}

interface ArrivalsRow {
  readonly seq: number
  readonly keys: Buffer
}

interface SiteRow {
  readonly id: number
  readonly wiki: string
  readonly domain: string
  readonly server: string
  readonly script_path: string
  readonly article_base: string
}

const KEYS_OF_SITE =
  'SELECT key FROM changes INDEXED BY changes_by_site WHERE site = ? AND key < ? ORDER BY key DESC LIMIT ? OFFSET ?'

const KEYS_OF_SITE_ABOVE =
  'SELECT key FROM changes INDEXED BY changes_by_site WHERE site = ? AND key > ? ORDER BY key'

function prepareStatements(db: Connection) {
  return {
    keysOfAllAbove: db.prepare('SELECT key FROM changes WHERE key > ? ORDER BY key LIMIT ?').pluck(),
    keysOfAll: db.prepare('SELECT key FROM changes WHERE key < ? ORDER BY key DESC LIMIT ? OFFSET ?').pluck(),
    keysOfSite: db.prepare(KEYS_OF_SITE).pluck(),
    row: db.prepare('SELECT * FROM changes WHERE key = ?'),
    sourceName: db.prepare('SELECT name FROM sources WHERE id = ?').pluck(),
    rollups: rollupsBetween(db),
    firstHour: db.prepare('SELECT min(hour) FROM rollups WHERE site = ?').pluck(),
    arrivals: db.prepare('SELECT seq, keys FROM arrivals WHERE seq >= ? ORDER BY seq'),
    lastArrivals: db.prepare('SELECT seq, keys FROM arrivals ORDER BY seq DESC LIMIT 1'),
    begin: db.prepare('BEGIN'),
    commit: db.prepare('COMMIT'),
    lastSite: db.prepare('SELECT max(id) FROM sites').pluck(),
    sites: db.prepare('SELECT * FROM sites'),
    position: db.prepare('SELECT position FROM sources WHERE name = ?').pluck(),
    oldest: db.prepare('SELECT key FROM changes ORDER BY key LIMIT 1').pluck(),
    newest: db.prepare('SELECT key FROM changes ORDER BY key DESC LIMIT 1').pluck(),
    deadLetters: db.prepare(
      `SELECT sources.name AS source, reason, raw, at FROM dead_letters JOIN sources ON sources.id = dead_letters.source
       ORDER BY dead_letters.id DESC LIMIT ?`,
    ),
    positions: db.prepare('SELECT name AS source, position FROM sources WHERE position IS NOT NULL'),
    gaps: db.prepare(
      `SELECT sources.name AS source, "from", "to", state, reason FROM gaps JOIN sources ON sources.id = gaps.source
       ORDER BY "from"`,
    ),
    totals: db.prepare(
      `SELECT (SELECT value FROM counters WHERE name = 'rows') AS changes,
         (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) AS bytes,
         (SELECT count(*) FROM dead_letters) AS deadLetters`,
    ),
    countBetween: db.prepare('SELECT count(*) FROM changes WHERE key >= ? AND key < ?').pluck(),
    note: db.prepare('SELECT text FROM notes WHERE name = ?').pluck(),
    scopeOf: db.prepare('SELECT scope FROM preferences WHERE user = ?').pluck(),
    languageOf: db.prepare('SELECT language FROM preferences WHERE user = ?').pluck(),
  }
}

/** A cursor's key; a cursor that is none of ours is the newest end, as none is. */
export function keyOf(cursor: Cursor | undefined): number {
  const key = Number(cursor)
  return Number.isSafeInteger(key) && key >= 0 ? key : Number.MAX_SAFE_INTEGER
}

/** Merges lists that are each in the order that `isFirst` says; reads no further than needed. */
function merged(
  lists: readonly Iterator<number>[],
  isFirst: (a: number, b: number) => boolean,
  offset: number,
  limit: number,
): number[] {
  const heads = lists.map((list) => list.next())
  const result: number[] = []
  for (let passed = 0; result.length < limit; passed++) {
    let first = -1
    for (const [i, head] of heads.entries()) {
      if (
        !head.done &&
        (first < 0 || isFirst(head.value, (heads[first] as IteratorYieldResult<number>).value))
      )
        first = i
    }
    const head = heads[first]
    if (head === undefined) break
    if (passed >= offset) result.push(head.value)
    heads[first] = (lists[first] as Iterator<number>).next()
  }
  return result
}
