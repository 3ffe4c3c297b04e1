import type { Feed, FeedChanges, FeedCursor, Feeds } from '../../contracts.ts'
import { type Database, isDuplicate } from './database.ts'

/** All feeds in one document, so that each change of them is one, with the version. Some ten thousand fit. */
export interface FeedsDocument {
  readonly _id: 'feeds'
  readonly version: number
  readonly lastId: number
  /** JSON each: what people typed into a filter is no field's name. */
  readonly feeds: readonly string[]
}

/** All cursors in another one: they are written often, and only together. */
export interface CursorsDocument {
  readonly _id: 'cursors'
  readonly version: number
  readonly cursors: readonly FeedCursor[]
}

const NO_FEEDS: FeedsDocument = { _id: 'feeds', version: 0, lastId: 0, feeds: [] }
const NO_CURSORS: CursorsDocument = { _id: 'cursors', version: 0, cursors: [] }

/** A cursor is there before its feed is, and goes after it: those without a feed are no cursors. */
export class MongoFeeds implements Feeds {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async addFeed(feed: Omit<Feed, 'id'>, sent: number): Promise<Feed> {
    const { lastId } = await this.#changeFeeds((document) => ({ ...document, lastId: document.lastId + 1 }))
    const added = { id: lastId, ...feed }
    await this.#changeCursors((cursors) => [...cursors, { id: lastId, sent, sending: null }])
    await this.#changeFeeds((document) => ({
      ...document,
      feeds: [...document.feeds, JSON.stringify(added)],
    }))
    return added
  }

  async changeFeed(id: number, { sent, ...changes }: FeedChanges): Promise<boolean> {
    if (!(await this.feeds()).some((feed) => feed.id === id)) return false
    if (sent !== undefined) {
      await this.#changeCursors((cursors) =>
        cursors.map((cursor) => (cursor.id === id ? { id, sent, sending: null } : cursor)),
      )
    }
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
    await this.#changeFeeds((document) => ({
      ...document,
      feeds: feedsOf(document).map((feed) => JSON.stringify(feed.id === id ? { ...feed, ...given } : feed)),
    }))
    return true
  }

  async removeFeed(id: number): Promise<boolean> {
    const feeds = await this.feeds()
    if (!feeds.some((feed) => feed.id === id)) return false
    await this.#changeFeeds((document) => ({
      ...document,
      feeds: feedsOf(document)
        .filter((feed) => feed.id !== id)
        .map((feed) => JSON.stringify(feed)),
    }))
    await this.#changeCursors((cursors) => cursors.filter((cursor) => cursor.id !== id))
    return true
  }

  async feeds(of?: { readonly owner?: string; readonly place?: string }): Promise<Feed[]> {
    const { owner, place } = of ?? {}
    return feedsOf(await this.#feedsDocument())
      .filter(
        ({ owner: is, target }) =>
          (owner === undefined || is === owner) &&
          (place === undefined || (target.kind === 'channel' && target.place === place)),
      )
      .toSorted((a, b) => a.id - b.id)
  }

  async feedsVersion(): Promise<number> {
    const document = await this.#database.feeds.findOne({ _id: 'feeds' }, { projection: { version: 1 } })
    return document?.version ?? 0
  }

  async cursors(): Promise<FeedCursor[]> {
    const { cursors } = (await this.#database.cursors.findOne({ _id: 'cursors' })) ?? NO_CURSORS
    const ids = new Set((await this.feeds()).map(({ id }) => id))
    return cursors.filter(({ id }) => ids.has(id)).toSorted((a, b) => a.id - b.id)
  }

  async saveCursors(given: readonly FeedCursor[]): Promise<void> {
    const fresh = new Map(given.map((cursor) => [cursor.id, cursor]))
    await this.#changeCursors((cursors) =>
      cursors.map((cursor) => {
        const { id, sent, sending } = fresh.get(cursor.id) ?? cursor
        return { id, sent: Math.max(sent, cursor.sent), sending }
      }),
    )
  }

  async #feedsDocument(): Promise<FeedsDocument> {
    return (await this.#database.feeds.findOne({ _id: 'feeds' })) ?? NO_FEEDS
  }

  #changeFeeds(change: (document: FeedsDocument) => FeedsDocument): Promise<FeedsDocument> {
    const { feeds } = this.#database
    return changed<FeedsDocument>(
      {
        read: () => this.#feedsDocument(),
        insert: (document) => feeds.insertOne(document),
        replace: async (version, { _id, ...document }) =>
          (await feeds.updateOne({ _id, version }, { $set: document })).matchedCount,
      },
      change,
    )
  }

  #changeCursors(change: (cursors: readonly FeedCursor[]) => readonly FeedCursor[]): Promise<unknown> {
    const { cursors } = this.#database
    return changed<CursorsDocument>(
      {
        read: async () => (await cursors.findOne({ _id: 'cursors' })) ?? NO_CURSORS,
        insert: (document) => cursors.insertOne(document),
        replace: async (version, { _id, ...document }) =>
          (await cursors.updateOne({ _id, version }, { $set: document })).matchedCount,
      },
      (document) => ({ ...document, cursors: change(document.cursors) }),
    )
  }
}

/** JSON leaves halves of surrogate pairs apart as escapes, and so exact. */
const feedsOf = ({ feeds }: FeedsDocument): Feed[] => feeds.map((text) => JSON.parse(text) as Feed)

/** Changes a document of which there is one; whoever finds that somebody else has done so meanwhile begins anew. */
async function changed<D extends { readonly version: number }>(
  document: {
    read(): Promise<D>
    insert(document: D): Promise<unknown>
    replace(version: number, document: D): Promise<number>
  },
  change: (document: D) => D,
): Promise<D> {
  for (;;) {
    const before = await document.read()
    const after = { ...change(before), version: before.version + 1 }
    if (before.version > 0) {
      if ((await document.replace(before.version, after)) === 1) return after
    } else {
      try {
        await document.insert(after)
        return after
      } catch (error) {
        if (!isDuplicate(error)) throw error
      }
    }
  }
}
