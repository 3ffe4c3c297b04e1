import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Placement } from './broker.ts'
import type { GenerateOptions } from './generate.ts'
import type {
  Condition,
  ConnectionRecord,
  Counts,
  Datacentre,
  Fault,
  FaultTarget,
  Settings,
  TopicSummary,
} from './protocol.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const START_DEADLINE_MS = 10_000
const WAIT_DEADLINE_MS = 10_000
/** Events per request of `publish`: the server reads connections in between. */
const EVENTS_PER_REQUEST = 2000

/** What to start the simulator with. */
export interface StartOptions {
  /** Stream name in the URL to the name of its topics without the datacentre. */
  readonly streams?: Readonly<Record<string, string>>
  /** Files of events (NDJSON) that are there from the start. */
  readonly events?: readonly string[]
  readonly connectionLimit?: number
}

/** How to publish. */
export interface PublishOptions extends Placement {
  /** Moves all `meta.dt` of the call by one and the same time, so that the latest one is now. */
  readonly now?: boolean
}

/** Starts a simulator as a process of its own, on free ports. It ends with `close`, or with this process. */
export async function startEventStreams(options: StartOptions = {}): Promise<EventStreamsSimulator> {
  const args = [MAIN, '--with-parent']
  for (const [stream, topic] of Object.entries(options.streams ?? {}))
    args.push('--stream', `${stream}=${topic}`)
  for (const file of options.events ?? []) args.push('--events', file)
  if (options.connectionLimit !== undefined) args.push('--connection-limit', String(options.connectionLimit))
  // Starts in less than half of the time once it was started before.
  const env = { NODE_COMPILE_CACHE: join(tmpdir(), 'eventstreams-simulator'), ...process.env }
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], env })
  const deadline = AbortSignal.timeout(START_DEADLINE_MS)
  const line = once(createInterface(child.stdout), 'line', { signal: deadline })
  const end = once(child, 'exit', { signal: deadline }).then(([code]) => {
    throw new Error(`the EventStreams simulator ended with ${code} before it listened`)
  })
  try {
    const [text] = (await Promise.race([line, end])) as [string]
    end.catch(() => {})
    const { url, control } = JSON.parse(text) as { url: string; control: string }
    return new EventStreamsSimulator(child, url, control)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

/** A running simulator, and the orders it takes. */
export class EventStreamsSimulator implements AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly #child: ChildProcess
  readonly #control: string

  constructor(child: ChildProcess, url: string, control: string) {
    this.#child = child
    this.url = url
    this.#control = control
  }

  /** Where one or several streams are read in one connection. */
  streamUrl(...streams: readonly string[]): string {
    return `${this.url}/v2/stream/${streams.length === 0 ? 'recentchange' : streams.join(',')}`
  }

  /**
   * Appends events, as objects or as JSON text, to the topic of their `meta.topic`, else to the active datacentre's.
   * Those with a `meta.offset` are sent byte for byte. Resolves to their number once they are in the log.
   */
  async publish(events: Iterable<object | string>, options: PublishOptions = {}): Promise<number> {
    const { now, ...placement } = options
    const path = `/control/publish?${query(placement)}`
    let published = 0
    // While one request is under way the next is put together.
    let under = Promise.resolve(0)
    for (const batch of batches(now ? moveToNow([...events]) : events)) {
      published += await under
      under = this.#order<number>('POST', path, batch.map(toText).join('\n'))
    }
    return published + (await under)
  }

  /** Appends any text as the data of one message: garbage, or a very long one. By default to eqiad's recentchange. */
  async publishRaw(data: string, placement: Placement = {}): Promise<void> {
    const { topic = 'eqiad.mediawiki.recentchange', timestamp = Date.now() } = placement
    await this.#order('POST', `/control/publish-raw?${query({ topic, timestamp })}`, data)
  }

  /** Has the simulator generate events by itself: nothing is sent, and the same options give a test the same events. */
  generate(options: GenerateOptions): Promise<number> {
    return this.#order('POST', '/control/generate', options)
  }

  /** Publishes a canary event with a body as of a real event, or (`bare`) with nothing but `$schema` and `meta`. */
  async canary(options: { bare?: boolean; datacentre?: Datacentre } = {}): Promise<void> {
    const { bare = false, datacentre } = options
    const stream = 'mediawiki.recentchange'
    const now = new Date()
    const meta = {
      id: randomUUID(),
      dt: now.toISOString(),
      domain: 'canary',
      stream,
      request_id: randomUUID(),
    }
    const head = { $schema: '/mediawiki/recentchange/1.0.0', meta }
    const event = bare ? head : { ...head, ...CANARY_BODY, timestamp: Math.floor(now.getTime() / 1000) }
    await this.publish([event], datacentre === undefined ? {} : { topic: `${datacentre}.${stream}` })
  }

  /** Events without a topic of their own go there from now on. */
  switchover(active: Datacentre): Promise<void> {
    return this.configure({ active })
  }

  configure(settings: Partial<Settings>): Promise<void> {
    return this.#order('POST', '/control/settings', settings)
  }

  /** Drops what is older from each log. Resolves to how many messages that were. */
  expire(beforeMs: number): Promise<number> {
    return this.#order('POST', `/control/expire?before=${beforeMs}`)
  }

  /** For the next connections, one each, in the order of the calls. */
  faultNext(fault: Fault, connections = 1): Promise<void> {
    return this.#fault({ next: connections }, fault)
  }

  /** For all connections to come that no `faultNext` is for. `{}` ends it. */
  faultEvery(fault: Fault): Promise<void> {
    return this.#fault('every', fault)
  }

  /** For those that are open, from their next byte on. `{}` makes them sound, and lets a stalled one go on. */
  faultOpen(fault: Fault): Promise<void> {
    return this.#fault('open', fault)
  }

  /** Closes the listener. Open connections stay open. */
  refuse(): Promise<void> {
    return this.#order('POST', '/control/refuse')
  }

  /** Listens again, on the same port. */
  async accept(): Promise<void> {
    await this.#order('POST', '/control/accept')
  }

  /** All requests so far, in the order they came. */
  requests(): Promise<ConnectionRecord[]> {
    return this.#order('GET', '/control/requests')
  }

  /** The streams that are open now. */
  async connections(): Promise<ConnectionRecord[]> {
    const requests = await this.requests()
    return requests.filter(({ status, state }) => status === 200 && (state === 'open' || state === 'stalled'))
  }

  topics(): Promise<TopicSummary[]> {
    return this.#order('GET', '/control/topics')
  }

  /** Resolves once all of the condition holds at the same time; rejects, with the counts there were, at the deadline. */
  async waitFor(condition: Condition, timeoutMs = WAIT_DEADLINE_MS): Promise<Counts> {
    const path = `/control/wait?timeout=${timeoutMs}`
    const { met, counts } = await this.#order<{ met: boolean; counts: Counts }>('POST', path, condition)
    if (met) return counts
    const [wanted, are] = [JSON.stringify(condition), JSON.stringify(counts)]
    throw new Error(`waited ${timeoutMs} ms for ${wanted} in the EventStreams simulator: there are ${are}`)
  }

  /** The nth stream that was begun, once it was. */
  async waitForConnection(n: number, timeoutMs?: number): Promise<ConnectionRecord> {
    await this.waitFor({ opened: n }, timeoutMs)
    const streams = (await this.requests()).filter(
      ({ status, state }) => status === 200 && state !== 'answered',
    )
    return streams[n - 1] as ConnectionRecord
  }

  /** Until an open connection has been sent all there is for it (a reader that began at the tail: since then). */
  async waitUntilSent(timeoutMs?: number): Promise<void> {
    await this.waitFor({ sent: true }, timeoutMs)
  }

  /** Ends the process. Idempotent. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exit
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #fault(target: FaultTarget, fault: Fault): Promise<void> {
    return this.#order('POST', '/control/fault', { target, fault })
  }

  async #order<T>(method: 'GET' | 'POST', path: string, body?: object | string): Promise<T> {
    const text = typeof body === 'object' ? JSON.stringify(body) : body
    const response = await fetch(this.#control + path, { method, ...(text !== undefined && { body: text }) })
    if (!response.ok) throw new Error(`EventStreams simulator: ${await response.text()}`)
    return (await response.json()) as T
  }
}

const CANARY_BODY = {
  id: 1,
  type: 'edit',
  namespace: 0,
  title: 'Main_Page',
  title_url: 'https://canary/wiki/Main_Page',
  comment: 'canary event',
  parsedcomment: 'canary event',
  user: 'canary',
  bot: false,
  minor: false,
  length: { old: 1, new: 2 },
  revision: { old: 1, new: 2 },
  server_url: 'https://canary',
  server_name: 'canary',
  server_script_path: '/w',
  wiki: 'examplewiki',
}

const toText = (event: object | string): string => (typeof event === 'string' ? event : JSON.stringify(event))

function query(values: Readonly<Record<string, string | number>>): string {
  return new URLSearchParams(
    Object.entries(values).map(([key, value]): [string, string] => [key, `${value}`]),
  ).toString()
}

function* batches<T>(items: Iterable<T>): Generator<T[]> {
  let batch: T[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < EVENTS_PER_REQUEST) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** The events with the same distances in time, the latest of them now. What was recorded is so no more. */
function moveToNow(events: readonly (object | string)[]): object[] {
  const parsed = events.map((event) => JSON.parse(toText(event)) as { meta: { dt: string } })
  const latest = parsed.reduce((most, { meta }) => Math.max(most, Date.parse(meta.dt)), 0)
  const shift = Date.now() - latest
  return parsed.map((event) => {
    const { offset: _, ...meta } = event.meta as { dt: string; offset?: number }
    return { ...event, meta: { ...meta, dt: new Date(Date.parse(meta.dt) + shift).toISOString() } }
  })
}
