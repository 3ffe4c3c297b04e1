import { isUnreadable, type Unreadable } from '../../change.ts'
import { ChangeColumns } from '../../columns.ts'
import type { Batch, Gap, Position, Source } from '../../contracts.ts'
import { messageOf } from '../../errors.ts'
import { Backoff } from '../../flow/backoff.ts'
import { Batcher } from '../../flow/batcher.ts'
import { wait } from '../../flow/wait.ts'
import { text } from '../../language/messages.ts'
import type { Log } from '../../log.ts'
import { CANARY, readRecentChange } from '../../recentchange.ts'
import { readStream, StreamFault } from './connection.ts'
import { type Asked, Coverage } from './coverage.ts'
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

/** What has come since the last batch. */
interface Gathered {
  readonly changes: ChangeColumns
  readonly unreadable: Unreadable[]
  /** The gaps that there is news of, by their beginning. */
  readonly gaps: Map<number, Gap>
  /** The gaps that may yet turn out to be none, where there is news of them. */
  undecided: readonly Gap[] | null
  /** The id that moves the position past all of it. */
  lastId: string | null
}

const LIMITS = { batchSize: 2000, maxWeight: 16 * 1024 * 1024, lingerMs: 20 }

/** A connection that was closed sooner than this was not the routine close of the edge. */
const SHORT_MS = 5000

/** What is known of the connection. */
interface Line {
  /** Something has come on the one that there is. */
  isUp: boolean
}

/** A stream of Wikimedia's EventStreams (or of a server like it): reconnects for ever, resumes without loss. */
export function eventStreams(
  options: EventStreamsOptions,
): Source & { isConnected(): boolean; held(): number } {
  const name = 'eventstreams'
  const line: Line = { isUp: false }
  let reader: Batcher<Gathered> | undefined
  return {
    name,
    isConnected: () => line.isUp,
    held: () => reader?.held ?? 0,
    async *read(from: Position | null, stop: AbortSignal): AsyncIterable<Batch> {
      const resume = new Resume(askedInUrl(options.url) ?? Date.now() - REWIND_MS, from)
      const gathering = new Batcher<Gathered>(LIMITS, () => ({
        changes: new ChangeColumns(name),
        unreadable: [],
        gaps: new Map(),
        undecided: null,
        lastId: null,
      }))
      reader = gathering
      const ended = new AbortController()
      const reading = keepReading(
        options,
        name,
        resume,
        gathering,
        line,
        AbortSignal.any([stop, ended.signal]),
      )
        .then(() => gathering.end())
        .catch((error: unknown) => gathering.end({ error }))
      try {
        for (let taken = await gathering.take(); taken !== undefined; taken = await gathering.take()) {
          const { changes, unreadable, gaps, undecided, lastId } = taken
          resume.undecided = undecided ?? resume.undecided
          if (lastId !== null) resume.advance(lastId, Date.now())
          yield { source: name, changes, unreadable, position: resume.position, gaps: [...gaps.values()] }
        }
      } finally {
        ended.abort()
        gathering.end()
        await reading
      }
    },
  }
}

/** Ways to ask for what comes next, each for a server that refuses the one before. */
type Way = 'by topic' | 'by time' | 'from now on'

/** A server that has called the time itself wrong so often is not asked for it any more. */
const MOST_TIME_REFUSALS = 3

/**
 * How to ask after a refusal. The topics of a stream can change: then it is asked by time. But any refusal may pass,
 * so both are tried in turn for as long as it takes; what would leave changes out comes last, and only after the
 * time was named as what is wrong (400), again and again.
 */
function wayAfter(way: Way, status: number | null, timeRefusals: number): Way {
  if (status !== 400 && status !== 404) return way
  if (way === 'by topic') return 'by time'
  return way === 'by time' && status === 400 && timeRefusals + 1 >= MOST_TIME_REFUSALS
    ? 'from now on'
    : 'by topic'
}

/**
 * One connection after another until `stop`. It asks for what comes after the batches *taken*: what is still held
 * back comes once more, and its ids discard it.
 */
async function keepReading(
  { url, userAgent, idleMs, log }: EventStreamsOptions,
  source: string,
  resume: Resume,
  gathering: Batcher<Gathered>,
  line: Line,
  stop: AbortSignal,
): Promise<void> {
  const host = new URL(url).host
  const backoff = new Backoff(1000, 60_000)
  let isTroubled = false
  let wasConnected = false
  let way: Way = 'by topic'
  let timeRefusals = 0

  while (!stop.aborted) {
    const openedAt = performance.now()
    let received = 0
    let serverError: string | undefined
    let lastId: string | null = null
    if (way === 'by topic' && resume.lastEventId === null) way = 'by time'
    const coverage = coverageOf(resume, way)
    const frames = new Frames({
      onEvent(id, bytes, from, to) {
        received++
        if (received === 1) {
          backoff.reset()
          way = 'by topic'
          timeRefusals = 0
          if (isTroubled) log.info(`connected to ${host} again`)
          isTroubled = false
          wasConnected = true
        }
        if (id !== null && !coverage.isDecided) {
          const before = coverage.undecided.length
          const news = coverage.see(id, Date.now())
          const { undecided } = coverage
          if (news.length > 0 || undecided.length !== before) {
            for (const gap of news) gathering.batch.gaps.set(gap.from, gap)
            gathering.batch.undecided = undecided
          }
        }
        const { changes, unreadable } = gathering.batch
        if (!bytes.scan(from, to, changes)) readUnusual(bytes.decode(from, to), changes, unreadable)
        gathering.added(1, to - from)
        lastId = id ?? lastId
      },
      onServerError(data) {
        serverError = describeServerError(data)
      },
      onOversize() {
        gathering.batch.unreadable.push({
          unreadable: true,
          source,
          kind: 'too_large',
          reason: 'larger than 16 MB',
          raw: '',
        })
        gathering.added(1, 0)
      },
    })
    const receive = (chunk: Buffer) => {
      line.isUp = true
      frames.feed(chunk)
      // Each id says how far all topics have been read, so the last one of a chunk speaks for the others.
      if (lastId !== null) gathering.batch.lastId = Buffer.from(lastId).toString()
      lastId = null
      return gathering.isFull ? gathering.room() : undefined
    }

    try {
      const { target, headers } = request(url, userAgent, resume, way)
      await readStream(target, headers, idleMs, stop, receive).finally(() => {
        line.isUp = false
      })
      if (serverError !== undefined) throw new StreamFault(`it reports: ${serverError}`)
      if (stop.aborted) return
      log.debug({ received }, `${host} closed the connection, as it does every few minutes`)
      // Straight on, unless the connection was worth little: a server in trouble is not to be asked ever faster.
      if (received === 0 || performance.now() - openedAt < SHORT_MS) await wait(backoff.next(), stop)
    } catch (error) {
      if (!(error instanceof StreamFault)) throw error
      const otherWay = wayAfter(way, error.status, timeRefusals)
      if (way === 'by time' && error.status === 400) timeRefusals++
      const isAtOnce = otherWay !== way && otherWay !== 'by topic'
      way = otherWay
      const delay = Math.max(isAtOnce ? 0 : backoff.next(), error.retryAfterMs ?? 0)
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

/** Reads an event of any form: a change, something unreadable, or a mere sign of life. */
function readUnusual(json: string, changes: ChangeColumns, unreadable: Unreadable[]): void {
  const { source } = changes
  const reading = readRecentChange(json, source)
  if (reading === CANARY) return
  if (isUnreadable(reading)) {
    unreadable.push(reading)
    return
  }
  try {
    changes.add(reading)
  } catch (error) {
    // Log parameters can be nested so deeply that they can be read but not written.
    unreadable.push({ unreadable: true, source, kind: 'too_deep', reason: messageOf(error), raw: json })
  }
}

/** At a first start nothing is known to be there; a stream of 40 events a second has some within this time, in ms. */
const FIRST_EVENT_MS = 60_000

function coverageOf(resume: Resume, way: Way): Coverage {
  const { latest, earliest } = resume
  const ofTopic = resume.asked()
  const asked: Asked = {
    storedTo: latest ?? earliest,
    toleranceMs: latest === null ? FIRST_EVENT_MS : 0,
    of: (topic, partition) =>
      way === 'from now on' ? null : way === 'by time' ? earliest : ofTopic(topic, partition),
  }
  const reason = way === 'from now on' ? text('en', 'gap.refused') : text('en', 'gap.expired')
  return new Coverage(asked, reason, resume.undecided)
}

/** A start in the past can be asked for in the address itself: `…/recentchange?since=2026-11-01T00:00:00Z`. */
function askedInUrl(url: string): number | null {
  const since = new URL(url).searchParams.get('since') ?? ''
  const time = /^\d+$/.test(since) ? Number(since) : Date.parse(since)
  return Number.isNaN(time) ? null : time
}

function request(url: string, userAgent: string, resume: Resume, way: Way) {
  const target = new URL(url)
  const headers: Record<string, string> = { 'user-agent': userAgent }
  const { lastEventId } = resume
  target.searchParams.delete('since')
  if (way === 'by topic' && lastEventId !== null) headers['last-event-id'] = lastEventId
  if (way === 'by time') target.searchParams.set('since', new Date(resume.earliest).toISOString())
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
