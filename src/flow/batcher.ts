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
 * Between one who fills batches and one who takes them, each at their own pace. It holds one batch back and no more:
 * who fills it waits for `room()`, and that is how a slow store slows the reading of a socket. What is taken is as
 * large as what came meanwhile: small batches while all is calm, large ones while catching up.
 */
export class Batcher<B> {
  readonly #limits: BatcherLimits
  readonly #makeBatch: () => B
  #batch: B
  #isTouched = false
  #items = 0
  #weight = 0
  #ended = false
  #failure: { error: unknown } | undefined
  #wakeTaker: (() => void) | undefined
  #wakeFiller: (() => void) | undefined
  #endGathering: (() => void) | undefined

  /** @param makeBatch makes an empty batch */
  constructor(limits: BatcherLimits, makeBatch: () => B) {
    this.#limits = limits
    this.#makeBatch = makeBatch
    this.#batch = makeBatch()
  }

  /** The batch to put things into; say so with `added`. */
  get batch(): B {
    return this.#batch
  }

  /** How many items are held back. */
  get held(): number {
    return this.#items
  }

  get isFull(): boolean {
    return this.#items >= this.#limits.batchSize || this.#weight >= this.#limits.maxWeight
  }

  /**
   * So many items were put into the batch; with none of them it is worth taking all the same. There is no limit to it,
   * since a chunk of a socket cannot be handed back: check `isFull` after each chunk.
   */
  added(items: number, weight: number): void {
    this.#isTouched = true
    this.#items += items
    this.#weight += weight
    if (this.isFull) this.#endGathering?.()
    if (this.#wakeTaker === undefined) return
    this.#wakeTaker()
    this.#wakeTaker = undefined
  }

  /** Resolves as soon as there is room, or nothing will ever be added again. */
  async room(): Promise<void> {
    while (this.isFull && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wakeFiller = resolve
      })
    }
  }

  /** No more will be added; what is there can still be taken. With `error`, the taker gets it at the end. */
  end(failure?: { error: unknown }): void {
    this.#ended = true
    this.#failure ??= failure
    this.#wakeTaker?.()
    this.#wakeFiller?.()
    this.#endGathering?.()
  }

  /** The batch, once there is something in it; `undefined` after the end. */
  async take(): Promise<B | undefined> {
    while (!this.#isTouched) {
      if (this.#failure !== undefined) throw this.#failure.error
      if (this.#ended) return undefined
      await new Promise<void>((resolve) => {
        this.#wakeTaker = resolve
      })
    }
    if (!this.isFull && !this.#ended) await this.#gather()
    const batch = this.#batch
    this.#batch = this.#makeBatch()
    this.#isTouched = false
    this.#items = 0
    this.#weight = 0
    this.#wakeFiller?.()
    return batch
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
