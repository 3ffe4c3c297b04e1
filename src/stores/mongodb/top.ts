import type { Document } from 'mongodb'
import type { Top, TopEntry, TopQuery } from '../../contracts.ts'
import { botsOf, HOUR_MS, peopleOf } from '../figures.ts'
import type { Database } from './database.ts'
import { firstKey } from './documents.ts'
import type { MongoReader } from './reader.ts'
import { inTime } from './search.ts'
import type { Sites } from './sites.ts'

interface Parts {
  readonly database: Database
  readonly reader: MongoReader
  readonly sites: Sites
  /** How long the server may take, in ms. */
  readonly topMs: number
}

/** What has most changes since a time: counted by the server. */
export const topOf = (parts: Parts, query: TopQuery): Promise<Top> =>
  query.by === 'wikis' ? topWikis(parts, query) : topNames(parts, query, query.by)

async function topNames(
  { database, reader, sites, topMs }: Parts,
  { scope, from, to, limit }: TopQuery,
  by: 'pages' | 'users',
): Promise<Top> {
  const span = await reader.span()
  if (span === null) return { entries: [], countedFrom: from }
  const scoped = await reader.scoped(scope)
  const ofWhich: Document =
    by === 'pages'
      ? { type: { $in: ['edit', 'new'] } }
      : { type: { $in: ['edit', 'new', 'log'] }, user: { $ne: null } }
  const { result, countedFrom } = await inTime(
    topMs,
    Math.max(from, span.from),
    to ?? span.to + 1,
    async (from, maxTimeMS) => {
      const key = { $gte: firstKey(from), ...(to !== undefined && { $lt: firstKey(to) }) }
      const match = { ...scoped, ...ofWhich, key }
      const field = by === 'pages' ? 'title' : 'user'
      const grouped = (match: Document, ...then: Document[]) =>
        database.changes
          .aggregate<NameGroup>(
            [
              { $match: match },
              // One sum a question (`countHours`).
              {
                $group: {
                  _id: { name: `$${field}`, ...(by === 'pages' && { site: '$site' }) },
                  changes: { $sum: 1 },
                },
              },
              ...then,
            ],
            { maxTimeMS, allowDiskUse: true },
          )
          .toArray()
      // Names of sites begin with those of their wikis.
      const highest = await grouped(match, { $sort: { changes: -1, _id: 1 } }, { $limit: limit })
      const names = highest.map(({ _id }) => _id.name)
      const bots = new Map<string, number>()
      for (const group of names.length === 0
        ? []
        : await grouped({ ...match, bot: 1, [field]: { $in: names } }))
        bots.set(keyOf(group), group.changes)
      const entries: TopEntry[] = []
      for (const group of highest) {
        const { name } = group._id
        // Who has most changes is among the newest, where one looks first.
        const site =
          group._id.site ??
          (
            await database.changes
              .find({ ...match, user: name }, { projection: { _id: 0, site: 1, key: 1 } })
              .sort({ key: -1 })
              .limit(1)
              .maxTimeMS(maxTimeMS)
              .toArray()
          )[0]?.site
        if (site === undefined) continue
        entries.push({
          name,
          site: await sites.site(site),
          changes: group.changes,
          bots: bots.get(keyOf(group)) ?? 0,
          isAtLeast: false,
        })
      }
      return entries
    },
  )
  return { entries: result, countedFrom: Math.max(from, countedFrom) }
}

interface SiteGroup {
  readonly _id: { readonly site: string; readonly bot: number }
  readonly changes: number
}

interface NameGroup {
  readonly _id: { readonly name: string; readonly site?: string }
  readonly changes: number
}

const keyOf = ({ _id }: NameGroup): string => `${_id.site ?? ''} ${_id.name}`

/** Whole hours by their counts; of the one in which the time lies, the rows. */
async function topWikis(
  { database, reader, sites }: Parts,
  { scope, from, to, limit }: TopQuery,
): Promise<Top> {
  const firstHour = Math.ceil(from / HOUR_MS)
  const names = await sites.namesIn(scope)
  const wikis = new Map<string, { name: string; site: string; changes: number; bots: number }>()
  const add = async (site: string, bots: number, changes: number) => {
    const { wiki } = await sites.site(site)
    const sum = wikis.get(wiki) ?? { name: wiki, site, changes: 0, bots: 0 }
    wikis.set(wiki, { ...sum, changes: sum.changes + changes, bots: sum.bots + bots })
  }
  const meant = names === null ? null : new Set(names)
  const whole = { $gte: firstHour, ...(to !== undefined && { $lt: to / HOUR_MS }) }
  for await (const hour of database.hours.find({ _id: whole }, { projection: { sites: 1 } })) {
    for (const [site, figures] of Object.entries(hour.sites)) {
      const bots = botsOf(figures)
      if (meant === null || meant.has(site)) await add(site, bots, peopleOf(figures) + bots)
    }
  }
  const end = Math.min(firstHour * HOUR_MS, to ?? Number.POSITIVE_INFINITY)
  const groups = database.changes.aggregate<SiteGroup>([
    { $match: { ...(await reader.scoped(scope)), key: { $gte: firstKey(from), $lt: firstKey(end) } } },
    { $group: { _id: { site: '$site', bot: '$bot' }, changes: { $sum: 1 } } },
  ])
  for await (const { _id, changes } of groups) await add(_id.site, _id.bot * changes, changes)

  const entries: TopEntry[] = []
  const highest = [...wikis.values()].toSorted((a, b) => b.changes - a.changes || (a.name < b.name ? -1 : 1))
  for (const { site, ...entry } of highest.slice(0, limit))
    entries.push({ ...entry, site: await sites.site(site), isAtLeast: false })
  return { entries, countedFrom: Math.max(from, (await reader.countsFrom()) ?? from) }
}
