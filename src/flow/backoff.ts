/**
 * Delays between attempts: doubling from `firstMs` to `mostMs`, each drawn from its upper half at random, so that
 * many clients that failed together do not come back together.
 */
export class Backoff {
  readonly #firstMs: number
  readonly #mostMs: number
  #attempt = 0

  constructor(firstMs: number, mostMs: number) {
    this.#firstMs = firstMs
    this.#mostMs = mostMs
  }

  /** How many delays were taken since the last success. */
  get attempt(): number {
    return this.#attempt
  }

  /** The next delay in ms. */
  next(): number {
    const full = Math.min(this.#mostMs, this.#firstMs * 2 ** Math.min(this.#attempt++, 30))
    return full / 2 + (Math.random() * full) / 2
  }

  /** Something worked: begin anew. */
  reset(): void {
    this.#attempt = 0
  }
}
