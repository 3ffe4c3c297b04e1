/** The HTTP API. Loaded at the first request to it: at rest it is not there. */
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { HttpSettings } from '../../../config.ts'
import { isRetryable } from '../../../errors.ts'
import type { Log } from '../../../log.ts'
import type { Counters } from '../../../pipeline/counters.ts'
import { content, problem, type Reply } from '../reply.ts'
import { accepts, hasBody } from './accept.ts'
import { askedChanges } from './asked.ts'
import { changes } from './changes.ts'
import { Following } from './following.ts'
import { badValue, type Fault, readQuery } from './parameter.ts'
import type { Answering, Outcome, Resource } from './resource.ts'
import { scopes } from './scopes.ts'
import { series } from './series.ts'
import { Shared } from './shared.ts'
import { stats } from './stats.ts'
import { status } from './status.ts'
import { placeIn, stream } from './stream.ts'
import { top } from './top.ts'
import { Turns } from './turns.ts'

const RESOURCES: readonly Resource[] = [changes, stats, series, top, scopes, status]
const JSON_TYPE = 'application/json'

/** Searches at once: others search as well, and each takes its share of everybody's time. */
const MOST_SEARCHES = 16
/** Questions that may wait to be answered, and so long, in ms, that others may still come to wait behind them. */
const MOST_WAITING = 100
const MOST_DELAY_MS = 2000
/** So long, in seconds, an answer about a time that is over may be kept: changes that come late still count. */
const SETTLED_S = 300

export interface ApiOptions extends Answering {
  readonly http: Pick<HttpSettings, 'token'>
  readonly log: Log
  readonly counters: Pick<Counters, 'stored' | 'duplicates' | 'expired'>
  /** Aborted when the system begins to stop. */
  readonly draining: AbortSignal
}

export interface Api {
  /**
   * Answers a request to one of its addresses; resolves when that is done.
   * @param connection that of a request for the stream by GET, which goes on there; otherwise `null`
   */
  serve(
    request: IncomingMessage,
    reply: (content: Reply) => Promise<void>,
    connection: Socket | null,
  ): Promise<void>
}

export function api(options: ApiOptions): Api {
  const { store, log, counters, draining } = options
  const resources = new Map<string, Resource>(RESOURCES.map((resource) => [resource.path, resource]))
  const turns = new Turns(() => counters.stored + counters.duplicates + counters.expired)
  const questions = turns.lane()
  const following = new Following({ store, log, turns })
  if (draining.aborted) following.end()
  else draining.addEventListener('abort', () => following.end(), { once: true })
  const found = new Shared<Outcome>()
  let searching = 0
  let document: object | undefined

  async function answer(resource: Resource, request: IncomingMessage, query: string): Promise<Reply> {
    const read = readQuery(resource.parameters, query)
    if ('fault' in read) return bad(read.fault)
    const isSearch = resource.isSearch?.(read.values) ?? false
    const question = `${resource.path} ${JSON.stringify(read.values)}`
    const shared = isSearch ? found.get(question) : undefined
    const isNew = isSearch && shared === undefined
    if (isNew && searching >= MOST_SEARCHES) return busy('Too much is being searched for at once.')
    const isCrowded = questions.waiting >= MOST_WAITING || questions.delayMs > MOST_DELAY_MS
    if (isCrowded) return busy('Too much is being asked at once.')
    searching += Number(isNew)
    const get = () => {
      if (shared !== undefined) return shared
      const outcome = resource.get(read.values, { ...options, now: Date.now() })
      if (isSearch) found.keep(question, outcome, resource.keepMs ?? 0)
      return outcome
    }
    const worded = (outcome: Outcome) =>
      'fault' in outcome ? bad(outcome.fault) : json(request, outcome.body, outcome.isSettled)
    try {
      const begun = await questions.run(async () => {
        const outcome = get()
        return (await isSoon(outcome)) ? { reply: worded(await outcome) } : { outcome }
      })
      if ('reply' in begun) return begun.reply
      // It is searched for elsewhere, and nobody waits for it.
      const outcome = await begun.outcome
      return await questions.run(() => worded(outcome))
    } catch (error) {
      if (isRetryable(error)) return busy('The store is busy.')
      throw error
    } finally {
      searching -= Number(isNew)
    }
  }

  /** Begins a stream; resolves with what is to be replied where there is none. */
  async function follow(
    request: IncomingMessage,
    connection: Socket | null,
    query: string,
  ): Promise<Reply | null> {
    const read = readQuery(stream.parameters, query)
    if ('fault' in read) return bad(read.fault)
    const header = request.headers['last-event-id']?.toString()
    const place = placeIn(header)
    if (typeof place === 'object') return bad(badValue('Last-Event-ID', place.wrong, header ?? ''))
    const asked = await askedChanges(read.values, store)
    if ('fault' in asked) return bad(asked.fault)
    if (following.isFull) return busy('Too many follow the changes at once.')
    if (connection === null) return content('', 'text/event-stream; charset=utf-8')
    await following.follow(connection, asked, place ?? read.values.lastEventId ?? null)
    return null
  }

  return {
    async serve(request, reply, connection) {
      const [path = '', ...rest] = (request.url ?? '').split('?')
      const query = rest.join('?')
      const isStream = path === stream.path
      const type = isStream ? 'text/event-stream' : JSON_TYPE
      if (hasBody(request))
        return reply(problem(400, 'This takes no body: everything is asked in the address.', CLOSE))
      if (!accepts(request, type)) return reply(problem(406, `This is answered as ${type} alone.`))
      if (isStream) {
        const refused = await follow(request, connection, query)
        return refused === null ? undefined : reply(refused)
      }
      const resource = resources.get(path)
      if (resource !== undefined) return reply(await answer(resource, request, query))
      const read = readQuery({}, query)
      if ('fault' in read) return reply(bad(read.fault))
      const { openApi } = await import('./openapi.ts')
      document ??= openApi(RESOURCES, stream, options.http.token !== null)
      return reply(json(request, document, true))
    },
  }
}

/** Whether it needs no more than what is done on this thread; tells when that is done. */
function isSoon(outcome: Promise<unknown>): Promise<boolean> {
  // Such a tick comes behind all that waits for nothing but what is there.
  const idle = new Promise<boolean>((resolve) => process.nextTick(resolve, false))
  const isDone = () => true
  return Promise.race([outcome.then(isDone, isDone), idle])
}

/** What is still to come of the request is not read. */
const CLOSE = { connection: 'close' }

const bad = ({ parameter, detail, nearest }: Fault): Reply =>
  problem(400, detail, {}, { ...(parameter !== null && { parameter }), ...(nearest && { nearest }) })

const busy = (detail: string): Reply => problem(503, `${detail} Try again soon.`, { 'retry-after': '2' })

/** A document, or that it is the one that whoever asks has. */
function json(request: IncomingMessage, body: object, isSettled = false): Reply {
  const text = JSON.stringify(body)
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
  const headers = {
    etag,
    'cache-control': isSettled ? `private, max-age=${SETTLED_S}` : 'private, no-cache',
    vary: 'accept, authorization',
  }
  const known = request.headers['if-none-match'] ?? ''
  const isKnown = known.split(',').some((each) => [etag, '*'].includes(each.trim().replace(/^W\//, '')))
  return isKnown
    ? { status: 304, type: JSON_TYPE, body: '', headers }
    : { ...content(text, JSON_TYPE), headers }
}
