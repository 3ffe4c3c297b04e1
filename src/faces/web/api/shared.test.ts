import { expect, test, vi } from 'vitest'
import { Shared } from './shared.ts'

test('what is looked for is shared until it is found, or as long after it as is said', async () => {
  vi.useFakeTimers()
  const shared = new Shared<number>()
  const [brief, lasting] = [Promise.withResolvers<number>(), Promise.withResolvers<number>()]
  shared.keep('brief', brief.promise, 0)
  shared.keep('lasting', lasting.promise, 5000)
  expect([shared.get('brief'), shared.get('lasting')]).toEqual([brief.promise, lasting.promise])
  brief.resolve(1)
  lasting.resolve(2)
  await vi.advanceTimersByTimeAsync(4999)
  expect(shared.get('brief')).toBeUndefined()
  expect(await shared.get('lasting')).toBe(2)
  await vi.advanceTimersByTimeAsync(1)
  expect(shared.get('lasting')).toBeUndefined()
  vi.useRealTimers()
})

test('what failed is looked for again', async () => {
  const shared = new Shared<number>()
  const failing = Promise.reject(new Error('no'))
  shared.keep('question', failing, 5000)
  await failing.catch(() => {})
  expect(shared.get('question')).toBeUndefined()
})

test('only so many are kept', () => {
  const shared = new Shared<number>()
  for (let i = 0; i < 250; i++) shared.keep(`${i}`, new Promise(() => {}), 0)
  expect(Array.from({ length: 250 }, (_, i) => shared.get(`${i}`)).filter(Boolean)).toHaveLength(200)
})
