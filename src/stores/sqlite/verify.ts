import { CHANGE_TYPES } from '../../change.ts'
import type { Difference, Verification } from '../../contracts.ts'
import { EARLIEST } from '../../recentchange.ts'
import { openForReading } from './database.ts'
import { KEYS_PER_MS } from './rows.ts'

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

    const firstHour = Math.ceil(value("SELECT value FROM counters WHERE name = 'horizon'") / 3_600_000)
    const compared = db.prepare(ROLLUPS_AGAINST_ROWS).all({ firstHour }) as Pair[]
    for (const pair of compared) {
      if (!pair.agrees)
        differences.push({ what: nameOf(pair), stored: pair.stored, recounted: pair.recounted })
    }
    const sums = db.prepare(ALL_SITES_AGAINST_SITES).all() as Pair[]
    for (const pair of sums)
      differences.push({ what: nameOf(pair), stored: pair.stored, recounted: pair.recounted })

    return {
      changes,
      rollupsCompared: compared.length,
      rollupsKept: db.prepare('SELECT count(*) FROM rollups WHERE hour < ?').pluck().get(firstHour) as number,
      differences,
    }
  } finally {
    db.close()
  }
}

interface Pair {
  readonly wiki: string | null
  readonly hour: number
  readonly type: number
  readonly bot: number
  readonly stored: string
  readonly recounted: string
  readonly agrees: number
}

const nameOf = ({ wiki, hour, type, bot }: Pair): string =>
  `${wiki ?? 'all wikis'}, ${new Date(hour * 3_600_000).toISOString().slice(0, 13)}h, ${CHANGE_TYPES[type]}, ${bot === 1 ? 'bots' : 'people'}`

/** Count, bytes added and bytes removed, as one text. */
const FIGURES = (count: string, added: string, removed: string) =>
  `coalesce(${count}, 0) || ' changes, +' || coalesce(${added}, 0) || ' −' || coalesce(${removed}, 0) || ' bytes'`

const ROLLUPS_AGAINST_ROWS = `
  WITH recounted AS (
    SELECT site, hour, type, bot, count(*) AS count,
      sum(max(difference, 0)) AS bytes_added, sum(max(-difference, 0)) AS bytes_removed
    FROM (
      SELECT site, type, bot, coalesce(new_bytes - coalesce(old_bytes, 0), 0) AS difference,
        (key / ${KEYS_PER_MS} + ${EARLIEST} - coalesce(shift, 0)) / 3600000 AS hour
      FROM changes
    )
    WHERE hour >= :firstHour
    GROUP BY site, hour, type, bot
  ), kept AS (
    SELECT * FROM rollups WHERE site > 0 AND hour >= :firstHour
  )
  SELECT sites.wiki, hour, type, bot,
    ${FIGURES('kept.count', 'kept.bytes_added', 'kept.bytes_removed')} AS stored,
    ${FIGURES('recounted.count', 'recounted.bytes_added', 'recounted.bytes_removed')} AS recounted,
    (kept.count, kept.bytes_added, kept.bytes_removed)
      IS (recounted.count, recounted.bytes_added, recounted.bytes_removed) AS agrees
  FROM recounted FULL JOIN kept USING (site, hour, type, bot) LEFT JOIN sites ON sites.id = site`

const ALL_SITES_AGAINST_SITES = `
  WITH summed AS (
    SELECT hour, type, bot, sum(count) AS count, sum(bytes_added) AS added, sum(bytes_removed) AS removed
    FROM rollups WHERE site > 0 GROUP BY hour, type, bot
  ), kept AS (
    SELECT hour, type, bot, count, bytes_added AS added, bytes_removed AS removed FROM rollups WHERE site = 0
  )
  SELECT NULL AS wiki, hour, type, bot,
    ${FIGURES('kept.count', 'kept.added', 'kept.removed')} AS stored,
    ${FIGURES('summed.count', 'summed.added', 'summed.removed')} AS recounted
  FROM summed FULL JOIN kept USING (hour, type, bot)
  WHERE (kept.count, kept.added, kept.removed) IS NOT (summed.count, summed.added, summed.removed)`
