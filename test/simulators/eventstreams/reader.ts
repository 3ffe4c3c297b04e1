import { type Agent, type ClientRequest, get, type IncomingMessage } from 'node:http'

const DEADLINE_MS = 5000
const USER_AGENT = 'simulator-test/1.0 (https://example.org/simulator-test; test@example.org)'

/** One frame as text: what stands between two blank lines. */
export interface Frame {
  readonly event: string | undefined
  readonly id: string
  readonly data: string
}

/** A plain reader for the simulator's own tests: it takes what comes, and knows nothing of resuming. */
export class Reading {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** Sizes of the body's pieces, as they came. */
  readonly pieces: number[] = []
  /** How it ended: `end` with a complete body, `cut` without, `reset` by RST. `null` while it goes on. */
  ended: 'end' | 'cut' | 'reset' | null = null
  /** Bytes of the body so far. */
  length = 0
  readonly #request: ClientRequest
  readonly #response: IncomingMessage
  readonly #body: Buffer[] = []
  #wake = (): void => {}

  constructor(request: ClientRequest, response: IncomingMessage) {
    this.#request = request
    this.#response = response
    this.status = response.statusCode ?? 0
    this.headers = response.headers
    response.on('data', (piece: Buffer) => {
      this.pieces.push(piece.length)
      this.length += piece.length
      this.#body.push(piece)
      this.#wake()
    })
    const end = (how: 'end' | 'cut' | 'reset') => () => {
      this.ended ??= how
      this.#wake()
    }
    response.on('end', end('end')).on('error', end('cut'))
    // A reset is an error of the socket, and known to the request before the response hears of it.
    request.on('error', end('reset'))
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#body)
  }

  get text(): string {
    return this.bytes.toString()
  }

  /** The whole frames so far, in the form that the real service sends. */
  get frames(): Frame[] {
    const blocks = this.text.split('\n\n').slice(0, -1)
    return blocks.filter((block) => block !== ':ok').map(parseFrame)
  }

  get ids(): string[] {
    return this.frames.map(({ data }) => (JSON.parse(data) as { meta: { id: string } }).meta.id)
  }

  /** Resolves once the condition holds, rejects after a few seconds. */
  async until(condition: (reading: Reading) => boolean): Promise<this> {
    const deadline = AbortSignal.timeout(DEADLINE_MS)
    while (!condition(this)) {
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve
        deadline.addEventListener('abort', () =>
          reject(new Error(`after ${DEADLINE_MS} ms: ${this.text.slice(-500)}`)),
        )
      })
    }
    return this
  }

  /** Stops taking anything from the connection. */
  pause(): void {
    this.#response.pause()
  }

  resume(): void {
    this.#response.resume()
  }

  close(): void {
    this.#request.destroy()
  }
}

/** Asks for a URL; resolves once the head of the answer is there. */
export function read(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  agent: Agent | false = false,
): Promise<Reading> {
  return new Promise((resolve, reject) => {
    const all = { 'user-agent': USER_AGENT, accept: 'text/event-stream', ...headers }
    const request = get(url, { agent, headers: all })
    request.on('response', (response) => resolve(new Reading(request, response))).on('error', reject)
  })
}

function parseFrame(block: string): Frame {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  return { event: field('event'), id: field('id') ?? '', data: field('data') ?? '' }
}
