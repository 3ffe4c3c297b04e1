import type { Gap } from '../../contracts.ts'
import { FUTURE_MS, idElements } from './position.ts'

/** What a connection asked for. */
export interface Asked {
  /** UTC ms up to which everything is stored; at a first start, the time that was asked for. */
  readonly storedTo: number
  /** How much later than `storedTo`, in ms, the first event may be without anything missing. */
  readonly toleranceMs: number
  /** UTC ms that this topic was asked with; `null` where the server is read from now on. */
  of(topic: string, partition: number): number | null
}

/**
 * Whether a connection goes on where the last one ended. Everything up to `storedTo` is stored, and is asked for once
 * more from a little before it: as long as the server still has it, the first event of some topic is not later than
 * that. Then nothing is missing in any topic, since a server keeps all of them for the same time. Only first events
 * tell; of those that come after them one may be late.
 *
 * Where all first events are later, what lies in between is a gap. It is `open` while a topic that could tell has
 * events to send (one topic's run may come before the other's, and the connection end before that), `lost` once none
 * has, and `refilled` if one turns out to go back far enough. What a connection could not decide, a later one may.
 */
export class Coverage {
  readonly #asked: Asked
  readonly #reason: string
  readonly #heard = new Set<string>()
  #isProven = false
  #isAllHeard = false
  /** The earliest of the first events, UTC ms. */
  #first = Number.POSITIVE_INFINITY
  #undecided: readonly Gap[]

  /** @param undecided what earlier connections could not decide */
  constructor(asked: Asked, reason: string, undecided: readonly Gap[] = []) {
    this.#asked = asked
    this.#reason = reason
    this.#undecided = undecided
  }

  /** The gaps that an event to come, on this connection or a later one, may still show to be none. */
  get undecided(): readonly Gap[] {
    return this.#undecided
  }

  /** Nothing more can be learnt from what comes. */
  get isDecided(): boolean {
    return (this.#isProven || this.#isAllHeard) && this.#undecided.length === 0
  }

  /** Takes note of the id of an event that came; returns the gaps that there is news of. `now` is UTC ms. */
  see(id: string, now: number): Gap[] {
    const news = new Map<number, Gap>()
    const topics = idElements(id).map(({ topic, partition, timestamp, offset }) => {
      const asked = this.#asked.of(topic, partition)
      // Until its first event a topic shows where it begins: -1 means at its end, there is nothing to send. Some show
      // the very time that they were asked with.
      const at = timestamp === undefined || timestamp === asked ? null : timestamp - 1
      return { key: `${topic} ${partition}`, asked, at, isEmpty: offset === -1 }
    })
    for (const { key, asked, at } of topics) {
      if (at === null || at > now + FUTURE_MS || this.#heard.has(key)) continue
      this.#heard.add(key)
      this.#hear(asked, at, news)
    }
    if (this.#heard.size === 0) return []
    this.#isAllHeard = topics.every(({ key }) => this.#heard.has(key))
    this.#undecided = this.#undecided.flatMap((gap) => {
      const unheard = topics.filter(
        ({ key, asked }) => !this.#heard.has(key) && asked !== null && asked <= gap.from,
      )
      const isLost = unheard.every(({ isEmpty }) => isEmpty)
      const told = isLost && gap.state === 'open' ? ({ ...gap, state: 'lost' } as const) : gap
      if (told !== gap) news.set(gap.from, told)
      return unheard.length === 0 ? [] : [told]
    })
    return [...news.values()]
  }

  /** The first event of a topic, published at `at`. */
  #hear(asked: number | null, at: number, news: Map<number, Gap>): void {
    const { storedTo, toleranceMs } = this.#asked
    const proves = (from: number) => asked !== null && asked <= from && at <= from + toleranceMs
    this.#undecided = this.#undecided.filter((gap) => {
      if (proves(gap.from)) news.set(gap.from, { ...gap, state: 'refilled' })
      return !proves(gap.from)
    })
    this.#isProven ||= proves(storedTo)
    if (this.#isProven || at >= this.#first) return
    this.#first = at
    const gap: Gap = { from: storedTo, to: at, state: 'open', reason: this.#reason }
    this.#undecided = [...this.#undecided.filter(({ from }) => from !== storedTo), gap]
    news.set(storedTo, gap)
  }
}
