/**
 * One topic, which has one partition: an append-only log. Columns instead of message objects, and the data as the
 * bytes that are sent: hundreds of thousands of messages are held, and read once per connection.
 */
export class TopicLog {
  readonly topic: string
  #start: number
  readonly #timestamps: number[] = []
  readonly #sequence: number[] = []
  readonly #data: Buffer[] = []

  constructor(topic: string, firstOffset: number) {
    this.topic = topic
    this.#start = firstOffset
  }

  /** Offset of the oldest retained message. */
  get start(): number {
    return this.#start
  }

  /** Offset the next message will have. */
  get end(): number {
    return this.#start + this.#data.length
  }

  /** `sequence` orders messages of all topics by their publication. */
  append(timestamp: number, sequence: number, data: Buffer): void {
    this.#timestamps.push(timestamp)
    this.#sequence.push(sequence)
    this.#data.push(data)
  }

  timestampAt(offset: number): number {
    return this.#timestamps[offset - this.#start] as number
  }

  sequenceAt(offset: number): number {
    return this.#sequence[offset - this.#start] as number
  }

  dataAt(offset: number): Buffer {
    return this.#data[offset - this.#start] as Buffer
  }

  /**
   * Kafka's `offsetsForTimes`: the first offset, in offset order, whose timestamp is at or after the one given;
   * `null` where there is none. An earlier timestamp behind it is no matter: that is the loss of neighbours which
   * are out of order.
   */
  offsetFor(timestamp: number): number | null {
    const index = this.#timestamps.findIndex((at) => at >= timestamp)
    return index < 0 ? null : this.#start + index
  }

  /** Drops the head of the log up to the first message that is not older; as Kafka does, never from the middle. */
  expire(before: number): number {
    const kept = this.#timestamps.findIndex((at) => at >= before)
    const dropped = kept < 0 ? this.#data.length : kept
    for (const column of [this.#timestamps, this.#sequence, this.#data]) column.splice(0, dropped)
    this.#start += dropped
    return dropped
  }
}
