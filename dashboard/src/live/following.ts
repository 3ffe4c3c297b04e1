/** The stream of changes: one connection, made again whenever it is lost. */
import { createParser } from 'eventsource-parser'
import type * as v from 'valibot'
import type { changeShape } from '../../../src/faces/web/api/shapes.ts'
import { addressOf, type Parameters, type Problem, Refused, responded } from '../asking/ask.ts'
import type { Contact } from './contact.ts'

export type ApiChange = v.InferOutput<typeof changeShape>

export interface FollowingOptions {
  readonly parameters: Parameters
  /** Changes in the order in which they were stored; told of some times a second at most. */
  onChanges(changes: readonly ApiChange[]): void
  onContact(contact: Contact): void
  /** From here on changes come: what was stored before is to be asked for. Again after having been away for too long. */
  onBegin(): void
  /** It will never be had. */
  onRefused(problem: Problem): void
}

/** So often changes are handed on, in ms: as often as a list can be read. */
const EVERY_MS = 400
/** Of those that came since then, only so many of the newest. */
const MOST_AT_ONCE = 1000
/** Who was away for longer, in ms, begins anew instead of having all that was missed sent. */
const LONG_AWAY_MS = 120_000
/** The server says something every 15 seconds. Who hears nothing for so long, in ms, has lost it. */
const SILENCE_MS = 40_000
const RETRY_MS = { least: 1000, most: 30_000 }

/**
 * Follows changes until it is closed. By `fetch`, not by `EventSource`: that one does not say why it was refused, gives
 * up where it is, and waits for ever for a connection that is dead.
 */
export class Following {
  readonly #options: FollowingOptions
  readonly #closed = new AbortController()
  #batch: ApiChange[] = []
  #flush: ReturnType<typeof setTimeout> | undefined
  #lastId = ''
  #heardAt = 0
  #failures = 0
  #wake = () => {}

  constructor(options: FollowingOptions) {
    this.#options = options
    void this.#run()
  }

  close(): void {
    this.#closed.abort()
    clearTimeout(this.#flush)
    this.#wake()
  }

  /** Tries at once instead of waiting any longer. */
  hurry(): void {
    this.#wake()
  }

  async #run(): Promise<void> {
    const { onContact, onRefused } = this.#options
    while (!this.#closed.signal.aborted) {
      onContact({ state: 'connecting' })
      try {
        await this.#connect()
      } catch (error) {
        if (this.#closed.signal.aborted) return
        if (error instanceof Refused && error.isFinal) {
          onContact({ state: 'refused' })
          return onRefused(error.problem)
        }
      }
      if (this.#closed.signal.aborted) return
      // Not all at once, when a server comes back that many had followed.
      const ms = Math.min(RETRY_MS.least * 2 ** this.#failures++, RETRY_MS.most) * (0.75 + Math.random() / 2)
      onContact({ state: 'waiting', at: Date.now() + ms })
      await this.#wait(ms)
    }
  }

  /** Reads until there is no more. @throws {Refused} where it may not; anything where the connection fails */
  async #connect(): Promise<void> {
    const { parameters, onContact, onBegin } = this.#options
    if (Date.now() - this.#heardAt > LONG_AWAY_MS) this.#lastId = ''
    const from = this.#lastId === '' ? {} : { lastEventId: this.#lastId }
    const silence = new AbortController()
    const begun = Date.now()
    const timer = setInterval(() => {
      if (Date.now() - Math.max(begun, this.#heardAt) > SILENCE_MS) silence.abort()
    }, 5000)
    try {
      const signal = AbortSignal.any([this.#closed.signal, silence.signal])
      const response = await responded(addressOf('changes/stream', { ...parameters, ...from }), signal)
      this.#failures = 0
      this.#heardAt = Date.now()
      onContact({ state: 'open' })
      if (this.#lastId === '') onBegin()
      const parser = createParser({ onEvent: ({ id, data }) => this.#take(id, data) })
      const text = new TextDecoder()
      for await (const bytes of response.body ?? []) {
        this.#heardAt = Date.now()
        parser.feed(text.decode(bytes, { stream: true }))
      }
    } finally {
      clearInterval(timer)
    }
  }

  #take(id: string | undefined, data: string): void {
    this.#lastId = id ?? this.#lastId
    this.#batch.push(JSON.parse(data) as ApiChange)
    if (this.#batch.length > 2 * MOST_AT_ONCE) this.#batch.splice(0, MOST_AT_ONCE)
    this.#flush ??= setTimeout(() => {
      this.#flush = undefined
      const batch = this.#batch.slice(-MOST_AT_ONCE)
      this.#batch = []
      this.#options.onChanges(batch)
    }, EVERY_MS)
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
