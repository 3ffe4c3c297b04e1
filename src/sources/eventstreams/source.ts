import type { Inbound } from '../../change.ts'
import type { Batch, Position, Source } from '../../contracts.ts'
import { messageOf } from '../../errors.ts'
import { Backoff } from '../../flow/backoff.ts'
import { Batcher } from '../../flow/batcher.ts'
import { wait } from '../../flow/wait.ts'
import type { Log } from '../../log.ts'
import { CANARY, readRecentChange } from '../../recentchange.ts'
import { readStream, StreamFault } from './connection.ts'
import { Frames } from './frames.ts'
import { REWIND_MS, Resume } from './position.ts'

export interface EventStreamsOptions {
  readonly url: string
  /** Wikimedia refuses clients that do not say who they are. */
  readonly userAgent: string
  /** So long without a byte, in ms, and the connection counts as dead. */
  readonly idleMs: number
  readonly log: Log
}

/** What came of one message: an event or a mere sign of life, and the id that moves the position past it. */
interface Item {
  readonly event: Inbound | null
  readonly id: string | null
}

const LIMITS = { batchSize: 5000, maxWeight: 16 * 1024 * 1024, lingerMs: 20 }

/** A connection that was closed sooner than this was not the routine close of the edge. */
const SHORT_MS = 5000

/** A stream of Wikimedia's EventStreams (or of a server like it): reconnects for ever, resumes without loss. */
export function eventStreams(options: EventStreamsOptions): Source {
  const name = 'eventstreams'
  return {
    name,
    async *read(from: Position | null, stop: AbortSignal): AsyncIterable<Batch> {
      const resume = new Resume(firstAsked(options.url) ?? Date.now() - REWIND_MS, from)
      const items = new Batcher<Item>(LIMITS)
      const ended = new AbortController()
      const reading = keepReading(options, name, resume, items, AbortSignal.any([stop, ended.signal]))
        .then(() => items.end())
        .catch((error: unknown) => items.end({ error }))
      try {
        for (let taken = await items.take(); taken !== undefined; taken = await items.take()) {
          // Each id says how far all topics have been read, so the last one covers the batch.
          const last = taken.findLast(({ id }) => id !== null)?.id ?? null
          if (last !== null) resume.advance(last, Date.now())
          const events = taken.flatMap(({ event }) => (event === null ? [] : [event]))
          yield { source: name, events, position: resume.position }
        }
      } finally {
        ended.abort()
        items.end()
        await reading
      }
    },
  }
}

/**
 * One connection after another until `stop`. It asks for what comes after the batches *taken*: what is still held
 * back comes once more, and its ids discard it.
 */
async function keepReading(
  { url, userAgent, idleMs, log }: EventStreamsOptions,
  source: string,
  resume: Resume,
  items: Batcher<Item>,
  stop: AbortSignal,
): Promise<void> {
  const host = new URL(url).host
  const backoff = new Backoff(1000, 60_000)
  let isTroubled = false
  let wasConnected = false
  let asksByTopic = true

  while (!stop.aborted) {
    const openedAt = performance.now()
    let received = 0
    let serverError: string | undefined
    const frames = new Frames({
      onEvent(id, bytes, from, to) {
        received++
        if (received === 1) {
          backoff.reset()
          asksByTopic = true
          if (isTroubled) log.info(`connected to ${host} again`)
          isTroubled = false
          wasConnected = true
        }
        const reading = bytes.scan(from, to, source) ?? readRecentChange(bytes.decode(from, to), source)
        items.push({ event: reading === CANARY ? null : reading, id }, to - from)
      },
      onServerError(data) {
        serverError = describeServerError(data)
      },
      onOversize() {
        const event = { unreadable: true, source, reason: 'larger than 16 MB', raw: '' } as const
        items.push({ event, id: null }, 0)
      },
    })
    const receive = (chunk: Buffer) => {
      frames.feed(chunk)
      return items.isFull ? items.room() : undefined
    }

    try {
      const { target, headers } = request(url, userAgent, resume, asksByTopic)
      await readStream(target, headers, idleMs, stop, receive)
      if (serverError !== undefined) throw new StreamFault(`it reports: ${serverError}`)
      if (stop.aborted) return
      log.debug({ received }, `${host} closed the connection, as it does every few minutes`)
      // Straight on, unless the connection was worth little: a server in trouble is not to be asked ever faster.
      if (received === 0 || performance.now() - openedAt < SHORT_MS) await wait(backoff.next(), stop)
    } catch (error) {
      if (!(error instanceof StreamFault)) throw error
      // The topics of a stream can change: a server that does not know one of ours is asked by time alone.
      const refusesTopics =
        asksByTopic && resume.position !== null && (error.status === 400 || error.status === 404)
      if (refusesTopics) asksByTopic = false
      const delay = Math.max(refusesTopics ? 0 : backoff.next(), error.retryAfterMs ?? 0)
      // A connection that breaks after it has served is as good as closed. Trouble is said once, and again when it
      // lasts; its end is said above.
      const isRoutine = error.isCut && received > 0
      const isNews = !isRoutine && (!isTroubled || backoff.attempt % 10 === 0)
      isTroubled ||= !isRoutine
      const look = wasConnected ? '' : ' (for a look without network: npm start -s -- start --demo)'
      log[isNews ? 'warn' : 'debug'](`${host}: ${messageOf(error)}; trying again until it works${look}`)
      await wait(delay, stop)
    }
  }
}

/** A start in the past can be asked for in the address itself: `…/recentchange?since=2026-11-01T00:00:00Z`. */
function firstAsked(url: string): number | null {
  const since = new URL(url).searchParams.get('since') ?? ''
  const time = /^\d+$/.test(since) ? Number(since) : Date.parse(since)
  return Number.isNaN(time) ? null : time
}

function request(url: string, userAgent: string, resume: Resume, byTopic: boolean) {
  const target = new URL(url)
  const headers: Record<string, string> = { 'user-agent': userAgent }
  const position = resume.position
  if (position !== null && byTopic) headers['last-event-id'] = position
  else target.searchParams.set('since', new Date(resume.earliest).toISOString())
  return { target: target.href, headers }
}

function describeServerError(data: string): string {
  try {
    const { name, message } = JSON.parse(data) as { name?: unknown; message?: unknown }
    return messageOf([name, message].filter((part) => typeof part === 'string').join(': ')).slice(0, 300)
  } catch {
    return messageOf(data).slice(0, 300)
  }
}
