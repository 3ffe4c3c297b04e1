/** Connections that are taken from node:http, over real sockets. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { HandedOver, lastResponse } from './handover.ts'

/** Takes the connection of whoever asks for `/take`, and says so there; `/refuse`: replies on it; the rest is replied to as usual. */
async function served() {
  const taken: Socket[] = []
  const missed: string[] = []
  const server = createServer(async (request, response) => {
    const { url = '' } = request
    if (!url.startsWith('/take') && url !== '/refuse') return response.end(`usual ${url}`)
    const socket = await handedOver.take(request, response)
    if (socket === null) {
      missed.push(url)
      if (!request.socket.destroyed) response.writeHead(400).end('missed')
    } else if (url === '/refuse') lastResponse(request, socket).writeHead(404).end('refused')
    else {
      taken.push(socket)
      socket.write('taken\n')
    }
  })
  const handedOver = new HandedOver(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    handedOver.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  /** Sends a text in one piece. */
  const send = async (text: string) => {
    const client = { text: '', isOver: false, socket: connect(port, '127.0.0.1') }
    client.socket.setEncoding('latin1').on('data', (chunk) => {
      client.text += chunk
    })
    client.socket.on('error', () => {})
    client.socket.on('close', () => {
      client.isOver = true
    })
    await once(client.socket, 'connect')
    client.socket.write(text)
    return client
  }
  return { handedOver, taken, missed, send }
}

const ask = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nhost: here\r\n${headers}\r\n`

test('what is taken is a connection, on which what else comes is not read', async () => {
  const { handedOver, taken, send } = await served()
  const client = await send(ask('/usual'))
  await vi.waitUntil(() => client.text.endsWith('usual /usual'))
  client.socket.write(ask('/take'))
  await vi.waitUntil(() => client.text.endsWith('taken\n'))
  client.socket.write(ask('/usual?again'))
  const other = await send(ask('/usual'))
  await vi.waitUntil(() => other.text.endsWith('usual /usual'))
  taken[0]?.write('more\n')
  await vi.waitUntil(() => client.text.endsWith('taken\nmore\n'))
  expect(handedOver.size).toBe(1)
  other.socket.destroy()
})

test.each(['end', 'destroy', 'resetAndDestroy'] as const)(
  'it is over when the client goes (%s)',
  async (go) => {
    const { handedOver, send } = await served()
    const client = await send(ask('/take'))
    await vi.waitUntil(() => client.text === 'taken\n')
    client.socket[go]()
    await vi.waitUntil(() => handedOver.size === 0)
  },
)

test('all of them can be waited for, and ended', async () => {
  const { handedOver, send } = await served()
  const clients = [await send(ask('/take')), await send(ask('/take'))]
  await vi.waitUntil(() => handedOver.size === 2)
  const closed = handedOver.closed()
  handedOver.destroy()
  await closed
  await vi.waitUntil(() => clients.every(({ isOver }) => isOver))
})

test('it can be replied to all the same, which ends it', async () => {
  const { handedOver, send } = await served()
  const client = await send(ask('/refuse'))
  await vi.waitUntil(() => client.isOver)
  expect(client.text).toMatch(/^HTTP\/1\.1 404 .*\r\nconnection: close\r\n.*refused/is)
  expect(handedOver.size).toBe(0)
})

test.each([
  ['another request', ask('/usual')],
  ['another one of its kind', ask('/take?2')],
  ['one for another protocol', ask('/usual', 'connection: upgrade\r\nupgrade: h2c\r\n')],
])('with %s right behind it, it is not taken', async (_name, behind) => {
  const { handedOver, taken, missed, send } = await served()
  const client = await send(ask('/take') + behind)
  await vi.waitUntil(() => missed.includes('/take') && (client.isOver || client.text.includes('missed')))
  expect(taken).toEqual([])
  expect(handedOver.size).toBe(0)
  // Nobody waits for another protocol after that.
  const other = await send(ask('/usual', 'connection: upgrade\r\nupgrade: h2c\r\n'))
  await vi.waitUntil(() => other.text.includes('usual /usual'))
  for (const { socket } of [client, other]) socket.destroy()
})
