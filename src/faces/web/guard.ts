/** Who is let in. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type HttpSettings, isLoopback } from '../../config.ts'
import { problem, type Reply } from './reply.ts'

/** In lines of their own: browsers read one of each, and ask for a password by the one that they know. */
const CHALLENGES = ['Bearer realm="wiki-change-stream"', 'Basic realm="wiki-change-stream", charset="UTF-8"']

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
    return isSame(givenToken(headers.authorization ?? ''), token)
      ? null
      : problem(
          401,
          'This needs the value of HTTP_TOKEN: as the header “Authorization: Bearer …”, or as the password of any user.',
          { 'www-authenticate': CHALLENGES },
        )
  }
  if (isPublic || !isLoopback(host) || isOwnName(headers.host ?? '')) return null
  return problem(
    403,
    'This is answered under the name of this machine only. Behind a proxy with a name of its own, set HTTP_TOKEN, or HTTP_PUBLIC=yes if anybody may read.',
  )
}

/**
 * The token in an `Authorization`: as it is (RFC 6750), or as the password of HTTP Basic (RFC 7617), which is all that a
 * browser can be made to send by somebody who opens a page. Whose name stands before it means nothing. `''`: there is none.
 */
function givenToken(authorization: string): string {
  const [, scheme = '', credentials = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() !== 'basic') return credentials
  // What is no base64 would be read all the same.
  if (!/^[A-Za-z\d+/]+={0,2}$/.test(credentials)) return ''
  const [, password = ''] = /^[^:]*:(.*)$/s.exec(Buffer.from(credentials, 'base64').toString()) ?? []
  return password
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
