import type { Position } from '../../contracts.ts'

/**
 * So much of what was read is asked for again after a break. Kafka's order is not the timestamps' order and a
 * millisecond holds several events, so a resume right behind the last event would skip its neighbours; their ids
 * discard what comes twice.
 */
export const REWIND_MS = 5_000

interface TopicPosition {
  readonly topic: string
  readonly partition: number
  /** Ask for what is not older than this, UTC ms. */
  timestamp: number
}

/**
 * Where to resume: for every topic of the stream the timestamp to ask with, each topic by its own events. The id of
 * an event names all topics, `{topic, partition, timestamp}` or, where nothing has come from a topic, `{topic,
 * partition, offset: -1}`. Sending that back as it is would lose: events of the last millisecond, out-of-order
 * neighbours, and all of a silent topic at a datacentre switchover (Wikimedia's KafkaSSE).
 *
 * As text it is the very `Last-Event-ID` header to send.
 */
export class Resume {
  readonly #topics = new Map<string, TopicPosition>()
  /** What topics are asked with whose names are not known, UTC ms. */
  readonly #othersFrom: number

  /** @param firstAsked what a stream without a position was asked with (`?since=`), UTC ms */
  constructor(firstAsked: number, position: Position | null = null) {
    for (const element of position === null ? [] : elementsOf(position)) {
      if (element.timestamp !== undefined) this.#set(element.topic, element.partition, element.timestamp)
    }
    const times = [...this.#topics.values()].map((topic) => topic.timestamp)
    this.#othersFrom = times.length === 0 ? firstAsked : Math.min(...times)
  }

  /**
   * Moves on past an event with this id.
   * @param now the clock, UTC ms: a timestamp in the future is not believed, for a server asked for the future
   * starts at the newest event and says nothing
   */
  advance(id: string, now: number): void {
    const elements = elementsOf(id)
    const times = elements.flatMap(({ timestamp }) => timestamp ?? [])
    const newest = times.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...times)
    for (const { topic, partition, timestamp } of elements) {
      if (timestamp === undefined) this.#meet(topic, partition, newest)
      // The id says one more than the event's own timestamp.
      else this.#set(topic, partition, Math.min(timestamp - 1, now) - REWIND_MS)
    }
  }

  /** `null` until the first event: the topics' names are not known before. */
  get position(): Position | null {
    return this.#topics.size === 0 ? null : JSON.stringify([...this.#topics.values()])
  }

  /** The earliest time that a topic is asked with, UTC ms: for a server that can only be asked by time. */
  get earliest(): number {
    if (this.#topics.size === 0) return this.#othersFrom
    return Math.min(...[...this.#topics.values()].map((topic) => topic.timestamp))
  }

  /** Up to when everything has been read, UTC ms: the time of the newest event; `null` before the first one. */
  get latest(): number | null {
    if (this.#topics.size === 0) return null
    return REWIND_MS + Math.max(...[...this.#topics.values()].map((topic) => topic.timestamp))
  }

  /**
   * A topic that has sent nothing on this connection: known or not, it keeps the time that it was asked with. A time
   * later than the `newest` event of the others was asked for by a clock that was ahead, and is not believed.
   */
  #meet(topic: string, partition: number, newest: number): void {
    if (this.#topics.has(`${topic} ${partition}`)) return
    this.#set(topic, partition, this.#othersFrom < newest ? this.#othersFrom : newest - REWIND_MS)
  }

  #set(topic: string, partition: number, timestamp: number): void {
    const key = `${topic} ${partition}`
    const known = this.#topics.get(key)
    // Never back: a topic that stays silent keeps the time it was last asked with.
    if (known !== undefined) known.timestamp = Math.max(known.timestamp, timestamp)
    else this.#topics.set(key, { topic, partition, timestamp })
  }
}

/** What is wrong with a stored position, for people; `null` if it can be resumed from. */
export function positionFault(position: Position, now: number): string | null {
  const { latest } = new Resume(now, position)
  if (latest === null) return 'it names no topic'
  return latest > now + REWIND_MS ? 'it lies in the future: the server would send nothing before it' : null
}

/** What can be used of an id; nothing of one that is no such array. */
function elementsOf(id: string): { topic: string; partition: number; timestamp: number | undefined }[] {
  let elements: unknown
  try {
    elements = JSON.parse(id)
  } catch {
    return []
  }
  if (!Array.isArray(elements)) return []
  return elements.flatMap((element) => {
    const { topic, partition, timestamp } = (element ?? {}) as Record<string, unknown>
    if (typeof topic !== 'string' || !Number.isSafeInteger(partition)) return []
    return [
      {
        topic,
        partition: partition as number,
        timestamp: Number.isSafeInteger(timestamp) ? (timestamp as number) : undefined,
      },
    ]
  })
}
