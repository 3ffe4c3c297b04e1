/** Requests wait their turn: the limits of routes and of everything, those that a fault imposes, and the way to a ban. */
import type { Match } from './matching.ts'
import type { Fault, RateLimit, Settings } from './protocol.ts'
import { bucketHeaders, tooMany } from './ratelimit.ts'
import type { Refusal } from './refusal.ts'
import type { World } from './world.ts'

/** Counts the request against the global limit and its route's; what the route's headers say of it. */
export function takeTurn({ limiter, settings }: World, match: Match): Record<string, string> {
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

/** 429 out of the blue, and again for whoever does not wait. */
export function limited(
  { limiter, settings }: World,
  { scope, retryAfterMs }: NonNullable<Fault['rateLimit']>,
  match: Match,
): Refusal {
  const { name, limit, key } = bucketFor(settings, match)
  if (scope === 'global') return tooMany(limiter.impose('global', scope, retryAfterMs), scope)
  const taken = limiter.impose(key, scope, retryAfterMs)
  return tooMany(taken, scope, bucketHeaders(name, limit, taken))
}

/** Discord counts what it refused; a limit that others have used up is not the bot's fault. */
export function countInvalid(
  { limiter, settings, invalid }: World,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (![401, 403, 429].includes(status) || headers['X-RateLimit-Scope'] === 'shared') return
  invalid[status] = (invalid[status] ?? 0) + 1
  limiter.take('invalid', settings.invalidRequests)
}
