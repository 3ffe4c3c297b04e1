/** What changes flow through in this process, from the source to the store. */
import type { Settings } from '../config.ts'
import type { Bus, Store } from '../contracts.ts'
import type { Log } from '../log.ts'
import { giveBackMemory } from '../memory.ts'
import { Counters } from '../pipeline/counters.ts'
import { ingest } from '../pipeline/ingest.ts'
import { persist } from '../pipeline/persist.ts'
import { Progress } from '../pipeline/progress.ts'
import { retain } from '../pipeline/retain.ts'
import type { Roles } from '../roles.ts'
import { eventStreams } from '../sources/eventstreams/source.ts'

export interface FlowOptions {
  readonly settings: Settings
  readonly roles: Roles
  readonly bus: Bus
  readonly store: Store
  readonly log: Log
}

/** Ingest, store, or both, as the roles say. */
export class Flow {
  /** `null`: another process reads. */
  readonly source
  readonly counters
  readonly isStoring: boolean
  readonly #options: FlowOptions
  readonly #stopSource = new AbortController()
  readonly #stopStoring = new AbortController()
  #progress: Progress | undefined
  #ingesting: Promise<void> | undefined
  #storing: Promise<unknown>[] = []

  constructor(options: FlowOptions) {
    const { settings, roles, log } = options
    this.#options = options
    this.isStoring = roles.has('store')
    this.source = roles.has('ingest')
      ? eventStreams({
          url: settings.eventStreamUrl,
          userAgent: settings.userAgent,
          idleMs: settings.eventStreamIdleMs,
          log,
        })
      : null
    this.counters = new Counters(this.source === null ? [] : [this.source.name])
  }

  /** Begins; the promise is rejected when something of it cannot go on, and settles otherwise only after `end`. */
  async run(): Promise<void> {
    const { bus, store, settings, log } = this.#options
    const { source, counters } = this
    if (source !== null) {
      const onRead = counters.read.bind(counters)
      this.#ingesting = ingest({ source, store, publisher: bus, stop: this.#stopSource.signal, log, onRead })
    }
    if (this.isStoring) {
      const progress = new Progress(log, giveBackMemory)
      this.#progress = progress
      const stop = this.#stopStoring.signal
      const persisting = persist(bus, store, stop, log, (batch, appended, tookMs) => {
        progress.add(batch, appended)
        counters.add(batch, appended, tookMs)
      })
      const { retentionDays } = settings
      this.#storing =
        retentionDays === 0 ? [persisting] : [persisting, retain(store, retentionDays, stop, log)]
    }
    await Promise.race([...(this.#ingesting ? [this.#ingesting] : []), ...this.#storing])
  }

  /** Stops with the flow: what was read before is stored. Never rejects. */
  async end(): Promise<void> {
    this.#progress?.stop()
    this.#stopSource.abort()
    const storing = Promise.allSettled(this.#storing)
    // Where storing has failed, nothing that was read last will be taken any more.
    if (this.#ingesting !== undefined) await Promise.race([this.#ingesting, ...this.#storing]).catch(() => {})
    this.#stopStoring.abort()
    await this.#options.bus.close()
    await Promise.allSettled([this.#ingesting, storing])
  }
}
