/** What waits for those who do not read, over real sockets. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Outbox } from './outgoing.ts'

/** Both ends of some connections. */
async function connections(count: number) {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const ends: { here: Socket; there: Socket }[] = []
  for (let i = 0; i < count; i++) {
    const accepted = once(server, 'connection')
    const there = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const [here] = (await accepted) as [Socket]
    for (const socket of [here, there]) socket.on('error', () => {})
    there.pause()
    ends.push({ here, there })
  }
  onTestFinished(async () => {
    for (const { here, there } of ends) {
      here.destroy()
      there.destroy()
    }
    await new Promise((resolve) => server.close(resolve))
  })
  return ends
}

/** More than the buffers of the system take. */
const LARGE = Buffer.alloc(16_000_000)

test('what is sent to several counts once, until the last one has it or is gone', async () => {
  const [first, second] = await connections(2)
  const outbox = new Outbox(1e9)
  const outgoing = outbox.of(LARGE)
  for (const end of [first, second]) outbox.send(end?.here as Socket, outgoing)
  expect(outbox.held).toBe(LARGE.length)
  outbox.send(second?.here as Socket, outbox.of(Buffer.from('more')))
  expect(outbox.held).toBe(LARGE.length + 4)
  first?.there.resume()
  await vi.waitUntil(() => first?.here.writableLength === 0, 10_000)
  expect(outbox.held).toBe(LARGE.length + 4)
  second?.here.destroy()
  await vi.waitUntil(() => outbox.held === 0)
})

test('over the limit whoever does not take what is sent at once is dropped, and nobody else', async () => {
  const [deaf, other, reader] = await connections(3)
  const outbox = new Outbox(LARGE.length)
  outbox.send(deaf?.here as Socket, outbox.of(LARGE))
  expect(deaf?.here.destroyed).toBe(false)
  reader?.there.resume()
  outbox.send(reader?.here as Socket, outbox.of(Buffer.from('a few words')))
  outbox.send(other?.here as Socket, outbox.of(LARGE))
  expect([deaf, other, reader].map((end) => end?.here.destroyed)).toEqual([false, true, false])
  await vi.waitUntil(() => outbox.held === LARGE.length)
})
