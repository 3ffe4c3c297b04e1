import { type Tally, TallyTable } from '../counting/tally.ts'
import type { Answer } from './answer.ts'

/** `failed`: whoever asked was told that it is our fault. */
const OUTCOMES = ['answered', 'refused', 'failed'] as const

/** What a question is counted under that names no command. */
const NONE = 'none'

/** What became of the questions that were asked since the start of the process, by command. */
export class CommandOutcomes {
  readonly #table: TallyTable<string, (typeof OUTCOMES)[number]>

  /** @param commands names of all that there are */
  constructor(commands: readonly string[]) {
    this.#table = new TallyTable([...commands, NONE], OUTCOMES)
  }

  /**
   * Does the work of an answer, and counts what becomes of it.
   * @param command `undefined` where none was named
   */
  async of<T extends { readonly found: Answer }>(
    command: { readonly name: string } | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const name = command?.name ?? NONE
    try {
      const done = await work()
      this.#table.add(name, done.found.kind === 'refusal' ? 'refused' : 'answered')
      return done
    } catch (error) {
      this.#table.add(name, 'failed')
      throw error
    }
  }

  [Symbol.iterator](): IterableIterator<[string, Tally<string>]> {
    return this.#table[Symbol.iterator]()
  }
}
