import { type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Connections that last: taken out of the hands of node:http, which keeps some 10 kB for each request that is under
 * way (its parser, both messages, and what ties them together), and done with one by one by whoever serves them.
 */
export class HandedOver {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(server: Server) {
    this.#server = server
  }

  /**
   * Takes the connection of a request that is just being told: to be called from within the server's event `request`.
   * What else comes on it is not read. Its errors are not told, and it ends when the other side ends it.
   * @returns `null` where it cannot be had, since another request came right behind this one
   */
  take(request: IncomingMessage, response: ServerResponse): Promise<Socket | null> {
    // As it lets go of connections whose protocol changes: it looks at this when the event is over, and tells at once.
    Object.assign(request, { upgrade: true })
    return new Promise((resolve) => {
      const taken = (last: IncomingMessage) => {
        clearImmediate(missed)
        const { socket } = response
        if (last !== request || socket === null) {
          last.socket.destroy()
          return resolve(null)
        }
        response.detachSocket(socket)
        this.#keep(socket)
        resolve(socket)
      }
      const missed = setImmediate(() => {
        this.#server.off('upgrade', taken)
        resolve(null)
      })
      // Nobody else is listening: a request that asks for another protocol is answered in this one.
      this.#server.once('upgrade', taken)
    })
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', ignore)
    socket.on('end', destroy)
    socket.once('close', () => this.#sockets.delete(socket))
    socket.resume()
  }

  /** Resolves when all of them are closed. */
  async closed(): Promise<void> {
    await Promise.all(
      Array.from(this.#sockets, (socket) => new Promise((done) => socket.once('close', done))),
    )
  }

  get size(): number {
    return this.#sockets.size
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

/** What a request is replied by whose connection was taken; it ends with that. */
export function lastResponse(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.once('finish', () => socket.destroySoon())
  return response
}

function ignore(): void {}

function destroy(this: Socket): void {
  this.destroy()
}
