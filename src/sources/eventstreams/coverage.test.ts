import { expect, test } from 'vitest'
import { Coverage } from './coverage.ts'

const NOW = Date.UTC(2026, 10, 24)
const FROM = NOW - 3_600_000
const coverage = () => new Coverage(FROM, 0, 'expired')

test('anything that was there before proves that nothing is missing', () => {
  const connection = coverage()
  expect(connection.see(FROM - 10, NOW)).toBeNull()
  expect(connection.isDecided).toBe(true)
  expect(connection.see(NOW, NOW)).toBeNull()
})

test('a first event that is later is a gap: open while the past is being sent, lost once the present comes', () => {
  const connection = coverage()
  expect(connection.see(FROM + 600_000, NOW)).toEqual({
    from: FROM,
    to: FROM + 600_000,
    state: 'open',
    reason: 'expired',
  })
  expect(connection.see(FROM + 600_001, NOW)).toBeNull()
  // An out-of-order neighbour makes it shorter.
  expect(connection.see(FROM + 599_999, NOW)).toMatchObject({ to: FROM + 599_999, state: 'open' })
  expect(connection.see(NOW - 5, NOW)).toEqual({
    from: FROM,
    to: FROM + 599_999,
    state: 'lost',
    reason: 'expired',
  })
  expect(connection.see(FROM, NOW)).toBeNull()
})

test("the other topic's run, sent first, is no gap", () => {
  const connection = coverage()
  expect(connection.see(FROM + 1000, NOW)).toMatchObject({ state: 'open' })
  expect(connection.see(FROM - 3, NOW)).toMatchObject({ from: FROM, state: 'refilled' })
  expect(connection.see(NOW, NOW)).toBeNull()
})

test('a first start may find the first event a little later than it asked for', () => {
  const connection = new Coverage(FROM, 60_000, 'expired')
  expect(connection.see(FROM + 59_000, NOW)).toBeNull()
  expect(connection.isDecided).toBe(true)
})
