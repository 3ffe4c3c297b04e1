import type { RecentQuery, SeriesQuery, Store } from '../../contracts.ts'
import { retryableError } from '../../errors.ts'
import type { Filter } from '../../filter.ts'
import { patiently } from '../../flow/patiently.ts'
import { type Asker, Database, prepareDatabase } from './database.ts'
import { FeedTable } from './feeds.ts'
import { Names } from './names.ts'
import { notes, preferences } from './people.ts'
import { prune } from './pruner.ts'
import { Reader } from './reader.ts'
import { countMinutes, searchPreview, searchRecent } from './search.ts'
import { topOf } from './top.ts'
import { verifyPostgres } from './verify.ts'
import { Writer } from './writer.ts'

/** Questions for which many rows are looked at that may be under way; each takes its share of everybody's time. */
const SEARCHES = 64

/**
 * The store in a PostgreSQL server, 15 or newer: any number of processes may write to it and read from it at once.
 * @throws {AppError} fatal, in one line, where it cannot serve
 */
export async function openPostgresStore(url: string): Promise<Store> {
  const db = new Database(url)
  try {
    await prepareDatabase(db)
  } catch (error) {
    await db.close()
    throw error
  }
  const names = new Names(db)
  const reader = new Reader(db, names)
  const writer = new Writer(db, names)
  const people: Asker = { ask: (sql, values) => patiently(() => db.ask(sql, values)) }
  const feeds = new FeedTable(people)
  const search = limited()
  // Counting names takes memory: one after another.
  let lastTop: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = lastTop.then(work)
    lastTop = turn.catch(() => {})
    return turn
  }
  const answers: Omit<Store, 'kind' | 'place' | 'close'> = {
    ...preferences(people),
    ...notes(people),
    append: (batch) => writer.append(batch),
    prune: (before) => db.alone((own) => prune(own, before)),
    recent: (query: RecentQuery) =>
      isEmpty(query.filter) ? reader.recent(query) : search(() => searchRecent(reader, query)),
    top: (query) => search(() => inTurn(() => topOf(reader, query))),
    preview: (scope, filter, from) => search(() => searchPreview(reader, scope, filter, from)),
    dayStats: (scope, day) => reader.dayStats(scope, day),
    series: (query: SeriesQuery) =>
      query.bucket === 'minute' ? search(() => countMinutes(reader, query)) : reader.series(query),
    tail: (after, limit) => reader.tail(after, limit),
    lastArrival: () => reader.lastArrival(),
    sites: () => names.sites(),
    position: (source) => reader.position(source),
    positions: () => reader.positions(),
    span: () => reader.span(),
    deadLetters: (limit) => reader.deadLetters(limit),
    gaps: () => reader.gaps(),
    totals: () => reader.totals(),
    // A server does not say what is left on its disk.
    space: async () => null,
    countBetween: (from, to) => reader.countBetween(from, to),
    verify: () => db.alone(verifyPostgres),
    // Not tried again: where the answer was lost, it may have been added.
    addFeed: (feed, sent) => new FeedTable(db).add(feed, sent),
    changeFeed: (id, changes) => feeds.change(id, changes),
    removeFeed: (id) => feeds.remove(id),
    feeds: (of) => feeds.all(of),
    feedsVersion: () => feeds.version(),
    cursors: () => feeds.cursors(),
    saveCursors: (cursors) => feeds.saveCursors(cursors),
  }
  const underWay = new Set<Promise<unknown>>()
  let closed: Promise<void> | undefined
  /** A call is finished before the store is closed, though it may ask the server several times. */
  const whole =
    (call: (...given: never[]) => Promise<unknown>) =>
    (...given: never[]): Promise<unknown> => {
      if (closed !== undefined) return Promise.reject(new Error(`${db.place} is closed`))
      const done = call(...given)
      const noted = done.then(
        () => {},
        () => {},
      )
      underWay.add(noted)
      void noted.then(() => underWay.delete(noted))
      return done
    }
  const calls = Object.entries(answers).map(([name, call]) => [name, whole(call)])
  return {
    kind: 'postgres',
    place: db.place,
    ...(Object.fromEntries(calls) as typeof answers),
    close() {
      closed ??= Promise.all(underWay).then(() => db.close())
      return closed
    },
  }
}

const isEmpty = (filter: Filter = {}): boolean => Object.values(filter).every((part) => part === undefined)

/** Refuses work beyond a number of pieces that are under way. */
function limited(): <T>(work: () => Promise<T>) => Promise<T> {
  let count = 0
  return async (work) => {
    if (count >= SEARCHES) throw retryableError('too much is being searched for at once')
    count++
    try {
      return await work()
    } finally {
      count--
    }
  }
}
