/** Everybody who follows the changes as they are stored. */
import type { ServerResponse } from 'node:http'
import { changeJson } from '../../../change-json.ts'
import type { Arrival, StoreReader } from '../../../contracts.ts'
import { messageOf } from '../../../errors.ts'
import { FeedIndex } from '../../../feeds/feed-index.ts'
import { type Filter, matcher } from '../../../filter.ts'
import { Backoff } from '../../../flow/backoff.ts'
import { wait } from '../../../flow/wait.ts'
import type { Log } from '../../../log.ts'
import { inScope, type Scope, scopeCode } from '../../../scope.ts'
import { Breath, Turns } from './turns.ts'

export interface FollowingOptions {
  readonly store: Pick<StoreReader, 'tail' | 'lastArrival'>
  readonly log: Log
  /** Followers there may be at once. */
  readonly most?: number
  /** So often it is asked whether there is something new, in ms. */
  readonly pollMs?: number
  /** So often something is said to those for whom there is nothing new, in ms. */
  readonly beatMs?: number
  /** Whoever does not take what waits for them within so long, in ms, is dropped. */
  readonly patienceMs?: number
}

/** What somebody follows. */
export interface Followed {
  readonly scope: Scope
  readonly filter: Filter
}

const MOST = 5000
const POLL_MS = 200
const BEAT_MS = 15_000
const PATIENCE_MS = 30_000
/** Changes that are read at once for all who are up to date: so many that sending them takes some hundredths of a second. */
const READ = { least: 50, most: 500, timesFollowers: 100_000 }
/** Changes that are read at once for one who is not. */
const READ_BEHIND = 100
/** Who has so many bytes waiting is sent nothing more until they have taken them. */
const MOST_WAITING = 262_144
/** How long, in ms, a client waits before it comes again. */
const RETRY_MS = 2000

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  // A proxy that collects what it passes on would keep it back.
  'x-accel-buffering': 'no',
  connection: 'close',
}

/** All who follow the same: what they are sent is put together once. */
interface Group {
  readonly id: number
  readonly key: string
  readonly followed: Followed
  readonly isMatch: (arrival: Arrival) => boolean
  /** Those who are up to date. */
  readonly live: Set<Follower>
  members: number
}

interface Follower {
  readonly response: ServerResponse
  readonly group: Group
  /** Nothing up to this place is to be sent any more. Of one who is up to date, up to where all have been sent, if later. */
  from: number
  /** When something was written last. */
  heardAt: number
  isOver: boolean
}

/**
 * Sends changes in the order in which they were stored. Those who are up to date are served together, by one reader
 * of the store that makes each change a text once; whoever resumes, or does not keep up, reads on by themselves, in
 * small steps and one at a time, until they are up to date. So a slow one holds up no other, and none misses anything.
 *
 * The id of an event is its place in that order. It is also sent alone from time to time: so whoever sees few of the
 * changes does not have to have all that were not for them looked at again when they come back.
 */
export class Following {
  readonly #options: FollowingOptions
  readonly #groups = new Map<string, Group>()
  readonly #groupsById = new Map<number, Group>()
  readonly #followers = new Set<Follower>()
  readonly #breath = new Breath()
  #lastGroup = 0
  /** Which groups a change is for; made when it is needed. */
  #index: FeedIndex | null = null
  #live = 0
  #isReading = false
  /** Up to here everything was sent to all who are up to date. */
  #at = 0
  #beat: NodeJS.Timeout | undefined
  /** Those who are behind read one after another. */
  readonly #turns = new Turns()
  #isEnded = false

  constructor(options: FollowingOptions) {
    this.#options = options
  }

  get isFull(): boolean {
    return this.#followers.size >= (this.#options.most ?? MOST)
  }

  /**
   * Sends what is stored after a place (`null`: from now on) until the client goes or it is ended; then it resolves.
   * Answers the request itself.
   */
  async follow(response: ServerResponse, followed: Followed, after: number | null): Promise<void> {
    const last = await this.#options.store.lastArrival()
    // A place that there is not yet is of another store.
    const from = after === null ? last : Math.min(after, last)
    response.on('error', () => {})
    // Up to its end, without the lengths of its pieces: so what is sent to many is the same bytes.
    response.removeHeader('transfer-encoding')
    response.writeHead(200, HEADERS)
    response.write(`retry: ${RETRY_MS}\n${idOf(from)}\n`)
    if (this.#isEnded) {
      response.end()
      return
    }
    if (response.destroyed) return
    const follower = this.#enter(response, followed, from)
    void this.#catchUp(follower, from < last)
    await new Promise<void>((resolve) => response.once('close', resolve))
    this.#leave(follower)
  }

  /** Ends all streams: clients come again, and go on where they were. */
  end(): void {
    this.#isEnded = true
    for (const { response } of this.#followers) {
      if (response.writableNeedDrain) response.destroy()
      else response.end()
    }
  }

  #enter(response: ServerResponse, followed: Followed, from: number): Follower {
    const group = this.#groupOf(followed)
    group.members++
    const follower: Follower = { response, group, from, heardAt: performance.now(), isOver: false }
    this.#followers.add(follower)
    this.#beat ??= setInterval(() => this.#beatAll(), this.#options.beatMs ?? BEAT_MS).unref()
    return follower
  }

  #leave(follower: Follower): void {
    const { group } = follower
    follower.isOver = true
    this.#followers.delete(follower)
    if (group.live.delete(follower)) this.#live--
    if (--group.members === 0) {
      this.#groups.delete(group.key)
      this.#groupsById.delete(group.id)
      this.#index = null
    }
    if (this.#followers.size > 0) return
    clearInterval(this.#beat)
    this.#beat = undefined
  }

  #groupOf(followed: Followed): Group {
    const { scope, filter } = followed
    const key = JSON.stringify([scopeCode(scope), filter])
    let group = this.#groups.get(key)
    if (group === undefined) {
      const passes = matcher(filter)
      const isMatch = ({ change }: Arrival) => inScope(scope, change.site) && passes(change)
      group = { id: ++this.#lastGroup, key, followed, isMatch, live: new Set(), members: 0 }
      this.#groups.set(key, group)
      this.#groupsById.set(group.id, group)
      this.#index = null
    }
    return group
  }

  /** Reads on for all who are up to date, as long as there are any. Never rejects. */
  async #read(): Promise<void> {
    const { store, log, pollMs = POLL_MS } = this.#options
    const backoff = new Backoff(500, 30_000)
    this.#isReading = true
    while (this.#live > 0 && !this.#isEnded) {
      try {
        const began = performance.now()
        const share = Math.floor(READ.timesFollowers / this.#live)
        const limit = Math.min(READ.most, Math.max(READ.least, share))
        const { arrivals, upTo } = await store.tail(this.#at, limit)
        this.#deliver(arrivals, upTo)
        backoff.reset()
        const rest = this.#breath.after(performance.now() - began)
        await wait(arrivals.length < limit ? Math.max(pollMs, rest) : rest)
      } catch (error) {
        log.warn(
          `web: changes could not be read for those who follow them: ${messageOf(error)}; trying again`,
        )
        await wait(backoff.next())
      }
    }
    this.#isReading = false
  }

  #deliver(arrivals: readonly Arrival[], upTo: number): void {
    this.#index ??= new FeedIndex(
      Array.from(this.#groupsById.values(), ({ id, followed }) => ({ id, ...followed })),
    )
    const byGroup = new Map<Group, Arrival[]>()
    for (const arrival of arrivals) {
      for (const id of this.#index.match(arrival.change)) {
        const group = this.#groupsById.get(id) as Group
        const list = byGroup.get(group)
        if (list === undefined) byGroup.set(group, [arrival])
        else list.push(arrival)
      }
    }
    this.#at = Math.max(this.#at, upTo)
    const frames = new Map<Arrival, Buffer>()
    const textOf = (list: readonly Arrival[]) =>
      Buffer.concat(
        list.map((arrival) => {
          let frame = frames.get(arrival)
          if (frame === undefined) {
            frame = Buffer.from(frameOf(arrival))
            frames.set(arrival, frame)
          }
          return frame
        }),
      )
    const fallen: Follower[] = []
    for (const [group, list] of byGroup) {
      if (group.live.size === 0) continue
      const all = textOf(list)
      const first = list[0]?.place ?? 0
      for (const follower of group.live) {
        if (follower.from < first) this.#send(follower, all)
        else {
          const rest = list.filter(({ place }) => place > follower.from)
          if (rest.length > 0) this.#send(follower, textOf(rest))
        }
        if (follower.response.writableLength > MOST_WAITING) {
          group.live.delete(follower)
          this.#live--
          follower.from = Math.max(follower.from, this.#at)
          fallen.push(follower)
        }
      }
    }
    for (const follower of fallen) void this.#catchUp(follower, true)
  }

  #send(follower: Follower, text: string | Buffer): void {
    follower.heardAt = performance.now()
    follower.response.write(text)
  }

  /**
   * Brings somebody up to date, to be served with the others from then on. Never rejects.
   * @param isBehind whether something may be stored that they have not had
   */
  async #catchUp(follower: Follower, isBehind: boolean): Promise<void> {
    const { response } = follower
    const backoff = new Backoff(500, 30_000)
    const isGone = () => follower.isOver || this.#isEnded
    let isMore = isBehind
    while (!isGone()) {
      if (response.writableNeedDrain && !(await this.#taken(follower))) {
        response.destroy()
        return
      }
      if (this.#isReading ? follower.from >= this.#at : !isMore) {
        if (!isGone()) this.#enlist(follower)
        return
      }
      try {
        isMore = await this.#turns.run(async () => !isGone() && (await this.#readBehind(follower)))
        backoff.reset()
      } catch (error) {
        const { log } = this.#options
        if (backoff.attempt === 0)
          log.warn(`web: somebody who follows changes has to wait: ${messageOf(error)}; trying again`)
        await wait(backoff.next())
      }
    }
  }

  #enlist(follower: Follower): void {
    follower.group.live.add(follower)
    this.#live++
    if (this.#isReading) return
    this.#at = follower.from
    void this.#read()
  }

  /** Reads on for one; returns whether there may be more. */
  async #readBehind(follower: Follower): Promise<boolean> {
    const { from, group } = follower
    const { arrivals, upTo } = await this.#options.store.tail(from, READ_BEHIND)
    const text = arrivals.filter(group.isMatch).map(frameOf).join('')
    follower.from = Math.max(from, upTo)
    if (text !== '') this.#send(follower, text)
    else if (performance.now() - follower.heardAt > (this.#options.beatMs ?? BEAT_MS))
      this.#send(follower, beatOf(follower.from))
    return upTo > from
  }

  /** Whether somebody has taken what waits for them in time. */
  #taken({ response }: Follower): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (isTaken: boolean) => {
        clearTimeout(timer)
        response.off('drain', onDrain)
        response.off('close', onClose)
        resolve(isTaken)
      }
      const onDrain = () => done(true)
      const onClose = () => done(false)
      const timer = setTimeout(onClose, this.#options.patienceMs ?? PATIENCE_MS)
      response.once('drain', onDrain)
      response.once('close', onClose)
    })
  }

  #beatAll(): void {
    const all = Buffer.from(beatOf(this.#at))
    for (const group of this.#groups.values()) {
      for (const follower of group.live)
        this.#send(follower, follower.from > this.#at ? beatOf(follower.from) : all)
    }
  }
}

const idOf = (place: number): string => `id: ${place}\n`

/** Something that is no event, and says up to where there was none: whoever resumes goes on behind it. */
const beatOf = (place: number): string => `: nothing new\n${idOf(place)}\n`

const frameOf = ({ place, change }: Arrival): string =>
  `${idOf(place)}data: ${JSON.stringify(changeJson(change))}\n\n`
