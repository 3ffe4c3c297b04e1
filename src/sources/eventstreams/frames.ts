import { createParser, type EventSourceParser } from 'eventsource-parser'
import { EventBytes } from '../../recentchange-scan.ts'

/** What comes of a stream of Server-Sent Events. */
export interface FrameListener {
  /**
   * An event: its data stand in `bytes` from `from` to `to`. Whoever keeps the id copies it, for it may be a slice that
   * keeps all the bytes.
   */
  onEvent(id: string | null, bytes: EventBytes, from: number, to: number): void
  /** `event: error`: what the server says went wrong, as it said it. */
  onServerError(data: string): void
  /** A frame larger than `MAX_FRAME_BYTES` was passed over. */
  onOversize(): void
}

/** More than Kafka's largest message at Wikimedia (4 MB), far less than would hurt. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024

const HEAD = 'event: message\nid: '
const DATA = 'data: '
/** An id of characters that are one byte each; one with a NUL is to be ignored, which the parser knows. */
const PLAIN = /^[\x20-\x7e]*$/
const LF = 0x0a
const CR = 0x0d

/**
 * Frames of one connection, from chunks that end anywhere. The usual form of this service's frames is found in the
 * bytes without touching the rest of them; any other legal one is left to eventsource-parser, at four times the cost.
 */
export class Frames {
  readonly #listener: FrameListener
  readonly #parser: EventSourceParser
  /** What has come of the frame under way; of one that is too large, its last byte. */
  #held: Buffer[] = []
  #heldBytes = 0
  #isTooLarge = false
  /** The first frame goes to the parser, which knows what to do about a byte order mark. */
  #isFirst = true
  #endedInCr = false

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
    let lines = this.#withLf(chunk)
    if (this.#held.length > 0) {
      // The empty line at the end of the frame under way may be cut in two.
      const isCut = lines[0] === LF && this.#held.at(-1)?.at(-1) === LF
      const blank = lines.indexOf('\n\n')
      if (!isCut && blank < 0) {
        this.#hold(lines)
        return
      }
      const end = isCut ? 1 : blank + 2
      const frame = Buffer.concat([...this.#held, lines.subarray(0, end)])
      this.#held = []
      this.#heldBytes = 0
      this.#read(frame)
      lines = lines.subarray(end)
    }
    const last = lines.lastIndexOf('\n\n')
    const end = last < 0 ? 0 : last + 2
    // Whole frames only: a chunk may end within a character.
    if (end > 0) this.#read(lines.subarray(0, end))
    this.#hold(lines.subarray(end))
  }

  /** The chunk with LF for every line end: CR and CRLF are legal too, and JSON has neither. */
  #withLf(chunk: Buffer): Buffer {
    const rest = this.#endedInCr && chunk[0] === LF ? chunk.subarray(1) : chunk
    if (chunk.length > 0) this.#endedInCr = chunk.at(-1) === CR
    if (!rest.includes(CR)) return rest
    return Buffer.from(rest.toString('latin1').replace(/\r\n?/g, '\n'), 'latin1')
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    if (this.#heldBytes > MAX_FRAME_BYTES && !this.#isTooLarge) {
      this.#isTooLarge = true
      this.#listener.onOversize()
    }
    if (this.#isTooLarge) this.#held = [bytes.subarray(-1)]
  }

  /** Reads a buffer of whole frames. */
  #read(buffer: Buffer): void {
    const bytes = new EventBytes(buffer)
    const { text } = bytes
    let at = 0
    if (this.#isTooLarge) {
      this.#isTooLarge = false
      at = text.indexOf('\n\n') + 2
    }
    for (let end = text.indexOf('\n\n', at); end >= 0; end = text.indexOf('\n\n', at)) {
      if (end + 2 - at > MAX_FRAME_BYTES) this.#listener.onOversize()
      else if (this.#isFirst || !this.#readUsual(bytes, at, end)) {
        this.#isFirst = false
        this.#parser.feed(bytes.decode(at, end + 2))
      }
      at = end + 2
    }
  }

  /** Reads the frame that ends at `end`, if it has the usual form. */
  #readUsual(bytes: EventBytes, at: number, end: number): boolean {
    const { text } = bytes
    if (!text.startsWith(HEAD, at)) return false
    const idEnd = text.indexOf('\n', at + HEAD.length)
    const data = idEnd + 1 + DATA.length
    if (!text.startsWith(DATA, idEnd + 1) || text.indexOf('\n', data) !== end) return false
    const id = text.slice(at + HEAD.length, idEnd)
    if (!PLAIN.test(id)) return false
    this.#listener.onEvent(id, bytes, data, end)
    return true
  }
}
