import type { Gap, Position } from '../../contracts.ts'

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
 * A timestamp so much later than our clock, in ms, is not believed: a server that is asked for the future begins at the
 * newest event and says nothing. Less than that can be a clock that is not set, and does no harm: the event is there to
 * be found again.
 */
export const FUTURE_MS = 3_600_000

/**
 * Where to resume: for every topic of the stream the timestamp to ask with, each topic by its own events. The id of
 * an event names all topics, `{topic, partition, timestamp}` or, where nothing has come from a topic, `{topic,
 * partition, offset}`. Sending that back as it is would lose: events of the last millisecond, out-of-order neighbours,
 * and all of a silent topic at a datacentre switchover (Wikimedia's KafkaSSE).
 */
export class Resume {
  readonly #topics = new Map<string, TopicPosition>()
  /** What topics are asked with whose names are not known, UTC ms. */
  readonly #othersFrom: number
  /** The gaps of which it is not yet certain that they are some: they go with the position, from one life to the next. */
  undecided: readonly Gap[] = []

  /** @param firstAsked what a stream without a position was asked with (`?since=`), UTC ms */
  constructor(firstAsked: number, position: Position | null = null) {
    const { topics, undecided } = position === null ? NOWHERE : readPosition(position)
    for (const { topic, partition, timestamp } of topics) {
      if (timestamp !== undefined) this.#set(topic, partition, timestamp)
    }
    const times = this.#times()
    this.#othersFrom = times.length === 0 ? firstAsked : Math.min(...times)
    if (times.length > 0) this.undecided = undecided
  }

  /**
   * Moves on past an event with this id.
   * @param now the clock, UTC ms
   */
  advance(id: string, now: number): void {
    const elements = idElements(id)
    const times = elements.flatMap(({ timestamp }) => timestamp ?? [])
    const newest = times.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...times)
    for (const { topic, partition, timestamp } of elements) {
      if (timestamp === undefined) this.#meet(topic, partition, newest)
      // The id says one more than the event's own timestamp.
      else if (timestamp <= now + FUTURE_MS) this.#set(topic, partition, timestamp - 1 - REWIND_MS)
      else this.#set(topic, partition, now - FUTURE_MS)
    }
  }

  /** `null` until the first event: the topics' names are not known before. */
  get position(): Position | null {
    if (this.#topics.size === 0) return null
    const undecided = this.undecided.length === 0 ? undefined : this.undecided
    return JSON.stringify({ topics: [...this.#topics.values()], undecided })
  }

  /** The `Last-Event-ID` to send; `null` until the first event. */
  get lastEventId(): string | null {
    return this.#topics.size === 0 ? null : JSON.stringify([...this.#topics.values()])
  }

  /** The earliest time that a topic is asked with, UTC ms: for a server that can only be asked by time. */
  get earliest(): number {
    return this.#topics.size === 0 ? this.#othersFrom : Math.min(...this.#times())
  }

  /** Up to when everything has been read, UTC ms: the time of the newest event; `null` before the first one. */
  get latest(): number | null {
    return this.#topics.size === 0 ? null : REWIND_MS + Math.max(...this.#times())
  }

  /** What the topics would be asked with at this moment, UTC ms, by topic and partition. */
  asked(): (topic: string, partition: number) => number {
    const times = new Map([...this.#topics].map(([key, { timestamp }]) => [key, timestamp]))
    return (topic, partition) => times.get(keyOf(topic, partition)) ?? this.#othersFrom
  }

  #times(): number[] {
    return [...this.#topics.values()].map(({ timestamp }) => timestamp)
  }

  /**
   * A topic that has sent nothing on this connection: known or not, it keeps the time that it was asked with. A time
   * later than the `newest` event of the others was asked for by a clock that was ahead, and is not believed.
   */
  #meet(topic: string, partition: number, newest: number): void {
    if (this.#topics.has(keyOf(topic, partition))) return
    this.#set(topic, partition, this.#othersFrom < newest ? this.#othersFrom : newest - REWIND_MS)
  }

  #set(topic: string, partition: number, timestamp: number): void {
    const known = this.#topics.get(keyOf(topic, partition))
    // Never back: a topic that stays silent keeps the time it was last asked with.
    if (known !== undefined) known.timestamp = Math.max(known.timestamp, timestamp)
    else this.#topics.set(keyOf(topic, partition), { topic, partition, timestamp })
  }
}

/** Of one topic in an id: its newest event's timestamp and one, or the offset at which it begins. */
export interface IdElement {
  readonly topic: string
  readonly partition: number
  /** UTC ms. */
  readonly timestamp: number | undefined
  readonly offset: number | undefined
}

const keyOf = (topic: string, partition: number) => `${topic} ${partition}`

const NOWHERE = { topics: [], undecided: [] }

/** What is wrong with a stored position, for people; `null` if it can be resumed from. */
export function positionFault(position: Position, now: number): string | null {
  const { latest } = new Resume(now, position)
  if (latest === null) return 'it names no topic'
  return latest > now + FUTURE_MS ? 'it lies in the future: the server would send nothing before it' : null
}

/** What can be used of an id; nothing of one that is no such array. */
export function idElements(id: string): IdElement[] {
  return elementsOf(parsed(id))
}

function readPosition(position: Position): { topics: IdElement[]; undecided: Gap[] } {
  const { topics, undecided } = (parsed(position) ?? {}) as Record<string, unknown>
  return { topics: elementsOf(topics), undecided: Array.isArray(undecided) ? undecided.filter(isGap) : [] }
}

function elementsOf(elements: unknown): IdElement[] {
  if (!Array.isArray(elements)) return []
  return elements.flatMap((element) => {
    const { topic, partition, timestamp, offset } = (element ?? {}) as Record<string, unknown>
    if (typeof topic !== 'string' || !isWhole(partition)) return []
    return [
      {
        topic,
        partition,
        timestamp: isWhole(timestamp) ? timestamp : undefined,
        offset: isWhole(offset) ? offset : undefined,
      },
    ]
  })
}

function isGap(value: unknown): value is Gap {
  const { from, to, state, reason } = (value ?? {}) as Record<string, unknown>
  return isWhole(from) && isWhole(to) && (state === 'open' || state === 'lost') && typeof reason === 'string'
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
