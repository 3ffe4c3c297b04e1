import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Placement } from './broker.ts'
import { type GenerateOptions, generateEvents } from './generate.ts'
import type { Condition, Fault, FaultTarget, Settings, TopicSummary } from './protocol.ts'
import type { EventStreamsServer } from './server.ts'

const HOST = '127.0.0.1'
const NEWLINE = 10
/** Generated events are put in so many at a time, and connections are served in between. */
const GENERATED_AT_ONCE = 1000

type Handler = (query: URLSearchParams, body: Buffer) => unknown

/** Publishes a file or request body of events, one JSON text a line. Says how many. */
export function publishLines(server: EventStreamsServer, lines: Buffer, placement?: Placement): number {
  let count = 0
  for (let from = 0; from < lines.length; ) {
    const found = lines.indexOf(NEWLINE, from)
    const to = found < 0 ? lines.length : found
    if (to > from) {
      server.broker.publish(lines.subarray(from, to), server.settings.active, placement)
      count++
    }
    from = to + 1
  }
  server.published()
  return count
}

/**
 * Listens for a test's orders, on a port of its own: they must come through while the public one is closed. Resolves
 * to the URL.
 */
export async function listenForOrders(server: EventStreamsServer): Promise<string> {
  const handlers = handlersOf(server)
  const http = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', `http://${HOST}`)
    try {
      const handler = handlers[`${request.method} ${url.pathname}`]
      if (handler === undefined) throw new Error(`no such order: ${request.method} ${url.pathname}`)
      const result = await handler(url.searchParams, await bodyOf(request))
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result ?? null))
    } catch (error) {
      response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' }).end((error as Error).message)
    }
  })
  await new Promise<void>((resolve) => http.listen(0, HOST, resolve))
  return `http://${HOST}:${(http.address() as AddressInfo).port}`
}

function handlersOf(server: EventStreamsServer): Record<string, Handler> {
  const { broker } = server
  return {
    'POST /control/publish': (query, body) => publishLines(server, body, placementOf(query)),
    'POST /control/publish-raw': (query, body) => {
      const { topic = '', timestamp = Date.now() } = placementOf(query)
      broker.publishRaw(body.toString(), topic, timestamp)
      server.published()
    },
    'POST /control/generate': async (_, body) => {
      let count = 0
      for (const event of generateEvents(jsonOf<GenerateOptions>(body))) {
        broker.publish(Buffer.from(JSON.stringify(event)), server.settings.active)
        if (++count % GENERATED_AT_ONCE > 0) continue
        server.published()
        await nextTurn()
      }
      server.published()
      return count
    },
    'POST /control/expire': (query) => {
      const before = Number(query.get('before'))
      return [...broker.topics].reduce((dropped, log) => dropped + log.expire(before), 0)
    },
    'POST /control/settings': (_, body) => server.configure(jsonOf<Partial<Settings>>(body)),
    'POST /control/fault': (_, body) => {
      const { target, fault } = jsonOf<{ target: FaultTarget; fault: Fault }>(body)
      server.fault(target, fault)
    },
    'POST /control/refuse': () => server.refuse(),
    'POST /control/accept': () => server.listen(),
    'GET /control/requests': () => server.records,
    'GET /control/topics': () =>
      [...broker.topics].map(({ topic, start, end }): TopicSummary => ({ topic, start, end })),
    'POST /control/wait': async (query, body) => {
      const met = await server.waitFor(jsonOf<Condition>(body), Number(query.get('timeout')))
      return { met: met !== null, counts: met ?? server.counts() }
    },
  }
}

function placementOf(query: URLSearchParams): Placement {
  const [topic, timestamp] = [query.get('topic'), query.get('timestamp')]
  return { ...(topic !== null && { topic }), ...(timestamp !== null && { timestamp: Number(timestamp) }) }
}

const jsonOf = <T>(body: Buffer): T => JSON.parse(body.toString()) as T

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}
