import type { Difference, Verification } from '../../contracts.ts'
import { EARLIEST } from '../../recentchange.ts'
import { ALL_SITES, FIGURES, HOUR_MS } from '../figures.ts'
import { arrivedKeys } from './arrivals.ts'
import { openForReading } from './database.ts'
import { firstKey, KEYS_PER_MS } from './rows.ts'

/**
 * Recounts a database, on a connection and in a snapshot of its own. Rollups of hours whose rows are still there must
 * be what the rows give; all rollups of all sites together must be the sums of the sites'.
 */
export function verifySqlite(path: string): Verification {
  const db = openForReading(path)
  try {
    db.exec('BEGIN')
    const differences: Difference[] = []
    const value = (sql: string) => db.prepare(sql).pluck().get() as number
    const expect = (what: string, stored: unknown, recounted: unknown) => {
      if (stored !== recounted)
        differences.push({ what, stored: String(stored), recounted: String(recounted) })
    }

    expect('structure of the file', db.pragma('integrity_check(1)', { simple: true }), 'ok')
    const changes = value('SELECT count(*) FROM changes')
    expect('number of changes', value("SELECT value FROM counters WHERE name = 'rows'"), changes)
    const ids = value('SELECT count(DISTINCT id) FROM changes')
    expect('number of ids', changes, ids)

    const firstHour = Math.ceil(value("SELECT value FROM counters WHERE name = 'horizon'") / HOUR_MS)
    let rollupsCompared = 0
    for (const pair of db.prepare(ROLLUPS_AGAINST_ROWS).raw().iterate({ firstHour }) as Iterable<Pair>) {
      rollupsCompared++
      differences.push(...differencesOf(pair))
    }
    for (const pair of db.prepare(ALL_SITES_AGAINST_SITES).raw().iterate() as Iterable<Pair>)
      differences.push(...differencesOf(pair))

    const arrived = new Fingerprint()
    const firstKeyKept = firstKey(Math.max(firstHour * HOUR_MS, EARLIEST))
    for (const keys of db.prepare('SELECT keys FROM arrivals').pluck().iterate() as Iterable<Buffer>)
      for (const key of arrivedKeys(keys)) if (key >= firstKeyKept) arrived.add(key)
    const kept = new Fingerprint()
    const rows = db.prepare('SELECT key FROM changes WHERE key >= ?').pluck()
    for (const key of rows.iterate(firstKeyKept) as Iterable<number>) kept.add(key)
    expect('order of storing', arrived.text, kept.text)

    return {
      changes,
      rollupsCompared,
      rollupsKept: db.prepare('SELECT count(*) FROM rollups WHERE hour < ?').pluck().get(firstHour) as number,
      differences,
    }
  } finally {
    db.close()
  }
}

/** A wiki (`null`: all), an hour, and two lists of figures, the stored one first; 0 where there is no such rollup. */
type Pair = readonly [wiki: string | null, hour: number, ...figures: number[]]

function differencesOf([wiki, hour, ...figures]: Pair): Difference[] {
  const [stored, recounted] = [figures.slice(0, FIGURES.length), figures.slice(FIGURES.length)]
  return FIGURES.flatMap((name, i) => {
    if (stored[i] === recounted[i]) return []
    const time = new Date(hour * HOUR_MS).toISOString().slice(0, 13)
    const what = `${wiki ?? 'all wikis'}, ${time}h, ${name.replace('_', ' ')}`
    return [{ what, stored: String(stored[i]), recounted: String(recounted[i]) }]
  })
}

/** Of a set of keys, whatever their order: how many there are, and a sum that hardly two sets have in common. */
class Fingerprint {
  #count = 0
  #sum = 0

  add(key: number): void {
    this.#count++
    // A prime below 2³², so that the sums stay exact.
    this.#sum = (this.#sum + (key % 4_294_967_291)) % 2 ** 52
  }

  get text(): string {
    return `${this.#count} changes (${this.#sum.toString(36)})`
  }
}

const each = (column: (name: string) => string): string => FIGURES.map(column).join(', ')
const RECOUNTED = FIGURES.map((name) => {
  if (name === 'bytes_added') return 'sum(max(difference, 0)) AS bytes_added'
  if (name === 'bytes_removed') return 'sum(max(-difference, 0)) AS bytes_removed'
  const figure = FIGURES.indexOf(name)
  return `sum(type = ${figure >> 1} AND bot = ${figure & 1}) AS ${name}`
})

const ROLLUPS_AGAINST_ROWS = `
  WITH recounted AS (
    SELECT site, hour, ${RECOUNTED}
    FROM (
      SELECT site, type, bot, coalesce(new_bytes - coalesce(old_bytes, 0), 0) AS difference,
        (key / ${KEYS_PER_MS} + ${EARLIEST} - coalesce(shift, 0)) / ${HOUR_MS} AS hour
      FROM changes
    )
    WHERE hour >= :firstHour
    GROUP BY site, hour
  ), kept AS (
    SELECT * FROM rollups WHERE site > ${ALL_SITES} AND hour >= :firstHour
  )
  SELECT sites.wiki, hour, ${each((name) => `coalesce(kept.${name}, 0)`)}, ${each((name) => `coalesce(recounted.${name}, 0)`)}
  FROM recounted FULL JOIN kept USING (site, hour) LEFT JOIN sites ON sites.id = site`

const ALL_SITES_AGAINST_SITES = `
  WITH summed AS (
    SELECT hour, ${each((name) => `sum(${name}) AS ${name}`)} FROM rollups WHERE site > ${ALL_SITES} GROUP BY hour
  ), kept AS (
    SELECT * FROM rollups WHERE site = ${ALL_SITES}
  )
  SELECT NULL, hour, ${each((name) => `coalesce(kept.${name}, 0)`)}, ${each((name) => `coalesce(summed.${name}, 0)`)}
  FROM summed FULL JOIN kept USING (hour)`
