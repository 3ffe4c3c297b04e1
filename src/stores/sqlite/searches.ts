import { Worker } from 'node:worker_threads'
import type {
  Preview,
  RecentPage,
  RecentQuery,
  SeriesPoint,
  SeriesQuery,
  Top,
  TopQuery,
} from '../../contracts.ts'
import { messageOf, retryableError } from '../../errors.ts'
import type { SqliteReader } from './reader.ts'
import { countMinutes, type PreviewQuery, searchPreview, searchRecent } from './search.ts'
import { ifFew, type Steps } from './steps.ts'
import { topOf } from './top.ts'

/** A question for which many rows may have to be looked at. */
export type Question =
  | { readonly method: 'recent'; readonly query: RecentQuery }
  | { readonly method: 'preview'; readonly query: PreviewQuery }
  | { readonly method: 'top'; readonly query: TopQuery }
  | { readonly method: 'series'; readonly query: SeriesQuery }

/** What crosses to the thread and back. */
export interface Asked {
  readonly id: number
  readonly question: Question
}
export type Found = { readonly id: number } & ({ readonly result: unknown } | { readonly error: string })

/** How long a question is worked on before it is answered with what there is, in ms. */
export const LIMITS_MS: Readonly<Record<Question['method'], number>> = {
  recent: 1500,
  preview: 5000,
  top: 30_000,
  series: 10_000,
}
/** The thread ends when nothing was asked for so long. */
const IDLE_MS = 60_000
/** Questions that may be under way; each takes its share of everybody's time. */
const MOST = 64

/** The work that answers a question. */
export function stepsOf(reader: SqliteReader, { method, query }: Question): Steps<unknown> {
  switch (method) {
    case 'recent':
      return searchRecent(reader, query)
    case 'preview':
      return searchPreview(reader, query)
    case 'top':
      return topOf(reader, query)
    case 'series':
      return countMinutes(reader, query)
  }
}

/**
 * Answers what takes few steps here, and has the rest done by a thread of its own (`searcher.ts`), which begins when
 * it is needed and ends when it is not: neither the writer nor other questions wait.
 */
export class Searches {
  readonly #file: string
  readonly #reader: SqliteReader
  readonly #waiting = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: unknown) => void }
  >()
  #thread: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #lastId = 0
  #isClosed = false

  constructor(file: string, reader: SqliteReader) {
    this.#file = file
    this.#reader = reader
  }

  recent = (query: RecentQuery) => this.#answer({ method: 'recent', query }) as Promise<RecentPage>
  preview = (query: PreviewQuery) => this.#answer({ method: 'preview', query }) as Promise<Preview>
  top = (query: TopQuery) => this.#answer({ method: 'top', query }) as Promise<Top>
  series = (query: SeriesQuery) => this.#answer({ method: 'series', query }) as Promise<SeriesPoint[]>

  async #answer(question: Question): Promise<unknown> {
    const soon = ifFew(stepsOf(this.#reader, question))
    if (soon !== null) return soon.result
    if (this.#isClosed) throw new Error(`${this.#file} is closed`)
    if (this.#waiting.size >= MOST) throw retryableError('too much is being searched for at once')
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId
      this.#waiting.set(id, { resolve, reject })
      clearTimeout(this.#idle)
      this.#thread ??= this.#start()
      this.#thread.postMessage({ id, question } satisfies Asked)
    })
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#end(new Error(`${this.#file} is closed`))
  }

  #start(): Worker {
    const thread = new Worker(new URL('./thread.js', import.meta.url), {
      workerData: { part: 'searcher', file: this.#file },
      // It looks at many rows and keeps few: without a limit it collects what it dropped late, at 100 MB more.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
    thread.on('message', (found: Found) => {
      const waiting = this.#waiting.get(found.id)
      this.#waiting.delete(found.id)
      if ('error' in found) waiting?.reject(new Error(found.error))
      else waiting?.resolve(found.result)
      if (this.#waiting.size > 0) return
      // Nothing is lost when it ends, so it keeps nobody from ending.
      this.#idle = setTimeout(() => void this.#end(new Error('the thread of searches was idle')), IDLE_MS)
      this.#idle.unref()
    })
    const fail = (cause: unknown) => {
      if (this.#thread !== thread) return
      void this.#end(retryableError(`a search failed: ${messageOf(cause)}`, cause))
    }
    thread.on('error', fail)
    thread.on('exit', () => fail(new Error('its thread has ended')))
    return thread
  }

  /** The next question begins another thread. */
  async #end(reason: Error): Promise<void> {
    clearTimeout(this.#idle)
    const thread = this.#thread
    this.#thread = undefined
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
    await thread?.terminate()
  }
}
