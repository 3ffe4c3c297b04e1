import type { Arrivals } from './arrivals.ts'
import type { Database } from './database.ts'
import type { MarkDocument } from './documents.ts'
import { recount } from './hours.ts'

/** So long after an append has begun nothing is written for it any more, whatever became of its writer. */
const LEASE_MS = 120_000
/** An append that has come no further by then gives up. What it sends last is answered or cut off 30 s later. */
export const GIVE_UP_MS = 60_000

/**
 * Appends that are under way. Each says so before it stores anything, and which hours it touches: so whatever a
 * writer leaves half done when it dies is found, and finished by the next one. To finish what is not dead does no
 * harm either: every step counts once, whoever does it and however often.
 */
export class Marks {
  readonly #database: Database
  readonly #arrivals: Arrivals

  constructor(database: Database, arrivals: Arrivals) {
    this.#database = database
    this.#arrivals = arrivals
  }

  async set(batch: string, hours: readonly number[]): Promise<void> {
    await this.#database.marks.insertOne({ _id: batch, hours, until: Date.now() + LEASE_MS })
  }

  async remove(batch: string): Promise<void> {
    await this.#database.marks.deleteOne({ _id: batch })
  }

  /** Finishes what others have begun, and forgets those that are certain to be dead. Gives those that are left. */
  async finish(isMeant: (mark: MarkDocument) => boolean = () => true): Promise<MarkDocument[]> {
    const left: MarkDocument[] = []
    for (const mark of await this.#database.marks.find().toArray()) {
      const isDead = mark.until < Date.now()
      if (isDead || isMeant(mark)) await this.#finish(mark)
      if (isDead) await this.remove(mark._id)
      else left.push(mark)
    }
    return left
  }

  async #finish({ _id: batch, hours }: MarkDocument): Promise<void> {
    await this.#arrivals.publish(batch)
    await settle(this.#database, batch, hours)
  }
}

/** Counts what an append has stored. What came too late for its hour is taken back: gives how many those were. */
export async function settle(database: Database, batch: string, hours: readonly number[]): Promise<number> {
  const sealed = await recount(database, hours)
  if (sealed.length === 0) return 0
  const { deletedCount } = await database.changes.deleteMany({ batch, hour: { $in: sealed } })
  return deletedCount
}
