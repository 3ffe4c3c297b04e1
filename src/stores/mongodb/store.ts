import { ObjectId } from 'mongodb'
import type { Store } from '../../contracts.ts'
import type { MongoAddress } from './address.ts'
import { Arrivals } from './arrivals.ts'
import { openDatabase } from './database.ts'
import { MongoFeeds } from './feeds.ts'
import { Marks } from './marks.ts'
import { MongoPeople } from './people.ts'
import { MongoReader } from './reader.ts'
import { LIMITS, Search, type SearchLimits } from './search.ts'
import { Sites } from './sites.ts'
import { topOf } from './top.ts'
import { verifyMongo } from './verify.ts'
import { MongoWriter, type Step } from './writer.ts'

/** For tests. */
export interface MongoStoreOptions {
  /** Is called after each step of an append; what it throws is as if the writer had died there. */
  readonly after?: (step: Step) => void
  readonly limits?: SearchLimits
}

/**
 * The store in a MongoDB of version 5 or newer, or what speaks its protocol.
 *
 * What is proven, and what is not: the conformance suite runs against FerretDB 1.24 (over SQLite), a real server over
 * the wire, since no mongod was to be had. So only what both have is used: no transactions, no `$max` and no
 * arithmetic in aggregations, no partial indexes. Not proven is what FerretDB does not do: that the indexes serve the
 * questions (it looks at all documents), and how a replica set behaves when its primary changes.
 * A replica set is written to in the same steps, with what a majority has confirmed; a transaction is used nowhere.
 * @throws {AppError} fatal, in one line without secrets, where the server cannot serve
 */
export async function openMongoStore(address: MongoAddress, options: MongoStoreOptions = {}): Promise<Store> {
  const database = await openDatabase(address)
  const sites = new Sites(database)
  const arrivals = new Arrivals(database)
  const marks = new Marks(database, arrivals)
  const reader = new MongoReader(database, sites)
  const { limits = LIMITS } = options
  const search = new Search({ database, reader, sites }, limits)
  const feeds = new MongoFeeds(database)
  const people = new MongoPeople(database)
  const newId = () => new ObjectId().toHexString()
  const writer = new MongoWriter({ database, sites, arrivals, marks }, newId, options.after)
  const underWay = new Set<Promise<unknown>>()
  let isClosed = false
  let closed: Promise<void> | undefined

  const run = <T>(work: () => Promise<T>): Promise<T> => {
    if (isClosed) return Promise.reject(new Error(`${database.place} is closed`))
    const result = database.guarded(work)
    const settled = result.catch(() => {}).finally(() => underWay.delete(settled))
    underWay.add(settled)
    return result
  }
  // One write after another: of this process, none stands in another's way.
  let last: Promise<unknown> = Promise.resolve()
  const write = <T>(work: () => Promise<T>): Promise<T> =>
    run(() => {
      const result = last.then(work)
      last = result.catch(() => {})
      return result
    })

  try {
    await database.guarded(() => marks.finish())
  } catch (error) {
    await database.client.close()
    throw error
  }
  return {
    kind: 'mongodb',
    place: database.place,
    append: (batch) => write(() => writer.append(batch)),
    // Beside the appends, as it would be from another process: none waits for it.
    prune: (before) => run(() => writer.prune(before)),
    recent: (query) => run(() => (isEmpty(query.filter) ? reader.recent(query) : search.recent(query))),
    top: (query) => run(() => topOf({ database, reader, sites, topMs: limits.topMs }, query)),
    preview: (scope, filter, from) => run(() => search.preview(scope, filter, from)),
    dayStats: (scope, day) => run(() => reader.dayStats(scope, day)),
    series: (query) => run(() => reader.series(query)),
    tail: (after, limit) => run(() => arrivals.tail(after, limit, sites)),
    lastArrival: () => run(() => arrivals.lastPlace()),
    sites: () => run(async () => [...(await sites.all()).values()]),
    position: (source) => run(() => reader.position(source)),
    positions: () => run(() => reader.positions()),
    span: () => run(() => reader.span()),
    deadLetters: (limit) => run(() => reader.deadLetters(limit)),
    gaps: () => run(() => reader.gaps()),
    totals: () => run(() => reader.totals()),
    // The disk is the server's, which tells nobody.
    space: async () => null,
    countBetween: (from, to) => run(() => reader.countBetween(from, to)),
    verify: () => run(() => verifyMongo(database)),
    scopeOf: (user) => run(() => people.scopeOf(user)),
    setScope: (user, scope) => run(() => people.setScope(user, scope)),
    languageOf: (user) => run(() => people.languageOf(user)),
    setLanguage: (user, language) => run(() => people.setLanguage(user, language)),
    keepNote: (text) => run(() => people.keepNote(text)),
    note: (name) => run(() => people.note(name)),
    addFeed: (feed, sent) => run(() => feeds.addFeed(feed, sent)),
    changeFeed: (id, changes) => run(() => feeds.changeFeed(id, changes)),
    removeFeed: (id) => run(() => feeds.removeFeed(id)),
    feeds: (of) => run(() => feeds.feeds(of)),
    feedsVersion: () => run(() => feeds.feedsVersion()),
    cursors: () => run(() => feeds.cursors()),
    saveCursors: (cursors) => run(() => feeds.saveCursors(cursors)),
    close() {
      isClosed = true
      closed ??= (async () => {
        while (underWay.size > 0) await Promise.all(underWay)
        await database.client.close()
      })()
      return closed
    },
  }
}

const isEmpty = (filter: object = {}): boolean => Object.values(filter).every((part) => part === undefined)
