import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Tally } from './tally.ts'

test('property: with room for all names, counts are what they are', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...'abcdefgh'), { maxLength: 100 }), (names) => {
      const tally = new Tally()
      for (const name of names) tally.add(name, 1, 0, 1)
      const counts = Object.entries(Object.groupBy(names, (name) => name))
        .map(([name, same = []]) => ({ name, changes: same.length }))
        .toSorted((a, b) => b.changes - a.changes || (a.name < b.name ? -1 : 1))
      expect(tally.highest(3, (key) => key)).toMatchObject(counts.slice(0, 3))
      expect(tally.highest(3, (key) => key).some(({ isAtLeast }) => isAtLeast)).toBe(false)
    }),
  )
})

test('property: with less room nobody gets more than they have, and who may have more is marked', () => {
  const names = fc.array(fc.oneof(fc.constantFrom('A', 'B'), fc.nat(500).map(String)), { maxLength: 400 })
  fc.assert(
    fc.property(names, (names) => {
      const tally = new Tally(20)
      for (const name of names) tally.add(name, 1, 0, 1)
      for (const { name, changes, isAtLeast } of tally.highest(10, (key) => key)) {
        const all = names.filter((each) => each === name).length
        if (isAtLeast) expect(changes).toBeLessThanOrEqual(all)
        else expect(changes).toBe(all)
      }
    }),
  )
})

test('who comes often stays among thousands who come once', () => {
  const tally = new Tally(100)
  for (let i = 0; i < 5000; i++) {
    tally.add(`once ${i}`, 1, 0, 1)
    if (i % 10 === 0) tally.add('often', 2, 1, 1)
  }
  expect(tally.highest(1, (key) => key)).toMatchObject([{ name: 'often', site: 2 }])
  expect(tally.highest(1, (key) => key)[0]?.changes).toBeGreaterThan(400)
})
