import { isDeepStrictEqual } from 'node:util'
import type { Difference, Verification } from '../../contracts.ts'
import { wait } from '../../flow/wait.ts'
import { FIGURES, HOUR_MS } from '../figures.ts'
import type { Database } from './database.ts'
import { type HourDocument, unpackIds } from './documents.ts'
import { addTo, noFigures } from './figures.ts'
import { countHours, type HourCounts } from './hours.ts'

/** So often what somebody works on meanwhile is looked at again, and so long is waited for it. */
const TRIES = 30
const WAIT_MS = 100
/** Hours that are counted together. */
const HOURS = 24

/**
 * Recounts a database: the counts of each hour whose rows are still there must be what the rows give; the counts of
 * all sites together must be the sums of the sites'; what is stored must be what was told on.
 *
 * There are no snapshots to be had without a replica set. An hour's counts are therefore compared while nobody has
 * kept another count of it; and what was not told on counts once its append is over.
 */
export async function verifyMongo(database: Database): Promise<Verification> {
  const { hours, changes, counters } = database
  const differences: Difference[] = []
  const horizon = (await counters.findOne({ _id: 'horizon' }))?.value ?? 0
  const names = new Map<string, string>()
  for await (const { _id, wiki } of database.sites.find()) names.set(_id, wiki)

  let rollupsCompared = 0
  let rollupsKept = 0
  const ofRows = await database.changes.distinct('hour', { hour: { $gte: horizon / HOUR_MS } })
  const ofCounts = (await hours.find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id)
  const all = [...new Set([...ofRows, ...ofCounts])].toSorted((a, b) => a - b)
  for (let i = 0; i < all.length; i += HOURS) {
    for (const [hour, { kept, counted }] of await comparedAll(database, all.slice(i, i + HOURS))) {
      const sums = noFigures()
      for (const figures of Object.values(kept.sites)) addTo(sums, figures)
      differences.push(...differencesOf('all wikis', hour, kept.all, sums))
      if (counted === null) {
        rollupsKept += Object.keys(kept.sites).length
        continue
      }
      for (const site of new Set([...Object.keys(kept.sites), ...Object.keys(counted.sites)])) {
        rollupsCompared++
        const [stored, recounted] = [kept.sites[site] ?? noFigures(), counted.sites[site] ?? noFigures()]
        differences.push(...differencesOf(names.get(site) ?? site, hour, stored, recounted))
      }
    }
  }
  const order = await orderOf(database)
  if (order !== null) differences.push(order)
  return { changes: await changes.countDocuments(), rollupsCompared, rollupsKept, differences }
}

interface Compared {
  readonly kept: HourCounts
  /** `null` where its rows are gone. */
  readonly counted: HourCounts | null
}

/** Hours together, since most are as they should be; the others one by one. */
async function comparedAll(database: Database, hours: readonly number[]): Promise<Map<number, Compared>> {
  const documents = await database.hours.find({ _id: { $in: [...hours] } }).toArray()
  const counts = await countHours(database, hours)
  const all = new Map<number, Compared>()
  for (const hour of hours) {
    const kept = countsOf(documents.find(({ _id }) => _id === hour) ?? null)
    const counted = counts.get(hour) as HourCounts
    const isSound = isDeepStrictEqual(kept, counted)
    all.set(hour, isSound ? { kept, counted } : await compared(database, hour))
  }
  return all
}

/** What is kept of an hour and what its rows give, both of one moment. */
async function compared(database: Database, hour: number): Promise<Compared> {
  for (let left = TRIES; ; left--) {
    const before = await database.hours.findOne({ _id: hour })
    const kept = countsOf(before)
    if (before?.isSealed) return { kept, counted: null }
    const counted = (await countHours(database, [hour])).get(hour) as HourCounts
    if (left === 0 || isDeepStrictEqual(kept, counted)) return { kept, counted }
    const after = await database.hours.findOne({ _id: hour }, { projection: { version: 1 } })
    // Rows are there before they are counted.
    const isWritten = (await database.marks.find().toArray()).some(({ hours }) => hours.includes(hour))
    if (before?.version === after?.version && !isWritten) return { kept, counted }
    await wait(WAIT_MS)
  }
}

const countsOf = (document: HourDocument | null): HourCounts => ({
  all: [...(document?.all ?? noFigures())],
  sites: Object.fromEntries(
    Object.entries(document?.sites ?? {}).map(([site, figures]) => [site, [...figures]]),
  ),
})

function differencesOf(
  wiki: string,
  hour: number,
  stored: readonly number[],
  recounted: readonly number[],
): Difference[] {
  return FIGURES.flatMap((name, i) => {
    if (stored[i] === recounted[i]) return []
    const time = new Date(hour * HOUR_MS).toISOString().slice(0, 13)
    return [
      {
        what: `${wiki}, ${time}h, ${name.replace('_', ' ')}`,
        stored: String(stored[i]),
        recounted: String(recounted[i]),
      },
    ]
  })
}

/** Whether all that is stored was told on. What was told on and is no more was pruned, or is missing from its hour. */
async function orderOf(database: Database): Promise<Difference | null> {
  let untold = 0
  const doubtful: string[] = []
  const stored = byBatch(
    database.changes.find({}, { projection: { batch: 1 } }).sort({ batch: 1 }),
    ({ _id }) => [_id],
  )
  const told = byBatch(database.arrivals.find().sort({ batch: 1 }), ({ ids }) => unpackIds(ids))
  let next = await told.next()
  for await (const { batch, ids } of stored) {
    while (!next.done && next.value.batch < batch) next = await told.next()
    const known = next.done || next.value.batch !== batch ? NONE : next.value.ids
    if (!ids.isSubsetOf(known)) doubtful.push(batch)
  }
  for (const batch of doubtful) untold += await untoldOf(database, batch)
  if (untold === 0) return null
  return { what: 'order of storing', stored: `${untold} changes less`, recounted: 'all of them' }
}

const NONE: ReadonlySet<string> = new Set()

/** The ids of each append, of documents that come in its order. */
async function* byBatch<D extends { readonly batch: string }>(
  documents: AsyncIterable<D>,
  idsOf: (document: D) => readonly string[],
): AsyncGenerator<{ readonly batch: string; readonly ids: Set<string> }> {
  let current: { batch: string; ids: Set<string> } | undefined
  for await (const document of documents) {
    if (current?.batch !== document.batch) {
      if (current !== undefined) yield current
      current = { batch: document.batch, ids: new Set() }
    }
    for (const id of idsOf(document)) current.ids.add(id)
  }
  if (current !== undefined) yield current
}

/** How many changes of an append were not told on, once it is not under way any more. */
async function untoldOf({ arrivals, changes, marks }: Database, batch: string): Promise<number> {
  for (let left = TRIES; ; left--) {
    const isUnderWay = (await marks.findOne({ _id: batch })) !== null
    const ids = await changes.find({ batch }, { projection: { _id: 1 } }).toArray()
    const told = new Set<string>()
    for await (const document of arrivals.find({ batch }))
      for (const id of unpackIds(document.ids)) told.add(id)
    const untold = ids.filter(({ _id }) => !told.has(_id)).length
    if (untold === 0 || left === 0 || !isUnderWay) return untold
    await wait(WAIT_MS)
  }
}
