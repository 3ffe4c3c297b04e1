import type { Change } from '../change.ts'
import type { Arrival } from '../contracts.ts'

/** So many changes are kept for a feed; of more only the number is known, and told. */
const KEPT = 100

/** Changes in a row that a feed has yet to post. */
class Stretch {
  readonly kept: Arrival[] = []
  counted = 0
  upTo = 0

  add(arrival: Arrival): void {
    if (this.kept.length < KEPT) this.kept.push(arrival)
    else this.counted++
    this.upTo = arrival.place
  }

  get isEmpty(): boolean {
    return this.kept.length === 0
  }
}

/** What one message tells. */
export interface Portion {
  readonly changes: readonly Change[]
  /** How many more there were. */
  readonly leftOut: number
  /** The place up to which this is everything. */
  readonly upTo: number
}

/**
 * What a feed has yet to post. Bounded: what comes quicker than it can be posted is counted. A message that was under
 * way when the program died is put together again from the same changes, so that it is the same message.
 */
export class Backlog {
  /** Up to the place where the message went that was under way. */
  readonly #again: Stretch = new Stretch()
  #againUpTo: number
  #pending = new Stretch()

  /** @param sending the place that the message went up to that was under way */
  constructor(sending: number | null) {
    this.#againUpTo = sending ?? 0
  }

  add(arrival: Arrival): void {
    if (arrival.place <= this.#againUpTo) this.#again.add(arrival)
    else this.#pending.add(arrival)
  }

  /** Nothing is to be posted, as far as is known; what was under way has been looked for. */
  get isEmpty(): boolean {
    return this.#againUpTo === 0 && this.#pending.isEmpty
  }

  /**
   * Takes what the next message tells: as many as fit into one; all that there is, with the number of those left out,
   * where more has come than is kept.
   * @param readTo everything up to this place has been added
   * @param capacity how many of these changes, the first ones, one message holds
   * @returns `null` while there is nothing, or not yet all of what was under way
   */
  take(readTo: number, capacity: (changes: readonly Change[]) => number): Portion | null {
    if (this.#againUpTo > 0) {
      if (readTo < this.#againUpTo) return null
      this.#againUpTo = 0
      if (!this.#again.isEmpty) return whole(this.#again, capacity)
    }
    const pending = this.#pending
    if (pending.isEmpty) return null
    const count = capacity(changesOf(pending))
    if (pending.counted > 0 || count >= pending.kept.length) {
      this.#pending = new Stretch()
      return whole(pending, capacity)
    }
    const taken = pending.kept.splice(0, count)
    return {
      changes: taken.map(({ change }) => change),
      leftOut: 0,
      upTo: (taken.at(-1) as Arrival).place,
    }
  }
}

const changesOf = ({ kept }: Stretch) => kept.map(({ change }) => change)

function whole(stretch: Stretch, capacity: (changes: readonly Change[]) => number): Portion {
  const changes = changesOf(stretch)
  const count = capacity(changes)
  return {
    changes: changes.slice(0, count),
    leftOut: changes.length - count + stretch.counted,
    upTo: stretch.upTo,
  }
}
