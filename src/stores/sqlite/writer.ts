import { createHash } from 'node:crypto'
import type { Unreadable } from '../../change.ts'
import { NUMBER, NUMBERS, type PackedColumns } from '../../columns.ts'
import type { Appended, Feed, FeedChanges, FeedCursor, Gap, Pruned } from '../../contracts.ts'
import { EARLIEST } from '../../recentchange.ts'
import type { Site } from '../../site.ts'
import { HOUR_MS } from '../figures.ts'
import { type Connection, openForWriting, runError } from './database.ts'
import { FeedTable } from './feeds.ts'
import { Inserter } from './inserter.ts'
import { addToRollup, RollupSums } from './rollups.ts'
import { firstKey, KEYS_PER_MS, type PackedBatch } from './rows.ts'
import { SeenNumbers } from './seen.ts'

/** Rows that a step of pruning removes: some 10 ms, 25 at worst, of the 50 that an append may have to wait. */
const PRUNE_STEP = 200
/** Keys of a quarter of an hour. */
const NEAR_KEYS = 900_000 * KEYS_PER_MS
const NONE = { added: 0, expired: 0 }
/** So many notes are kept. */
const NOTES = 10_000
/** Unreadable input beyond this many characters is cut: it is kept for people to look at. */
const RAW_LIMIT = 65_536

/**
 * The one writer of a database: synchronous, on a thread of its own (`writer-thread.ts`). Everything that it
 * remembers between batches is a copy of what the database holds, and is forgotten whenever somebody else has
 * written or a transaction was undone.
 */
export class SqliteWriter {
  readonly #path: string
  readonly #db: Connection
  readonly #statements: ReturnType<typeof prepareStatements>
  readonly #sourceIds = new Map<string, number>()
  readonly #siteIds = new Map<string, number>()
  readonly #inserter: Inserter
  readonly #seen: SeenNumbers
  readonly #feeds: FeedTable
  #horizon: number | undefined
  #dataVersion = -1

  constructor(path: string) {
    this.#path = path
    this.#db = openForWriting(path)
    this.#statements = prepareStatements(this.#db)
    this.#inserter = new Inserter(this.#db)
    this.#seen = new SeenNumbers(this.#db)
    this.#feeds = new FeedTable(this.#db)
  }

  /** Gives back the memory of pages of the file that are kept for reading them again. */
  shrink(): void {
    this.#db.pragma('shrink_memory')
  }

  append(batch: PackedBatch): Appended {
    return this.#transaction(() => {
      const source = this.#sourceId(batch.source)
      const counts = new RollupSums()
      const { columns } = batch
      const { added, expired } = columns.count === 0 ? NONE : this.#insertAll(columns, source, counts)
      counts.flush(this.#statements.addToRollup)
      this.#seen.flush()
      if (added > 0) this.#statements.addRows.run(added)
      const fresh = batch.unreadable.filter((event) => this.#bury(event, source))
      const buried = fresh.map(({ kind }) => kind)
      for (const gap of batch.gaps) this.#noteGap(gap, source)
      if (batch.position !== null) this.#statements.setPosition.run(batch.position, source)
      return { added, duplicates: columns.count - added - expired, buried, expired }
    })
  }

  /** One step: the oldest rows that are to go, and first of all the horizon, which no row may come back behind. */
  prune(before: number): Pruned {
    const horizon = Math.floor(before / HOUR_MS) * HOUR_MS
    return this.#transaction(() => {
      if (this.#statements.raiseHorizon.run({ at: horizon }).changes > 0) this.#horizon = horizon
      const end = firstKey(Math.max(horizon, EARLIEST))
      const { changes: removed } = this.#statements.removeOldest.run(end, PRUNE_STEP)
      this.#statements.removeArrivals.run(end, PRUNE_STEP)
      if (removed > 0) this.#statements.addRows.run(-removed)
      else this.#seen.prune(horizon)
      return { removed, isDone: removed < PRUNE_STEP }
    })
  }

  setScope(user: string, scope: string): void {
    this.#transaction(() => this.#statements.setScope.run(user, scope))
  }

  /** What is kept again is kept for as long as what is new. */
  keepNote(name: string, text: string): void {
    this.#transaction(() => {
      const { lastInsertRowid } = this.#statements.keepNote.run(name, text)
      this.#statements.dropNotes.run(Number(lastInsertRowid) - NOTES)
    })
  }

  setLanguage(user: string, language: string | null): void {
    this.#transaction(() => this.#statements.setLanguage.run(user, language))
  }

  addFeed(feed: Omit<Feed, 'id'>, sent: number): Feed {
    return this.#transaction(() => this.#feeds.add(feed, sent))
  }

  changeFeed(id: number, changes: FeedChanges): boolean {
    return this.#transaction(() => this.#feeds.change(id, changes))
  }

  removeFeed(id: number): boolean {
    return this.#transaction(() => this.#feeds.remove(id))
  }

  saveCursors(cursors: readonly FeedCursor[]): void {
    this.#transaction(() => this.#feeds.saveCursors(cursors))
  }

  close(): void {
    if (this.#db.open) this.#db.close()
  }

  #transaction<T>(work: () => T): T {
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      try {
        this.#forgetIfOthersWrote()
        const result = work()
        this.#db.exec('COMMIT')
        return result
      } catch (error) {
        this.#forget()
        if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
        throw error
      }
    } catch (error) {
      throw runError(error, this.#path)
    }
  }

  #forgetIfOthersWrote(): void {
    const version = this.#db.pragma('data_version', { simple: true }) as number
    if (version !== this.#dataVersion) this.#forget()
    this.#dataVersion = version
  }

  #forget(): void {
    this.#sourceIds.clear()
    this.#siteIds.clear()
    this.#seen.forget()
    this.#horizon = undefined
    this.#inserter.forget()
  }

  #insertAll(columns: PackedColumns, source: number, counts: RollupSums): { added: number; expired: number } {
    const { times, siteOf, numbers } = columns
    const sites = columns.sites.map((site) => this.#siteId(site))
    const horizon = this.#getHorizon()
    let added = 0
    let expired = 0
    this.#inserter.begin(columns, source)
    for (let row = 0; row < columns.count; row++) {
      const site = sites[siteOf[row] as number] as number
      const at = times[row] as number
      if (at < horizon) expired++
      else if (!this.#isStored(columns, row, site, at)) {
        this.#inserter.insert(row, site)
        counts.add(site, at, numbers, row * NUMBERS.length)
        added++
      }
    }
    this.#inserter.end()
    return { added, expired }
  }

  #getHorizon(): number {
    this.#horizon ??= this.#statements.horizon.get() as number
    return this.#horizon
  }

  /** Whether the change is there, be it with another time. The common case, a number never seen, needs no look. */
  #isStored({ ids, numbers }: PackedColumns, row: number, site: number, at: number): boolean {
    const rcid = numbers[row * NUMBERS.length + NUMBER.rcid] as number
    if (!Number.isNaN(rcid) && !this.#seen.add(site, rcid, at)) return false
    this.#inserter.flush()
    const id = ids.subarray(row * 16, row * 16 + 16)
    if (Number.isNaN(rcid)) return this.#statements.findWithoutRcid.get(id) !== undefined
    const first = firstKey(at)
    return (
      this.#statements.findBetween.get(first, firstKey(at + 1), id) !== undefined ||
      // With another time it is most often one not far from this.
      this.#statements.findInSiteBetween.get(site, first - NEAR_KEYS, first + NEAR_KEYS, rcid, id) !==
        undefined ||
      this.#statements.findInSite.get(site, rcid, id) !== undefined
    )
  }

  #sourceId(name: string): number {
    return remember(this.#sourceIds, name, () => {
      this.#statements.addSource.run(name)
      return this.#statements.findSource.get(name) as number
    })
  }

  #siteId(site: Site): number {
    const columns = [site.wiki, site.domain, site.server, site.scriptPath, site.articleBase]
    return remember(this.#siteIds, columns.join('\n'), () => {
      this.#statements.addSite.run(columns)
      return this.#statements.findSite.get(columns) as number
    })
  }

  #noteGap({ from, to, state, reason }: Gap, source: number): void {
    this.#statements.noteGap.run(source, from, to, state, reason)
  }

  /** Whether it is the first time. */
  #bury(event: Unreadable, source: number): boolean {
    const digest = createHash('sha256').update(event.raw).digest()
    const cut =
      event.raw.length > RAW_LIMIT
        ? `${event.raw.slice(0, RAW_LIMIT)}… (${event.raw.length} characters)`
        : event.raw
    return this.#statements.bury.run(digest, source, Date.now(), event.reason, cut).changes > 0
  }
}

function remember<K, V>(known: Map<K, V>, key: K, find: () => V): V {
  let value = known.get(key)
  if (value === undefined) {
    value = find()
    known.set(key, value)
  }
  return value
}

function prepareStatements(db: Connection) {
  const siteColumns = ['wiki', 'domain', 'server', 'script_path', 'article_base']
  return {
    findBetween: db.prepare('SELECT 1 FROM changes WHERE key >= ? AND key < ? AND id = ?').pluck(),
    findInSiteBetween: db
      .prepare(
        'SELECT 1 FROM changes INDEXED BY changes_by_site WHERE site = ? AND key BETWEEN ? AND ? AND rcid = ? AND id = ?',
      )
      .pluck(),
    findInSite: db
      .prepare('SELECT 1 FROM changes INDEXED BY changes_by_site WHERE site = ? AND rcid = ? AND id = ?')
      .pluck(),
    findWithoutRcid: db.prepare('SELECT 1 FROM changes WHERE id = ? AND rcid IS NULL').pluck(),
    addToRollup: addToRollup(db),
    addSource: db.prepare('INSERT INTO sources (name) VALUES (?) ON CONFLICT DO NOTHING'),
    findSource: db.prepare('SELECT id FROM sources WHERE name = ?').pluck(),
    setPosition: db.prepare('UPDATE sources SET position = ? WHERE id = ?'),
    addSite: db.prepare(`INSERT INTO sites (${siteColumns}) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`),
    findSite: db.prepare(`SELECT id FROM sites WHERE (${siteColumns}) = (?, ?, ?, ?, ?)`).pluck(),
    bury: db.prepare(
      'INSERT INTO dead_letters (digest, source, at, reason, raw) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    noteGap: db.prepare(
      `INSERT INTO gaps (source, "from", "to", state, reason) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET "to" = excluded."to", state = excluded.state, reason = excluded.reason`,
    ),
    addRows: db.prepare("UPDATE counters SET value = value + ? WHERE name = 'rows'"),
    horizon: db.prepare("SELECT value FROM counters WHERE name = 'horizon'").pluck(),
    raiseHorizon: db.prepare("UPDATE counters SET value = @at WHERE name = 'horizon' AND value < @at"),
    removeOldest: db.prepare(
      'DELETE FROM changes WHERE key IN (SELECT key FROM changes WHERE key < ? ORDER BY key LIMIT ?)',
    ),
    // Not the last one: the next gets the number after it.
    removeArrivals: db.prepare(
      `DELETE FROM arrivals WHERE until < ? AND seq IN (SELECT seq FROM arrivals ORDER BY seq LIMIT ?)
         AND seq < (SELECT max(seq) FROM arrivals)`,
    ),
    keepNote: db.prepare('INSERT OR REPLACE INTO notes (name, text) VALUES (?, ?)'),
    dropNotes: db.prepare('DELETE FROM notes WHERE id <= ?'),
    setScope: db.prepare(
      'INSERT INTO preferences (user, scope) VALUES (?, ?) ON CONFLICT DO UPDATE SET scope = excluded.scope',
    ),
    setLanguage: db.prepare(
      `INSERT INTO preferences (user, language) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET language = excluded.language`,
    ),
  }
}
