/**
 * The web face: what other programs ask over HTTP. Plain node:http, since what the source needs of it is loaded anyway;
 * a framework takes 7 MB more, which is too much for a few routes that are all fixed.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Face } from '../../contracts.ts'
import { messageOf } from '../../errors.ts'
import { stopped, wait } from '../../flow/wait.ts'
import { tellBroken } from './broken.ts'
import { refusal } from './guard.ts'
import { HandedOver, lastResponse } from './handover.ts'
import { listen } from './listen.ts'
import { problem, type Reply, send } from './reply.ts'
import { countedAs, methodsOf, type Route, routesOf, type Served } from './routes.ts'
import { readTarget } from './target.ts'
import { Traffic } from './traffic.ts'

export type WebOptions = Served

/** Connections there may be at once. */
const MOST_CONNECTIONS = 8192
/** Longer addresses are not read, in characters. */
const MOST_ADDRESS = 8000

/** Of requests that come slowly, in ms. Who comes without a `Host` is told so like everybody else. */
const TIMES = {
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  connectionsCheckingInterval: 2000,
  requireHostHeader: false,
}
/** So long, in ms, is waited for requests under way when it stops. */
const DRAIN_MS = 5000

export function web(options: WebOptions): Face {
  const { http, log } = options
  const routes = routesOf(options, () => traffic)
  const traffic = new Traffic(Array.from(routes.keys(), (path) => countedAs(path, routes)))
  return {
    name: 'web',
    async run(stop) {
      const underWay = new Set<Promise<void>>()
      const server = createServer(TIMES)
      const answer = (request: IncomingMessage, response: ServerResponse) => {
        const served = serve(routes, traffic, options, handedOver, request, response)
        underWay.add(served)
        void served.finally(() => underWay.delete(served))
      }
      server.on('request', answer)
      // Whatever else is expected of the answer: node:http's own refusal would be a bare one.
      server.on('checkExpectation', answer)
      const handedOver = new HandedOver(server)
      server.maxConnections = MOST_CONNECTIONS
      server.on('clientError', (error, socket) => {
        const status = tellBroken(error, socket)
        if (status !== null) traffic.addBroken(status)
      })
      const address = await listen(server, http, stop, log)
      if (address === null) return
      log.info(`web: listening on ${address}`)
      await stopped(stop)
      const closed = new Promise((resolve) => server.close(resolve))
      const deadline = new AbortController()
      await Promise.race([emptied(underWay, handedOver), wait(DRAIN_MS, deadline.signal)])
      deadline.abort()
      server.closeAllConnections()
      handedOver.destroy()
      await closed
    },
  }
}

/** Resolves when none is left, also of those that come while it is waited. */
async function emptied(underWay: ReadonlySet<Promise<void>>, handedOver: HandedOver): Promise<void> {
  while (underWay.size > 0 || handedOver.size > 0) await Promise.all([...underWay, handedOver.closed()])
}

/** Answers one request. Never rejects. */
async function serve(
  routes: ReadonlyMap<string, Route>,
  traffic: Traffic,
  { http, draining, log }: WebOptions,
  handedOver: HandedOver,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const misdirected = readTarget(request)
  const path = request.url?.split('?')[0] ?? ''
  if (draining.aborted) response.setHeader('connection', 'close')
  let connection: Socket | null = null
  let answer = response
  let hasBegun = () => answer.headersSent
  const reply = async (content: Reply) => {
    if (connection?.destroyed) return
    if (connection !== null) answer = lastResponse(request, connection)
    await send(answer, content)
  }
  const end = traffic.begin(countedAs(path, routes))
  try {
    const route = routes.get(path)
    const refused = route?.isOpen ? null : refusal(request, http)
    if (misdirected !== null) await reply(misdirected)
    else if (refused !== null) await reply(refused)
    else if ((request.url?.length ?? 0) > MOST_ADDRESS)
      await reply(problem(414, `An address has at most ${MOST_ADDRESS} characters.`))
    else if (route === undefined) await reply(problem(404, 'There is nothing at this address.'))
    else if (!methodsOf(route).includes(request.method ?? ''))
      await reply(problem(405, `This takes ${route.method}.`, { allow: methodsOf(route).join(', ') }))
    else if (!route.isLasting || request.method !== 'GET') await route.serve(request, reply, null)
    else {
      const taken = await handedOver.take(request, response)
      if (taken !== null) {
        connection = taken
        const { bytesWritten } = taken
        hasBegun = () => taken.bytesWritten > bytesWritten
        await route.serve(request, reply, taken)
      } else if (!request.socket.destroyed)
        await reply(problem(400, 'No other request may come behind this one.', { connection: 'close' }))
    }
  } catch (error) {
    // Whoever goes away in the middle of asking is nothing to act on.
    if (request.destroyed && !request.complete) return
    log.error(`web: ${request.method} ${path}: ${messageOf(error)}`)
    if (!hasBegun()) await reply(problem(500, 'Something went wrong here; the log says what.'))
    else (connection ?? response).destroy()
  } finally {
    if (connection === null || answer !== response) end(answer.headersSent ? answer.statusCode : null)
    else if (connection.destroyed || !hasBegun()) end(null)
    else endWith(connection, end)
  }
}

/** Out here, so that nothing of the request is kept for as long as its stream goes on. */
function endWith(connection: Socket, end: (status: number) => void): void {
  connection.once('close', () => end(200))
}
