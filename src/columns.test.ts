import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aChange, anyChange, SITES } from '../test/changes.ts'
import { ChangeColumns, NUMBER, TEXT } from './columns.ts'

// A log entry is JSON, in which -0 is 0.
const ofTest = anyChange.map((change) => ({
  ...change,
  source: 'test',
  log: JSON.parse(JSON.stringify(change.log)),
}))

test('any changes come back as they were, in their order', () => {
  fc.assert(
    fc.property(fc.array(ofTest, { maxLength: 20 }), (changes) => {
      const columns = new ChangeColumns('test', changes)
      expect([...columns]).toEqual(changes)
      expect(columns.count).toBe(changes.length)
      expect(columns.lastAt).toBe(changes.at(-1)?.at ?? null)
    }),
  )
})

test('however many there are, and however long their texts', () => {
  const changes = Array.from({ length: 1000 }, (_, i) => aChange({ title: `${'é'.repeat(i)}!` }))
  const columns = new ChangeColumns('test', changes)
  expect([...columns]).toEqual(changes)
  const { count, ids, times, siteOf, numbers, lengths, sites } = columns.packed()
  expect([count, ids.length, times.length, siteOf.length]).toEqual([1000, 16_000, 1000, 1000])
  expect([numbers.length, lengths.length]).toEqual([11_000, 5000])
  expect(sites).toEqual([SITES.enwiki])
})

test('a row that is not ended leaves nothing behind', () => {
  const [first, second] = [aChange(), aChange({ user: null, rcid: null, bot: false })]
  const columns = new ChangeColumns('test', [first])
  columns.begin()
  columns.number(NUMBER.rcid, 5)
  columns.string(TEXT.title, 'never ended')
  columns.string(TEXT.user, 'nobody')
  columns.add(second)
  expect([...columns]).toEqual([first, second])
})

test('half of a surrogate pair is no text', () => {
  const [change] = new ChangeColumns('test', [aChange({ title: 'a\ud83d', comment: '\udc00' })])
  expect(change).toMatchObject({ title: 'a\ufffd', comment: '\ufffd' })
})
