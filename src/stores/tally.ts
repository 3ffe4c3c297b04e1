/** Names that are remembered at once: some 20 MB of them. */
const MOST = 100_000

interface Count {
  readonly key: string
  readonly site: number
  changes: number
  bots: number
  /** So many it may have had before, which were forgotten. */
  readonly missed: number
}

/** What was counted of a name. */
export interface Counted {
  readonly name: string
  readonly site: number
  readonly changes: number
  readonly bots: number
  readonly isAtLeast: boolean
}

/**
 * Counts names, of which there may be more than fit: then those that came least are forgotten (lossy counting, Manku
 * and Motwani 2002). Whoever comes often is never among them, at most begins later.
 */
export class Tally {
  readonly #most: number
  readonly #counts = new Map<string, Count>()
  #forgotten = 0

  constructor(most = MOST) {
    this.#most = most
  }

  /** @param site is kept as it is said first */
  add(key: string, site: number, bots: number, changes: number): void {
    const count = this.#counts.get(key)
    if (count === undefined) {
      if (this.#counts.size >= this.#most) this.#forget()
      this.#counts.set(key, { key, site, changes, bots, missed: this.#forgotten })
    } else {
      count.changes += changes
      count.bots += bots
    }
  }

  /** Those with most changes, of equal ones the first by name. */
  highest(limit: number, nameOf: (key: string) => string): Counted[] {
    const least =
      [...this.#counts.values()].map(({ changes }) => changes).toSorted((a, b) => b - a)[limit - 1] ?? 0
    return [...this.#counts.values()]
      .filter(({ changes }) => changes >= least)
      .map(({ key, site, changes, bots, missed }) => {
        return { name: nameOf(key), site, changes, bots, isAtLeast: missed > 0, key }
      })
      .toSorted((a, b) => b.changes - a.changes || compare(a.name, b.name) || compare(a.key, b.key))
      .slice(0, limit)
      .map(({ key: _, ...counted }) => counted)
  }

  /** Makes room: half of it at least, so that it is not to be made again soon. */
  #forget(): void {
    for (let level = 1; this.#counts.size > this.#most / 2; level *= 2) {
      for (const { key, changes } of this.#counts.values()) if (changes <= level) this.#counts.delete(key)
      this.#forgotten += level
    }
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
