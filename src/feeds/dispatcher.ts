import { setImmediate } from 'node:timers/promises'
import type { Feed, Feeds, StoreReader } from '../contracts.ts'
import { messageOf } from '../errors.ts'
import { Backoff } from '../flow/backoff.ts'
import { wait } from '../flow/wait.ts'
import type { Log } from '../log.ts'
import { resolveScope, type Scope } from '../scope.ts'
import { Backlog, type Portion } from './backlog.ts'
import { CursorSaver } from './cursors.ts'
import { FeedIndex } from './feed-index.ts'
import { type Outlet, targetKey } from './outlet.ts'
import { refuseFeeds } from './refusing.ts'

/** What the dispatcher needs of an outlet. */
export type FeedOutlet = Pick<Outlet, 'capacity' | 'post' | 'tell'>

export interface DispatcherOptions {
  readonly store: Pick<StoreReader, 'tail' | 'sites'> & Feeds
  readonly outlet: FeedOutlet
  readonly log: Log
  /** From one message to the next in the same channel, in ms: a channel is read by people. */
  readonly postEveryMs?: number
  /** A message under way when it is stopped has so long, in ms. */
  readonly graceMs?: number
}

/** So often it is asked whether there is something new. */
const POLL_MS = 250
/** Changes that are read at once. */
const READ = 500
const POST_EVERY_MS = 2000
/** So often the cursors of feeds that have nothing to post are saved. */
const SAVE_IDLE_MS = 60_000
const GRACE_MS = 3000

/** A feed that is being served. */
interface Desk {
  feed: Feed
  scope: Scope
  readonly backlog: Backlog
  /** Changes up to this place were looked at before. */
  from: number
  /** Up to this place everything is posted. */
  sent: number
  /** A message is under way: it stays so where the end comes first. */
  isPosting: boolean
}

/** The feeds of one target that have something to post, in the order of their turns. */
type Lane = Set<Desk>

/**
 * Posts what is stored to the feeds that it belongs to. Durable: before a message goes out it is written down up to
 * where it goes, afterwards that it did; so after a crash every feed goes on where it was, and the message that was
 * under way is sent again as the same one. A target that is slow or gone delays no other.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #desks = new Map<number, Desk>()
  readonly #lanes = new Map<string, Lane>()
  readonly #serving = new Set<Promise<void>>()
  readonly #saver: CursorSaver
  #index = new FeedIndex([])
  #version = -1
  /** Everything up to this place was looked at. */
  #readTo = 0
  readonly #stop: AbortSignal
  readonly #grace = new AbortController()

  /** @param stop ends `run` */
  constructor(options: DispatcherOptions, stop: AbortSignal) {
    this.#options = options
    this.#stop = stop
    this.#saver = new CursorSaver(options.store)
  }

  /** Posts until it is stopped. Call once. */
  async run(): Promise<void> {
    const { log, graceMs = GRACE_MS } = this.#options
    const stop = this.#stop
    const backoff = new Backoff(500, 30_000)
    let savedAt = performance.now()
    while (!stop.aborted) {
      try {
        await this.#load()
        const isMore = await this.#read()
        if (performance.now() - savedAt > SAVE_IDLE_MS) {
          savedAt = performance.now()
          await this.#saveIdle()
        }
        backoff.reset()
        // Whatever else this thread does comes in between.
        await (isMore ? setImmediate() : wait(POLL_MS, stop))
      } catch (error) {
        log.warn(`feeds: ${messageOf(error)}; trying again`)
        await wait(backoff.next(), stop)
      }
    }
    const timer = setTimeout(() => this.#grace.abort(), graceMs)
    await Promise.all(this.#serving)
    clearTimeout(timer)
    await this.#saveIdle().catch((error: unknown) => log.warn(`feeds: ${messageOf(error)}`))
  }

  /** Takes over what was changed about the feeds since. */
  async #load(): Promise<void> {
    const { store } = this.#options
    const version = await store.feedsVersion()
    if (version === this.#version) return
    const [all, cursors, sites] = await Promise.all([store.feeds(), store.cursors(), store.sites()])
    const sentOf = new Map(cursors.map((cursor) => [cursor.id, cursor]))
    const active = all.filter(({ state, kind }) => state === 'active' && kind !== 'digest')
    let isComplete = true
    const before = new Map(this.#desks)
    this.#desks.clear()
    for (const desk of before.values()) desk.from = Math.max(desk.from, this.#readTo)
    const fresh: Desk[] = []
    for (const feed of active) {
      const known = before.get(feed.id)
      const found = resolveScope(feed.scope, sites)
      const cursor = sentOf.get(feed.id)
      if (!('scope' in found) || cursor === undefined) continue
      // Paused and resumed since: what came in between is passed over.
      const isMoved = known !== undefined && cursor.sent > known.sent
      if (known !== undefined && (known.isPosting || !isMoved)) {
        // What has been found so far is posted; from here on it is looked for by what the feed is now.
        known.feed = feed
        known.scope = found.scope
        isComplete &&= !isMoved
        this.#desks.set(feed.id, known)
        continue
      }
      const { sent, sending } = cursor
      const backlog = new Backlog(sending)
      const desk = { feed, scope: found.scope, backlog, from: sent, sent, isPosting: false }
      this.#desks.set(feed.id, desk)
      fresh.push(desk)
    }
    if (fresh.length > 0) {
      const first = Math.min(...fresh.map(({ sent }) => sent))
      this.#readTo = before.size === 0 ? first : Math.min(this.#readTo, first)
    }
    this.#index = new FeedIndex(
      Array.from(this.#desks.values(), ({ feed: { id, filter }, scope }) => ({ id, scope, filter })),
    )
    if (isComplete) this.#version = version
    // What was under way when the program died goes first.
    for (const desk of fresh) if (!desk.backlog.isEmpty) this.#queue(desk)
  }

  /** Reads on; returns whether there may be more. */
  async #read(): Promise<boolean> {
    if (this.#desks.size === 0) return false
    const { arrivals, upTo } = await this.#options.store.tail(this.#readTo, READ)
    const touched = new Set<Desk>()
    for (const arrival of arrivals) {
      for (const id of this.#index.match(arrival.change)) {
        const desk = this.#desks.get(id) as Desk
        if (arrival.place <= desk.from) continue
        desk.backlog.add(arrival)
        touched.add(desk)
      }
    }
    const isMore = upTo > this.#readTo
    this.#readTo = Math.max(this.#readTo, upTo)
    for (const desk of touched) this.#queue(desk)
    return isMore
  }

  #queue(desk: Desk): void {
    const key = targetKey(desk.feed)
    let lane = this.#lanes.get(key)
    if (lane === undefined) {
      lane = new Set()
      this.#lanes.set(key, lane)
      const serving = this.#serve(key, lane)
      this.#serving.add(serving)
      void serving.finally(() => this.#serving.delete(serving))
    }
    lane.add(desk)
  }

  /** Posts what the feeds of a target have, one message of one feed after another. Never rejects. */
  async #serve(key: string, lane: Lane): Promise<void> {
    const { outlet, postEveryMs = POST_EVERY_MS } = this.#options
    const stop = this.#stop
    // The lane is filled right after it was made.
    await Promise.resolve()
    while (!stop.aborted) {
      const [desk] = lane
      if (desk === undefined) break
      lane.delete(desk)
      if (this.#desks.get(desk.feed.id) !== desk) continue
      const portion = desk.backlog.take(this.#readTo, (changes) => outlet.capacity(desk.feed, changes))
      if (portion !== null) {
        desk.isPosting = true
        await this.#deliver(desk, portion)
        if (desk.sent === portion.upTo) desk.isPosting = false
      }
      // One after another, so that a busy feed does not keep the others of its channel waiting.
      if (!desk.backlog.isEmpty) lane.add(desk)
      await wait(portion === null ? POLL_MS : postEveryMs, stop)
    }
    this.#lanes.delete(key)
  }

  async #deliver(desk: Desk, portion: Portion): Promise<void> {
    const { outlet, log } = this.#options
    const stop = this.#stop
    const { feed } = desk
    const { upTo } = portion
    const nonce = `${feed.id.toString(36)}.${upTo.toString(36)}`
    const backoff = new Backoff(500, 60_000)
    while (this.#desks.get(feed.id) === desk) {
      try {
        await this.#saver.save({ id: feed.id, sent: desk.sent, sending: upTo })
        const posted = await outlet.post(feed, portion, nonce, this.#grace.signal)
        if (posted !== 'posted') return await this.#refuse(desk, posted.refused)
        desk.sent = upTo
        await this.#saver.save({ id: feed.id, sent: upTo, sending: null })
        return
      } catch (error) {
        // Saved or not, it is posted.
        if (stop.aborted || desk.sent === upTo) return
        if (backoff.attempt === 0)
          log.warn(
            { feed: feed.id },
            `feeds: a message could not be posted: ${messageOf(error)}; trying again`,
          )
        await wait(backoff.next(), stop)
        if (stop.aborted) return
      }
    }
  }

  /** Nothing is posted to this target any more until somebody says so. */
  async #refuse({ feed }: Desk, reason: string): Promise<void> {
    const key = targetKey(feed)
    const feeds = [...this.#desks.values()].map((desk) => desk.feed).filter((each) => targetKey(each) === key)
    for (const { id } of feeds) this.#desks.delete(id)
    await refuseFeeds(feeds, reason, this.#options)
  }

  /** Those that have nothing to post have come as far as was read. */
  async #saveIdle(): Promise<void> {
    const idle = [...this.#desks.values()].filter(({ backlog, isPosting, sent, from }) => {
      return backlog.isEmpty && !isPosting && Math.max(from, this.#readTo) > sent
    })
    if (idle.length === 0) return
    for (const desk of idle) desk.sent = Math.max(desk.from, this.#readTo)
    const cursors = idle.map(({ feed, sent }) => ({ id: feed.id, sent, sending: null }))
    await this.#options.store.saveCursors(cursors)
  }
}
