import { expect, test } from 'vitest'
import { Durations } from './durations.ts'
import { Tally, TallyTable } from './tally.ts'

test('a tally counts what it knows, from 0 on, and nothing else', () => {
  const tally = new Tally(['a', 'b', 'c'])
  tally.add('b')
  tally.add('b', 3)
  tally.add('c')
  tally.add('{evil="1"} 7\n' as 'a')
  tally.add('__proto__' as 'a')
  expect([...tally]).toEqual([
    ['a', 0],
    ['b', 4],
    ['c', 1],
  ])
})

test('a table counts in rows that it knows', () => {
  const table = new TallyTable(['x', 'y'], ['a', 'b'])
  table.add('y', 'a')
  table.add('y', 'a')
  table.add('z' as 'y', 'a')
  table.add('x', 'c' as 'a')
  expect(Array.from(table, ([row, tally]) => [row, Object.fromEntries(tally)])).toEqual([
    ['x', { a: 0, b: 0 }],
    ['y', { a: 2, b: 0 }],
  ])
})

test('a duration belongs to the first class that it fits into', () => {
  const durations = new Durations([0.01, 0.1])
  for (const ms of [0, 10, 10.5, 100, 100.5, 5000]) durations.add(ms)
  expect([...durations.counts]).toEqual([2, 2, 2])
  expect(durations.seconds).toBeCloseTo(5.221)
})
