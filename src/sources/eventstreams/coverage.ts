import type { Gap } from '../../contracts.ts'

/** An event not older than this, in ms, is of the present: whatever was to be sent of the past has been sent. */
const LIVE_MS = 10_000

/**
 * Whether a connection goes on where the last one ended, by what was asked for and what came. Everything up to `from`
 * is stored, and was asked for once more from a little before it: as long as the server still has it, something that
 * is not later than `from` comes. If it does not, the changes in between are not to be had.
 *
 * One topic's run may be sent before the other's, so a hole is only known when events of the present come: until
 * then it is open, and closed again by anything from before it.
 */
export class Coverage {
  readonly #from: number
  readonly #toleranceMs: number
  readonly #reason: string
  #hole: Gap | null = null
  #isDecided = false

  /**
   * @param from UTC ms up to which everything is stored (or, at a first start, was asked for)
   * @param toleranceMs how much later the first event may be
   */
  constructor(from: number, toleranceMs: number, reason: string) {
    this.#from = from
    this.#toleranceMs = toleranceMs
    this.#reason = reason
  }

  /** Nothing will change any more. */
  get isDecided(): boolean {
    return this.#isDecided
  }

  /** Takes note of an event published at `at`; returns the gap if there is news of one. All times UTC ms. */
  see(at: number, now: number): Gap | null {
    if (this.#isDecided) return null
    if (at <= this.#from + this.#toleranceMs) {
      this.#isDecided = true
      return this.#hole === null ? null : { ...this.#hole, state: 'refilled' }
    }
    const isLive = at >= now - LIVE_MS
    if (this.#hole !== null && !isLive && at >= this.#hole.to) return null
    this.#isDecided = isLive
    const to = Math.min(at, this.#hole?.to ?? at)
    this.#hole = { from: this.#from, to, state: isLive ? 'lost' : 'open', reason: this.#reason }
    return this.#hole
  }
}
