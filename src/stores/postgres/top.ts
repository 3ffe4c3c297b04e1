import { CHANGE_TYPES, type ChangeType } from '../../change.ts'
import type { Top, TopEntry, TopQuery } from '../../contracts.ts'
import { FIGURES, HOUR_MS } from '../figures.ts'
import { type Counted, Tally } from '../tally.ts'
import type { Row } from './database.ts'
import type { Reader } from './reader.ts'
import { NEWEST } from './rows.ts'
import { countedFrom } from './search.ts'
import { fromStored } from './text.ts'
import { walk } from './walk.ts'

/** How long is looked before a question is answered with what there is, in ms. */
const TOP_MS = 30_000

const placesOf = (...types: readonly ChangeType[]) => types.map((type) => CHANGE_TYPES.indexOf(type))
const OF_PAGES = `AND type IN (${placesOf('edit', 'new')})`
const OF_USERS = `AND type IN (${placesOf('edit', 'new', 'log')}) AND "user" IS NOT NULL`

/** What has most changes since a time. */
export const topOf = (reader: Reader, query: TopQuery): Promise<Top> =>
  query.by === 'wikis' ? topWikis(reader, query) : topNames(reader, query, query.by)

interface NameCount extends Row {
  readonly site: number
  readonly name: string
  readonly changes: number
  readonly bots: number
  readonly last: number
  readonly n: number
}

async function topNames(
  reader: Reader,
  { scope, from, to, limit }: TopQuery,
  by: 'pages' | 'users',
): Promise<Top> {
  const name = by === 'pages' ? 'title' : '"user"'
  const steps = walk<NameCount>(
    reader,
    { scope, from: to === undefined ? NEWEST : { at: to, n: 0 }, end: from },
    {
      columns: `site, ${name} AS name, count(*) AS changes, sum(bot) AS bots, max(at) AS last, max(n) AS n`,
      condition: by === 'pages' ? OF_PAGES : OF_USERS,
      groupBy: `site, ${name}`,
    },
  )
  const deadline = performance.now() + TOP_MS
  const tally = new Tally()
  let counted = from
  for await (const { rows, at, isLast } of steps) {
    await reader.names.learn(rows)
    // Newest first, so that of a user the last site is kept.
    for (const row of rows.toSorted((a, b) => b.last - a.last || b.n - a.n)) {
      const key =
        by === 'pages' ? `${reader.names.site(row.site).wiki} ${fromStored(row.name)}` : fromStored(row.name)
      tally.add(key, row.site, row.bots, row.changes)
    }
    if (!isLast && performance.now() > deadline) {
      counted = at.at
      break
    }
  }
  const entries = tally.highest(limit, (key) => (by === 'pages' ? key.slice(key.indexOf(' ') + 1) : key))
  return {
    entries: entries.map((entry) => entryOf(reader, entry)),
    countedFrom: await countedFrom(reader, counted),
  }
}

interface SiteCount extends Row {
  readonly site: number
  readonly bots: number
  readonly changes: number
}

const sumOf = (who: string) => `sum(${FIGURES.filter((name) => name.endsWith(who)).join(' + ')})::bigint`

/** Whole hours by their rollups; of the one in which the time lies, the rows. */
async function topWikis(reader: Reader, { scope, from, to, limit }: TopQuery): Promise<Top> {
  const firstHour = Math.ceil(from / HOUR_MS)
  const tally = new Tally()
  const add = async (rows: readonly SiteCount[]) => {
    await reader.names.learn(rows)
    for (const { site, bots, changes } of rows) tally.add(reader.names.site(site).wiki, site, bots, changes)
  }
  const sites = await reader.names.idsOf(scope)
  await add(
    await reader.db.ask<SiteCount>(
      `SELECT site, ${sumOf('_bots')} AS bots, ${sumOf('_bots')} + ${sumOf('_people')} AS changes FROM rollups
       WHERE site > 0 AND hour >= $1 AND ($2::bigint IS NULL OR hour < $2)
         AND ($3::integer[] IS NULL OR site = ANY($3)) GROUP BY site`,
      [firstHour, to === undefined ? null : to / HOUR_MS, sites],
    ),
  )
  const until = Math.min(firstHour * HOUR_MS, to ?? Number.POSITIVE_INFINITY)
  const steps = walk<SiteCount>(
    reader,
    { scope, from: { at: until, n: 0 }, end: from },
    { columns: 'site, sum(bot) AS bots, count(*) AS changes', groupBy: 'site' },
  )
  for await (const { rows } of steps) await add(rows)
  return {
    entries: tally.highest(limit, (wiki) => wiki).map((entry) => entryOf(reader, entry)),
    countedFrom: Math.max(from, (await reader.countsFrom()) ?? from),
  }
}

const entryOf = (reader: Reader, { site, ...entry }: Counted): TopEntry => ({
  ...entry,
  site: reader.names.site(site),
})
