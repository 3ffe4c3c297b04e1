/** How much a `Batcher` holds, and how patiently it gathers. */
export interface BatcherLimits {
  /** A batch has at most so many items. */
  readonly batchSize: number
  /** So many characters of input held back are enough, however few items they are. */
  readonly maxWeight: number
  /** A small batch waits so long for company, in ms: the price of fewer commits is this much delay. */
  readonly lingerMs: number
}

/**
 * Between one who pushes items and one who takes batches, each at their own pace. It holds one batch back and no
 * more: the pusher waits for `room()`, and that is how a slow store slows the reading of a socket. What is taken is
 * as large as what came meanwhile: small batches while all is calm, large ones while catching up.
 */
export class Batcher<T> {
  readonly #limits: BatcherLimits
  #items: T[] = []
  #weight = 0
  #ended = false
  #failure: { error: unknown } | undefined
  #wakeTaker: (() => void) | undefined
  #wakePusher: (() => void) | undefined
  #endGathering: (() => void) | undefined

  constructor(limits: BatcherLimits) {
    this.#limits = limits
  }

  get isFull(): boolean {
    return this.#items.length >= this.#limits.batchSize || this.#weight >= this.#limits.maxWeight
  }

  /** Never refuses, since a chunk of a socket cannot be handed back: check `isFull` after each chunk. */
  push(item: T, weight: number): void {
    this.#items.push(item)
    this.#weight += weight
    if (this.isFull) this.#endGathering?.()
    if (this.#wakeTaker === undefined) return
    this.#wakeTaker()
    this.#wakeTaker = undefined
  }

  /** Resolves as soon as there is room, or nobody will ever push again. */
  async room(): Promise<void> {
    while (this.isFull && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wakePusher = resolve
      })
    }
  }

  /** No more will be pushed; what is there can still be taken. With `error`, the taker gets it at the end. */
  end(failure?: { error: unknown }): void {
    this.#ended = true
    this.#failure ??= failure
    this.#wakeTaker?.()
    this.#wakePusher?.()
    this.#endGathering?.()
  }

  /** All that has come, at least one item; `undefined` after the end. */
  async take(): Promise<T[] | undefined> {
    while (this.#items.length === 0) {
      if (this.#failure !== undefined) throw this.#failure.error
      if (this.#ended) return undefined
      await new Promise<void>((resolve) => {
        this.#wakeTaker = resolve
      })
    }
    if (!this.isFull && !this.#ended) await this.#gather()
    const items = this.#items
    this.#items = []
    this.#weight = 0
    this.#wakePusher?.()
    return items
  }

  /** Resolves after the time to wait for company, or as soon as no more of it is wanted. */
  #gather(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#endGathering = undefined
        resolve()
      }
      const timer = setTimeout(end, this.#limits.lingerMs)
      this.#endGathering = end
    })
  }
}
