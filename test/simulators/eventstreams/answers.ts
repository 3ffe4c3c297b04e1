import type { Answer } from './protocol.ts'

/** A request that is answered with an error instead of a stream. */
export class Refused extends Error {
  readonly answer: Answer

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`)
    this.answer = answer
  }
}

/** An error of the EventStreams service itself, before it hands over to KafkaSSE. */
export function serviceError(
  status: number,
  type: string,
  title: string,
  detail: string,
  uri: string,
): Refused {
  return new Refused({
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ status, type, title, detail, method: 'GET', uri }),
  })
}

/** An error of KafkaSSE before the stream begins. */
export function kafkaSseError(status: number, name: string, message: string, extra: object = {}): Refused {
  return new Refused({
    status,
    body: `${JSON.stringify({ message, origin: 'KafkaSSE', name, ...extra, statusCode: status })}\n`,
  })
}

/** What the edge says to a client that does not say who it is. */
export function userAgentError(): Refused {
  return new Refused({
    status: 403,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: 'Please set a user-agent and respect our robot policy https://w.wiki/4wJS. See also T400119.\n',
  })
}

const REASONS: Record<number, string> = {
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** An answer ordered by a test, with the body that such an answer really has: a page of the edge. */
export function completed(answer: Answer): Required<Answer> {
  const reason = REASONS[answer.status] ?? 'Error'
  const html = `<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Wikimedia Error</title>
<h1>Error</h1>
<p>Our servers are currently under maintenance or experiencing a technical issue. Please try again in a few minutes.</p>
<code>Error: ${answer.status}, ${reason} at ${new Date().toUTCString()}</code>
</html>
`
  const type = answer.body === undefined ? { 'content-type': 'text/html; charset=utf-8' } : {}
  return { status: answer.status, headers: { ...type, ...answer.headers }, body: answer.body ?? html }
}

const GENERIC =
  /^(node|undici|node-fetch|axios|got|curl|wget|python|java|go-http|okhttp|ruby|php|perl|libwww)/i
const DESCRIPTIVE = /^[^\s/()]+\/[^\s()]+ .*\([^)]*(https?:\/\/|\S@\S)[^)]*\)/

/** Whether a User-Agent is one of the policy: `name/version (address or e-mail) …`, and not a library's own. */
export function isDescriptive(userAgent: string | undefined): boolean {
  return userAgent !== undefined && DESCRIPTIVE.test(userAgent) && !GENERIC.test(userAgent)
}
