/** Counting against limits, and Discord's headers that tell of it. */
import { createHash } from 'node:crypto'
import type { RateLimit, RateLimitScope } from './protocol.ts'
import { Refusal } from './refusal.ts'

/** So many in so many seconds. */
export const per = (seconds: number, limit: number): RateLimit => ({ limit, windowMs: seconds * 1000 })

interface Window {
  readonly endsAt: number
  used: number
  /** Nothing is left, for a reason other than use. */
  readonly imposed?: RateLimitScope
}

/** What is left after an attempt to take one. */
export interface Taken {
  readonly granted: boolean
  readonly remaining: number
  readonly endsAt: number
  /** The limit that a fault has imposed. */
  readonly imposed?: RateLimitScope | undefined
}

/** Counts in windows that begin with the first use, as Discord does. */
export class RateLimiter {
  readonly #windows = new Map<string, Window>()

  take(key: string, { limit, windowMs }: RateLimit): Taken {
    const now = Date.now()
    let window = this.#windows.get(key)
    if (!window || window.endsAt <= now) {
      window = { endsAt: now + windowMs, used: 0 }
      this.#windows.set(key, window)
    }
    const { endsAt, imposed } = window
    const granted = !imposed && window.used < limit
    if (granted) window.used += 1
    return { granted, remaining: imposed ? 0 : Math.max(0, limit - window.used), endsAt, imposed }
  }

  /** For so long nothing is granted. */
  impose(key: string, scope: RateLimitScope, durationMs: number): Taken {
    const endsAt = Date.now() + durationMs
    this.#windows.set(key, { endsAt, used: 0, imposed: scope })
    return { granted: false, remaining: 0, endsAt, imposed: scope }
  }

  /** Whether nothing is left, without taking any. */
  spent(key: string, { limit }: RateLimit): boolean {
    const window = this.#windows.get(key)
    return window !== undefined && window.endsAt > Date.now() && window.used >= limit
  }
}

/** The headers of a route's bucket; `route` is its template, without ids. */
export function bucketHeaders(route: string, { limit }: RateLimit, taken: Taken): Record<string, string> {
  return {
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': String(taken.remaining),
    'X-RateLimit-Reset': (taken.endsAt / 1000).toFixed(3),
    'X-RateLimit-Reset-After': secondsUntil(taken).toFixed(3),
    'X-RateLimit-Bucket': bucketOf(route),
  }
}

const buckets = new Map<string, string>()

function bucketOf(route: string): string {
  const known = buckets.get(route) ?? createHash('md5').update(route).digest('hex')
  buckets.set(route, known)
  return known
}

/** 429. The header counts whole seconds, the body fractions of them. */
export function tooMany(
  taken: Taken,
  scope: RateLimitScope,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  const global = scope === 'global'
  const seconds = secondsUntil(taken)
  const body = { code: 0, message: 'You are being rate limited.', retry_after: seconds, global }
  // What is imposed on everything meets requests that are on their way.
  const kind = global && taken.imposed ? null : 'rate-limit'
  return new Refusal(429, body, kind, {
    ...headers,
    ...(global ? { 'X-RateLimit-Global': 'true' } : {}),
    'X-RateLimit-Scope': scope,
    'Retry-After': String(Math.ceil(seconds)),
  })
}

const secondsUntil = ({ endsAt }: Taken): number => Math.max(0, endsAt - Date.now()) / 1000
