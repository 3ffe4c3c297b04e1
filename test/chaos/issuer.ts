import { setTimeout as sleep } from 'node:timers/promises'
import type { EventStreamsSimulator } from '../simulators/eventstreams/client.ts'
import { type GeneratedEvent, generateEvents } from '../simulators/eventstreams/generate.ts'
import type { Datacentre } from '../simulators/eventstreams/protocol.ts'
import type { Random } from '../simulators/eventstreams/random.ts'
import { between, Deck, shuffled } from './deck.ts'
import type { Diary } from './diary.ts'
import type { Issued, Known } from './oracle.ts'
import { POISONS } from './poison.ts'

const TICK_MS = 50
/** A machine that was busy makes up for it in portions. */
const MOST_AT_ONCE = 500
/** The datacentre that was active goes on for so long beside the new one. */
const STRAGGLING_MS = 1000
/** Of at least so many seconds events may come again. */
const RECENT_SECONDS = 20
const HOUR_MS = 3_600_000
/** Of each character all bytes but the first are places where a cut leaves half a character. */
const BROAD = 'Щедрый 漢字かな交じり文 🌍🇺🇦👩‍👩‍👧‍👦 مرحبا हिन्दी '

/** How much of what was issued; each is a trap. */
export interface IssuedCounts {
  sameMs: number
  backward: number
  late: number
  withoutNumber: number
  again: number
  huge: number
  canaries: number
  bareCanaries: number
  stragglers: number
}

/** Issues events as they come in life, and remembers them. */
export class Issuer implements Known {
  readonly changes = new Map<string, Issued>()
  readonly poison = new Map<string, number>()
  readonly counts: IssuedCounts = {
    sameMs: 0,
    backward: 0,
    late: 0,
    withoutNumber: 0,
    again: 0,
    huge: 0,
    canaries: 0,
    bareCanaries: 0,
    stragglers: 0,
  }
  readonly #stream: EventStreamsSimulator
  readonly #random: Random
  readonly #perSecond: number
  readonly #clock: () => number
  readonly #diary: Diary
  readonly #source: Iterator<GeneratedEvent>
  readonly #poisons: Deck<(event: GeneratedEvent, serial: number) => string>
  /** The last ones, oldest first: some of them come again. */
  #recent: GeneratedEvent[] = []
  #active: Datacentre = 'eqiad'
  #switchedAt = 0
  #lastAt: number

  /** @param clock the time in the stream, UTC ms */
  constructor(
    stream: EventStreamsSimulator,
    options: { seed: number; random: Random; perSecond: number; clock: () => number; diary: Diary },
  ) {
    const { seed, random, perSecond, clock, diary } = options
    this.#stream = stream
    this.#random = random
    this.#perSecond = perSecond
    this.#clock = clock
    this.#diary = diary
    this.#source = generateEvents({ seed, count: Number.POSITIVE_INFINITY, from: clock() })
    this.#poisons = new Deck(random, POISONS)
    this.#lastAt = clock()
  }

  /** The other datacentre's topic is written to from now on. */
  switchover(): void {
    this.#active = this.#active === 'eqiad' ? 'codfw' : 'eqiad'
    this.#switchedAt = Date.now()
    this.#diary.note(`switchover to ${this.#active}`)
  }

  /** How many were issued with times in `[from, to]`, UTC ms, of those issued last. */
  countBetween(from: number, to: number): number {
    return this.#recent.filter(({ meta }) => {
      const at = Date.parse(meta.dt)
      return at >= from && at <= to
    }).length
  }

  /** Issues until `stop` is aborted. */
  async run(stop: AbortSignal): Promise<void> {
    const start = performance.now()
    let due = 0
    for (let issued = 0; !stop.aborted; issued += due) {
      const wanted = ((performance.now() - start) / 1000) * this.#perSecond
      due = Math.min(MOST_AT_ONCE, Math.floor(wanted) - issued)
      if (due > 0) await this.#issue(due)
      await sleep(TICK_MS)
    }
  }

  async #issue(count: number): Promise<void> {
    const random = this.#random
    const isStraggling = Date.now() < this.#switchedAt + STRAGGLING_MS && random.chance(0.3)
    const other = this.#active === 'eqiad' ? 'codfw' : 'eqiad'
    const topic = `${isStraggling ? other : this.#active}.mediawiki.recentchange`
    if (isStraggling) this.counts.stragglers += count

    const events = this.#timed(
      shuffled(
        random,
        Array.from({ length: count }, () => this.#next()),
      ),
    )
    const middle = random.below(count)
    await this.#publish(events.slice(0, middle), topic)
    if (random.chance(0.1)) await this.#issuePoison(topic)
    await this.#publish(events.slice(middle), topic)
    if (random.chance(0.1)) await this.#issueLate(topic)
    if (random.chance(0.1)) await this.#issueAgain(topic)
    if (random.chance(0.05)) await this.#issueCanary(topic)
  }

  /** Mostly as generated; some with what is seldom in life. */
  #next(): GeneratedEvent {
    const random = this.#random
    const event = this.#source.next().value as GeneratedEvent
    const comment = event.comment as string
    if (event.type === 'log' && random.chance(0.3)) {
      // As thanks and filter hits are.
      this.counts.withoutNumber++
      return { ...event, id: undefined }
    }
    if (random.chance(0.3 / this.#perSecond)) {
      this.counts.huge++
      return { ...event, comment: `${comment} ${'語'.repeat(350_000)}` }
    }
    return random.chance(0.3)
      ? { ...event, comment: `${comment} ${BROAD.repeat(between(random, 1, 8))}` }
      : event
  }

  /** Gives them times between the last ones and now, with neighbours of the same ms and steps backward. */
  #timed(events: readonly GeneratedEvent[]): GeneratedEvent[] {
    const random = this.#random
    const [from, step] = [this.#lastAt, (this.#clock() - this.#lastAt) / events.length]
    return events.map((event, i) => {
      let at = Math.floor(from + step * (i + 1))
      // The first one often falls together with the last one of the tick before.
      if (random.chance(i === 0 ? 0.5 : 0.1)) at = this.#lastAt
      if (random.chance(0.05)) at -= between(random, 1, 40)
      if (at === this.#lastAt) this.counts.sameMs++
      if (at < this.#lastAt) this.counts.backward++
      this.#lastAt = at
      return withTime(event, at, random)
    })
  }

  async #publish(events: readonly GeneratedEvent[], topic: string, timestamp?: number): Promise<void> {
    if (events.length === 0) return
    const issuedAt = Date.now()
    for (const event of events) this.changes.set(event.meta.id, factsOf(event, topic, issuedAt))
    this.#recent.push(...events)
    const kept = this.#perSecond * RECENT_SECONDS
    if (this.#recent.length > 2 * kept) this.#recent = this.#recent.slice(-kept)
    await this.#stream.publish(events, { topic, ...(timestamp !== undefined && { timestamp }) })
  }

  /** Something that cannot be read, such as no other. */
  async #issuePoison(topic: string): Promise<void> {
    const event = this.#source.next().value as GeneratedEvent
    const timestamp = this.#clock()
    const raw = this.#poisons.deal()(withTime(event, timestamp, this.#random), this.poison.size)
    this.poison.set(raw, Date.now())
    await this.#stream.publishRaw(raw, { topic, timestamp })
  }

  /** Changes of hours before that only come now. */
  async #issueLate(topic: string): Promise<void> {
    const random = this.#random
    const now = this.#clock()
    const events = Array.from({ length: between(random, 1, 5) }, () =>
      withTime(this.#next(), now - random.below(5 * HOUR_MS), random),
    )
    this.counts.late += events.length
    await this.#publish(events, topic, now)
  }

  /** The same events once more, as a producer does that has not heard of its success; maybe on another topic. */
  async #issueAgain(topic: string): Promise<void> {
    if (this.#recent.length === 0) return
    const events = Array.from({ length: between(this.#random, 1, 20) }, () => this.#random.pick(this.#recent))
    this.counts.again += events.length
    await this.#stream.publish(events, { topic, timestamp: this.#clock() })
  }

  /** A sign of life, with the body of an event or without one. */
  async #issueCanary(topic: string): Promise<void> {
    const event = withTime(this.#source.next().value as GeneratedEvent, this.#clock(), this.#random)
    const meta = { ...event.meta, domain: 'canary' }
    const isBare = this.#random.chance(0.5)
    this.counts[isBare ? 'bareCanaries' : 'canaries']++
    await this.#stream.publish([isBare ? { $schema: event.$schema, meta } : { ...event, meta }], { topic })
  }
}

function withTime(event: GeneratedEvent, at: number, random: Random): GeneratedEvent {
  const iso = new Date(at).toISOString()
  // A schema that says date-time allows these as well.
  const dt = random.chance(0.02) ? random.pick([iso.replace('Z', '123Z'), iso.replace('Z', '+00:00')]) : iso
  return { ...event, meta: { ...event.meta, dt }, timestamp: Math.floor(at / 1000) - random.below(3) }
}

/** What is to be found in the database of an event. */
export function factsOf(event: GeneratedEvent, topic: string, issuedAt: number): Issued {
  const { old = null, new: now = null } = (event.length ?? {}) as { old?: number; new?: number }
  return {
    at: Math.floor(Date.parse(event.meta.dt)),
    wiki: event.wiki,
    type: event.type,
    bot: event.bot as boolean,
    title: event.title,
    user: event.user as string,
    comment: event.comment as string,
    rcid: (event.id as number | undefined) ?? null,
    oldBytes: old,
    newBytes: now,
    topic,
    issuedAt,
  }
}
