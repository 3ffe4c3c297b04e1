/** Faults that a test has asked for: which request meets which of them, in an order that can be foretold. */
import { createHash } from 'node:crypto'
import type { Fault } from './protocol.ts'

/** Decides for each request which fault it meets. */
export class Faults {
  #armed: Armed[] = []

  arm(fault: Fault): void {
    this.#armed.push(new Armed(fault))
  }

  clear(): void {
    this.#armed = []
  }

  /** The first fault that strikes this request. Each counts every request that it matches, struck or not. */
  meet(method: string, path: string): Fault | undefined {
    const struck = this.#armed.filter((armed) => armed.strikes(method, path))
    return struck[0]?.used()
  }
}

/** A fault, what it has seen, and how many requests it is still for. */
class Armed {
  readonly #fault: Fault
  readonly #seen = new Map<string, number>()
  #total = 0
  #left: number

  constructor(fault: Fault) {
    this.#fault = fault
    this.#left = fault.times === 'always' ? Number.POSITIVE_INFINITY : (fault.times ?? 1)
  }

  strikes(method: string, path: string): boolean {
    const { method: only = method, path: begin = '', after = 0, chance = 1, seed = 0 } = this.#fault
    if (method !== only || !path.startsWith(begin)) return false
    this.#total += 1
    const count = (this.#seen.get(path) ?? 0) + 1
    this.#seen.set(path, count)
    if (this.#left <= 0 || this.#total <= after) return false
    return chance >= 1 || drawn(`${seed} ${method} ${path} ${count}`) < chance
  }

  used(): Fault {
    this.#left -= 1
    return this.#fault
  }
}

/** A number from 0 to 1 for each text, always the same. */
const drawn = (text: string): number => createHash('sha1').update(text).digest().readUInt32BE() / 2 ** 32
