/** What must be in the database when certain events were issued, and what is. */
import Database from 'better-sqlite3'
import { CHANGE_TYPES } from '../../src/change.ts'
import { EARLIEST } from '../../src/recentchange.ts'
import { arrivedKeys } from '../../src/stores/sqlite/arrivals.ts'
import { KEYS_PER_MS } from '../../src/stores/sqlite/rows.ts'

/** What is compared of a change, as it was issued and as it is stored. */
interface Facts {
  /** `meta.dt`, UTC ms. */
  readonly at: number
  readonly wiki: string
  readonly type: string
  readonly bot: boolean
  readonly title: string
  readonly user: string | null
  readonly comment: string | null
  readonly rcid: number | null
  readonly oldBytes: number | null
  readonly newBytes: number | null
}

export interface Issued extends Facts {
  readonly topic: string
  /** UTC ms. */
  readonly issuedAt: number
}

/** Everything that was issued. */
export interface Known {
  /** By id. */
  readonly changes: ReadonlyMap<string, Issued>
  /** What cannot be read, to when it was issued. */
  readonly poison: ReadonlyMap<string, number>
}

/** Something that is not as it must be. */
export interface Finding {
  readonly kind:
    | 'missing'
    | 'extra'
    | 'double'
    | 'altered'
    | 'rollup'
    | 'order'
    | 'dead letter'
    | 'gap'
    | 'file'
    | 'program'
  readonly text: string
  /** When it was issued, UTC ms: what happened around then may be the cause. */
  readonly around?: number
}

/** Compares a database that nobody writes with what was issued. An empty list is a perfect store. */
export function compare(path: string, known: Known): Finding[] {
  const db = new Database(path, { readonly: true, fileMustExist: true })
  try {
    const integrity = db.pragma('integrity_check', { simple: true })
    if (integrity !== 'ok') return [{ kind: 'file', text: String(integrity) }]
    const counted = new Recount(known)
    const findings = [...compareChanges(db, known.changes, counted)]
    return [
      ...findings,
      ...compareCounts(db, counted),
      ...compareArrivals(db),
      ...comparePoison(db, known.poison),
      ...findGaps(db),
    ]
  } finally {
    db.close()
  }
}

interface Row extends Omit<Facts, 'at' | 'type' | 'bot'> {
  readonly id: string
  readonly site: number
  readonly key: number
  readonly shift: number | null
  readonly type: number
  readonly bot: number
}

function* compareChanges(
  db: Database.Database,
  issued: ReadonlyMap<string, Issued>,
  counted: Recount,
): Iterable<Finding> {
  const rows = db.prepare<[], Row>(
    `SELECT lower(hex(changes.id)) AS id, site, key, shift, type, bot, title, user, comment, rcid,
       old_bytes AS oldBytes, new_bytes AS newBytes, wiki
     FROM changes LEFT JOIN sites ON sites.id = site`,
  )
  const seen = new Map<string, number>()
  for (const { key, shift, site, ...row } of rows.iterate()) {
    const id = row.id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    const stored: Facts = {
      ...row,
      at: Math.floor(key / KEYS_PER_MS) + EARLIEST - (shift ?? 0),
      type: CHANGE_TYPES[row.type] ?? `number ${row.type}`,
      bot: row.bot === 1,
    }
    counted.addRow(site, stored)
    const times = (seen.get(id) ?? 0) + 1
    seen.set(id, times)
    const event = issued.get(id)
    if (event === undefined) yield { kind: 'extra', text: `${id}, ${shown(stored)}` }
    else if (times > 1) yield { kind: 'double', text: `${id}, ${shown(event)}`, around: event.issuedAt }
    else yield* compareFacts(id, event, stored)
  }
  for (const [id, event] of issued) {
    if (!seen.has(id)) yield { kind: 'missing', text: `${id}, ${shown(event)}`, around: event.issuedAt }
  }
}

const FACTS = [
  'at',
  'wiki',
  'type',
  'bot',
  'title',
  'user',
  'comment',
  'rcid',
  'oldBytes',
  'newBytes',
] as const satisfies readonly (keyof Facts)[]

function* compareFacts(id: string, issued: Issued, stored: Facts): Iterable<Finding> {
  for (const fact of FACTS) {
    if (issued[fact] === stored[fact]) continue
    const from = firstDifference(String(issued[fact]), String(stored[fact]))
    const [was, is] = [issued[fact], stored[fact]].map((value) => short(value, from))
    const text = `${id}, ${fact}: issued ${was}, stored ${is}`
    yield { kind: 'altered', text, around: issued.issuedAt }
  }
}

function firstDifference(one: string, other: string): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return at
}

/** Sums by wiki or site, hour, type and bot. */
class Tally {
  readonly #sums = new Map<string, Record<string, number>>()

  add(of: string | number, hour: number, figures: Readonly<Record<string, number>>) {
    const key = `${of}, ${new Date(hour * 3_600_000).toISOString().slice(0, 13)}h`
    const sums = this.#sums.get(key) ?? {}
    for (const [name, value] of Object.entries(figures))
      if (value !== 0) sums[name] = (sums[name] ?? 0) + value
    this.#sums.set(key, sums)
  }

  addChange(of: string | number, { at, type, bot, oldBytes, newBytes }: Facts): void {
    const difference = newBytes === null ? 0 : newBytes - (oldBytes ?? 0)
    this.add(of, Math.floor(at / 3_600_000), {
      [`${type}_${bot ? 'bots' : 'people'}`]: 1,
      bytes_added: Math.max(0, difference),
      bytes_removed: Math.max(0, -difference),
    })
  }

  *differences(from: string, other: Tally): Iterable<Finding> {
    for (const key of new Set([...this.#sums.keys(), ...other.#sums.keys()])) {
      const [kept, counted] = [shownSums(this.#sums.get(key)), shownSums(other.#sums.get(key))]
      if (kept !== counted) yield { kind: 'rollup', text: `${key}: kept ${kept}, ${from} ${counted}` }
    }
  }
}

const shownSums = (sums: Readonly<Record<string, number>> = {}): string =>
  Object.keys(sums)
    .toSorted()
    .map((name) => `${name} ${sums[name]}`)
    .join(', ')

/** The counts as they must be: by the rows that are there, and by what was issued. */
class Recount {
  readonly issuedByWiki = new Tally()
  readonly rowsBySite = new Tally()
  rows = 0

  constructor({ changes }: Known) {
    for (const event of changes.values()) {
      this.issuedByWiki.addChange(event.wiki, event)
      this.issuedByWiki.addChange(ALL_WIKIS, event)
    }
  }

  addRow(site: number, row: Facts): void {
    this.rows++
    this.rowsBySite.addChange(site, row)
    this.rowsBySite.addChange(ALL_SITES, row)
  }
}

/** Stands for all sites together in the rollups. */
const ALL_SITES = 0
const ALL_WIKIS = 'all wikis'

interface Rollup {
  readonly site: number
  readonly wiki: string | null
  readonly hour: number
  readonly [figure: string]: number | string | null
}

function* compareCounts(db: Database.Database, counted: Recount): Iterable<Finding> {
  const bySite = new Tally()
  const byWiki = new Tally()
  const rollups = db
    .prepare<[], Rollup>('SELECT rollups.*, wiki FROM rollups LEFT JOIN sites ON sites.id = site')
    .all()
  for (const { site, wiki, hour, ...rest } of rollups) {
    const figures = rest as Record<string, number>
    bySite.add(site, hour, figures)
    byWiki.add(site === ALL_SITES ? ALL_WIKIS : (wiki ?? `site ${site}`), hour, figures)
  }
  yield* bySite.differences('the rows give', counted.rowsBySite)
  yield* byWiki.differences('issued were', counted.issuedByWiki)
  const total = db.prepare("SELECT value FROM counters WHERE name = 'rows'").pluck().get()
  if (total !== counted.rows)
    yield { kind: 'rollup', text: `number of rows: kept ${total}, there are ${counted.rows}` }
}

/** Each row once in the order of storing. */
function* compareArrivals(db: Database.Database): Iterable<Finding> {
  const keys = new Set(db.prepare<[], number>('SELECT key FROM changes').pluck().all())
  for (const list of db.prepare<[], Buffer>('SELECT keys FROM arrivals ORDER BY seq').pluck().all()) {
    for (const key of arrivedKeys(list)) {
      if (!keys.delete(key)) yield { kind: 'order', text: `key ${key}: no row, or there twice` }
    }
  }
  for (const key of keys) yield { kind: 'order', text: `key ${key}: never stored` }
}

function* comparePoison(db: Database.Database, poison: Known['poison']): Iterable<Finding> {
  const letters = db.prepare<[], string>('SELECT raw FROM dead_letters').pluck().all()
  const seen = new Set<string>()
  for (const raw of letters) {
    const around = poison.get(raw)
    if (around === undefined) yield { kind: 'dead letter', text: `not issued as poison: ${short(raw)}` }
    else if (seen.has(raw)) yield { kind: 'dead letter', text: `there twice: ${short(raw)}`, around }
    seen.add(raw)
  }
  for (const [raw, around] of poison) {
    if (!seen.has(raw)) yield { kind: 'dead letter', text: `missing: ${short(raw)}`, around }
  }
}

/** The simulator forgets nothing, so whatever gap is claimed to be left is none. */
function* findGaps(db: Database.Database): Iterable<Finding> {
  const gaps = db
    .prepare<[], { from: number; to: number; state: string; reason: string }>(
      `SELECT "from", "to", state, reason FROM gaps WHERE state <> 'refilled'`,
    )
    .all()
  for (const { from, to, state, reason } of gaps) {
    const [start, end] = [from, to].map((ms) => new Date(ms).toISOString())
    yield { kind: 'gap', text: `${start} to ${end} is said to be ${state}: ${reason}` }
  }
}

function shown(event: Facts & { readonly topic?: string }): string {
  const { at, topic = 'of no topic', wiki, type, title } = event
  return `${new Date(at).toISOString()}, ${topic}, ${wiki} ${type} ${short(title)}`
}

/** A value for people; of a long text what stands around the place that matters. */
function short(value: unknown, place = 0): string {
  if (typeof value !== 'string' || value.length <= 120) return JSON.stringify(value)
  const from = Math.max(0, place - 20)
  return `${JSON.stringify(value.slice(from, from + 120))} (${from} to ${from + 120} of ${value.length})`
}
