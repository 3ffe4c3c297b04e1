import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
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

/** Takes a chunk of a stream; resolves as soon as there is room for the next one: the backpressure to the socket. */
type Receive = (chunk: Buffer) => Promise<void> | undefined

/**
 * Reads an event stream until the server closes it (then it resolves) or `stop` is aborted. By node:http, since
 * fetch takes half as much time again for the same bytes.
 * @throws {StreamFault} where it was refused, broke, or sent no byte for `idleMs`: silent lock-ups are the most
 * frequent complaint about this service's clients
 */
export async function readStream(
  url: string,
  headers: Record<string, string>,
  idleMs: number,
  stop: AbortSignal,
  receive: Receive,
): Promise<void> {
  const idle = new AbortController()
  let watchdog = setTimeout(() => idle.abort(), idleMs)
  const signal = AbortSignal.any([stop, idle.signal])
  try {
    const response = await request(url, { accept: 'text/event-stream', ...headers }, signal)
    if (response.statusCode !== 200) throw await refusal(response)
    const contentType = response.headers['content-type'] ?? 'nothing'
    if (!contentType.startsWith('text/event-stream')) {
      response.destroy()
      throw new StreamFault(`it answers ${contentType}, not an event stream: check EVENTSTREAM_URL`)
    }
    for await (const chunk of response) {
      // The time that the store takes is not the server's silence.
      clearTimeout(watchdog)
      await receive(chunk as Buffer)
      watchdog = setTimeout(() => idle.abort(), idleMs)
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

/**
 * Whether a stream can be had: resolves once it has begun.
 * @throws {StreamFault} with the reason why not
 */
export async function probe(url: string, userAgent: string): Promise<void> {
  const begun = new AbortController()
  const receive = () => {
    begun.abort()
    return undefined
  }
  await readStream(url, { 'user-agent': userAgent }, 10_000, begun.signal, receive)
  if (!begun.signal.aborted) throw new StreamFault('it closes the connection at once')
}

function request(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { get } = url.startsWith('https:') ? https : http
  return new Promise((resolve, reject) => {
    // One connection a process, closed when it is done with: nothing to pool.
    get(url, { headers, signal, agent: false }, resolve).on('error', reject)
  })
}

async function refusal(response: IncomingMessage): Promise<StreamFault> {
  const status = response.statusCode ?? 0
  let body = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      body += chunk
      if (body.length > 10_000) break
    }
  } catch {
    // Its status says enough.
  }
  // The edge answers with a page of HTML: only its words help.
  const words = body
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
  const hint = HINTS[status] ?? ''
  return new StreamFault(`HTTP ${status}${words === '' ? '' : ` ${words}`}${hint}`, {
    status,
    retryAfterMs: retryAfter(response.headers['retry-after'], Date.now()),
  })
}

const HINTS: Readonly<Record<number, string>> = {
  400: ' (check EVENTSTREAM_URL)',
  403: ' (the User-Agent is not accepted: set CONTACT to an address or page of yours)',
  404: ' (no such stream: check EVENTSTREAM_URL)',
  429: ' (too many connections from this address: is another instance running?)',
}

/** `Retry-After` in ms, as seconds or as a date (RFC 9110 §10.2.3). */
function retryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

function causeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return (typeof code === 'string' && CODES[code]) || messageOf(error)
}

const CODES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not found (no network?)',
  EAI_AGAIN: 'its name is not found (no network?)',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'the connection was cut',
  ENETUNREACH: 'no network',
  EHOSTUNREACH: 'no way to it',
  ETIMEDOUT: 'it does not answer',
}
