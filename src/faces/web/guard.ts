/** Who is let in. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type HttpSettings, isLoopback } from '../../config.ts'
import { problem, type Reply } from './reply.ts'

/**
 * Refuses who is not to be answered; `null`: let in.
 *
 * Whoever listens on this machine alone and asks for no token trusts everything that runs here, also a browser. A page
 * of somebody else's can have its own name lead here (DNS rebinding), and then read what is answered; but the browser
 * still says by which name it asks.
 */
export function refusal(
  { headers }: Pick<IncomingMessage, 'headers'>,
  { host, token, isPublic }: HttpSettings,
): Reply | null {
  if (token !== null) {
    const [, given = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
    return isSame(given, token)
      ? null
      : problem(401, 'This needs the header “Authorization: Bearer …” with the value of HTTP_TOKEN.', {
          'www-authenticate': 'Bearer realm="wiki-change-stream"',
        })
  }
  if (isPublic || !isLoopback(host) || isOwnName(headers.host ?? '')) return null
  return problem(
    403,
    'This is answered under the name of this machine only. Behind a proxy with a name of its own, set HTTP_TOKEN, or HTTP_PUBLIC=yes if anybody may read.',
  )
}

/** Compares in a time that says nothing about where they differ, nor how long the right one is. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

function isOwnName(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d{1,5}$/, '')
  return isLoopback(name.replace(/^\[(.*)\]$/, '$1'))
}
