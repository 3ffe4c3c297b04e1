import type { Appended, Batch } from '../contracts.ts'
import type { Log } from '../log.ts'
import { duration, utc } from '../text/format.ts'

/** The first report comes soon, so that somebody who has just started it sees that it works; the others seldom. */
const FIRST_MS = 5_000
const CATCHING_UP_MS = 10_000
const EVERY_MS = 60_000
/** What is older than this when it arrives is being caught up with. */
const BEHIND_MS = 60_000

/** Says now and then what was stored, how fast, and how far behind the present. */
export class Progress {
  readonly #log: Log
  readonly #calm: () => void
  #timer: NodeJS.Timeout
  #since = performance.now()
  #added = 0
  #duplicates = 0
  #buried = 0
  #newestAt = Number.NaN
  #untold = { expired: 0, buried: 0 }
  #hasWarned = false
  #wasBehind = false

  /** @param calm called now and then while there is nothing to catch up with */
  constructor(log: Log, calm: () => void) {
    this.#log = log
    this.#calm = calm
    this.#timer = this.#schedule(FIRST_MS)
  }

  add(batch: Batch, { added, duplicates, buried, expired }: Appended): void {
    this.#added += added
    this.#duplicates += duplicates
    this.#buried += buried.length
    this.#newestAt = batch.changes.lastAt ?? this.#newestAt
    for (const { from, to, state, reason } of batch.gaps ?? []) {
      const line = `gap: no changes from ${utc(from, 'en')} to ${utc(to, 'en')} (${reason}): ${state}`
      this.#log[state === 'refilled' ? 'info' : 'warn'](line)
    }
    this.#untold.expired += expired
    this.#untold.buried += buried.length
    if (!this.#hasWarned) this.#warn()
  }

  /** What of this comes with one batch comes with many: it is said at once, and then with the reports. */
  #warn(): void {
    const { expired, buried } = this.#untold
    if (expired > 0)
      this.#log.warn(`changes older than what is kept (RETENTION_DAYS), which were left out: ${expired}`)
    if (buried > 0)
      this.#log.warn(`events that could not be read or stored, which were put to the dead letters: ${buried}`)
    this.#hasWarned = expired > 0 || buried > 0
    this.#untold = { expired: 0, buried: 0 }
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #schedule(ms: number): NodeJS.Timeout {
    const timer = setTimeout(() => this.#report(), ms)
    timer.unref()
    return timer
  }

  #report(): void {
    const seconds = (performance.now() - this.#since) / 1000
    const behind = Date.now() - this.#newestAt
    const isBehind = behind > BEHIND_MS
    if (this.#added > 0 || this.#wasBehind !== isBehind) {
      const rate = (this.#added / seconds).toFixed(this.#added / seconds < 10 ? 1 : 0)
      const state = isBehind ? `catching up, ${duration(behind / 1000, 'en')} behind` : 'up to date'
      this.#log.info(
        { added: this.#added, duplicates: this.#duplicates, buried: this.#buried, behindMs: behind },
        `${this.#added} changes stored (${rate}/s), ${state}`,
      )
    }
    this.#warn()
    if (!isBehind) this.#calm()
    this.#wasBehind = isBehind
    this.#since = performance.now()
    this.#added = 0
    this.#duplicates = 0
    this.#buried = 0
    this.#timer = this.#schedule(isBehind ? CATCHING_UP_MS : EVERY_MS)
  }
}
