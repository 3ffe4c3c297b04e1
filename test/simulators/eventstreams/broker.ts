import { TopicLog } from './log.ts'
import { DATACENTRES, type Datacentre } from './protocol.ts'

/** Offsets of the size real topics have: above 2³¹, and unlike each other. */
const FIRST_OFFSET: Record<Datacentre, number> = { eqiad: 6_387_234_775, codfw: 1_466_400_178 }

/** Where a message goes, and its Kafka timestamp, when they are not as the event says. */
export interface Placement {
  readonly topic?: string
  readonly timestamp?: number
}

interface Meta {
  readonly dt?: string
  readonly stream?: string
  readonly topic?: string
  readonly offset?: number
}

/**
 * The `meta` of an event's text, up to its closing brace. As a key it can stand nowhere else: inside a string its
 * quotes are escaped. Much faster than reading and writing the whole event.
 */
const META = /"meta":(\{(?:[^{}"]+|"(?:[^"\\]+|\\.)*")*)\}/

/** What Kafka is to the real service: the topics of all streams, and what has been written to them. */
export class Broker {
  /** Stream name to its topics, in the order in which an id lists them. */
  readonly streams: ReadonlyMap<string, readonly string[]>
  readonly #topics = new Map<string, TopicLog>()
  #sequence = 0

  /** `streams`: the name in the URL to the name of the topics without their datacentre; two may share topics. */
  constructor(streams: Readonly<Record<string, string>>) {
    this.streams = new Map(
      Object.entries(streams).map(([stream, name]) => [stream, DATACENTRES.map((at) => `${at}.${name}`)]),
    )
    for (const name of new Set(Object.values(streams))) {
      for (const at of DATACENTRES) {
        this.#topics.set(`${at}.${name}`, new TopicLog(`${at}.${name}`, FIRST_OFFSET[at]))
      }
    }
  }

  get topics(): Iterable<TopicLog> {
    return this.#topics.values()
  }

  topic(name: string): TopicLog {
    const log = this.#topics.get(name)
    if (log === undefined)
      throw new Error(`no topic ${name}: there are ${[...this.#topics.keys()].join(', ')}`)
    return log
  }

  /**
   * An event as JSON text. One that has an offset is a recorded one and is kept byte for byte; any other gets topic,
   * partition and offset put into its `meta`, as the real service does when it reads a message.
   */
  publish(text: Buffer, active: Datacentre, placement: Placement = {}): void {
    // Latin 1 keeps every byte a character, so that places in it are places in the buffer.
    const found = META.exec(text.toString('latin1'))
    const meta = JSON.parse(`${found?.[1] ?? '{'}}`) as Meta
    const log = this.topic(placement.topic ?? meta.topic ?? `${active}.${meta.stream}`)
    const timestamp = placement.timestamp ?? Date.parse(meta.dt ?? '')
    if (found === null || Number.isNaN(timestamp)) throw new Error(`an event without a time: ${text}`)
    let data = text
    if (meta.offset === undefined) {
      const end = found.index + found[0].length - 1
      const topic = meta.topic === undefined ? `,"topic":"${log.topic}"` : ''
      const added = Buffer.from(`${topic},"partition":0,"offset":${log.end}`)
      data = Buffer.concat([text.subarray(0, end), added, text.subarray(end)])
    }
    log.append(timestamp, this.#sequence++, data)
  }

  /** Any text as the data of a message, JSON or not. Line breaks end up as KafkaSSE writes them. */
  publishRaw(data: string, topic: string, timestamp: number): void {
    this.topic(topic).append(timestamp, this.#sequence++, Buffer.from(data.replace(/[\r\n]+/g, '\n')))
  }
}
