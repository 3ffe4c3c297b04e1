import type { ServerResponse } from 'node:http'
import { type BodyForm, encodeFrame, preface } from './frames.ts'
import { idElement, type Start } from './positions.ts'
import type { ConnectionRecord, Datacentre, Fault, Strike, StrikeHow } from './protocol.ts'
import { type Random, seededRandom } from './random.ts'

/** What is written at once. Only one such chunk is under way, so a slow reader holds the server back. */
const CHUNK_BYTES = 256 * 1024
/** The same when it is cut into small pieces, each of which becomes a write of its own. */
const SMALL_CHUNK_BYTES = 16 * 1024
/** More than everything in a frame besides its data. */
const HEAD_BYTES = 4096
/** A rate-limited connection that waited may catch up so much, in seconds of its rate. */
const BURST_SECONDS = 0.05

const NEWLINE = 10

interface Cursor extends Start {
  offset: number
  shown: string
  /** End of what was stored when the connection began. */
  readonly backlogEnd: number
}

/** One open stream: reads the logs, writes frames, and does to them what its fault says. */
export class Connection {
  readonly record: ConnectionRecord
  readonly #response: ServerResponse
  readonly #cursors: readonly Cursor[]
  readonly #json: boolean
  readonly #onChange: () => void
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  /** Cursors whose backlog is sent in one run before anything else. */
  #runs: readonly Cursor[]
  /** Bytes that were due and not written: the `:ok`, or what lies behind the point of a strike. */
  #rest: Buffer | null = null
  #fault: Fault = {}
  #random: Random = seededRandom(0)
  /** What had been sent when the fault took effect. */
  #base = { bytes: 0, events: 0 }
  /** How often the event at the cursor was sent, where each is sent several times. */
  #copies = 0
  #budget = { events: 0, at: 0 }
  #writing = false
  #strikeTimer: NodeJS.Timeout | undefined
  #rateTimer: NodeJS.Timeout | undefined

  constructor(
    record: ConnectionRecord,
    response: ServerResponse,
    starts: readonly Start[],
    options: { json: boolean; backlogFirst: Datacentre | null; onChange: () => void },
  ) {
    this.record = record
    this.#response = response
    this.#json = options.json
    this.#onChange = options.onChange
    this.#cursors = starts.map((start) => ({ ...start, backlogEnd: start.log.end }))
    const isFirst = ({ log }: Cursor): boolean => log.topic.startsWith(`${options.backlogFirst}.`)
    this.#runs =
      options.backlogFirst === null
        ? []
        : [...this.#cursors.filter(isFirst), ...this.#cursors.filter((cursor) => !isFirst(cursor))]
    response.on('close', () => this.#end('client'))
    // A write to a connection that the reader has just left: 'close' follows.
    response.on('error', () => {})
  }

  /** Sends the head of the answer, and all that is there. */
  open(fault: Fault): void {
    this.record.status = 200
    this.record.state = 'open'
    const type = this.#json ? 'application/json' : 'text/event-stream; charset=utf-8'
    this.#response.writeHead(200, {
      'content-type': type,
      'cache-control': 'no-cache',
      connection: 'keep-alive',
    })
    this.#response.flushHeaders()
    this.#fault = fault
    this.#rest = preface(this.#form)
    this.apply(fault)
  }

  /** Replaces what goes wrong with this connection, from the next byte on; a stalled one goes on. */
  apply(fault: Fault): void {
    if (this.record.state === 'closed') return
    this.#fault = fault
    this.record.state = 'open'
    this.#base = { bytes: this.record.bytes, events: this.record.events }
    this.#budget = { events: 1, at: performance.now() }
    if (typeof fault.chunkBytes === 'object') this.#random = seededRandom(fault.chunkBytes.seed)
    clearTimeout(this.#strikeTimer)
    const { strike } = fault
    if (strike !== undefined && strike.after === undefined) this.#strike(strike)
    else if (strike?.after?.ms !== undefined) {
      this.#strikeTimer = setTimeout(() => this.#strike(strike), strike.after.ms)
    }
    this.pump()
  }

  /** Whether everything its topics hold has been handed to the system. */
  get caughtUp(): boolean {
    const idle = this.record.state === 'open' && !this.#writing && this.#rest === null
    return idle && this.#cursors.every(({ log, offset }) => offset === log.end)
  }

  /** Writes the next chunk, if there is one and the last one is through. To be called when something was published. */
  pump(): void {
    if (this.#writing || this.record.state !== 'open') return
    const { strike } = this.#fault
    const { bytes = Number.POSITIVE_INFINITY, events = Number.POSITIVE_INFINITY } = strike?.after ?? {}
    const bytesLeft = bytes - (this.record.bytes - this.#base.bytes)
    const eventsLeft = events - (this.record.events - this.#base.events)
    if (strike !== undefined && (bytesLeft <= 0 || (eventsLeft <= 0 && this.#rest === null))) {
      this.#strike(strike)
      return
    }
    let chunk = this.#rest ?? this.#fill(Math.min(eventsLeft, this.#allowance()))
    this.#rest = null
    if (chunk.length > bytesLeft) {
      this.#rest = Buffer.from(chunk.subarray(bytesLeft))
      chunk = chunk.subarray(0, bytesLeft)
    }
    if (chunk.length > 0) this.#write(chunk)
  }

  get #form(): BodyForm {
    return this.#json ? 'json' : (this.#fault.form ?? 'sse')
  }

  #write(chunk: Buffer): void {
    this.#writing = true
    this.record.bytes += chunk.length
    let from = 0
    for (let size = this.#pieceBytes(); from + size < chunk.length; from += size, size = this.#pieceBytes()) {
      this.#response.write(chunk.subarray(from, from + size))
    }
    this.#response.write(chunk.subarray(from), (error) => {
      if (error) return
      this.#writing = false
      this.#onChange()
      // Not at once: a reader that is as fast would keep the server from everything else.
      setImmediate(() => this.pump())
    })
  }

  #pieceBytes(): number {
    const { chunkBytes = CHUNK_BYTES } = this.#fault
    if (typeof chunkBytes === 'number') return chunkBytes
    return chunkBytes.min + this.#random.below(chunkBytes.max - chunkBytes.min + 1)
  }

  /** As many frames as there are and fit, `most` at most. */
  #fill(most: number): Buffer {
    const form = this.#form
    const copies = this.#fault.duplicates ?? 1
    const capacity = this.#fault.chunkBytes === undefined ? CHUNK_BYTES : SMALL_CHUNK_BYTES
    let length = 0
    let events = 0
    while (events < most) {
      const cursor = this.#nextCursor()
      if (cursor === null) break
      const data = cursor.log.dataAt(cursor.offset)
      const fits = length + data.length + HEAD_BYTES <= capacity
      if (!fits && length > 0) break
      cursor.shown = idElement(cursor.log.topic, 'timestamp', cursor.log.timestampAt(cursor.offset) + 1)
      let alone: Buffer | null = null
      if (fits && form === 'sse' && !data.includes(NEWLINE)) {
        length += this.#chunk.write(`event: message\nid: ${this.#id()}\ndata: `, length, 'latin1')
        length += data.copy(this.#chunk, length)
        length += this.#chunk.write('\n\n', length, 'latin1')
      } else {
        const frame = encodeFrame(form, 'message', this.#id(), data)
        if (length + frame.length > CHUNK_BYTES) {
          if (length > 0) break
          alone = frame
        } else length += frame.copy(this.#chunk, length)
      }
      events++
      if (++this.#copies >= copies) {
        this.#copies = 0
        cursor.offset++
      }
      if (alone !== null) return this.#count(events, alone)
    }
    return this.#count(events, this.#chunk.subarray(0, length))
  }

  #count(events: number, frames: Buffer): Buffer {
    this.record.events += events
    this.#budget.events -= events
    return frames
  }

  /** The topic to read next: the run it is in, or whichever message was published first. */
  #nextCursor(): Cursor | null {
    for (const cursor of this.#runs) {
      if (this.#available(cursor) && cursor.offset < cursor.backlogEnd) return cursor
    }
    this.#runs = []
    let next: Cursor | null = null
    for (const cursor of this.#cursors) {
      if (!this.#available(cursor)) continue
      if (next === null || cursor.log.sequenceAt(cursor.offset) < next.log.sequenceAt(next.offset))
        next = cursor
    }
    return next
  }

  #available(cursor: Cursor): boolean {
    // What expired before it was read is gone.
    if (cursor.offset < cursor.log.start) cursor.offset = cursor.log.start
    return cursor.offset < cursor.log.end
  }

  #id(): string {
    return `[${this.#cursors.map(({ shown }) => shown).join(',')}]`
  }

  /** How many events the rate allows now; if none, it comes back when one is due. */
  #allowance(): number {
    const rate = this.#fault.eventsPerSecond
    if (rate === undefined) return Number.POSITIVE_INFINITY
    const now = performance.now()
    const most = Math.max(1, rate * BURST_SECONDS)
    this.#budget.events = Math.min(most, this.#budget.events + ((now - this.#budget.at) * rate) / 1000)
    this.#budget.at = now
    const allowed = Math.floor(this.#budget.events)
    if (allowed < 1) {
      clearTimeout(this.#rateTimer)
      this.#rateTimer = setTimeout(() => this.pump(), ((1 - this.#budget.events) * 1000) / rate)
    }
    return allowed
  }

  #strike({ how, error }: Strike): void {
    if (how === 'stall') {
      this.record.state = 'stalled'
      this.#onChange()
      return
    }
    const response = this.#response
    this.#end(how)
    if (how === 'cut') response.socket?.destroy()
    else if (how === 'reset') response.socket?.resetAndDestroy()
    else if (how === 'close') response.end()
    else {
      const said = error ?? { message: 'Local: Broker transport failure', origin: 'kafka', name: 'Error' }
      const frame = encodeFrame(this.#form, 'error', this.#id(), Buffer.from(JSON.stringify(said)))
      // A server that can still say what went wrong has not stopped within a frame.
      response.end(Buffer.concat([this.#rest ?? Buffer.of(), frame]))
    }
  }

  #end(by: 'client' | StrikeHow): void {
    if (this.record.state === 'closed') return
    clearTimeout(this.#strikeTimer)
    clearTimeout(this.#rateTimer)
    this.record.state = 'closed'
    this.record.endedBy = by
    this.record.endedAt = Date.now()
    this.#onChange()
  }
}
