import { createHash } from 'node:crypto'
import type { Appended, Batch } from '../../contracts.ts'
import { bigints, byteStrings, numberColumns, textColumns, texts, uuids } from './arrays.ts'
import type { Database } from './database.ts'
import { DAY_MS } from './ground.ts'
import { NUMBERS_PER_APPEND } from './locks.ts'
import type { Names } from './names.ts'
import { toStored } from './text.ts'

/** Unreadable input beyond this many characters is cut: it is kept for people to look at. */
const RAW_LIMIT = 65_536

const ARRAYS =
  'bigint bigint bigint bigint bigint bigint bigint bigint bigint bigint bigint text text text text text'
const TYPES = [
  'integer',
  'text',
  'uuid[]',
  ...['bigint[]', 'bigint[]'],
  ...ARRAYS.split(' ').map((type) => `${type}[]`),
  ...['bytea[]', 'text[]', 'text[]', 'bigint'],
  ...['bigint[]', 'bigint[]', 'text[]', 'text[]'],
]
const APPEND = `SELECT * FROM append(${TYPES.map((type, i) => `$${i + 1}::${type}`).join(', ')})`

/** What changes the rows and their counts. */
export class Writer {
  readonly #db: Database
  readonly #names: Names
  /** Days that have a partition, or whose rows are not taken any more. */
  readonly #days = new Set<number>()

  constructor(db: Database, names: Names) {
    this.#db = db
    this.#names = names
  }

  async append({ source, changes, unreadable, position, gaps = [] }: Batch): Promise<Appended> {
    const columns = changes.packed()
    const { count, ids, times, siteOf } = columns
    if (count > NUMBERS_PER_APPEND) throw new Error(`a batch of ${count} changes is too large`)
    const letters = new Map(
      unreadable.map((event) => [createHash('sha256').update(event.raw).digest('hex'), event]),
    )
    // Of news of the same gap the last one counts.
    const news = [...new Map(gaps.map((gap) => [gap.from, gap])).values()]
    const sourceId = await this.#names.sourceId(source)
    const siteIds: number[] = []
    for (const site of columns.sites) siteIds.push(await this.#names.siteId(site))
    await this.#makeDays(times)
    const [done] = await this.#db.append<{ added: number; expired: number; buried: Buffer[] | null }>(
      APPEND,
      [
        sourceId,
        position === null ? null : toStored(position),
        uuids(ids),
        bigints(count, (row) => times[row] as number),
        bigints(count, (row) => siteIds[siteOf[row] as number] as number),
        ...numberColumns(columns),
        ...textColumns(columns),
        byteStrings([...letters.keys()].map((digest) => Buffer.from(digest, 'hex'))),
        texts([...letters.values()].map(({ reason }) => reason)),
        texts([...letters.values()].map(({ raw }) => cut(raw))),
        Date.now(),
        bigints(news.length, (i) => (news[i] as (typeof news)[0]).from),
        bigints(news.length, (i) => (news[i] as (typeof news)[0]).to),
        texts(news.map(({ state }) => state)),
        texts(news.map(({ reason }) => reason)),
      ],
    )
    const { added = 0, expired = 0, buried = null } = done ?? {}
    const fresh = new Set((buried ?? []).map((digest) => digest.toString('hex')))
    return {
      added,
      duplicates: count - added - expired,
      expired,
      buried: [...letters].flatMap(([digest, { kind }]) => (fresh.has(digest) ? [kind] : [])),
    }
  }

  /** Makes the partitions that the rows need. */
  async #makeDays(times: Float64Array): Promise<void> {
    const missing = new Set<number>()
    for (const at of times) {
      const day = Math.floor(at / DAY_MS)
      if (!this.#days.has(day)) missing.add(day)
    }
    if (missing.size === 0) return
    await this.#db.append('SELECT make_days($1)', [[...missing]])
    for (const day of missing) this.#days.add(day)
  }
}

const cut = (raw: string): string =>
  raw.length > RAW_LIMIT ? `${raw.slice(0, RAW_LIMIT)}… (${raw.length} characters)` : raw
