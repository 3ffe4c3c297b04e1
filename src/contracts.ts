/**
 * The contracts between the rooms: types alone. A change flows source → bus → store → face; each side knows only
 * the contract in between. The comments state obligations; `conformance/` proves them for every adapter.
 */
import type { Change, ChangeType, Unreadable, UnreadableKind } from './change.ts'
import type { ChangeColumns } from './columns.ts'
import type { Filter } from './filter.ts'
import type { Scope } from './scope.ts'
import type { Site } from './site.ts'

/**
 * How far a source has been read: text that only the source that wrote it understands. It must cover nothing that
 * is not delivered with it or before it.
 */
export type Position = string

/** A time from which a source could not have all changes. Known by its source and its beginning. */
export interface Gap {
  /** UTC ms of the last change before it and of the first one after it. */
  readonly from: number
  readonly to: number
  /**
   * `open`: the source may still send it. `lost`: the source no longer has it. `refilled`: it turned out to be none,
   * nothing is missing.
   */
  readonly state: 'open' | 'refilled' | 'lost'
  /** What happened, for people. */
  readonly reason: string
}

/** What a source hands on at once: changes in the order they came, and the position that covers them. */
export interface Batch {
  readonly source: string
  readonly changes: ChangeColumns
  /** What came and could not be read as a change. */
  readonly unreadable: readonly Unreadable[]
  readonly position: Position | null
  /** Holes that were found, or that have changed. */
  readonly gaps?: readonly Gap[]
}

export interface Source {
  readonly name: string
  /**
   * Reads from `from` (or from now, where there is none) until `stop` is aborted or a finite source ends; it
   * reconnects by itself and does not throw for anything that may pass. Pull: while the consumer works, no more
   * than a bounded number of events is held back, and the rest waits with whoever sends it.
   */
  read(from: Position | null, stop: AbortSignal): AsyncIterable<Batch>
}

export interface Publisher {
  /**
   * Resolves once the bus answers for the batch: from then on it will be delivered, whatever dies. Rejects with a
   * retryable error where it may take it later; with one of the code `lost` where the bus has found out that batches are
   * gone which it answered for: then this one was not taken either, and what is published next must be what the source
   * says when it is read from `position` or, where that is `null`, from the store's position.
   */
  publish(batch: Batch): Promise<void>
  /**
   * Up to where the source need not be read again, since the bus will deliver it: the position of the newest batch that
   * waits there. `null`: none does, or some are lost; then the store's position counts, which no batch has moved beyond
   * what is lost.
   */
  position(source: string): Promise<Position | null>
}

export interface Delivery {
  readonly batch: Batch
  /** 1 at the first delivery. */
  readonly attempt: number
  /** The batch is stored. Idempotent. */
  ack(): void
  /** The batch is not stored: deliver it again, `retryInMs` from now at the earliest. */
  nack(retryInMs: number): void
}

export interface Subscriber {
  /** Deliveries in order, the next one after the last was acknowledged. Ends when `stop` is aborted. */
  subscribe(stop: AbortSignal): AsyncIterable<Delivery>
}

export interface Bus extends Publisher, Subscriber {
  /** How much was published that is not acknowledged yet. */
  waiting(): Promise<Waiting>
  /** Idempotent. What is published later is refused with an error. */
  close(): Promise<void>
}

export interface Waiting {
  readonly batches: number
  /** Changes, and what could not be read as one. */
  readonly events: number
}

/** What became of a batch. */
export interface Appended {
  /** Changes that were new. */
  readonly added: number
  /** Changes that were there before, by id. */
  readonly duplicates: number
  /** What is wrong with each unreadable event that was put to the dead letters for the first time. */
  readonly buried: readonly UnreadableKind[]
  /** Changes of a time whose rows are gone: whether they were there before cannot be known any more. */
  readonly expired: number
}

/** What one step of pruning did. */
export interface Pruned {
  readonly removed: number
  /** Nothing older is left. */
  readonly isDone: boolean
}

export interface StoreWriter {
  /**
   * Stores what is new of the batch, its counts and its position, all of it or nothing. Idempotent by `Change.id`:
   * a batch may come any number of times. A retryable error may pass; any other means that this batch as it is
   * cannot be stored.
   */
  append(batch: Batch): Promise<Appended>
  /**
   * Removes some of the rows of hours that ended before `before` (UTC ms), few enough not to keep an append waiting
   * for more than 50 ms. Their counts stay. From then on changes of those hours are not taken any more: they would
   * count twice if they came twice.
   */
  prune(before: number): Promise<Pruned>
}

/** A gap as it is kept. */
export interface KnownGap extends Gap {
  readonly source: string
}

/** How much is stored. */
export interface Totals {
  readonly changes: number
  /** On disk. */
  readonly bytes: number
  readonly deadLetters: number
}

/** A count that is not what a recount gives. */
export interface Difference {
  /** What was counted: a rollup by wiki, hour, type and bot; a total; a position. */
  readonly what: string
  readonly stored: string
  readonly recounted: string
}

/** What a recount of a whole store found. */
export interface Verification {
  readonly changes: number
  /** Rollups compared with rows; and those whose rows were pruned, compared with one another only. */
  readonly rollupsCompared: number
  readonly rollupsKept: number
  readonly differences: readonly Difference[]
}

/** Where a page of changes ended, to go on from there: text of the store's own. */
export type Cursor = string

export interface RecentQuery {
  readonly scope: Scope
  /**
   * Only those that pass it. Many may have to be looked at: then the page ends before its limit (`searchedTo`). Neither
   * the writer nor other questions wait for that.
   */
  readonly filter?: Filter
  /** At most so many changes. */
  readonly limit: number
  /** So many of the newest are passed over. */
  readonly offset?: number
  /** Only what is older than where that page ended. */
  readonly before?: Cursor
  /** Only what is newer than where that page began, and of that the oldest. Not together with `before` or `offset`. */
  readonly after?: Cursor
}

export interface RecentPage {
  /** Newest first by (`at`, store order). */
  readonly changes: readonly Change[]
  /** Where it ends, for `before`; `null` where nothing older is stored. */
  readonly next: Cursor | null
  /** Where it begins, for `after`; `null` where nothing newer is known of. */
  readonly previous: Cursor | null
  /**
   * Where a search took too long and ended before its limit: up to which time (UTC ms) was looked; `next` (with
   * `after`: `previous`) goes on from there. `null` where the page is whole. With a filter, what goes on from a whole
   * page may find nothing more.
   */
  readonly searchedTo: number | null
}

export interface TopQuery {
  readonly scope: Scope
  /**
   * What has most changes. Of pages, edits and new pages are counted; of users, those and log entries (what else there
   * is repeats them); of wikis, all changes.
   */
  readonly by: 'pages' | 'users' | 'wikis'
  /** From then on, UTC ms. */
  readonly from: number
  /** Up to then, which is not part of it: the beginning of an hour. Else up to now. */
  readonly to?: number
  readonly limit: number
}

export interface Top {
  /** The highest first; of equal ones the first by name. */
  readonly entries: readonly TopEntry[]
  /** From when on was counted, UTC ms: later than asked for where no more is stored, or where it took too long. */
  readonly countedFrom: number
}

export interface TopEntry {
  /** A title, a user's name, or a wiki's database name. */
  readonly name: string
  /** The page's wiki, or the wiki itself; of a user, the one on which they were seen last. */
  readonly site: Site
  readonly changes: number
  /** How many of them bots made. */
  readonly bots: number
  /** There are too many to remember them all: there may be a few more of this one. */
  readonly isAtLeast: boolean
}

/** What a feed would have had. */
export interface Preview {
  readonly count: number
  /** The three newest, newest first. */
  readonly examples: readonly Change[]
  /** From when on was counted, UTC ms: later than asked for where no more is stored, or where it took too long. */
  readonly searchedFrom: number
}

/** A UTC day's counts of a scope. */
export interface DayStats {
  readonly total: number
  readonly types: Readonly<Record<ChangeType, number>>
  readonly bots: number
  readonly humans: number
  /** Sum of what pages grew, new pages whole. */
  readonly bytesAdded: number
  /** Sum of what pages shrank, as a positive number. */
  readonly bytesRemoved: number
  /** 24 totals, by UTC hour. */
  readonly hours: readonly number[]
}

/** Which counts in which pieces of time. Both ends are the beginning of such a piece: days are those of UTC. */
export interface SeriesQuery {
  readonly scope: Scope
  /** UTC ms; `to` is not part of it. */
  readonly from: number
  readonly to: number
  readonly bucket: 'minute' | 'hour' | 'day'
}

/** The changes of one piece of time. */
export interface SeriesPoint {
  /** Its beginning, UTC ms. */
  readonly at: number
  readonly humans: number
  readonly bots: number
}

/** A change in the order of storing. */
export interface Arrival {
  /** Grows from change to change, not by 1. Above 0. */
  readonly place: number
  readonly change: Change
}

/** A piece of the order of storing. */
export interface Tail {
  readonly arrivals: readonly Arrival[]
  /** The place to go on from. Where it is the one that was asked for, nothing more is stored. */
  readonly upTo: number
}

export interface DeadLetter {
  readonly source: string
  readonly reason: string
  readonly raw: string
  /** When it was buried, UTC ms. */
  readonly at: number
}

export interface StoreReader {
  recent(query: RecentQuery): Promise<RecentPage>
  /** May take seconds, for which neither the writer nor other questions wait. */
  top(query: TopQuery): Promise<Top>
  /**
   * How many changes of a scope passed the filter since `from` (UTC ms). May take seconds, for which neither the
   * writer nor other questions wait.
   */
  preview(scope: Scope, filter: Filter, from: number): Promise<Preview>
  /** `day` is the UTC ms of its first moment. Costs the same however much is stored. */
  dayStats(scope: Scope, day: number): Promise<DayStats>
  /**
   * Every piece of time asked for, oldest first, those without changes included. Hours and days cost the same however
   * much is stored; minutes are counted change by change, for which neither the writer nor other questions wait.
   */
  series(query: SeriesQuery): Promise<readonly SeriesPoint[]>
  /**
   * At most `limit` changes that were stored after the one of the place `after` (0: from the beginning), in the order
   * in which they were stored: what is stored later has a higher place, however old it is. So whoever reads on from
   * `upTo` gets every change once. Those that were pruned are left out.
   */
  tail(after: number, limit: number): Promise<Tail>
  /** The place of the change that was stored last; 0 while there is none. */
  lastArrival(): Promise<number>
  /** The wikis that have sent something, in no promised order. */
  sites(): Promise<readonly Site[]>
  position(source: string): Promise<Position | null>
  /** Those of all sources that have one. */
  positions(): Promise<readonly { readonly source: string; readonly position: Position }[]>
  /** When the oldest and the newest stored change were published, UTC ms; `null` for an empty store. */
  span(): Promise<{ readonly from: number; readonly to: number } | null>
  /** Newest first. */
  deadLetters(limit: number): Promise<readonly DeadLetter[]>
  /** All that are known, oldest first. */
  gaps(): Promise<readonly KnownGap[]>
  /** Costs the same however much is stored. */
  totals(): Promise<Totals>
  /** Bytes that are left where the data lie; `null` where nobody knows. */
  space(): Promise<number | null>
  /** How many changes were published in `[from, to)`, UTC ms. */
  countBetween(from: number, to: number): Promise<number>
  /**
   * Recounts everything: counts against rows, and whatever else the store can check of itself. Takes its time; sees
   * one moment of the store, also while it is written.
   */
  verify(): Promise<Verification>
}

/** Texts that are too long to stand where they are needed, such as in a button. */
export interface Notes {
  /** Keeps a text; gives a name of it, of 16 letters, digits, `-` and `_`, always the same for the same text. */
  keepNote(text: string): Promise<string>
  /** The text of that name; `null` where there is none, or where ten thousand others were kept after it. */
  note(name: string): Promise<string | null>
}

export interface Preferences {
  /** The scope a person chose, as text of `scope.ts`; `null` where they chose none. */
  scopeOf(user: string): Promise<string | null>
  setScope(user: string, scope: string): Promise<void>
  /** The language a person chose to be answered in, as `language/` names it; `null` where they chose none. */
  languageOf(user: string): Promise<string | null>
  /** `null`: none is chosen any more. */
  setLanguage(user: string, language: string | null): Promise<void>
}

/** What is posted by itself, and where: the changes of a feed as they come, those of one page, or a day's figures. */
export interface Feed {
  /** Grows from feed to feed; none gets the number of one that was removed. */
  readonly id: number
  readonly kind: 'feed' | 'watch' | 'digest'
  /** The person who made it, as preferences name people: told when it cannot go on. */
  readonly owner: string
  readonly target: FeedTarget
  /** As text of `scope.ts`. */
  readonly scope: string
  readonly filter: Filter
  readonly style: 'embed' | 'compact'
  /** That it is written in, as `language/` names it. */
  readonly language: string
  /** `refused`: nothing may be posted there any more; it waits for its owner. */
  readonly state: 'active' | 'paused' | 'refused'
  /** UTC ms. */
  readonly createdAt: number
}

/** A channel in a place of many, or the direct messages of the feed's owner. */
export type FeedTarget =
  | {
      readonly kind: 'channel'
      readonly channel: string
      /** As preferences name it. */
      readonly place: string
    }
  | { readonly kind: 'direct' }

/** How far a feed has come. For a digest, places are UTC days (days since 1970). */
export interface FeedCursor {
  readonly id: number
  /** The place (`Arrival.place`) up to which everything is posted, or counted as left out. */
  readonly sent: number
  /** The place that the message under way goes up to: whether it came to be posted is not known. `null`: none is. */
  readonly sending: number | null
}

export interface Feeds {
  /** Begins behind `sent`. */
  addFeed(feed: Omit<Feed, 'id'>, sent: number): Promise<Feed>
  /** Changes what is given; with `sent`, it goes on from there. `false`: there is no such feed. */
  changeFeed(id: number, changes: FeedChanges): Promise<boolean>
  /** `false`: there is no such feed. */
  removeFeed(id: number): Promise<boolean>
  /** All of them in the order of their numbers; with `of`, those of one person or one place. */
  feeds(of?: { readonly owner: string } | { readonly place: string }): Promise<readonly Feed[]>
  /** Grows with every feed that is added, changed or removed: cheap to ask often. */
  feedsVersion(): Promise<number>
  cursors(): Promise<readonly FeedCursor[]>
  /** All of them or none. What is `sent` never goes back; those of feeds that are gone are passed over. */
  saveCursors(cursors: readonly FeedCursor[]): Promise<void>
}

export type FeedChanges = Partial<Pick<Feed, 'scope' | 'filter' | 'style' | 'state'>> & {
  readonly sent?: number
}

export interface Store extends StoreWriter, StoreReader, Preferences, Notes, Feeds {
  /** `sqlite`, `postgres`…: for people. */
  readonly kind: string
  /** Where the data lie, without secrets: for people. */
  readonly place: string
  /** Finishes what is under way and lets go of everything. Idempotent. */
  close(): Promise<void>
}

/**
 * Where the bot stands. `http`: it has no connection of its own, and answers what Discord sends over HTTP. `elsewhere`: it
 * is for another process to run.
 */
export type BotState = 'off' | 'http' | 'connecting' | 'connected' | 'failed' | 'elsewhere'

/** Something that talks to people. */
export interface Face {
  readonly name: string
  /** Serves until `stop` is aborted. Rejects when it cannot go on: the rest of the system does. */
  run(stop: AbortSignal): Promise<void>
}
