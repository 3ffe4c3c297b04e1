/** Whom a request asks, and for what. */
import type { IncomingMessage } from 'node:http'
import { problem, type Reply } from './reply.ts'

/**
 * Reads the target of a request that names the server as well (`GET http://localhost:8080/healthz`, as proxies are
 * asked): from then on its `url` begins with the path, and its `Host` is the name in the target, which is the one that
 * counts (RFC 9112, 3.2.2).
 * @returns what is to be replied to a request that does not say clearly whom it asks; else `null`
 */
export function readTarget(
  request: Pick<IncomingMessage, 'url' | 'headers' | 'rawHeaders' | 'httpVersion'>,
): Reply | null {
  const { rawHeaders, httpVersion, headers, url = '' } = request
  const hosts = rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === 'host').length
  // Of two, whoever is between might look at the other one.
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1'))
    return problem(400, 'A request has one Host header.', { connection: 'close' })
  const [, name, rest = ''] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? []
  if (name !== undefined) {
    headers.host = name
    request.url = rest.startsWith('/') ? rest : `/${rest}`
  }
  return null
}
