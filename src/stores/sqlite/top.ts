import { CHANGE_TYPES, type ChangeType } from '../../change.ts'
import type { Top, TopEntry, TopQuery } from '../../contracts.ts'
import { HOUR_MS } from '../figures.ts'
import { type Counted, Tally } from '../tally.ts'
import { type Piece, Pieces } from './pieces.ts'
import type { SqliteReader } from './reader.ts'
import { firstKey, millisecondOf } from './rows.ts'
import { countedFrom } from './search.ts'
import type { Steps } from './steps.ts'

/** Sites whose counts are read in a step. */
const SITES = 50

const placesOf = (...types: readonly ChangeType[]) => types.map((type) => CHANGE_TYPES.indexOf(type))
const OF_PAGES = `AND type IN (${placesOf('edit', 'new')})`
const OF_USERS = `AND type IN (${placesOf('edit', 'new', 'log')}) AND user IS NOT NULL`

/** What has most changes since a time. */
export const topOf = (reader: SqliteReader, query: TopQuery): Steps<Top> =>
  query.by === 'wikis' ? topWikis(reader, query) : topNames(reader, query, query.by)

interface NameRow {
  readonly site: number
  readonly name: string
  readonly bot: number
}

function* topNames(
  reader: SqliteReader,
  { scope, from, to, limit }: TopQuery,
  by: 'pages' | 'users',
): Steps<Top> {
  const pieces = new Pieces(reader, scope, { end: Math.max(0, firstKey(from)) })
  const rows =
    by === 'pages'
      ? pieces.question<NameRow>('site, title AS name, bot', OF_PAGES)
      : pieces.question<NameRow>('site, user AS name, bot', OF_USERS)
  const tally = new Tally()
  const look = (piece: Piece) => {
    // Newest first, so that of a user the last site is kept.
    for (const { site, name, bot } of rows(piece).reverse())
      tally.add(by === 'pages' ? `${reader.site(site).wiki} ${name}` : name, site, bot, 1)
  }
  const walked = yield* walk(reader, pieces, look, to === undefined ? undefined : firstKey(to))
  const entries = tally.highest(limit, (key) => (by === 'pages' ? key.slice(key.indexOf(' ') + 1) : key))
  return {
    entries: entries.map((entry) => entryOf(reader, entry)),
    countedFrom: countedFrom(reader, walked.isLate ? walked.at : from),
  }
}

/** Looks at all pieces, or as many as there is time for; gives the time (UTC ms) down to which that was. */
function* walk(
  reader: SqliteReader,
  pieces: Pieces,
  look: (piece: Piece) => void,
  start = Number.MAX_SAFE_INTEGER,
): Steps<{ readonly isLate: boolean; readonly at: number }> {
  for (let key = start; ; ) {
    const isLast = reader.inOneMoment(() => {
      const piece = pieces.next(key)
      look(piece)
      key = piece.at
      return piece.isLast
    })
    const isLate = isLast ? false : yield
    if (isLast || isLate) return { isLate, at: millisecondOf(key) }
  }
}

/** Whole hours by their rollups; of the one in which the time lies, the rows. */
function* topWikis(reader: SqliteReader, { scope, from, to, limit }: TopQuery): Steps<Top> {
  const firstHour = Math.ceil(from / HOUR_MS)
  const endHour = to === undefined ? undefined : to / HOUR_MS
  const tally = new Tally()
  const add = (site: number, bots: number, changes: number) =>
    tally.add(reader.site(site).wiki, site, bots, changes)
  const sites = reader.siteIds(scope)
  for (let i = 0; i < sites.length; i += SITES) {
    reader.inOneMoment(() => {
      for (const site of sites.slice(i, i + SITES)) {
        for (const [people, bots] of reader.countsOf(site, firstHour, endHour)) add(site, bots, people + bots)
      }
    })
    yield
  }
  const pieces = new Pieces(reader, scope, { end: Math.max(0, firstKey(from)) })
  const rows = pieces.question<{ site: number; bots: number; changes: number }>(
    'site, sum(bot) AS bots, count(*) AS changes',
    'GROUP BY site',
  )
  yield* walk(
    reader,
    pieces,
    (piece) => {
      for (const { site, bots, changes } of rows(piece)) add(site, bots, changes)
    },
    firstKey(Math.min(firstHour * HOUR_MS, to ?? Number.POSITIVE_INFINITY)),
  )
  return {
    entries: tally.highest(limit, (wiki) => wiki).map((entry) => entryOf(reader, entry)),
    countedFrom: Math.max(from, reader.countsFrom() ?? from),
  }
}

const entryOf = (reader: SqliteReader, { site, ...entry }: Counted): TopEntry => ({
  ...entry,
  site: reader.site(site),
})
