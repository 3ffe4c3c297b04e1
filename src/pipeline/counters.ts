import type { Appended, Batch } from '../contracts.ts'

/** Upper ends of the classes in which durations are counted, in seconds; the last one is open. */
export const DURATION_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const

/** What became of everything that came since the start of the process: plain numbers, for whoever asks. */
export class Counters {
  stored = 0
  duplicates = 0
  unreadable = 0
  expired = 0
  batches = 0
  /** How many appends took at most `DURATION_BOUNDS[i]` seconds and longer than the bound before. */
  readonly appendsByDuration = new Float64Array(DURATION_BOUNDS.length + 1)
  appendSeconds = 0
  /** Since the clock began to run, so that setting the clock does not change it. */
  #positionSavedAt = performance.now()

  add({ position }: Batch, { added, duplicates, buried, expired }: Appended, tookMs: number): void {
    this.stored += added
    this.duplicates += duplicates
    this.unreadable += buried
    this.expired += expired
    this.batches++
    const seconds = tookMs / 1000
    const place = DURATION_BOUNDS.findIndex((bound) => seconds <= bound)
    const counts = this.appendsByDuration
    const index = place === -1 ? DURATION_BOUNDS.length : place
    counts[index] = (counts[index] ?? 0) + 1
    this.appendSeconds += seconds
    if (position !== null) this.#positionSavedAt = performance.now()
  }

  /** Seconds since a position was saved last; since the start while none was. */
  get positionAge(): number {
    return (performance.now() - this.#positionSavedAt) / 1000
  }
}
