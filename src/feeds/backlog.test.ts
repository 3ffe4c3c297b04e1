import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aChange } from '../../test/changes.ts'
import { Backlog, type Portion } from './backlog.ts'

const change = aChange()
const arrivals = (places: readonly number[]) => places.map((place) => ({ place, change }))
const ten = (changes: readonly unknown[]) => Math.min(10, changes.length)

function filled(places: readonly number[], sending: number | null = null): Backlog {
  const backlog = new Backlog(sending)
  for (const arrival of arrivals(places)) backlog.add(arrival)
  return backlog
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

test('as many as one message holds at a time, in order, until nothing is left', () => {
  const backlog = filled(range(1, 26))
  const taken = []
  for (let p = backlog.take(100, ten); p !== null; p = backlog.take(100, ten)) taken.push(p)
  expect(taken.map(({ changes, leftOut, upTo }) => [changes.length, leftOut, upTo])).toEqual([
    [10, 0, 10],
    [10, 0, 20],
    [5, 0, 25],
  ])
  expect(backlog.isEmpty).toBe(true)
})

test('what comes quicker than it can be posted is counted, and told at once', () => {
  const backlog = filled(range(1, 500))
  expect(backlog.take(1000, ten)).toMatchObject({ leftOut: 489, upTo: 499 })
  expect(backlog.isEmpty).toBe(true)
})

test('what was under way waits until all of it was read', () => {
  const backlog = filled([3, 4], 9)
  expect(backlog.isEmpty).toBe(false)
  expect(backlog.take(8, ten)).toBeNull()
  expect(backlog.take(9, ten)).toMatchObject({ leftOut: 0, upTo: 4 })
})

test('what was under way and is no more is forgotten', () => {
  const backlog = filled([], 9)
  expect(backlog.take(9, ten)).toBeNull()
  expect(backlog.isEmpty).toBe(true)
})

/** Adds and takes by turns as told, and notes every portion with what it was to be known by. */
function run(steps: readonly number[], holds: number): (Portion & { readonly after: number })[] {
  const backlog = new Backlog(null)
  const capacity = (changes: readonly unknown[]) => Math.min(holds, changes.length)
  const portions = []
  let place = 0
  let after = 0
  for (const step of [...steps, ...new Array<number>(200).fill(0)]) {
    for (let i = 0; i < step; i++) backlog.add({ place: ++place, change })
    const portion = backlog.take(place, capacity)
    if (portion === null) continue
    portions.push({ ...portion, after })
    after = portion.upTo
  }
  expect(backlog.isEmpty).toBe(true)
  return portions
}

test('property: everything is told or counted, once; and after a crash the same message is put together again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 250 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 0, max: 300 }),
      (steps, holds, more) => {
        const all = steps.reduce((sum, step) => sum + step, 0)
        const portions = run(steps, holds)
        expect(portions.reduce((sum, { changes, leftOut }) => sum + changes.length + leftOut, 0)).toBe(all)
        for (const { changes, leftOut, upTo, after } of portions) {
          const again = filled(range(after + 1, upTo + more + 1), upTo)
          const capacity = (list: readonly unknown[]) => Math.min(holds, list.length)
          const portion = again.take(upTo + more, capacity)
          expect(portion).toMatchObject({ leftOut, upTo })
          expect(portion?.changes.length).toBe(changes.length)
        }
      },
    ),
  )
})
