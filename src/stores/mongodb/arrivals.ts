import type { Arrival, Tail } from '../../contracts.ts'
import { type Database, isDuplicate } from './database.ts'
import { type ChangeDocument, packIds, unpackIds } from './documents.ts'
import type { Sites } from './sites.ts'

/** Changes that one document of `arrivals` holds at most; so many places of the tail belong to it. */
const PLACES = 4096
/** Documents that one answer of the tail is made of at most. */
const DOCUMENTS = 100

type Stored = Pick<ChangeDocument, '_id' | 'key'>

/** Of those of one append, the order in which they came. */
const placeOf = ({ key }: Stored): string => key.slice(-6)

/**
 * The order in which changes were stored. What an append has stored is told on in documents numbered 1, 2, 3…, each
 * added only when the one before it is there: whoever has read up to a number misses nothing below it, however many
 * write. Two who want the same number: the server takes one, the other tries the next.
 */
export class Arrivals {
  readonly #database: Database
  /** A number that is taken, and all before it. */
  #last: number | undefined

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * Tells on what an append has stored, where that has not been done yet: by its writer, or by somebody who finishes
   * the work of a dead one; also by both at once, for each part of it is taken once.
   * @param stored what it is known to have stored, in the order it came; else that is looked up
   */
  async publish(batch: string, stored?: readonly Stored[]): Promise<void> {
    const { arrivals } = this.#database
    let { rest, part } = stored === undefined ? await this.#unpublished(batch) : { rest: stored, part: 0 }
    while (rest.length > 0) {
      const piece = rest.slice(0, PLACES)
      const number = (this.#last ?? (await this.#lastNumber())) + 1
      const name = `${batch}/${part}`
      try {
        await arrivals.insertOne({
          _id: number,
          part: name,
          batch,
          until: piece
            .map(({ key }) => key)
            .toSorted()
            .at(-1) as string,
          ids: packIds(piece.map(({ _id }) => _id)),
        })
        this.#last = number
        rest = rest.slice(PLACES)
        part++
      } catch (error) {
        if (!isDuplicate(error)) throw error
        this.#last = undefined
        if ((await arrivals.findOne({ part: name }, { projection: { _id: 1 } })) === null) continue
        ;({ rest, part } = await this.#unpublished(batch))
      }
    }
  }

  /** What is left of an append, and as which part: taken by somebody else, if there are more parts by then. */
  async #unpublished(batch: string): Promise<{ rest: readonly Stored[]; part: number }> {
    const { arrivals, changes } = this.#database
    const parts = await arrivals.find({ batch }).toArray()
    const published = new Set(parts.flatMap(({ ids }) => unpackIds(ids)))
    const stored = await changes.find({ batch }, { projection: { key: 1 } }).toArray()
    const rest = stored
      .filter(({ _id }) => !published.has(_id))
      .toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
    return { rest, part: parts.length }
  }

  async #lastNumber(): Promise<number> {
    const [last] = await this.#database.arrivals
      .find({}, { projection: { _id: 1 } })
      .sort({ _id: -1 })
      .limit(1)
      .toArray()
    return last?._id ?? 0
  }

  async lastPlace(): Promise<number> {
    const [last] = await this.#database.arrivals.find().sort({ _id: -1 }).limit(1).toArray()
    return last === undefined ? 0 : last._id * PLACES + unpackIds(last.ids).length - 1
  }

  async tail(after: number, limit: number, sites: Sites): Promise<Tail> {
    const documents = await this.#database.arrivals
      .find({ _id: { $gte: Math.floor(after / PLACES) } })
      .sort({ _id: 1 })
      // So many as may be needed, where each append had but one change; what is not reached now is next time.
      .limit(Math.min(limit + 1, DOCUMENTS))
      .toArray()
    const places: { place: number; id: string }[] = []
    for (const { _id, ids } of documents) {
      for (const [index, id] of unpackIds(ids).entries()) {
        const place = _id * PLACES + index
        if (place > after && places.length < limit) places.push({ place, id })
      }
    }
    const changes = await sites.changesOf(places.map(({ id }) => id))
    const arrivals = places.flatMap(({ place, id }): Arrival[] => {
      const change = changes.get(id)
      return change === undefined ? [] : [{ place, change }]
    })
    return { arrivals, upTo: places.at(-1)?.place ?? after }
  }

  /** Removes some of those of which all changes are older than a key; the last one stays, for the next counts on from it. */
  async prune(before: string, limit: number): Promise<void> {
    const { arrivals } = this.#database
    const oldest = await arrivals
      .find({}, { projection: { until: 1 } })
      .sort({ _id: 1 })
      .limit(limit + 1)
      .toArray()
    const gone = oldest.slice(0, -1).filter(({ until }) => until < before)
    if (gone.length > 0) await arrivals.deleteMany({ _id: { $in: gone.map(({ _id }) => _id) } })
  }
}
