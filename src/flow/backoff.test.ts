import { expect, test } from 'vitest'
import { Backoff } from './backoff.ts'

test('doubles up to the most, each drawn from its upper half, and begins anew after a success', () => {
  const backoff = new Backoff(100, 1000)
  for (const full of [100, 200, 400, 800, 1000, 1000]) {
    const delay = backoff.next()
    expect(delay).toBeGreaterThanOrEqual(full / 2)
    expect(delay).toBeLessThanOrEqual(full)
  }
  for (let i = 0; i < 2000; i++) expect(backoff.next()).toBeLessThanOrEqual(1000)
  backoff.reset()
  expect(backoff.next()).toBeLessThanOrEqual(100)
})
