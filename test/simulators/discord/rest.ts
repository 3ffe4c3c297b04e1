/** Serving `/api/v10`: everything that is the same for all routes. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Body, parseBody, readBytes } from './body.ts'
import { findRoute, idIssues, type Match } from './matching.ts'
import type { Fault, RequestRecord } from './protocol.ts'
import { invalidForm, Refusal, refusal } from './refusal.ts'
import type { Route } from './routes.ts'
import { bodyTypes, checkBody, isPublic, readQuery } from './schema.ts'
import { countInvalid, limited, takeTurn } from './turns.ts'
import type { World } from './world.ts'

const prefix = '/api/v10'

interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** A fault decided it. */
  readonly faulted?: boolean
}

interface Incoming {
  readonly request: IncomingMessage
  readonly url: URL
  readonly match: Match | undefined
  /** The body, or why it could not be read. */
  readonly parsed: Body | Refusal
  readonly record: RequestRecord
}

/** Answers one request, and keeps it in the records with whatever was wrong with it. */
export async function serveRest(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '', world.origin)
  // discord.js writes `%40original`.
  const path = url.pathname.replace(prefix, '').replaceAll('%40', '@')
  const method = request.method ?? ''
  const bytes = await readBytes(request)
  const match = url.pathname.startsWith(`${prefix}/`) ? findRoute(method, path) : undefined
  const types = match ? bodyTypes(match.route.path, method) : []
  const parsed = await parseBody(bytes, request.headers['content-type'], types).catch(
    (error: Refusal) => error,
  )
  const record = recordOf(request, path, url.searchParams, parsed)
  world.requests.push(record)
  world.changed()

  const fault = world.faults.meet(method, path)
  if (fault?.delayMs) await delay(fault.delayMs)
  if (fault?.gate) await world.until(() => world.gates.has(fault.gate ?? ''))
  if (fault?.cut === 'before') return cut(world, record, request)
  const incoming = { request, url, match, parsed, record }
  const answer = (fault && instead(world, fault, incoming)) ?? serve(world, incoming)
  if (fault?.cut === 'after') return cut(world, record, request)

  record.status = answer.status
  record.faulted = answer.faulted ?? false
  countInvalid(world, answer.status, answer.headers)
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
  const type = typeof answer.body === 'string' ? 'text/html' : 'application/json'
  response.writeHead(answer.status, {
    ...(text === undefined ? {} : { 'content-type': type }),
    ...answer.headers,
  })
  response.end(text)
  world.changed()
}

/** What Discord says to a request; a refusal is a violation. */
function serve(world: World, { request, url, match, parsed, record }: Incoming): Answer {
  const where = `${record.method} ${record.path}`
  let headers: Record<string, string> = {}
  try {
    checkCaller(world, request)
    if (!match) throw refusal(404, 0, '404: Not Found', 'route')
    checkToken(world, request, match.route)
    headers = takeTurn(world, match)
    if (parsed instanceof Refusal) throw parsed
    const { route, params } = match
    const query = readQuery(route.path, route.method, url.searchParams)
    const issues = [...idIssues(params), ...query.issues, ...checkBody(route.path, route.method, parsed.json)]
    if (issues.length > 0) throw invalidForm(issues)
    const { json: body, uploads } = parsed
    const answer = route.answer({ world, params, query: query.values, body, uploads, where })
    return { status: answer === undefined ? 204 : 200, body: answer, headers }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { status, kind, body } = error
    if (kind) world.violation(kind, where, error.message, record.body)
    return { status, body, headers: { ...headers, ...error.headers }, faulted: kind === null }
  }
}

/** What stands in front of Discord: it bans who is refused too often, and wants to know who calls. */
function checkCaller({ limiter, settings }: World, request: IncomingMessage): void {
  if (limiter.spent('invalid', settings.invalidRequests)) {
    const headers = { 'Retry-After': String(Math.ceil(settings.invalidRequests.windowMs / 1000)) }
    throw new Refusal(
      429,
      { code: 1015, message: 'banned for too many invalid requests' },
      'rate-limit',
      headers,
    )
  }
  if (!/^DiscordBot \(\S+, \S+\)/.test(request.headers['user-agent'] ?? '')) {
    throw refusal(403, 40333, 'Cloudflare is blocking your request', 'user-agent')
  }
}

function checkToken({ settings }: World, request: IncomingMessage, { path, method }: Route): void {
  const { authorization } = request.headers
  if (authorization === `Bot ${settings.token}`) return
  if (authorization === undefined && isPublic(path, method)) return
  throw refusal(401, 0, '401: Unauthorized', 'unauthorized')
}

/** What a fault answers in place of the route. */
function instead(world: World, fault: Fault, incoming: Incoming): Answer | undefined {
  const { status, body, headers = {}, rateLimit } = fault
  if (rateLimit && incoming.match) {
    const told = limited(world, rateLimit, incoming.match)
    return { status: told.status, body: told.body, headers: told.headers, faulted: true }
  }
  if (!status) return undefined
  if (fault.served) serve(world, incoming)
  return { status, body, headers, faulted: true }
}

function cut(world: World, record: RequestRecord, request: IncomingMessage): void {
  record.faulted = true
  request.socket.destroy()
  world.changed()
}

function recordOf(
  request: IncomingMessage,
  path: string,
  query: URLSearchParams,
  parsed: Body | Refusal,
): RequestRecord {
  const { json, uploads } = parsed instanceof Refusal ? { json: null, uploads: [] } : parsed
  return {
    at: new Date().toISOString(),
    method: request.method ?? '',
    path,
    query: Object.fromEntries(query),
    headers: request.headers as Record<string, string>,
    body: json,
    files: uploads.map(({ field, name, content }) => ({ field, name, size: content.length })),
    status: null,
    faulted: false,
  }
}
