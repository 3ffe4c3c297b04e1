/** How what others ask leaves the thread to the changes that come. */
import { wait } from '../../../flow/wait.ts'

/** So many changes a second are more than come while all is well: what was missed is being caught up with. */
const BUSY_PER_SECOND = 1000
/** A shorter time, in ms, says nothing of how many come. */
const WINDOW_MS = 100
/** How long work is followed by rest, in times of how long it took; and while much comes in. */
const REST = 1
const REST_WHEN_BUSY = 24
/** Rests shorter than this, in ms, are put together. */
const SHORT_MS = 5

interface Work {
  readonly since: number
  begin(): Promise<void>
}

/** Work of one kind. */
export interface Lane {
  /** How much waits for its turn, or has it. */
  readonly waiting: number
  /** How long, in ms, what comes next has waited. */
  readonly delayMs: number
  /** Does the work when it is its turn; the time until its promise settles counts as work. */
  run<T>(work: () => Promise<T> | T): Promise<T>
}

/**
 * Work that is done one after another, with rests: so it takes half of the thread's time at most, and a twenty-fifth
 * while much comes in. Of several kinds of work that wait, each has the same share of the time.
 */
export class Turns {
  readonly #takenIn: () => number
  readonly #lanes: TurnsLane[] = []
  #isTurning = false
  #restMs = 0
  #before: { at: number; count: number }
  #isBusy = false

  /** @param takenIn how many changes have come since any moment */
  constructor(takenIn: () => number) {
    this.#takenIn = takenIn
    this.#before = { at: performance.now(), count: takenIn() }
  }

  lane(): Lane {
    const lane = new TurnsLane(() => {
      // What it did not use while nothing waited is not kept for it.
      const others = this.#lanes.filter((other) => other !== lane && other.waiting > 0)
      if (others.length > 0)
        lane.spentMs = Math.max(lane.spentMs, Math.min(...others.map(({ spentMs }) => spentMs)))
      if (!this.#isTurning) void this.#turn()
    })
    this.#lanes.push(lane)
    return lane
  }

  /** Never rejects. */
  async #turn(): Promise<void> {
    this.#isTurning = true
    for (let lane = this.#next(); lane !== undefined; lane = this.#next()) {
      const began = performance.now()
      await lane.queue[0]?.begin()
      lane.queue.shift()
      const tookMs = performance.now() - began
      lane.spentMs += tookMs
      this.#restMs += tookMs * (this.#isMuchComing(began + tookMs) ? REST_WHEN_BUSY : REST)
      if (this.#restMs < SHORT_MS) continue
      const rest = this.#restMs
      this.#restMs = 0
      await wait(rest)
    }
    this.#isTurning = false
  }

  #next(): TurnsLane | undefined {
    let next: TurnsLane | undefined
    for (const lane of this.#lanes)
      if (lane.waiting > 0 && (next === undefined || lane.spentMs < next.spentMs)) next = lane
    return next
  }

  #isMuchComing(now: number): boolean {
    const { at, count } = this.#before
    if (now - at >= WINDOW_MS) {
      this.#before = { at: now, count: this.#takenIn() }
      this.#isBusy = (this.#before.count - count) * 1000 > BUSY_PER_SECOND * (now - at)
    }
    return this.#isBusy
  }
}

class TurnsLane implements Lane {
  readonly #onWork: () => void
  readonly queue: Work[] = []
  spentMs = 0

  constructor(onWork: () => void) {
    this.#onWork = onWork
  }

  get waiting(): number {
    return this.queue.length
  }

  get delayMs(): number {
    const [first] = this.queue
    return first === undefined ? 0 : performance.now() - first.since
  }

  run<T>(work: () => Promise<T> | T): Promise<T> {
    return new Promise((resolve, reject) => {
      const begin = async () => {
        try {
          resolve(await work())
        } catch (error) {
          reject(error)
        }
      }
      this.queue.push({ since: performance.now(), begin })
      if (this.queue.length === 1) this.#onWork()
    })
  }
}
