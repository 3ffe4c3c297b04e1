/** How what others ask leaves the thread to the changes that come. */
import { wait } from '../../../flow/wait.ts'

/** So busy is the thread that what can wait should. */
const BUSY = 0.75
/** How long work is followed by rest, in times of how long it took; and on a busy thread. */
const REST = 1
const REST_WHEN_BUSY = 15
/** Rests shorter than this, in ms, are put together. */
const SHORT_MS = 5

/** Knows how busy the thread is. */
export class Breath {
  #before = performance.eventLoopUtilization()
  #isBusy = false

  /** How long to wait after work that took so long (both in ms). */
  after(tookMs: number): number {
    const now = performance.eventLoopUtilization()
    const { utilization, active, idle } = performance.eventLoopUtilization(now, this.#before)
    // Too short a time says nothing.
    if (active + idle > 50) {
      this.#before = now
      this.#isBusy = utilization > BUSY
    }
    return tookMs * (this.#isBusy ? REST_WHEN_BUSY : REST)
  }
}

/** Work that is done one after another, with rests: so it takes half of the thread's time at most, on a busy one little. */
export class Turns {
  readonly #breath = new Breath()
  #last: Promise<void> = Promise.resolve()
  #restMs = 0
  /** How much waits for its turn, or has it. */
  waiting = 0

  /** Does the work when it is its turn; the time until its promise settles counts as work. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.waiting++
    const before = this.#last
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last = promise
    await before
    const began = performance.now()
    try {
      return await work()
    } finally {
      this.waiting--
      this.#restMs += this.#breath.after(performance.now() - began)
      if (this.#restMs < SHORT_MS) resolve()
      else {
        void wait(this.#restMs).then(resolve)
        this.#restMs = 0
      }
    }
  }
}
