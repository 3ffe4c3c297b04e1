import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { messageOf } from '../../errors.ts'

/** Why a connection came to an end before its time. A close by the server is no fault: it comes every few minutes. */
export class StreamFault extends Error {
  /** HTTP status of a refusal. */
  readonly status: number | null
  /** The server's wish, in ms; `null` where it has none. */
  readonly retryAfterMs: number | null
  /** Neither side said why: the connection broke, or could not be made. */
  readonly isCut: boolean

  constructor(
    message: string,
    options: { status?: number; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.status = options.status ?? null
    this.retryAfterMs = options.retryAfterMs ?? null
    this.isCut = options.cause !== undefined
  }
}

/** A chunk's events, then `settled` until there is room for the next chunk: that is the backpressure to the socket. */
export interface Listener {
  onMessage(message: EventSourceMessage): void
  /** An event larger than can be held was passed over. */
  onOversize(): void
  settled(): Promise<void>
}

/** More than Kafka's largest message at Wikimedia (4 MB), far less than would hurt. */
const MAX_EVENT_CHARS = 16 * 1024 * 1024

/**
 * Reads a stream of Server-Sent Events until the server closes it (then it resolves) or `stop` is aborted.
 * @throws {StreamFault} where it was refused, broke, or sent no byte for `idleMs`: silent lock-ups are the most
 * frequent complaint about this service's clients
 */
export async function readStream(
  url: string,
  headers: Record<string, string>,
  idleMs: number,
  stop: AbortSignal,
  listener: Listener,
): Promise<void> {
  const idle = new AbortController()
  const watchdog = setTimeout(() => idle.abort(), idleMs)
  const signal = AbortSignal.any([stop, idle.signal])
  try {
    const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal })
    if (!response.ok || response.body === null) throw await refusal(response)
    const contentType = response.headers.get('content-type') ?? 'none'
    if (!contentType.startsWith('text/event-stream')) {
      await response.body.cancel()
      throw new StreamFault(`it answers ${contentType}, not an event stream: check EVENTSTREAM_URL`)
    }
    const decoder = new TextDecoder()
    const feed = feeder(listener)
    for await (const chunk of response.body) {
      watchdog.refresh()
      feed(decoder.decode(chunk, { stream: true }))
      await listener.settled()
      // The time that the store took is not the server's silence.
      watchdog.refresh()
    }
  } catch (error) {
    if (stop.aborted) return
    if (idle.signal.aborted) throw new StreamFault(`no byte for ${idleMs / 1000} s`)
    if (error instanceof StreamFault) throw error
    throw new StreamFault(causeOf(error), { cause: error })
  } finally {
    clearTimeout(watchdog)
  }
}

/** Feeds text to the parser; passes over the rest of an event that is too large to hold. */
function feeder(listener: Listener): (text: string) => void {
  let skipping = false
  const parser = createParser({
    onEvent: (message) => listener.onMessage(message),
    onError: (error) => {
      skipping = error.type === 'max-buffer-size-exceeded'
    },
    maxBufferSize: MAX_EVENT_CHARS,
  })
  return (text) => {
    let rest = text
    if (skipping) {
      const end = /\r?\n\r?\n/.exec(text)
      if (end === null) return
      skipping = false
      rest = text.slice(end.index + end[0].length)
    }
    parser.feed(rest)
    if (skipping) {
      parser.reset()
      listener.onOversize()
    }
  }
}

async function refusal(response: Response): Promise<StreamFault> {
  const body = await response.text().catch(() => '')
  // The edge answers with a page of HTML: only its words help.
  const words = body
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
  const hint = HINTS[response.status] ?? ''
  return new StreamFault(`HTTP ${response.status}${words === '' ? '' : ` ${words}`}${hint}`, {
    status: response.status,
    retryAfterMs: retryAfter(response.headers.get('retry-after'), Date.now()),
  })
}

const HINTS: Readonly<Record<number, string>> = {
  400: ' (check EVENTSTREAM_URL)',
  403: ' (the User-Agent is not accepted: set CONTACT to an address or page of yours)',
  404: ' (no such stream: check EVENTSTREAM_URL)',
  429: ' (too many connections from this address: is another instance running?)',
}

/** `Retry-After` in ms, as seconds or as a date (RFC 9110 §10.2.3). */
function retryAfter(value: string | null, now: number): number | null {
  if (value === null) return null
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

/** fetch says "fetch failed" and keeps the reason in its cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = (cause as { code?: unknown }).code
  return (typeof code === 'string' && CODES[code]) || messageOf(cause) || messageOf(error)
}

const CODES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not found (no network?)',
  EAI_AGAIN: 'its name is not found (no network?)',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ENETUNREACH: 'no network',
  EHOSTUNREACH: 'no way to it',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
}
