import type { ConnectionRecord } from '../simulators/eventstreams/protocol.ts'

interface Entry {
  /** UTC ms. */
  readonly at: number
  readonly text: string
}

/** What was done when, for a look into a failure. */
export class Diary {
  readonly #entries: Entry[] = []

  note(text: string, at = Date.now()): void {
    this.#entries.push({ at, text })
  }

  /** What became of each connection belongs to it too. */
  noteConnections(records: readonly ConnectionRecord[]): void {
    for (const {
      number,
      at,
      status,
      since,
      lastEventId,
      events,
      bytes,
      endedAt,
      endedBy,
      state,
    } of records) {
      const asked = lastEventId?.replace(/"timestamp":(\d+)/g, (_, ms) => `"${clock(Number(ms))}"`)
      this.note(`connection ${number}: ${status ?? state}, asked for ${asked ?? since ?? 'now'}`, at)
      if (endedAt !== null) {
        this.note(`connection ${number}: ended by ${endedBy}; ${events} events, ${bytes} bytes`, endedAt)
      }
    }
  }

  /** In the order of time; all of it, or what lies around a moment. */
  text(from = 0, to = Number.POSITIVE_INFINITY): string {
    return this.#entries
      .filter(({ at }) => at >= from && at <= to)
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, text }) => `${clock(at)} ${text}\n`)
      .join('')
  }
}

const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 23)
