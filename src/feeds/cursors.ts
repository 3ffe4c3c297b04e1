import type { FeedCursor, Feeds } from '../contracts.ts'

/** Saves cursors together that are to be saved while the last ones are: one transaction for as many as there are. */
export class CursorSaver {
  readonly #store: Pick<Feeds, 'saveCursors'>
  #waiting = new Map<number, FeedCursor>()
  #next: Promise<void> | undefined
  #last: Promise<void> = Promise.resolve()

  constructor(store: Pick<Feeds, 'saveCursors'>) {
    this.#store = store
  }

  /** Resolves when it is saved, or a newer one of the same feed. */
  save(cursor: FeedCursor): Promise<void> {
    this.#waiting.set(cursor.id, cursor)
    this.#next ??= this.#saveAfter(this.#last)
    return this.#next
  }

  #saveAfter(last: Promise<void>): Promise<void> {
    const saved = last
      .catch(() => {})
      .then(() => {
        const cursors = [...this.#waiting.values()]
        this.#waiting = new Map()
        this.#next = undefined
        return this.#store.saveCursors(cursors)
      })
    this.#last = saved
    return saved
  }
}
