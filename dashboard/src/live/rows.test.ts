import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ApiChange } from './following.ts'
import { arrived, EMPTY, extended, type Rows, released } from './rows.ts'

const change = (id: number) => ({ id: String(id) }) as ApiChange
const changes = (...ids: number[]) => ids.map(change)
const idsOf = (list: readonly ApiChange[]) => list.map(({ id }) => Number(id))
const MOST = 5

test('what comes stands in front, the newest first, and no more than are kept', () => {
  const rows = arrived(arrived(EMPTY, changes(1, 2, 3), false, MOST), changes(4, 5, 6), false, MOST)
  expect(idsOf(rows.shown)).toEqual([6, 5, 4, 3, 2])
  expect(rows.heldCount).toBe(0)
})

test('while the list is held still, what comes is counted and kept back until it is released', () => {
  const shown = arrived(EMPTY, changes(1), false, MOST)
  const held = arrived(shown, changes(2, 3, 4, 5, 6, 7, 8), true, MOST)
  expect(idsOf(held.shown)).toEqual([1])
  expect(held.heldCount).toBe(7)
  expect(idsOf(held.held)).toEqual([8, 7, 6, 5, 4])
  const rows = released(held, MOST)
  expect(idsOf(rows.shown)).toEqual([8, 7, 6, 5, 4])
  expect(rows).toMatchObject({ held: [], heldCount: 0 })
})

test('older ones stand behind all that is shown', () => {
  const rows = extended(arrived(EMPTY, changes(8, 9), false, MOST), changes(7, 6))
  expect(idsOf(rows.shown)).toEqual([9, 8, 7, 6])
})

test('whatever comes in whatever order, no change stands there twice', () => {
  const ids = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 8 })
  const acts = fc.oneof(
    fc.tuple(ids, fc.boolean()).map(
      ([list, isHeld]) =>
        (rows: Rows) =>
          arrived(rows, changes(...list), isHeld, MOST),
    ),
    ids.map((list) => (rows: Rows) => extended(rows, changes(...list))),
    fc.constant((rows: Rows) => released(rows, MOST)),
  )
  fc.assert(
    fc.property(fc.array(acts, { maxLength: 20 }), (done) => {
      const rows = done.reduce((now, act) => act(now), EMPTY)
      const all = [...idsOf(rows.shown), ...idsOf(rows.held)]
      expect(new Set(all).size).toBe(all.length)
      expect(rows.heldCount).toBeGreaterThanOrEqual(rows.held.length)
    }),
  )
})
