import { createHash } from 'node:crypto'
import type { Unreadable, UnreadableKind } from '../../change.ts'
import type { Appended, Batch, Pruned } from '../../contracts.ts'
import { retryableError } from '../../errors.ts'
import { wait } from '../../flow/wait.ts'
import { HOUR_MS } from '../figures.ts'
import type { Arrivals } from './arrivals.ts'
import { type Database, insertNew } from './database.ts'
import { type ChangeDocument, firstKey, hourOf, toDocument } from './documents.ts'
import { GIVE_UP_MS, type Marks, settle } from './marks.ts'
import type { Sites } from './sites.ts'

/** Rows that a step of pruning removes. */
const PRUNE_STEP = 500
/** So long a step of pruning waits for appends to hours that are to go. */
const PRUNE_WAIT_MS = 200
/** Unreadable input beyond this many characters is cut: it is kept for people to look at. */
const RAW_LIMIT = 65_536

/** What a test lets fail between two steps. */
export type Step = 'mark' | 'insert' | 'publish' | 'count' | 'position'

/**
 * Stores batches without transactions, which neither a single server nor FerretDB has:
 *
 *   mark the hours it touches → insert, unordered → tell on what was new → recount those hours → position → unmark
 *
 * A writer that dies in between leaves its mark, and its batch comes again. What the batch had stored is "there
 * already" then, which makes whoever meets it finish the dead one's work first (`marks.ts`): so when a position says
 * that something is stored, it is counted and told on as well.
 */
export class MongoWriter {
  readonly #database: Database
  readonly #sites: Sites
  readonly #arrivals: Arrivals
  readonly #marks: Marks
  readonly #newId: () => string
  readonly #after: (step: Step) => void
  /** Own appends that failed: to be finished before anything else is stored. */
  readonly #failed = new Set<string>()
  /** Up to where pruning may remove rows. */
  #sealed = 0

  /** @param newId grows with the time */
  constructor(
    parts: { database: Database; sites: Sites; arrivals: Arrivals; marks: Marks },
    newId: () => string,
    after: (step: Step) => void = () => {},
  ) {
    this.#database = parts.database
    this.#sites = parts.sites
    this.#arrivals = parts.arrivals
    this.#marks = parts.marks
    this.#newId = newId
    this.#after = after
  }

  async append(batch: Batch): Promise<Appended> {
    await this.#marks.finish(({ _id }) => this.#failed.has(_id))
    this.#failed.clear()
    const id = this.#newId()
    try {
      return await this.#append(id, batch)
    } catch (error) {
      this.#failed.add(id)
      throw error
    }
  }

  async #append(id: string, batch: Batch): Promise<Appended> {
    const began = performance.now()
    const changes = [...batch.changes]
    if (changes.length > 0) {
      await this.#marks.set(id, [...new Set(changes.map(({ at }) => hourOf(at)))])
      this.#after('mark')
    }
    // Only now: who raises the horizon looks for marks afterwards.
    const horizon = changes.length > 0 ? await this.#horizon() : 0
    const nameOf = await this.#sites.keep(changes.map(({ site }) => site))
    const rows = new Map<string, ChangeDocument>()
    let expired = 0
    for (const [place, change] of changes.entries()) {
      if (change.at < horizon) expired++
      else if (!rows.has(change.id)) rows.set(change.id, toDocument(change, nameOf(change.site), id, place))
    }
    if (performance.now() - began > GIVE_UP_MS) throw retryableError('the database is too slow')
    const stored = await this.#insert([...rows.values()])
    this.#after('insert')
    if (stored.length < rows.size) await this.#marks.finish(({ _id }) => _id !== id)
    await this.#arrivals.publish(id, stored)
    this.#after('publish')
    const late = await settle(this.#database, id, [...new Set(stored.map(({ hour }) => hour))])
    this.#after('count')

    const buried = await this.#bury(id, batch.unreadable)
    for (const gap of batch.gaps ?? []) {
      const document = { ...gap, reason: gap.reason.toWellFormed(), source: batch.source }
      const name = `${batch.source} ${gap.from}`
      await this.#database.gaps.replaceOne({ _id: name }, document, { upsert: true })
    }
    if (batch.position !== null) {
      const set = { $set: { position: batch.position } }
      await this.#database.sources.updateOne({ _id: batch.source }, set, { upsert: true })
    }
    this.#after('position')
    if (changes.length > 0) await this.#marks.remove(id)
    const added = stored.length - late
    expired += late
    return { added, duplicates: changes.length - added - expired, buried, expired }
  }

  /** Those that were new. */
  async #insert(rows: readonly ChangeDocument[]): Promise<ChangeDocument[]> {
    const known = await insertNew(this.#database.changes, rows)
    return rows.filter((_, place) => !known.has(place))
  }

  /** One step: the oldest rows that are to go, once nobody stores or counts rows of their hours any more. */
  async prune(before: number): Promise<Pruned> {
    const { counters, hours, changes } = this.#database
    const horizon = Math.floor(before / HOUR_MS) * HOUR_MS
    if (horizon > this.#sealed) {
      await counters.updateOne({ _id: 'horizon' }, { $max: { value: horizon } }, { upsert: true })
      const isTouching = (mark: { readonly hours: readonly number[] }) =>
        mark.hours.some((hour) => hour < horizon / HOUR_MS)
      if ((await this.#marks.finish(isTouching)).some(isTouching)) {
        // Whoever prunes tries again at once.
        await wait(PRUNE_WAIT_MS)
        return { removed: 0, isDone: false }
      }
      const open = { _id: { $lt: horizon / HOUR_MS }, isSealed: false }
      await hours.updateMany(open, { $set: { isSealed: true }, $inc: { version: 1 } })
      this.#sealed = horizon
    }
    const end = firstKey(horizon)
    const gone = await changes
      .find({ key: { $lt: end } }, { projection: { _id: 1 } })
      .sort({ key: 1 })
      .limit(PRUNE_STEP)
      .toArray()
    if (gone.length > 0) await changes.deleteMany({ _id: { $in: gone.map(({ _id }) => _id) } })
    await this.#arrivals.prune(end, PRUNE_STEP)
    return { removed: gone.length, isDone: gone.length < PRUNE_STEP }
  }

  async #horizon(): Promise<number> {
    return (await this.#database.counters.findOne({ _id: 'horizon' }))?.value ?? 0
  }

  /** What is wrong with those that came for the first time. */
  async #bury(id: string, unreadable: readonly Unreadable[]): Promise<UnreadableKind[]> {
    const letters = unreadable.map(({ source, reason, raw }, place) => ({
      _id: createHash('sha256').update(`${source}\n${raw}`).digest('hex'),
      order: `${id}.${String(place).padStart(6, '0')}`,
      source: source.toWellFormed(),
      reason: reason.toWellFormed(),
      raw: (raw.length > RAW_LIMIT
        ? `${raw.slice(0, RAW_LIMIT)}… (${raw.length} characters)`
        : raw
      ).toWellFormed(),
      at: Date.now(),
    }))
    const known = await insertNew(this.#database.deadLetters, letters)
    return unreadable.filter((_, place) => !known.has(place)).map(({ kind }) => kind)
  }
}
