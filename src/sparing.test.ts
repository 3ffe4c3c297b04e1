import pino from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sparing } from './sparing.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function listened() {
  const lines: string[] = []
  const write = (json: string) => {
    const { level, msg } = JSON.parse(json) as { level: number; msg: string }
    lines.push(`${level} ${msg}`)
  }
  return { lines, log: sparing(pino({ level: 'debug' }, { write })) }
}

test('the same trouble a thousand times is one line, and then one a minute for as long as it lasts', async () => {
  const { lines, log } = listened()
  for (let i = 0; i < 1000; i++) log.warn('it is down')
  expect(lines).toEqual(['40 it is down'])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(lines).toEqual(['40 it is down', '40 it is down (999 times more within a minute)'])
  log.warn('it is down')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(lines.at(-1)).toBe('40 it is down (once more within a minute)')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(lines).toHaveLength(3)
  expect(vi.getTimerCount()).toBe(0)
  log.warn('it is down')
  expect(lines.at(-1)).toBe('40 it is down')
})

test('other lines, also those with fields, and what is no trouble are said as they come', () => {
  const { lines, log } = listened()
  log.warn('a')
  log.error('b')
  log.error({ feed: 1 }, 'c')
  log.error({ feed: 2 }, 'c')
  log.info('d')
  log.info('d')
  log.debug('e')
  log.debug('e')
  expect(lines).toEqual(['40 a', '50 b', '50 c', '30 d', '30 d', '20 e', '20 e'])
})

test('it remembers no more than a few hundred lines', () => {
  const { lines, log } = listened()
  for (let i = 0; i < 10_000; i++) log.warn(`number ${i}`)
  expect(lines).toHaveLength(10_000)
  expect(vi.getTimerCount()).toBe(200)
})
