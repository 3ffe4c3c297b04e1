import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { completed, isDescriptive, Refused, serviceError, userAgentError } from './answers.ts'
import { Broker } from './broker.ts'
import { Connection } from './connection.ts'
import { parseSince, resolveStarts, type Start } from './positions.ts'
import type { Condition, ConnectionRecord, Counts, Fault, FaultTarget, Settings } from './protocol.ts'

const HOST = '127.0.0.1'
const DEFAULTS: Settings = {
  active: 'eqiad',
  connectionLimit: 2,
  backlogFirst: null,
  unsentShows: 'resolved',
}

/** The public side: answers `GET /v2/stream/…` as Wikimedia does, or as badly as it was told to. */
export class EventStreamsServer {
  readonly broker: Broker
  /** One of each request, in the order they came. */
  readonly records: ConnectionRecord[] = []
  #settings: Settings = DEFAULTS
  readonly #connections = new Set<Connection>()
  readonly #queued: Fault[] = []
  #every: Fault = {}
  readonly #waiters = new Set<() => void>()
  readonly #http: Server = createServer((request, response) => this.#handle(request, response))
  #port = 0

  constructor(streams: Readonly<Record<string, string>>) {
    this.broker = new Broker(streams)
  }

  get settings(): Settings {
    return this.#settings
  }

  configure(changes: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...changes }
  }

  /** Starts listening; again after `refuse`, on the port it had. Resolves to its URL. */
  async listen(port = this.#port): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject)
      this.#http.listen(port, HOST, () => {
        this.#http.off('error', reject)
        resolve()
      })
    })
    this.#port = (this.#http.address() as AddressInfo).port
    return `http://${HOST}:${this.#port}`
  }

  /** Closes the listener: connections are refused by the system. Those that are open stay. */
  refuse(): void {
    this.#http.close()
  }

  /** To be called after something was published. */
  published(): void {
    for (const connection of this.#connections) connection.pump()
  }

  fault(target: FaultTarget, fault: Fault): void {
    if (target === 'every') this.#every = fault
    else if (target === 'open') for (const connection of [...this.#connections]) connection.apply(fault)
    else this.#queued.push(...Array<Fault>(target.next).fill(fault))
  }

  counts(): Counts {
    const streams = this.records.filter(({ status, state }) => status === 200 && state !== 'answered')
    const inState = (state: ConnectionRecord['state']): number =>
      streams.filter((each) => each.state === state).length
    return {
      requests: this.records.length,
      opened: streams.length,
      open: this.#connections.size,
      stalled: inState('stalled'),
      closed: inState('closed'),
      events: this.records.reduce((sum, { events }) => sum + events, 0),
      sent: [...this.#connections].some(({ caughtUp }) => caughtUp),
    }
  }

  /** Resolves to the counts once they meet the condition, or to `null` after so many ms. */
  waitFor(condition: Condition, timeoutMs: number): Promise<Counts | null> {
    return new Promise((resolve) => {
      const settle = (counts: Counts | null): void => {
        clearTimeout(timer)
        this.#waiters.delete(check)
        resolve(counts)
      }
      const check = (): void => {
        const counts = this.counts()
        if (meets(counts, condition)) settle(counts)
      }
      const timer = setTimeout(() => settle(null), timeoutMs)
      this.#waiters.add(check)
      check()
    })
  }

  readonly #changed = (): void => {
    for (const check of [...this.#waiters]) check()
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    // A connection kept alive from before `refuse` must not be a way in.
    if (!this.#http.listening) return void request.socket.destroy()
    const url = new URL(request.url ?? '/', `http://${HOST}`)
    const record = recordOf(this.records.length + 1, request, url)
    this.records.push(record)
    const fault = this.#queued.shift() ?? this.#every
    try {
      if (fault.answer === 'hangup') {
        record.state = 'closed'
        request.socket.destroy()
      } else if (fault.answer === 'never') {
        record.state = 'stalled'
        response.on('close', () => {
          record.state = 'closed'
        })
      } else if (fault.answer !== undefined) {
        throw new Refused(fault.answer)
      } else {
        this.#open(record, request, response, this.#admit(request, url, record), fault)
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const { status, headers, body } = completed(error.answer)
      record.status = status
      response.writeHead(status, headers).end(body)
    }
    this.#changed()
  }

  /** The checks in the order of the real ones: edge, service, KafkaSSE. */
  #admit(request: IncomingMessage, url: URL, record: ConnectionRecord): Start[] {
    const uri = request.url ?? '/'
    if (!isDescriptive(request.headers['user-agent'])) throw userAgentError()
    if (request.method !== 'GET' || record.streams.length === 0) {
      throw serviceError(404, 'not_found', 'Not Found', 'Not Found', uri)
    }
    const sameClient = [...this.#connections].filter((each) => each.record.address === record.address)
    if (sameClient.length >= this.#settings.connectionLimit) {
      const title = 'Too Many Concurrent Connections From Your Client IP'
      const detail = 'Your HTTP client is likely opening too many concurrent connections.'
      throw serviceError(429, 'too_many_requests', title, detail, uri)
    }
    const { streams } = this.broker
    const unknown = record.streams.filter((stream) => !streams.has(stream))
    if (unknown.length > 0) {
      throw serviceError(400, 'not_found', 'Stream Not Found', `Invalid streams: ${unknown.join(',')}`, uri)
    }
    const topics = [...new Set(record.streams.flatMap((stream) => streams.get(stream) ?? []))]
    const since = parseSince(url.searchParams.get('since'), uri)
    const lastEventId = request.headers['last-event-id']
    return resolveStarts(this.broker, topics, lastEventId?.toString(), since, this.#settings.unsentShows)
  }

  #open(
    record: ConnectionRecord,
    request: IncomingMessage,
    response: ServerResponse,
    starts: Start[],
    fault: Fault,
  ) {
    const accept = request.headers.accept ?? ''
    const connection = new Connection(record, response, starts, {
      json: accept.includes('application/json') && !accept.includes('text/event-stream'),
      backlogFirst: this.#settings.backlogFirst,
      onChange: () => {
        if (record.state === 'closed') this.#connections.delete(connection)
        this.#changed()
      },
    })
    this.#connections.add(connection)
    connection.open(fault)
  }
}

function recordOf(number: number, request: IncomingMessage, url: URL): ConnectionRecord {
  const streams = /^\/v2\/stream\/([^/]+)$/.exec(url.pathname)?.[1]
  return {
    number,
    at: Date.now(),
    address: request.socket.remoteAddress ?? '',
    url: request.url ?? '',
    streams: streams === undefined ? [] : decodeURIComponent(streams).split(','),
    since: url.searchParams.get('since'),
    lastEventId: request.headers['last-event-id']?.toString() ?? null,
    userAgent: request.headers['user-agent'] ?? null,
    headers: request.headers,
    status: null,
    state: 'answered',
    events: 0,
    bytes: 0,
    endedAt: null,
    endedBy: null,
  }
}

function meets(counts: Counts, condition: Condition): boolean {
  return (Object.keys(condition) as (keyof Counts)[]).every((key) => {
    const [is, wanted] = [counts[key], condition[key]]
    return key === 'open' || typeof wanted === 'boolean' ? is === wanted : Number(is) >= Number(wanted)
  })
}
