import { createParser, type EventSourceParser } from 'eventsource-parser'
import { EventBytes } from '../../recentchange-scan.ts'

/** What comes of a stream of Server-Sent Events. */
export interface FrameListener {
  /** An event: its data stand in `bytes` from `from` to `to`. */
  onEvent(id: string | null, bytes: EventBytes, from: number, to: number): void
  /** `event: error`: what the server says went wrong, as it said it. */
  onServerError(data: string): void
  /** An event larger than can be held was passed over. */
  onOversize(): void
}

/** More than Kafka's largest message at Wikimedia (4 MB), far less than would hurt. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024

const HEAD = 'event: message\nid: '
const DATA = 'data: '

/**
 * Frames of one connection, from chunks that end anywhere. The usual form of this service's frames is found in the
 * bytes without touching the rest of them; any other legal one is left to eventsource-parser, at three times the cost.
 */
export class Frames {
  readonly #listener: FrameListener
  readonly #parser: EventSourceParser
  readonly #decoder = new TextDecoder()
  #carry: Buffer | null = null
  #isSkipping = false
  /** Line ends other than LF: from then on everything goes to the parser. */
  #isForeign = false

  constructor(listener: FrameListener) {
    this.#listener = listener
    this.#parser = createParser({
      onEvent: ({ event, id, data }) => {
        if (event === 'error') return listener.onServerError(data)
        const bytes = new EventBytes(Buffer.from(data))
        listener.onEvent(id ?? null, bytes, 0, bytes.length)
      },
    })
  }

  /** Calls the listener for each frame that is complete by now. */
  feed(chunk: Buffer): void {
    if (!this.#isForeign && chunk.includes(0x0d)) {
      this.#isForeign = true
      const before = this.#carry
      this.#carry = null
      if (before !== null) this.#parse(before)
    }
    if (this.#isForeign) this.#parse(chunk)
    else this.#feedUsual(chunk)
  }

  #feedUsual(chunk: Buffer): void {
    const buffer = this.#carry === null ? chunk : Buffer.concat([this.#carry, chunk])
    const rest = buffer.subarray(this.#read(buffer))
    this.#carry = rest.length === 0 ? null : rest
    if (rest.length > MAX_FRAME_BYTES) {
      this.#isSkipping = true
      this.#listener.onOversize()
    }
    // The end of a frame may be cut in two.
    if (this.#isSkipping) this.#carry = rest.subarray(-1)
  }

  /** Reads the complete frames of a buffer; returns where the first incomplete one begins. */
  #read(buffer: Buffer): number {
    let at = 0
    if (this.#isSkipping) {
      const end = buffer.indexOf('\n\n')
      if (end < 0) return 0
      this.#isSkipping = false
      at = end + 2
    }
    const bytes = new EventBytes(buffer)
    const { text } = bytes
    for (;;) {
      if (text.startsWith(HEAD, at)) {
        const idEnd = text.indexOf('\n', at + HEAD.length)
        const data = idEnd + 1 + DATA.length
        if (idEnd > 0 && text.startsWith(DATA, idEnd + 1)) {
          const end = text.indexOf('\n', data)
          if (end < 0 || end + 1 === text.length) return at
          if (text.charCodeAt(end + 1) === 0x0a) {
            this.#listener.onEvent(text.slice(at + HEAD.length, idEnd), bytes, data, end)
            at = end + 2
            continue
          }
        }
      }
      const end = text.indexOf('\n\n', at)
      if (end < 0) return at
      this.#parser.feed(buffer.toString('utf8', at, end + 2))
      at = end + 2
    }
  }

  #parse(chunk: Buffer): void {
    this.#parser.feed(this.#decoder.decode(chunk, { stream: true }))
  }
}
