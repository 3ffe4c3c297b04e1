import { expect, test } from 'vitest'
import type { Feed } from '../contracts.ts'
import { counted, Deliveries } from './deliveries.ts'
import type { Outlet } from './outlet.ts'

const aFeed = (kind: Feed['kind']): Feed => ({
  ...{ id: 1, kind, owner: 'somebody', target: { kind: 'direct' }, scope: '*', filter: {} },
  ...{ style: 'embed', language: 'en', state: 'active', createdAt: 0 },
})
const portion = {} as Parameters<Outlet['post']>[1]

test('every attempt counts by what became of it; what was cut short by the end does not', async () => {
  const stop = new AbortController()
  const outcomes: (() => ReturnType<Outlet['post']>)[] = [
    async () => 'posted',
    async () => 'posted',
    async () => ({ refused: 'gone' }),
    () => Promise.reject(new Error('down')),
    () => {
      stop.abort()
      return Promise.reject(new Error('stopped'))
    },
  ]
  const post = () => (outcomes.shift() as (typeof outcomes)[0])()
  const deliveries = new Deliveries()
  const outlet = counted({ capacity: () => 1, post, postDigest: post, tell: async () => {} }, deliveries)
  const [feed, watch, digest] = [aFeed('feed'), aFeed('watch'), aFeed('digest')]
  expect(await outlet.post(feed, portion, 'n', stop.signal)).toBe('posted')
  expect(await outlet.postDigest(digest, 1, 'n', stop.signal)).toBe('posted')
  expect(await outlet.post(watch, portion, 'n', stop.signal)).toEqual({ refused: 'gone' })
  await expect(outlet.post(feed, portion, 'n', stop.signal)).rejects.toThrow('down')
  await expect(outlet.post(feed, portion, 'n', stop.signal)).rejects.toThrow('stopped')
  expect(Array.from(deliveries, ([kind, tally]) => [kind, Object.fromEntries(tally)])).toEqual([
    ['feed', { posted: 1, refused: 0, failed: 1 }],
    ['watch', { posted: 0, refused: 1, failed: 0 }],
    ['digest', { posted: 1, refused: 0, failed: 0 }],
  ])
})
