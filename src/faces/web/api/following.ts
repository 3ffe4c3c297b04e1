/** Everybody who follows the changes as they are stored. */
import type { Socket } from 'node:net'
import { changeJson } from '../../../change-json.ts'
import type { Arrival, StoreReader } from '../../../contracts.ts'
import { messageOf } from '../../../errors.ts'
import { FeedIndex } from '../../../feeds/feed-index.ts'
import { type Filter, matcher } from '../../../filter.ts'
import { Backoff } from '../../../flow/backoff.ts'
import { wait } from '../../../flow/wait.ts'
import type { Log } from '../../../log.ts'
import { inScope, type Scope, scopeCode } from '../../../scope.ts'
import { HEADER_LINES } from '../reply.ts'
import { Outbox, type Outgoing } from './outgoing.ts'
import type { Lane, Turns } from './turns.ts'

export interface FollowingOptions {
  readonly store: Pick<StoreReader, 'tail' | 'lastArrival'>
  readonly log: Log
  readonly turns: Turns
  /** Followers there may be at once. */
  readonly most?: number
  /** So often it is asked whether there is something new, in ms. */
  readonly pollMs?: number
  /** So often something is said to those for whom there is nothing new, in ms. */
  readonly beatMs?: number
  /** Whoever does not take what waits for them within so long, in ms, is dropped. */
  readonly patienceMs?: number
  /** So many bytes may wait for all together. */
  readonly mostHeld?: number
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
/** While more bytes wait for all together, whoever does not take at once what is sent is dropped. */
const MOST_HELD = 33_554_432
/** So many are sent something in one turn. */
const AT_ONCE = 100
/** How long, in ms, a client waits before it comes again. */
const RETRY_MS = 2000

/** Its end is that of the connection: so what is sent to many is the same bytes. */
const HEAD = [
  'HTTP/1.1 200 OK',
  ...HEADER_LINES,
  'content-type: text/event-stream; charset=utf-8',
  // A proxy that collects what it passes on would keep it back.
  'x-accel-buffering: no',
  'connection: close',
]

/** A change as it is sent. */
interface Frame {
  readonly place: number
  readonly bytes: Buffer
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
  readonly socket: Socket
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
  readonly #outbox: Outbox
  /** Reading on, and sending it, for all who are up to date. */
  readonly #together: Lane
  /** Reading on for those who are behind, one after another. */
  readonly #behind: Lane
  #lastGroup = 0
  /** Which groups a change is for; made when it is needed. */
  #index: FeedIndex | null = null
  #live = 0
  #isReading = false
  /** Up to here everything was sent to all who are up to date. */
  #at = 0
  #beatAt = 0
  #isEnded = false

  constructor(options: FollowingOptions) {
    this.#options = options
    this.#outbox = new Outbox(options.mostHeld ?? MOST_HELD)
    this.#together = options.turns.lane()
    this.#behind = options.turns.lane()
  }

  get isFull(): boolean {
    return this.#followers.size >= (this.#options.most ?? MOST)
  }

  /**
   * Begins to send what is stored after a place (`null`: from now on), until the client goes or it is ended.
   * @param socket a connection on which a request waits for its answer; it is in these hands from now on
   */
  async follow(socket: Socket, followed: Followed, after: number | null): Promise<void> {
    const last = await this.#options.store.lastArrival()
    // A place that there is not yet is of another store.
    const from = after === null ? last : Math.min(after, last)
    const head = [...HEAD, `date: ${new Date().toUTCString()}`].join('\r\n')
    socket.write(`${head}\r\n\r\nretry: ${RETRY_MS}\n${idOf(from)}\n`)
    if (this.#isEnded) socket.destroySoon()
    if (socket.destroyed || this.#isEnded) return
    void this.#catchUp(this.#enter(socket, followed, from), from < last)
  }

  /** Ends all streams: clients come again, and go on where they were. */
  end(): void {
    this.#isEnded = true
    for (const { socket } of this.#followers) {
      if (socket.writableNeedDrain) socket.destroy()
      else socket.destroySoon()
    }
  }

  #enter(socket: Socket, followed: Followed, from: number): Follower {
    const group = this.#groupOf(followed)
    group.members++
    const follower: Follower = { socket, group, from, heardAt: performance.now(), isOver: false }
    this.#followers.add(follower)
    socket.once('close', () => this.#leave(follower))
    return follower
  }

  #leave(follower: Follower): void {
    const { group } = follower
    follower.isOver = true
    this.#followers.delete(follower)
    if (group.live.delete(follower)) this.#live--
    if (--group.members > 0) return
    this.#groups.delete(group.key)
    this.#groupsById.delete(group.id)
    this.#index = null
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
    const { log, pollMs = POLL_MS, beatMs = BEAT_MS } = this.#options
    const backoff = new Backoff(500, 30_000)
    this.#isReading = true
    this.#beatAt = performance.now() + beatMs
    while (this.#live > 0 && !this.#isEnded) {
      const began = performance.now()
      try {
        const isMore = await this.#readTogether()
        backoff.reset()
        if (!isMore) await wait(pollMs - (performance.now() - began))
      } catch (error) {
        log.warn(
          `web: changes could not be read for those who follow them: ${messageOf(error)}; trying again`,
        )
        await wait(backoff.next())
      }
      if (performance.now() < this.#beatAt) continue
      await this.#beatAll()
      this.#beatAt = performance.now() + beatMs
    }
    this.#isReading = false
  }

  /** Sends what comes next to all who are up to date; returns whether there is more. */
  async #readTogether(): Promise<boolean> {
    const share = Math.floor(READ.timesFollowers / this.#live)
    const limit = Math.min(READ.most, Math.max(READ.least, share))
    const { round, isMore } = await this.#together.run(async () => {
      const { arrivals, upTo } = await this.#options.store.tail(this.#at, limit)
      this.#at = Math.max(this.#at, upTo)
      return { round: this.#roundOf(arrivals), isMore: arrivals.length === limit }
    })
    const fallen: Follower[] = []
    for (const [group, frames] of round) {
      const all = this.#textOf(frames)
      const first = frames[0]?.place ?? 0
      await this.#toLive(group, (follower) => {
        if (follower.from < first) this.#send(follower, all)
        else {
          const rest = frames.filter(({ place }) => place > follower.from)
          if (rest.length > 0) this.#send(follower, this.#textOf(rest))
        }
        if (follower.socket.writableLength <= MOST_WAITING) return
        group.live.delete(follower)
        this.#live--
        follower.from = Math.max(follower.from, this.#at)
        fallen.push(follower)
      })
    }
    for (const follower of fallen) void this.#catchUp(follower, true)
    return isMore
  }

  /** What each group is to be sent of these. */
  #roundOf(arrivals: readonly Arrival[]): Map<Group, Frame[]> {
    this.#index ??= new FeedIndex(
      Array.from(this.#groupsById.values(), ({ id, followed }) => ({ id, ...followed })),
    )
    const round = new Map<Group, Frame[]>()
    for (const arrival of arrivals) {
      let frame: Frame | undefined
      for (const id of this.#index.match(arrival.change)) {
        const group = this.#groupsById.get(id) as Group
        if (group.live.size === 0) continue
        frame ??= { place: arrival.place, bytes: Buffer.from(frameOf(arrival)) }
        const frames = round.get(group)
        if (frames === undefined) round.set(group, [frame])
        else frames.push(frame)
      }
    }
    return round
  }

  #textOf = (frames: readonly Frame[]): Outgoing =>
    this.#outbox.of(Buffer.concat(frames.map(({ bytes }) => bytes)))

  /** Does something for each in a group who is up to date, for some at a time. */
  async #toLive({ live }: Group, give: (follower: Follower) => void): Promise<void> {
    const followers = [...live]
    for (let i = 0; i < followers.length; i += AT_ONCE) {
      await this.#together.run(() => {
        if (this.#isEnded) return
        for (const follower of followers.slice(i, i + AT_ONCE)) if (live.has(follower)) give(follower)
      })
    }
  }

  #send(follower: Follower, outgoing: Outgoing): void {
    follower.heardAt = performance.now()
    this.#outbox.send(follower.socket, outgoing)
  }

  /**
   * Brings somebody up to date, to be served with the others from then on. Never rejects.
   * @param isBehind whether something may be stored that they have not had
   */
  async #catchUp(follower: Follower, isBehind: boolean): Promise<void> {
    const { socket } = follower
    const backoff = new Backoff(500, 30_000)
    const isGone = () => follower.isOver || this.#isEnded
    let isMore = isBehind
    while (!isGone()) {
      if (socket.writableNeedDrain && !(await this.#taken(follower))) {
        socket.destroy()
        return
      }
      if (this.#isReading ? follower.from >= this.#at : !isMore) {
        if (!isGone()) this.#enlist(follower)
        return
      }
      try {
        isMore = await this.#behind.run(async () => !isGone() && (await this.#readBehind(follower)))
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
    if (text !== '') this.#send(follower, this.#outbox.of(Buffer.from(text)))
    else if (performance.now() - follower.heardAt > (this.#options.beatMs ?? BEAT_MS))
      this.#send(follower, this.#beatOf(follower.from))
    return upTo > from
  }

  /** Whether somebody has taken what waits for them in time. */
  #taken({ socket }: Follower): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (isTaken: boolean) => {
        clearTimeout(timer)
        socket.off('drain', onDrain)
        socket.off('close', onClose)
        resolve(isTaken)
      }
      const onDrain = () => done(true)
      const onClose = () => done(false)
      const timer = setTimeout(onClose, this.#options.patienceMs ?? PATIENCE_MS)
      socket.once('drain', onDrain)
      socket.once('close', onClose)
    })
  }

  async #beatAll(): Promise<void> {
    const at = this.#at
    const all = this.#beatOf(at)
    for (const group of this.#groups.values())
      await this.#toLive(group, (follower) =>
        this.#send(follower, follower.from > at ? this.#beatOf(follower.from) : all),
      )
  }

  /** Something that is no event, and says up to where there was none: whoever resumes goes on behind it. */
  #beatOf = (place: number): Outgoing => this.#outbox.of(Buffer.from(`: nothing new\n${idOf(place)}\n`))
}

const idOf = (place: number): string => `id: ${place}\n`

const frameOf = ({ place, change }: Arrival): string =>
  `${idOf(place)}data: ${JSON.stringify(changeJson(change))}\n\n`
