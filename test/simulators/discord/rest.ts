/** Serving `/api/v10`: everything that is the same for all routes. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Body, parseBody, readBytes } from './body.ts'
import type { Fault, RateLimit, RequestRecord, Settings } from './protocol.ts'
import { bucketHeaders, tooMany } from './ratelimit.ts'
import { type Issue, invalidForm, Refusal, refusal } from './refusal.ts'
import { type Route, routes } from './routes.ts'
import { bodyTypes, checkBody, isPublic, readQuery } from './schema.ts'
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

interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
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
  countInvalid(world, answer)
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

/** Counts the request against the global limit and its route's; what the route's headers say of it. */
function takeTurn({ limiter, settings }: World, match: Match): Record<string, string> {
  const global = match.route.exempt ? null : limiter.take('global', settings.globalLimit)
  if (global && !global.granted) throw tooMany(global, 'global')
  const { name, limit, key } = bucketFor(settings, match)
  const taken = limiter.take(key, limit)
  const headers = bucketHeaders(name, limit, taken)
  if (!taken.granted) throw tooMany(taken, taken.imposed ?? 'user', headers)
  return headers
}

/** The limit that a request counts against: each route has its own for every channel, guild, or token. */
function bucketFor({ routeLimits }: Settings, { route, params }: Match) {
  const name = `${route.method} ${route.path}`
  const limit: RateLimit = routeLimits[name] ?? route.limit
  const major = params.channel_id ?? params.guild_id ?? params.webhook_token ?? params.interaction_id ?? ''
  return { name, limit, key: `${name} ${major}` }
}

/** What a fault answers in place of the route. */
function instead(world: World, fault: Fault, incoming: Incoming): Answer | undefined {
  const { status, body, headers = {}, rateLimit } = fault
  if (rateLimit) return limited(world, rateLimit, incoming)
  if (!status) return undefined
  if (fault.served) serve(world, incoming)
  return { status, body, headers, faulted: true }
}

/** 429 out of the blue, and again for whoever does not wait. */
function limited(
  { limiter, settings }: World,
  { scope, retryAfterMs }: NonNullable<Fault['rateLimit']>,
  { match }: Incoming,
): Answer | undefined {
  if (!match) return undefined
  const { name, limit, key } = bucketFor(settings, match)
  const taken = limiter.impose(scope === 'global' ? 'global' : key, scope, retryAfterMs)
  const { status, body, headers } = tooMany(
    taken,
    scope,
    scope === 'global' ? {} : bucketHeaders(name, limit, taken),
  )
  return { status, body, headers, faulted: true }
}

/** Discord counts what it refused; a limit that others have used up is not the bot's fault. */
function countInvalid({ limiter, settings, invalid }: World, { status, headers }: Answer): void {
  if (![401, 403, 429].includes(status) || headers?.['X-RateLimit-Scope'] === 'shared') return
  invalid[status] = (invalid[status] ?? 0) + 1
  limiter.take('invalid', settings.invalidRequests)
}

const idIssues = (params: Match['params']): Issue[] =>
  Object.entries(params)
    .filter(([name, id]) => name.endsWith('_id') && !/^\d{1,20}$/.test(id))
    .map(([name, id]) => ({
      path: [name],
      code: 'NUMBER_TYPE_COERCE',
      message: `Value "${id}" is not snowflake.`,
    }))

/** Rows are tried in order: a path that is spelled out stands before one with a parameter in its place. */
const patterns = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}))

function findRoute(method: string, path: string): Match | undefined {
  for (const { route, pattern } of patterns) {
    const found = route.method === method ? pattern.exec(path) : null
    if (found) return { route, params: found.groups ?? {} }
  }
  return undefined
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
