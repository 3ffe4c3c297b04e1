/** How long something took, each time since the start of the process, in classes. */
export class Durations {
  /** Upper ends of the classes, in seconds; the last class is open. */
  readonly bounds: readonly number[]
  /** How many took at most `bounds[i]` and longer than the bound before. */
  readonly counts: Float64Array
  /** All of them together, in seconds. */
  seconds = 0

  /** @param bounds in seconds, the smallest first */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  add(ms: number): void {
    const seconds = ms / 1000
    const found = this.bounds.findIndex((bound) => seconds <= bound)
    const place = found === -1 ? this.bounds.length : found
    this.counts[place] = (this.counts[place] as number) + 1
    this.seconds += seconds
  }
}
