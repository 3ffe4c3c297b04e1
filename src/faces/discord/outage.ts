import type { Log } from '../../log.ts'

/** Discord closes a connection now and then, and takes a new one at once: an outage lasts longer than this, in ms. */
const OUTAGE_MS = 60_000

/** Says when the bot has had no connection to Discord for a while, and when it has one again. */
export class Outage {
  readonly #log: Log
  #timer: NodeJS.Timeout | undefined
  #isSaid = false

  constructor(log: Log) {
    this.#log = log
  }

  /** There is no connection. */
  begin(): void {
    if (this.#isSaid) return
    this.#timer ??= setTimeout(() => {
      this.#isSaid = true
      this.#log.warn('bot: no connection to Discord for a minute; trying again until it works')
    }, OUTAGE_MS).unref()
  }

  /** There is one again. */
  end(): void {
    this.forget()
    if (this.#isSaid) this.#log.info('bot: connected to Discord again')
    this.#isSaid = false
  }

  /** None is wanted any more. */
  forget(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
