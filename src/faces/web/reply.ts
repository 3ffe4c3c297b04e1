import { type ServerResponse, STATUS_CODES } from 'node:http'

/** What is answered to a request. */
export interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string | Uint8Array
  /** Of several values, each is sent in a line of its own. */
  readonly headers?: Readonly<Record<string, string | string[]>>
}

/** Unless it says otherwise, what is served is no page, may not stand in one of somebody else's, and is not to be kept. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** The same for what is written to a connection as it is. */
export const HEADER_LINES: readonly string[] = Object.entries(HEADERS).map(
  ([name, value]) => `${name}: ${value}`,
)

export const content = (body: Reply['body'], type = 'text/plain; charset=utf-8'): Reply => ({
  status: 200,
  type,
  body,
})

/**
 * An error in the form of RFC 9457.
 * @param detail what is wrong with this request and what would be right, for people; nothing of the inside
 * @param members what programs are told besides
 */
export const problem = (
  status: number,
  detail: string,
  headers: Reply['headers'] = {},
  members: Readonly<Record<string, unknown>> = {},
): Reply => ({
  status,
  type: 'application/problem+json',
  body: JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, detail, ...members }),
  headers,
})

/** So long, in ms, nothing of a reply may be taken. */
const PATIENCE_MS = 30_000

/** Sends a reply; resolves when it is handed to the network, or whoever asked is gone. */
export function send(response: ServerResponse, { status, type, body, headers }: Reply): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve)
    response.setTimeout(PATIENCE_MS, () => response.destroy())
    response.writeHead(status, {
      ...HEADERS,
      ...(status !== 304 && { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
      ...headers,
    })
    response.end(body)
  })
}
