import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { HttpSettings } from '../../config.ts'
import type { Log } from '../../log.ts'
import type { Api } from './api/api.ts'
import type { Answering } from './api/resource.ts'
import { bodyOf } from './body.ts'
import { dashboard } from './dashboard.ts'
import { liveness, readiness } from './health.ts'
import { exposition } from './metrics/exposition.ts'
import { type Measured, metrics } from './metrics/metrics.ts'
import { content, problem, type Reply } from './reply.ts'
import type { Traffic } from './traffic.ts'

/** Takes the interactions that Discord sends over HTTP. */
interface InteractionTaker {
  /**
   * @param body as it came, byte by byte: it is signed
   * @param reply sends the first response; what follows goes another way. Called at most once
   * @returns when everything is said: whether it was of Discord at all, and was responded to
   */
  take(
    headers: IncomingMessage['headers'],
    body: Buffer,
    reply: (content: Pick<Reply, 'type' | 'body'>) => Promise<void>,
  ): Promise<'responded' | 'forged' | 'unanswered'>
}

/** What the routes answer from. */
export interface Served extends Omit<Measured, 'traffic'>, Answering {
  readonly store: Answering['store']
  readonly source: Measured['source']
  readonly http: HttpSettings
  readonly log: Log
  /** Only how it goes is to be asked here: health and metrics. */
  readonly isForOperators: boolean
  /** `null`: there is no such route. */
  readonly interactions: InteractionTaker | null
  /** Aborted when the system begins to stop. */
  readonly draining: AbortSignal
}

/** Longer requests are not taken, in bytes. An interaction with all that Discord puts into one is far below. */
const MOST_BODY = 262_144

export interface Route {
  readonly method: 'GET' | 'POST'
  /** Who asks need not show who they are. */
  readonly isOpen: boolean
  /** Who asks by GET is served as long as they stay: the connection is handed over. */
  readonly isLasting?: boolean
  /** What its requests are counted under; its path, unless that is another one in every build. */
  readonly countedAs?: string
  /**
   * Replies by `reply`, at most once; resolves when all that the request is about is done.
   * @param connection what was handed over. Where nothing is replied it is in the hands of whoever was given it
   */
  serve(
    request: IncomingMessage,
    reply: (reply: Reply) => Promise<void>,
    connection: Socket | null,
  ): Promise<void>
}

/** What requests to a path are counted under. */
export const countedAs = (path: string, routes: ReadonlyMap<string, Route>): string =>
  routes.get(path)?.countedAs ?? path

/** The methods by which it can be asked. */
export const methodsOf = ({ method }: Route): readonly string[] =>
  method === 'GET' ? ['GET', 'HEAD'] : [method]

const STREAM = '/api/changes/stream'
/** What `api/` serves. */
const API_PATHS = [
  '/api/changes',
  STREAM,
  '/api/stats',
  '/api/series',
  '/api/top',
  '/api/scopes',
  '/api/status',
  '/openapi.json',
]

/** All that there is, by path. */
export function routesOf(served: Served, traffic: () => Traffic): ReadonlyMap<string, Route> {
  const { store, draining, interactions } = served
  const get = (isOpen: boolean, answer: () => Reply | Promise<Reply>): Route => ({
    method: 'GET',
    isOpen,
    serve: async (_request, reply) => reply(await answer()),
  })
  const routes = new Map<string, Route>([
    ['/healthz', get(true, liveness)],
    ['/readyz', get(true, () => readiness(store, draining))],
    ['/metrics', get(false, () => measurements({ ...served, traffic: traffic() }))],
  ])
  if (served.isForOperators) return routes
  let api: Promise<Api> | undefined
  const loadApi = async () => (await import('./api/api.ts')).api(served)
  for (const path of API_PATHS) {
    routes.set(path, {
      method: 'GET',
      isOpen: false,
      isLasting: path === STREAM,
      async serve(request, reply, connection) {
        api ??= loadApi()
        await (await api).serve(request, reply, connection)
      },
    })
  }
  for (const [path, file] of dashboard()) {
    routes.set(path, {
      method: 'GET',
      isOpen: false,
      countedAs: 'dashboard',
      serve: async (request, reply) => reply(await file(request)),
    })
  }
  if (interactions !== null) {
    routes.set('/discord/interactions', {
      method: 'POST',
      // The signature says who it is.
      isOpen: true,
      serve: (request, reply) => takeInteraction(interactions, request, reply),
    })
  }
  return routes
}

async function measurements(measured: Measured): Promise<Reply> {
  const { text, type } = await exposition(await metrics(measured, Date.now()))
  return content(text, type)
}

async function takeInteraction(
  interactions: InteractionTaker,
  request: IncomingMessage,
  reply: (reply: Reply) => Promise<void>,
): Promise<void> {
  const body = await bodyOf(request, MOST_BODY)
  if (body === null)
    return reply(problem(413, `A body has at most ${MOST_BODY} bytes.`, { connection: 'close' }))
  const outcome = await interactions.take(request.headers, body, ({ type, body }) =>
    reply(content(body, type)),
  )
  if (outcome === 'forged') await reply(problem(401, 'The signature is not that of Discord.'))
  if (outcome === 'unanswered') await reply(problem(500, 'This could not be answered; the log says why.'))
}
