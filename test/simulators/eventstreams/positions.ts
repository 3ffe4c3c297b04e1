import { kafkaSseError, serviceError } from './answers.ts'
import type { Broker } from './broker.ts'
import type { TopicLog } from './log.ts'
import type { Settings } from './protocol.ts'

/** Where reading a topic begins, and how an id shows it until something was sent from it. */
export interface Start {
  readonly log: TopicLog
  readonly offset: number
  readonly shown: string
}

interface Element {
  readonly topic: string
  readonly partition: number
  readonly offset?: number
  readonly timestamp?: number
}

/** One topic's element of an id. */
export const idElement = (topic: string, key: 'offset' | 'timestamp', value: number): string =>
  `{"topic":"${topic}","partition":0,"${key}":${value}}`

/** `?since=`: integer ms or what `Date.parse` takes; seconds are ms of January 1970. `null` where there is none. */
export function parseSince(since: string | null, url: string): number | null {
  if (since === null || since === '') return null
  const time = Number.isNaN(Number(since)) ? Date.parse(since) : Number(since)
  if (!Number.isNaN(time)) return time
  const detail = `since timestamp is not a UTC milliseconds unix epoch and was not parseable: '${since}'`
  throw serviceError(400, 'invalid_timestamp', 'Invalid timestamp', detail, url)
}

/**
 * Where to begin, by KafkaSSE's rules: `Last-Event-ID` replaces the stream's own list of topics, so a topic that is
 * left out is not read; a topic given by name alone (as all are without the header) begins at `since`, else at the tail.
 */
export function resolveStarts(
  broker: Broker,
  topics: readonly string[],
  lastEventId: string | undefined,
  since: number | null,
  unsentShows: Settings['unsentShows'],
): Start[] {
  const elements = parseAssignments(topics, lastEventId, since)
  const strange = elements.map(({ topic }) => topic).filter((topic) => !topics.includes(topic))
  if (strange.length > 0) {
    const message = `Topics ${strange.join(', ')} are not available for consumption.`
    throw kafkaSseError(404, 'TopicNotAvailableError', message, { availableTopics: topics })
  }
  if (elements.some(({ partition }) => partition !== 0)) {
    throw kafkaSseError(500, 'Error', 'Local: Unknown partition')
  }
  // The real one looks timestamps up only in elements without an offset, and then keeps only those and the ones with
  // nothing but an offset. So an element with both is lost as soon as another one has a timestamp.
  const timed = elements.filter((element) => !('offset' in element))
  const placed = elements.filter(
    (element) => 'offset' in element && (timed.length === 0 || !('timestamp' in element)),
  )
  const starts = [
    ...placed.map(({ topic, offset = -1 }) => startAtOffset(broker.topic(topic), offset)),
    ...timed.map(({ topic, timestamp = 0 }) => startAtTime(broker.topic(topic), timestamp, unsentShows)),
  ]
  return [...new Map(starts.map((start) => [start.log.topic, start])).values()]
}

function parseAssignments(
  topics: readonly string[],
  lastEventId: string | undefined,
  since: number | null,
): Element[] {
  let wanted: unknown = topics
  if (lastEventId !== undefined) {
    try {
      wanted = JSON.parse(lastEventId)
    } catch (error) {
      const extra = { originalName: 'SyntaxError', last_event_id: lastEventId }
      throw kafkaSseError(400, 'InvalidAssignmentError', (error as Error).message, extra)
    }
  }
  if (typeof wanted === 'string') wanted = wanted.split(',')
  if (!Array.isArray(wanted) || wanted.length === 0 || !wanted.every(isAssignment)) {
    const message =
      'Must provide either an array topic names, or an array of objects with topic, partition and offset|timestamp.'
    throw kafkaSseError(400, 'InvalidAssignmentError', message, {
      originalName: 'Error',
      assignments: wanted,
    })
  }
  const position = since === null ? { offset: -1 } : { timestamp: since }
  return wanted.map((each: string | Element) =>
    typeof each === 'string' ? { topic: each, partition: 0, ...position } : each,
  )
}

function isAssignment(value: unknown): value is string | Element {
  if (typeof value === 'string') return true
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { topic, partition, offset, timestamp } = value as Record<string, unknown>
  return (
    typeof topic === 'string' &&
    Number.isInteger(partition) &&
    (Number.isInteger(offset) || Number.isInteger(timestamp))
  )
}

/** -1 is the tail and -2 the oldest; an offset that is not there begins at the tail, as librdkafka does by default. */
function startAtOffset(log: TopicLog, asked: number): Start {
  const offset = asked === -2 ? log.start : asked >= log.start && asked <= log.end ? asked : log.end
  return { log, offset, shown: idElement(log.topic, 'offset', asked) }
}

function startAtTime(log: TopicLog, timestamp: number, unsentShows: Settings['unsentShows']): Start {
  const found = log.offsetFor(timestamp)
  const shown =
    unsentShows === 'asked'
      ? idElement(log.topic, 'timestamp', timestamp)
      : idElement(log.topic, 'offset', unsentShows === 'resolved' ? (found ?? -1) : -1)
  return { log, offset: found ?? log.end, shown }
}
