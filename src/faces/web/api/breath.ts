/** So busy is the thread that what can wait should. */
const BUSY = 0.75

/**
 * How long to wait after some work, so that it does not take the thread from the changes that come: as long again as
 * the work took; on a thread that is busy with other things, so long that the work takes a twelfth of the time.
 */
export class Breath {
  #before = performance.eventLoopUtilization()
  #isBusy = false

  /** @param tookMs how long the work took, in ms; also what is returned is in ms */
  after(tookMs: number): number {
    const now = performance.eventLoopUtilization()
    const { utilization, active, idle } = performance.eventLoopUtilization(now, this.#before)
    // Too short a time says nothing.
    if (active + idle > 50) {
      this.#before = now
      this.#isBusy = utilization > BUSY
    }
    return tookMs * (this.#isBusy ? 11 : 1)
  }
}
