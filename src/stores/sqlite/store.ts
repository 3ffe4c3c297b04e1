import { createHash } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import type {
  Appended,
  Batch,
  Feed,
  FeedChanges,
  FeedCursor,
  Pruned,
  RecentQuery,
  SeriesQuery,
  Store,
  TopQuery,
} from '../../contracts.ts'
import { AppError, fatalError, messageOf } from '../../errors.ts'
import type { Filter } from '../../filter.ts'
import { patiently } from '../../flow/patiently.ts'
import type { Scope } from '../../scope.ts'
import { prepareDatabase } from './database.ts'
import { SqliteReader } from './reader.ts'
import { type PackedBatch, pack } from './rows.ts'
import { Searches } from './searches.ts'
import { verifySqlite } from './verify.ts'
import type { Answer, Call } from './writer-thread.ts'

/**
 * The embedded store: one file, written by a thread of its own while this thread reads the stream and answers.
 * @throws {AppError} fatal, in one line, where the file cannot serve.
 */
export function openSqliteStore(path: string): Store {
  const file = resolve(path)
  prepareDatabase(file)
  const reader = new SqliteReader(file)
  const searches = new Searches(file, reader)
  // Who only asks needs no writer, so the thread starts with the first write.
  let writer: Writer | undefined
  let closed: Promise<void> | undefined
  const write = (call: Call): Promise<unknown> => {
    if (closed !== undefined) return Promise.reject(new Error(`${file} is closed`))
    writer ??= new Writer(file)
    return writer.call(call)
  }

  return {
    kind: 'sqlite',
    place: file,
    append: (batch: Batch) => write({ method: 'append', batch: pack(batch) }) as Promise<Appended>,
    setScope: (user: string, scope: string) =>
      patiently(() => write({ method: 'setScope', user, scope })) as Promise<void>,
    async keepNote(text: string) {
      const name = createHash('sha256').update(text).digest('base64url').slice(0, 16)
      await patiently(() => write({ method: 'keepNote', name, text }))
      return name
    },
    note: async (name: string) => reader.note(name),
    setLanguage: (user: string, language: string | null) =>
      patiently(() => write({ method: 'setLanguage', user, language })) as Promise<void>,
    addFeed: (feed: Omit<Feed, 'id'>, sent: number) =>
      patiently(() => write({ method: 'addFeed', feed, sent })) as Promise<Feed>,
    changeFeed: (id: number, changes: FeedChanges) =>
      patiently(() => write({ method: 'changeFeed', id, changes })) as Promise<boolean>,
    removeFeed: (id: number) => patiently(() => write({ method: 'removeFeed', id })) as Promise<boolean>,
    saveCursors: (cursors: readonly FeedCursor[]) =>
      patiently(() => write({ method: 'saveCursors', cursors })) as Promise<void>,
    feeds: async (of) => reader.feeds.feeds(of),
    feedsVersion: async () => reader.feeds.version(),
    cursors: async () => reader.feeds.cursors(),
    prune: (before: number) => write({ method: 'prune', before }) as Promise<Pruned>,
    recent: async (query: RecentQuery) =>
      isEmpty(query.filter) ? reader.recent(query) : searches.recent(query),
    top: (query: TopQuery) => searches.top(query),
    preview: (scope: Scope, filter: Filter, from: number) => searches.preview({ scope, filter, from }),
    dayStats: async (scope: Scope, day: number) => reader.dayStats(scope, day),
    series: async (query: SeriesQuery) =>
      query.bucket === 'minute' ? searches.series(query) : reader.series(query),
    tail: async (after: number, limit: number) => reader.tail(after, limit),
    lastArrival: async () => reader.lastArrival(),
    sites: async () => reader.sites(),
    position: async (source: string) => reader.position(source),
    span: async () => reader.span(),
    deadLetters: async (limit: number) => reader.deadLetters(limit),
    positions: async () => reader.positions(),
    gaps: async () => reader.gaps(),
    totals: async () => reader.totals(),
    async space() {
      const { bavail, bsize } = await statfs(dirname(file))
      return bavail * bsize
    },
    countBetween: async (from: number, to: number) => reader.countBetween(from, to),
    verify: async () => verifySqlite(file),
    scopeOf: async (user: string) => reader.scopeOf(user),
    languageOf: async (user: string) => reader.languageOf(user),
    close() {
      closed ??= (async () => {
        await searches.close()
        await writer?.close()
        reader.close()
      })()
      return closed
    },
  }
}

const isEmpty = (filter: Filter = {}): boolean => Object.values(filter).every((part) => part === undefined)

/** Columns that are handed over, not copied. */
const transfers = ({ columns }: PackedBatch) =>
  [columns.ids, columns.times, columns.siteOf, columns.numbers, columns.lengths, columns.text].map(
    ({ buffer }) => buffer as ArrayBuffer,
  )

/** Calls to the writer's thread, answered in the order in which they were made. */
class Writer {
  readonly #thread: Worker
  readonly #waiting: { resolve: (result: unknown) => void; reject: (error: unknown) => void }[] = []
  #failure: AppError | undefined

  constructor(file: string) {
    this.#thread = new Worker(new URL('./thread.js', import.meta.url), {
      workerData: { part: 'writer', file },
      // It keeps next to nothing: without a limit that grows by 5 MB all the same.
      resourceLimits: { maxYoungGenerationSizeMb: 3 },
    })
    this.#thread.on('message', (answer: Answer) => {
      const call = this.#waiting.shift()
      if ('result' in answer) call?.resolve(answer.result)
      else call?.reject(revive(answer.error))
    })
    this.#thread.on('error', (error) => this.#fail(error))
    this.#thread.on('exit', () => this.#fail(new Error('it has ended')))
  }

  call(call: Call): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#thread.postMessage(call, call.method === 'append' ? transfers(call.batch) : [])
    })
  }

  async close(): Promise<void> {
    if (this.#failure === undefined) await this.call({ method: 'close' })
    await this.#thread.terminate()
  }

  #fail(cause: unknown): void {
    this.#failure ??= fatalError(`the writer of the store failed: ${messageOf(cause)}`, cause)
    for (const call of this.#waiting.splice(0)) call.reject(this.#failure)
  }
}

const revive = (error: { code: AppError['code'] | null; message: string }): Error =>
  error.code === null ? new Error(error.message) : new AppError(error.code, error.message)
