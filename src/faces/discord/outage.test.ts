import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Outage } from './outage.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a connection that comes back soon is not worth a line; an outage is one at its begin and one at its end', async () => {
  const lines: string[] = []
  const say = (line: string) => void lines.push(line)
  const outage = new Outage({ debug: say, info: say, warn: say, error: say } as never)
  outage.begin()
  await vi.advanceTimersByTimeAsync(59_999)
  outage.end()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(lines).toEqual([])

  for (let i = 0; i < 100; i++) {
    outage.begin()
    await vi.advanceTimersByTimeAsync(10_000)
  }
  expect(lines).toEqual(['bot: no connection to Discord for a minute; trying again until it works'])
  outage.end()
  expect(lines[1]).toBe('bot: connected to Discord again')
  outage.end()
  outage.begin()
  outage.forget()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(lines).toHaveLength(2)
})
