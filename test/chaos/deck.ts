import type { Random } from '../simulators/eventstreams/random.ts'

/** The list in a random order. */
export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const result = [...list]
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const other = result[j] as T
    result[j] = result[i] as T
    result[i] = other
  }
  return result
}

/** Deals a deck, shuffles it anew, and so on for ever: in a random order, and yet each card has its turn. */
export class Deck<T> {
  readonly #random: Random
  readonly #cards: readonly T[]
  #left: T[] = []

  constructor(random: Random, cards: readonly T[]) {
    this.#random = random
    this.#cards = cards
  }

  deal(): T {
    if (this.#left.length === 0) this.#left = shuffled(this.#random, this.#cards)
    return this.#left.pop() as T
  }
}

/** From `least` to `most`, both included. */
export const between = (random: Random, least: number, most: number): number =>
  least + random.below(most - least + 1)
