import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AppError } from '../errors.ts'
import { retain } from './retain.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 10, 24)

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
})
afterEach(() => {
  vi.useRealTimers()
})

const lines: string[] = []
const log = { debug: () => {}, info: (line: unknown) => lines.push(String(line)) } as never

/** A store that has something to remove for so many steps, each time it is asked afresh. */
function storeWith(steps: number, fault?: Error) {
  const asked: { at: number; before: number }[] = []
  let left = steps
  return {
    asked,
    async prune(before: number) {
      asked.push({ at: Date.now(), before })
      if (fault !== undefined && asked.length === 1) throw fault
      left--
      const isDone = left <= 0
      if (isDone) left = steps
      return { removed: 200, isDone }
    },
  }
}

test('begins ten minutes after the start, goes step by step with pauses, and again ten minutes later', async () => {
  const stop = new AbortController()
  const store = storeWith(3)
  const running = retain(store, 30, stop.signal, log)
  await vi.advanceTimersByTimeAsync(599_999)
  expect(store.asked).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(store.asked).toEqual([{ at: NOW + 600_000, before: NOW + 600_000 - 30 * DAY_MS }])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(store.asked.map(({ at }) => at - NOW)).toEqual([600_000, 600_020, 600_040])
  expect(lines).toEqual(['600 changes older than 30 days were removed; their counts are kept'])
  await vi.advanceTimersByTimeAsync(600_000)
  expect(store.asked).toHaveLength(6)
  stop.abort()
  await running
})

test('a database that is busy is tried again later; anything else ends the program', async () => {
  const stop = new AbortController()
  const busy = storeWith(1, new AppError('retryable', 'locked'))
  const running = retain(busy, 30, stop.signal, log)
  await vi.advanceTimersByTimeAsync(1_200_000)
  expect(busy.asked).toHaveLength(2)
  stop.abort()
  await running

  const broken = retain(
    storeWith(1, new AppError('fatal', 'malformed')),
    30,
    new AbortController().signal,
    log,
  )
  await Promise.all([expect(broken).rejects.toThrow('malformed'), vi.advanceTimersByTimeAsync(600_000)])
})

test('stops between two steps', async () => {
  const stop = new AbortController()
  const store = storeWith(1000)
  const running = retain(store, 30, stop.signal, log)
  await vi.advanceTimersByTimeAsync(600_030)
  stop.abort()
  await running
  expect(store.asked).toHaveLength(2)
})
