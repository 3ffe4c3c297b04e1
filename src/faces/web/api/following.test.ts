/** Followers over real sockets, from a real store. */
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import pino from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { aBatch, aChange, SITES } from '../../../../test/changes.ts'
import { temporaryStore } from '../../../../test/temporary-store.ts'
import type { Change } from '../../../change.ts'
import type { Store } from '../../../contracts.ts'
import { HandedOver } from '../handover.ts'
import { type Followed, Following, type FollowingOptions } from './following.ts'
import { Turns } from './turns.ts'

const ALL: Followed = { scope: { kind: 'all' }, filter: {} }

/** Serves followers, each of what its address says as JSON. */
async function served(store: Store, options: Partial<FollowingOptions> = {}) {
  const turns = new Turns(() => 0)
  const following = new Following({ store, log: pino({ level: 'silent' }), turns, pollMs: 10, ...options })
  let open = 0
  const server = createServer(async (request, response) => {
    const { followed = ALL, after = null } = JSON.parse(
      decodeURIComponent(request.url?.slice(1) || '%7B%7D'),
    ) as { followed?: Followed; after?: number | null }
    const socket = (await handedOver.take(request, response)) as Socket
    open++
    socket.once('close', () => open--)
    await following.follow(socket, followed, after)
  })
  const handedOver = new HandedOver(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    following.end()
    handedOver.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const connect = (asked: { followed?: Followed; after?: number | null } = {}) =>
    new Promise<Reader>((resolve, reject) => {
      const path = `/${encodeURIComponent(JSON.stringify(asked))}`
      get({ port, host: '127.0.0.1', path, agent: false }, (response) => resolve(new Reader(response))).on(
        'error',
        reject,
      )
    })
  return { following, connect, open: () => open }
}

/** What comes on a stream, as a client of SSE understands it. */
class Reader {
  readonly response: IncomingMessage
  readonly ids: string[] = []
  readonly places: number[] = []
  /** The id that it would resume with. */
  lastId = ''
  comments = 0
  isOver = false

  constructor(response: IncomingMessage) {
    this.response = response
    response.on('error', () => {})
    response.on('close', () => {
      this.isOver = true
    })
  }

  read(): this {
    let text = ''
    this.response.setEncoding('utf8')
    this.response.on('data', (chunk: string) => {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() as string
      for (const block of blocks) this.#take(block)
    })
    return this
  }

  #take(block: string): void {
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) this.comments++
      if (line.startsWith('id: ')) this.lastId = line.slice(4)
      if (line.startsWith('data: ')) {
        this.ids.push((JSON.parse(line.slice(6)) as Change).id)
        this.places.push(Number(this.lastId))
      }
    }
  }
}

const idsOf = (changes: readonly Change[]) => changes.map(({ id }) => id)
const some = (count: number, overrides: Partial<Change> = {}) =>
  Array.from({ length: count }, () => aChange(overrides))

test('from now on: what is stored later, in the order of storing, however old it is', async () => {
  const store = await temporaryStore(some(5))
  const { connect } = await served(store)
  const reader = (await connect()).read()
  await vi.waitUntil(() => reader.lastId !== '')
  const late = aChange({ at: Date.UTC(2026, 0, 1) })
  const batches = [some(3), [late], some(700)]
  for (const batch of batches) await store.append(aBatch(batch))
  await vi.waitUntil(() => reader.ids.length >= 704, 10_000)
  expect(reader.ids).toEqual(idsOf(batches.flat()))
  expect(reader.places).toEqual(reader.places.toSorted((a, b) => a - b))
})

test('resumes behind any id, while others are up to date and more comes: nothing twice, nothing left out', async () => {
  const first = some(1500)
  const store = await temporaryStore(first)
  const { connect } = await served(store)
  const live = (await connect()).read()
  await vi.waitUntil(() => live.lastId !== '')
  const all = (await connect({ after: 0 })).read()
  const more: Change[] = []
  for (let i = 0; i < 20; i++) {
    const batch = some(7)
    more.push(...batch)
    await store.append(aBatch(batch))
  }
  await vi.waitUntil(() => all.ids.length >= 1640 && live.ids.length >= 140, 10_000)
  expect(all.ids).toEqual(idsOf([...first, ...more]))
  expect(live.ids).toEqual(idsOf(more))
  const middle = all.places[777] as number
  const again = (await connect({ after: middle })).read()
  const last = some(3)
  await vi.waitUntil(() => again.ids.length >= 862, 10_000)
  await store.append(aBatch(last))
  await vi.waitUntil(() => again.ids.length >= 865 && all.ids.length >= 1643, 10_000)
  expect(again.ids).toEqual(idsOf([...first, ...more, ...last]).slice(778))
  expect(all.ids).toEqual(idsOf([...first, ...more, ...last]))
})

test('each has what passes the filter, in the scope', async () => {
  const store = await temporaryStore()
  const { connect } = await served(store)
  const asked: Followed[] = [
    { scope: { kind: 'language', language: 'de' }, filter: {} },
    { scope: { kind: 'all' }, filter: { user: 'somebody' } },
    { scope: { kind: 'all' }, filter: { title: 'Talk:*', isBot: false } },
  ]
  const readers = await Promise.all(asked.map(async (followed) => (await connect({ followed })).read()))
  await vi.waitUntil(() => readers.every(({ lastId }) => lastId !== ''))
  const changes = [
    aChange({ site: SITES.dewiki }),
    aChange({ user: 'Somebody' }),
    aChange({ title: 'Talk:A' }),
    aChange({ title: 'Talk:B', bot: true }),
    aChange({ site: SITES.dewiki, user: 'Somebody', title: 'Talk:C' }),
  ]
  await store.append(aBatch(changes))
  await vi.waitUntil(() => readers.every(({ ids }) => ids.length >= 2))
  const expected = [
    [0, 4],
    [1, 4],
    [2, 4],
  ]
  expect(readers.map(({ ids }) => ids)).toEqual(
    expected.map((places) => places.map((place) => changes[place]?.id)),
  )
})

test('says something while there is nothing new, and up to where there was none', async () => {
  const store = await temporaryStore(some(3))
  const { connect } = await served(store, { beatMs: 30 })
  const followed: Followed = { scope: { kind: 'all' }, filter: { user: 'nobody' } }
  const reader = (await connect({ followed, after: 0 })).read()
  await store.append(aBatch(some(50)))
  const last = String(await store.lastArrival())
  await vi.waitUntil(() => reader.lastId === last && reader.comments > 2)
  expect(reader.ids).toEqual([])
})

test('an id that there is not yet is of another store: from now on', async () => {
  const store = await temporaryStore(some(3))
  const { connect } = await served(store)
  const reader = (await connect({ after: 9_000_000_000 })).read()
  await vi.waitUntil(() => reader.lastId !== '')
  expect(reader.lastId).toBe(String(await store.lastArrival()))
  const fresh = some(2)
  await store.append(aBatch(fresh))
  await vi.waitUntil(() => reader.ids.length === 2)
  expect(reader.ids).toEqual(idsOf(fresh))
})

test('one that does not read holds little, delays nobody, and is dropped; one that reads slowly misses nothing', async () => {
  const store = await temporaryStore()
  const { connect, open } = await served(store, { patienceMs: 400 })
  const good = (await connect()).read()
  const deaf = await connect()
  deaf.response.pause()
  const slow = await connect()
  await vi.waitUntil(() => good.lastId !== '')
  const changes: Change[] = []
  // More than all the buffers on the way hold.
  while (open() === 3) {
    const batch = some(500, { comment: 'x'.repeat(5000) })
    changes.push(...batch)
    await store.append(aBatch(batch))
    await vi.waitUntil(() => good.ids.length === changes.length, 10_000)
    if (changes.length === 1000) slow.read()
    expect(changes.length).toBeLessThan(30_000)
  }
  expect(good.ids).toEqual(idsOf(changes))
  await vi.waitUntil(() => slow.ids.length === changes.length, 10_000)
  expect(slow.ids).toEqual(idsOf(changes))
  expect(open()).toBe(2)
  expect(deaf.ids).toEqual([])
}, 60_000)

test('many, while much comes in, and some come and go meanwhile: all have everything, in order', async () => {
  const store = await temporaryStore(some(10))
  // As much as that leaves little time for them.
  const { connect, open } = await served(store, { turns: new Turns(() => performance.now() * 1000) })
  const readers = await Promise.all(Array.from({ length: 250 }, async () => (await connect()).read()))
  await vi.waitUntil(() => readers.every(({ lastId }) => lastId !== ''), 10_000)
  const going = readers.splice(100, 50)
  const first = readers[0] as Reader
  const late: Reader[] = []
  const changes = some(300)
  for (let i = 0; i < changes.length; i += 30) {
    await store.append(aBatch(changes.slice(i, i + 30)))
    for (const { response } of going.splice(0, 5)) response.destroy()
    if (i % 60 === 30) late.push((await connect({ after: first.places.at(-1) as number })).read())
    await vi.waitUntil(() => first.ids.length === i + 30, 10_000)
  }
  const expected = idsOf(changes)
  await vi.waitUntil(() => [...readers, ...late].every(({ ids }) => ids.at(-1) === expected.at(-1)), 10_000)
  for (const { ids } of readers) expect(ids).toEqual(expected)
  for (const { ids } of late) expect(ids).toEqual(expected.slice(-ids.length))
  await vi.waitUntil(() => open() === 205)
}, 60_000)

test('of many that do not read, too much together, some are dropped, long before their patience ends', async () => {
  const store = await temporaryStore()
  const mostHeld = 500_000
  const { connect, open } = await served(store, { patienceMs: 3_600_000, mostHeld })
  const good = (await connect()).read()
  await vi.waitUntil(() => good.lastId !== '')
  // Each with a filter of its own: what they are sent are not the same bytes.
  const deaf = await Promise.all(
    [0, 1, 2, 3].map((namespace) => {
      const filter = { namespaces: [namespace, 4] }
      return connect({ followed: { scope: { kind: 'all' }, filter } })
    }),
  )
  for (const { response } of deaf) response.pause()
  let published = 0
  while (open() === 5) {
    await store.append(aBatch(some(500, { namespace: 4, comment: 'x'.repeat(5000) })))
    published += 500
    await vi.waitUntil(() => good.ids.length === published, 10_000)
    expect(published).toBeLessThan(30_000)
  }
  expect(good.isOver).toBe(false)
  for (const { response } of deaf) response.destroy()
}, 60_000)

test('whoever goes is forgotten, and nothing is read for nobody', async () => {
  // The clock is moved on by hand, and by what is waited for.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const store = await temporaryStore(some(3))
  const tail = vi.spyOn(store, 'tail')
  const { connect, open } = await served(store)
  const readers = [await connect(), await connect({ after: 0 })]
  await vi.waitUntil(() => tail.mock.calls.length > 5)
  for (const { response } of readers) response.destroy()
  await vi.waitUntil(() => open() === 0)
  // A reading that was under way ends; in a minute there would be thousands.
  await vi.advanceTimersByTimeAsync(1000)
  tail.mockClear()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(tail).not.toHaveBeenCalled()
})

test('a store that fails for a while is waited for', async () => {
  const store = await temporaryStore(some(3))
  const tail = vi.spyOn(store, 'tail')
  tail.mockRejectedValueOnce(new Error('busy')).mockRejectedValueOnce(new Error('busy'))
  const { connect } = await served(store)
  const reader = (await connect({ after: 0 })).read()
  await vi.waitUntil(() => reader.ids.length === 3, 10_000)
})

test('when it is ended all streams end, and who comes then is told to come again', async () => {
  const store = await temporaryStore(some(300))
  const { connect, following, open } = await served(store)
  const readers = [(await connect()).read(), (await connect({ after: 0 })).read()]
  await vi.waitUntil(() => readers.every(({ lastId }) => lastId !== ''))
  following.end()
  await vi.waitUntil(() => open() === 0 && readers.every(({ isOver }) => isOver))
  const late = (await connect()).read()
  await vi.waitUntil(() => late.isOver)
  expect(late.lastId).toBe(String(await store.lastArrival()))
})
