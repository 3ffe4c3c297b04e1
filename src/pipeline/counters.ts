import { UNREADABLE_KINDS } from '../change.ts'
import type { Appended, Batch } from '../contracts.ts'
import { Durations } from '../counting/durations.ts'
import { Tally } from '../counting/tally.ts'

/** Upper ends of the classes in which the durations of appends are counted, in seconds. */
const APPEND_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** What came since the start of the process, and what became of it: plain numbers, for whoever asks. */
export class Counters {
  /** Events, by source. */
  readonly received: Tally<string>
  stored = 0
  duplicates = 0
  expired = 0
  batches = 0
  /** Events that were put to the dead letters, by what is wrong with them. */
  readonly buried = new Tally(UNREADABLE_KINDS)
  readonly appends = new Durations(APPEND_BOUNDS)
  /** Since the clock began to run, so that setting the clock does not change it. */
  #positionSavedAt = performance.now()

  /** @param sources names of all that there are */
  constructor(sources: readonly string[]) {
    this.received = new Tally(sources)
  }

  /** A source has handed this on. */
  read({ source, changes, unreadable }: Batch): void {
    this.received.add(source, changes.count + unreadable.length)
  }

  /** A batch is stored. */
  add({ position }: Batch, { added, duplicates, buried, expired }: Appended, tookMs: number): void {
    this.stored += added
    this.duplicates += duplicates
    this.expired += expired
    this.batches++
    for (const kind of buried) this.buried.add(kind)
    this.appends.add(tookMs)
    if (position !== null) this.#positionSavedAt = performance.now()
  }

  /** Seconds since a position was saved last; since the start while none was. */
  get positionAge(): number {
    return (performance.now() - this.#positionSavedAt) / 1000
  }
}
