import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Contact } from './contact.ts'
import { type ApiChange, Following } from './following.ts'

/** Connections in the order in which they were asked for; each answers when it is told to. */
let asked: { url: URL; answer: PromiseWithResolvers<Response>; signal: AbortSignal }[] = []
const closing: Following[] = []

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('fetch', (address: string, { signal }: { signal: AbortSignal }) => {
    const answer = Promise.withResolvers<Response>()
    signal.addEventListener('abort', () => answer.reject(signal.reason))
    asked.push({ url: new URL(address, 'http://127.0.0.1'), answer, signal })
    return answer.promise
  })
})
afterEach(() => {
  for (const following of closing.splice(0)) following.close()
  asked = []
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function follow() {
  const told = {
    contacts: [] as Contact['state'][],
    titles: [] as string[],
    begun: 0,
    refused: [] as string[],
  }
  const following = new Following({
    parameters: { scope: 'enwiki' },
    onChanges: (changes) => told.titles.push(...changes.map(({ title }) => title)),
    onContact: ({ state }) => told.contacts.push(state),
    onBegin: () => told.begun++,
    onRefused: ({ detail }) => told.refused.push(detail),
  })
  closing.push(following)
  return { told, following }
}

/** Answers the last connection with a stream; what is given to `send` comes over it. */
async function opened() {
  const { answer, signal } = asked.at(-1) as (typeof asked)[number]
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      stream = controller
      signal.addEventListener('abort', () => controller.error(signal.reason))
    },
  })
  answer.resolve(new Response(body))
  await vi.advanceTimersByTimeAsync(0)
  const send = async (text: string) => {
    stream?.enqueue(new TextEncoder().encode(text))
    await vi.advanceTimersByTimeAsync(0)
  }
  const change = (id: number, title: string) =>
    send(`id: ${id}\ndata: ${JSON.stringify({ title } as ApiChange)}\n\n`)
  const end = async () => {
    stream?.close()
    await vi.advanceTimersByTimeAsync(0)
  }
  return { send, change, end }
}

test('hands on what comes, some times a second', async () => {
  const { told } = follow()
  const stream = await opened()
  expect(told).toMatchObject({ contacts: ['connecting', 'open'], begun: 1 })
  await stream.change(7, 'A')
  await stream.change(8, 'B')
  expect(told.titles).toEqual([])
  await vi.advanceTimersByTimeAsync(400)
  expect(told.titles).toEqual(['A', 'B'])
})

test('a connection that is lost is made again, and goes on behind what came last', async () => {
  const { told } = follow()
  const stream = await opened()
  await stream.change(7, 'A')
  await stream.end()
  expect(told.contacts.at(-1)).toBe('waiting')
  await vi.advanceTimersByTimeAsync(2000)
  expect(asked[1]?.url.searchParams.get('lastEventId')).toBe('7')
  await (await opened()).change(8, 'B')
  await vi.advanceTimersByTimeAsync(400)
  expect(told).toMatchObject({ titles: ['A', 'B'], begun: 1 })
})

test('whoever was away for long begins anew', async () => {
  const { told } = follow()
  const stream = await opened()
  await stream.change(7, 'A')
  await stream.end()
  // Nothing answers for a while.
  for (let minute = 0; minute < 5; minute++) {
    await vi.advanceTimersByTimeAsync(60_000)
    asked.at(-1)?.answer.reject(new TypeError('no answer'))
  }
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked.at(-1)?.url.searchParams.has('lastEventId')).toBe(false)
  await opened()
  expect(told.begun).toBe(2)
})

test('a connection on which nothing is said any more is given up', async () => {
  const { told } = follow()
  const stream = await opened()
  await vi.advanceTimersByTimeAsync(30_000)
  await stream.send(': nothing new\nid: 9\n\n')
  await vi.advanceTimersByTimeAsync(30_000)
  expect(told.contacts).toEqual(['connecting', 'open'])
  await vi.advanceTimersByTimeAsync(20_000)
  expect(told.contacts.slice(2)).toContain('waiting')
})

test('what will never be had is not asked for again, what may be had later is', async () => {
  const { told } = follow()
  const answer = (status: number, detail: string) =>
    asked.at(-1)?.answer.resolve(new Response(JSON.stringify({ detail }), { status }))
  answer(503, 'busy')
  await vi.advanceTimersByTimeAsync(2000)
  expect(asked).toHaveLength(2)
  answer(400, 'no such wiki')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(2)
  expect(told).toMatchObject({ refused: ['no such wiki'], begun: 0 })
  expect(told.contacts.at(-1)).toBe('refused')
})

test('who does not want to wait is tried at once', async () => {
  const { following } = follow()
  asked[0]?.answer.reject(new TypeError('no answer'))
  await vi.advanceTimersByTimeAsync(0)
  following.hurry()
  await vi.advanceTimersByTimeAsync(0)
  expect(asked).toHaveLength(2)
})

test('closed, it asks for nothing any more', async () => {
  const { told, following } = follow()
  const stream = await opened()
  await stream.change(7, 'A')
  following.close()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(1)
  expect(told.titles).toEqual([])
})
