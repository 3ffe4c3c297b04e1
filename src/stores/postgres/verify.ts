import type { Difference, Verification } from '../../contracts.ts'
import { FIGURES, HOUR_MS } from '../figures.ts'
import { SUMS } from './append.ts'
import type { Asker } from './database.ts'
import { fromStored } from './text.ts'

/**
 * Recounts a database in one snapshot. Rollups of hours whose rows are still there must be what the rows give; all
 * rollups of all sites together must be the sums of the sites'; every row has its id, and its place in the order of
 * storing.
 */
export async function verifyPostgres(db: Asker): Promise<Verification> {
  await db.ask('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const differences: Difference[] = []
  const value = async (sql: string, values: readonly unknown[] = []) =>
    (await db.ask<{ value: unknown }>(sql, values))[0]?.value
  const expect = (what: string, stored: unknown, recounted: unknown) => {
    if (stored !== recounted) differences.push({ what, stored: String(stored), recounted: String(recounted) })
  }

  const cut = (await value('SELECT cut AS value FROM retention')) as number
  const changes = (await value('SELECT count(*) AS value FROM changes WHERE at >= $1', [cut])) as number
  expect('number of changes', await value('SELECT changes AS value FROM totals'), changes)
  const ids = await value('SELECT count(DISTINCT id) AS value FROM changes WHERE at >= $1', [cut])
  expect('number of ids', changes, ids)
  const known = 'SELECT count(*) AS value FROM ids JOIN changes USING (id) WHERE at >= $1'
  expect('ids of changes', await value(known, [cut]), changes)
  expect('ids', await value('SELECT count(*) AS value FROM ids'), changes)

  const firstHour = cut / HOUR_MS
  const pairs = await db.ask<Pair>(ROLLUPS_AGAINST_ROWS, [cut])
  for (const pair of pairs) differences.push(...differencesOf(pair))
  for (const pair of await db.ask<Pair>(ALL_SITES_AGAINST_SITES)) differences.push(...differencesOf(pair))

  expect('order of storing', await value(ARRIVED, [cut]), await value(KEPT, [cut]))
  const last = await value('SELECT coalesce(max(last), 0) AS value FROM arrivals')
  if ((last as number) > 0) expect('last place', await value('SELECT arrived AS value FROM totals'), last)

  const kept = await value('SELECT count(*) AS value FROM rollups WHERE hour < $1', [firstHour])
  await db.ask('COMMIT')
  return { changes, rollupsCompared: pairs.length, rollupsKept: kept as number, differences }
}

/** A wiki (`null`: all), an hour, and figures as they are kept and as they were recounted. */
interface Pair extends Record<string, unknown> {
  readonly wiki: string | null
  readonly hour: number
}

function differencesOf(pair: Pair): Difference[] {
  return FIGURES.flatMap((name) => {
    const [stored, recounted] = [pair[`kept_${name}`], pair[`recounted_${name}`]]
    if (stored === recounted) return []
    const time = new Date(pair.hour * HOUR_MS).toISOString().slice(0, 13)
    const wiki = pair.wiki === null ? 'all wikis' : fromStored(pair.wiki)
    const what = `${wiki}, ${time}h, ${name.replace('_', ' ')}`
    return [{ what, stored: String(stored), recounted: String(recounted) }]
  })
}

const each = (column: (name: string) => string): string => FIGURES.map(column).join(', ')
const PAIR = each(
  (name) =>
    `coalesce(kept.${name}, 0) AS kept_${name}, coalesce(recounted.${name}, 0)::bigint AS recounted_${name}`,
)

const ROLLUPS_AGAINST_ROWS = `
  WITH recounted AS (
    SELECT site, at / ${HOUR_MS} AS hour, ${SUMS.map((sum, i) => `${sum} AS ${FIGURES[i]}`).join(', ')}
    FROM changes WHERE at >= $1 GROUP BY site, at / ${HOUR_MS}
  ), kept AS (
    SELECT * FROM rollups WHERE site > 0 AND hour >= $1 / ${HOUR_MS}
  )
  SELECT sites.wiki, hour, ${PAIR}
  FROM recounted FULL JOIN kept USING (site, hour) LEFT JOIN sites ON sites.id = site`

const ALL_SITES_AGAINST_SITES = `
  WITH recounted AS (
    SELECT hour, ${each((name) => `sum(${name}) AS ${name}`)} FROM rollups WHERE site > 0 GROUP BY hour
  ), kept AS (
    SELECT * FROM rollups WHERE site = 0
  )
  SELECT NULL AS wiki, hour, ${PAIR} FROM recounted FULL JOIN kept USING (hour)`

// Of a set of keys, whatever their order: how many there are, and a sum that hardly two sets have in common.
const FINGERPRINT =
  "count(*) || ' changes (' || coalesce(sum(hashint8(at)::bigint * hashint8(n)), 0) || ')' AS value"
const ARRIVED = `
  SELECT ${FINGERPRINT} FROM (
    SELECT element.at, first_n + element.i - 1 AS n
    FROM arrivals, unnest(ats) WITH ORDINALITY AS element (at, i) WHERE element.at >= $1
  ) AS arrived`
const KEPT = `SELECT ${FINGERPRINT} FROM changes WHERE at >= $1`
