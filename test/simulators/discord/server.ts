/** One port for all of it: REST, gateway, attachments, and the control API. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serveControl } from './control.ts'
import { Gateway } from './gateway.ts'
import type { Settings } from './protocol.ts'
import { serveRest } from './rest.ts'
import { World } from './world.ts'

/** Starts a simulated Discord on a port of 127.0.0.1; 0 takes a free one. */
export async function listen(
  port: number,
  settings: Partial<Settings>,
): Promise<{ url: string; api: string }> {
  const world = new World(settings)
  const gateway = new Gateway(world)
  const server = createServer((request, response) => {
    serve(world, gateway, request, response).catch((error: Error) => {
      // A client that went away is not worth a word; anything else is a fault of the simulator's own.
      if (request.socket.destroyed) return
      process.stderr.write(`${error.stack}\n`)
      response.writeHead(500, { 'content-type': 'text/plain' }).end(error.message)
    })
  })
  server.on('upgrade', (request, socket, head) => {
    if (world.settings.down !== 'nothing' || !request.url?.startsWith('/gateway')) socket.destroy()
    else gateway.accept(request, socket, head)
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(port, '127.0.0.1', resolve)
  await promise
  world.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url: world.origin, api: `${world.origin}/api` }
}

async function serve(
  world: World,
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url?.startsWith('/control/')) return serveControl(world, gateway, request, response)
  if (world.settings.down === 'everything') {
    request.socket.destroy()
    return
  }
  const file = world.files.get(request.url ?? '')
  if (file) response.writeHead(200, { 'content-type': file.type }).end(file.content)
  else await serveRest(world, request, response)
}
