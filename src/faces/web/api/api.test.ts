/** What the API does when it has too much to do. The rest is shown end to end. */
import type { IncomingMessage } from 'node:http'
import pino from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { aChange } from '../../../../test/changes.ts'
import { temporaryStore } from '../../../../test/temporary-store.ts'
import type { Store } from '../../../contracts.ts'
import { retryableError } from '../../../errors.ts'
import type { Reply } from '../reply.ts'
import { api } from './api.ts'

function served(store: Store) {
  const { serve } = api({
    store,
    counters: { stored: 0, duplicates: 0, expired: 0 },
    source: { name: 'test', isConnected: () => false },
    bot: () => 'off',
    http: { token: null },
    log: pino({ level: 'silent' }),
    draining: new AbortController().signal,
  })
  return (url: string) =>
    new Promise<Reply>((resolve, reject) => {
      const request = { url, method: 'GET', headers: {} } as IncomingMessage
      serve(request, async (reply) => resolve(reply), null).catch(reject)
    })
}

const RETRY = { status: 503, headers: { 'retry-after': expect.any(String) } }

test('a store that is busy: to be tried again', async () => {
  const store = await temporaryStore([aChange()])
  const ask = served(store)
  vi.spyOn(store, 'recent').mockRejectedValueOnce(retryableError('too much at once'))
  expect(await ask('/api/changes?type=new')).toMatchObject(RETRY)
  expect(await ask('/api/changes?type=new')).toMatchObject({ status: 200 })
  vi.spyOn(store, 'totals').mockRejectedValueOnce(new Error('disk on fire'))
  await expect(ask('/api/status')).rejects.toThrow('fire')
  expect(await ask('/api/status')).toMatchObject({ status: 200 })
})

test('of searches only some at once; what is no search is answered meanwhile', async () => {
  const store = await temporaryStore([aChange()])
  const { promise, resolve } = Promise.withResolvers<void>()
  const top = store.top.bind(store)
  vi.spyOn(store, 'top').mockImplementation((query) => promise.then(() => top(query)))
  const ask = served(store)
  const searches = Array.from({ length: 16 }, (_, i) => ask(`/api/top?limit=${i + 1}`))
  await vi.waitUntil(() => vi.mocked(store.top).mock.calls.length === 16)
  expect(await ask('/api/top?limit=20')).toMatchObject(RETRY)
  expect(await ask('/api/stats')).toMatchObject({ status: 200 })
  resolve()
  expect((await Promise.all(searches)).map(({ status }) => status)).toEqual(Array(16).fill(200))
  expect(await ask('/api/top?limit=20')).toMatchObject({ status: 200 })
})

test('what many ask at once is searched for once, and said again for a while', async () => {
  const store = await temporaryStore([aChange()])
  vi.spyOn(store, 'top')
  const ask = served(store)
  const replies = await Promise.all(Array.from({ length: 40 }, () => ask('/api/top')))
  expect(new Set(replies.map(({ body }) => body)).size).toBe(1)
  expect(replies[0]).toMatchObject({ status: 200 })
  await ask('/api/top')
  expect(store.top).toHaveBeenCalledTimes(1)
  await ask('/api/top?by=user')
  expect(store.top).toHaveBeenCalledTimes(2)
})

test('only so many wait', async () => {
  const ask = served(await temporaryStore([aChange()]))
  const replies = await Promise.all(Array.from({ length: 150 }, () => ask('/api/status')))
  const answered = replies.filter(({ status }) => status === 200).length
  expect(answered).toBeGreaterThanOrEqual(100)
  expect(answered).toBeLessThan(150)
  for (const reply of replies) if (reply.status !== 200) expect(reply).toMatchObject(RETRY)
})

test('where one has waited for long, no more come to wait behind it', async () => {
  const store = await temporaryStore([aChange()])
  const ask = served(store)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const totals = store.totals.bind(store)
  vi.spyOn(store, 'totals').mockImplementationOnce(() => {
    vi.advanceTimersByTime(3000)
    return totals()
  })
  // It has taken so long that what comes next has to wait.
  expect(await ask('/api/status')).toMatchObject({ status: 200 })
  const next = ask('/api/status')
  await vi.advanceTimersByTimeAsync(1000)
  const patient = ask('/api/status')
  await vi.advanceTimersByTimeAsync(1500)
  expect(await ask('/api/status')).toMatchObject(RETRY)
  await vi.advanceTimersByTimeAsync(1000)
  expect([await next, await patient]).toMatchObject([{ status: 200 }, { status: 200 }])
  expect(await ask('/api/status')).toMatchObject({ status: 200 })
})
