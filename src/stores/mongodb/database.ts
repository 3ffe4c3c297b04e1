import type { Collection, Db, MongoClient } from 'mongodb'
import { AppError, fatalError, messageOf, retryableError } from '../../errors.ts'
import { hiding } from '../../secrets.ts'
import type { MongoAddress } from './address.ts'
import type {
  ArrivalsDocument,
  ChangeDocument,
  DeadLetterDocument,
  HourDocument,
  MarkDocument,
  SiteDocument,
} from './documents.ts'
import type { CursorsDocument, FeedsDocument } from './feeds.ts'

/** What is there of which there is one, by name. */
interface CounterDocument {
  readonly _id: string
  readonly value: number
}
interface SourceDocument {
  readonly _id: string
  readonly position: string
}
interface GapDocument {
  readonly _id: string
  readonly source: string
  readonly from: number
  readonly to: number
  readonly state: 'open' | 'refilled' | 'lost'
  readonly reason: string
}
interface PersonDocument {
  readonly _id: string
  readonly scope?: string
  readonly language?: string | null
}
interface NoteDocument {
  readonly _id: string
  readonly text: string
  readonly order: number
}

/** A connection, and what is in the database. */
export interface Database {
  readonly client: MongoClient
  readonly db: Db
  /** Where the data lie, without secrets: for people. */
  readonly place: string
  readonly changes: Collection<ChangeDocument>
  readonly sites: Collection<SiteDocument>
  readonly arrivals: Collection<ArrivalsDocument>
  readonly marks: Collection<MarkDocument>
  readonly hours: Collection<HourDocument>
  readonly deadLetters: Collection<DeadLetterDocument>
  readonly counters: Collection<CounterDocument>
  readonly sources: Collection<SourceDocument>
  readonly gaps: Collection<GapDocument>
  readonly people: Collection<PersonDocument>
  readonly notes: Collection<NoteDocument>
  readonly feeds: Collection<FeedsDocument>
  readonly cursors: Collection<CursorsDocument>
  /** Does something with it; what goes wrong is thrown as what it means. */
  guarded<T>(work: () => Promise<T>): Promise<T>
}

const OPEN_TIMEOUT_MS = 5000
/** No answer for so long, and an operation counts as failed. `LEASE_MS` of `marks.ts` is longer. */
const ANSWER_TIMEOUT_MS = 30_000

/**
 * Connects, and makes what is missing.
 * @throws {AppError} fatal, in one line without secrets, where the server cannot serve
 */
export async function openDatabase({ url, database, secrets }: MongoAddress): Promise<Database> {
  const { MongoClient } = await import('mongodb')
  const hide = hiding(secrets)
  let client: MongoClient
  try {
    client = new MongoClient(url, {
      appName: 'wiki-change-stream',
      serverSelectionTimeoutMS: OPEN_TIMEOUT_MS,
      socketTimeoutMS: ANSWER_TIMEOUT_MS,
      // Whoever has just been told that something is stored is to see it.
      readPreference: 'primary',
      ignoreUndefined: true,
    })
  } catch (error) {
    throw fatalError(`STORE_URL does not say where a MongoDB is: ${hide(messageOf(error))}`)
  }
  const db = client.db(database)
  const place = `mongodb://${client.options.hosts.join(',')}/${db.databaseName}`
  try {
    await client.connect()
    await prepare(db, place)
  } catch (error) {
    await client.close()
    if (error instanceof AppError) throw error
    throw fatalError(`${place} cannot be used: ${hide(messageOf(error))}; check STORE_URL and the server`)
  }
  return {
    client,
    db,
    place,
    changes: db.collection('changes'),
    sites: db.collection('sites'),
    arrivals: db.collection('arrivals'),
    marks: db.collection('marks'),
    hours: db.collection('hours'),
    deadLetters: db.collection('deadLetters'),
    counters: db.collection('counters'),
    sources: db.collection('sources'),
    gaps: db.collection('gaps'),
    people: db.collection('people'),
    notes: db.collection('notes'),
    feeds: db.collection('feeds'),
    cursors: db.collection('cursors'),
    guarded: (work) =>
      work().catch((error: unknown) => {
        throw runError(error, place, hide)
      }),
  }
}

/** Grows with what older programs would not understand. */
const SCHEMA = 1

/** Makes what is missing, once: FerretDB does not bear that two ask for the same index at once. */
async function prepare(db: Db, place: string): Promise<void> {
  const counters = db.collection<CounterDocument>('counters')
  const schema = (await counters.findOne({ _id: 'schema' }))?.value ?? 0
  if (schema > SCHEMA)
    throw fatalError(`${place} was written by a newer wiki-change-stream (schema ${schema}): update this one`)
  if (schema === SCHEMA) return
  await makeIndexes(db)
  await counters.updateOne({ _id: 'schema' }, { $max: { value: SCHEMA } }, { upsert: true })
}

/**
 * Each serves one way of asking: pages of all, pages of a site, the recount of an hour, what an append has stored, and
 * that nothing is told on twice. FerretDB takes them, but looks at all documents for anything except an `_id`.
 */
async function makeIndexes(db: Db): Promise<void> {
  await db
    .collection('changes')
    .createIndexes([
      { key: { key: 1 } },
      { key: { site: 1, key: 1 } },
      { key: { hour: 1, site: 1, type: 1, bot: 1, grown: 1, shrunk: 1 } },
      { key: { batch: 1 } },
    ])
  await db.collection('arrivals').createIndexes([{ key: { part: 1 }, unique: true }, { key: { batch: 1 } }])
  await db.collection('deadLetters').createIndexes([{ key: { order: 1 } }])
  await db.collection('notes').createIndexes([{ key: { order: 1 } }])
}

/** Codes of servers that are busy, step down, stop, or are full: it passes. */
const PASSING = new Set([
  6, 7, 50, 89, 91, 112, 189, 251, 262, 9001, 10107, 11600, 11602, 13435, 13436, 14031,
])

function runError(error: unknown, place: string, hide: (text: string) => string): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const { code } = error as { code?: unknown }
  const isPassing =
    /Network|Selection|Timeout|NotConnected|PoolCleared|PoolClosed/.test(error.name) ||
    (typeof code === 'number' && PASSING.has(code))
  return isPassing ? retryableError(`${place}: ${hide(messageOf(error))}`, error) : error
}

/** Whether a document with one of the unique values is there already. */
export const isDuplicate = (error: unknown): boolean => (error as { code?: unknown }).code === 11000

/** The places of those documents of an insert that were there already; what else went wrong is thrown. */
export async function insertNew<D extends { readonly _id: string }>(
  collection: { insertMany(documents: D[], options: { ordered: false }): Promise<unknown> },
  documents: readonly D[],
): Promise<Set<number>> {
  if (documents.length === 0) return new Set()
  try {
    await collection.insertMany([...documents], { ordered: false })
    return new Set()
  } catch (error) {
    const { writeErrors, result } = error as {
      writeErrors?: WriteError | readonly WriteError[]
      result?: { getWriteConcernError?(): unknown }
    }
    const errors = writeErrors === undefined ? [] : [writeErrors].flat()
    // What a majority has not confirmed may be undone.
    const isDoubtful = result?.getWriteConcernError?.() !== undefined
    if (isDoubtful || errors.length === 0 || errors.some(({ code }) => code !== 11000)) throw error
    return new Set(errors.map(({ index }) => index))
  }
}
interface WriteError {
  readonly code: number
  readonly index: number
}
