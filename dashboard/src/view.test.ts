import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CHANGE_TYPES } from '../../src/change.ts'
import { RANKED } from '../../src/faces/web/api/choices.ts'
import { filtersOf, HOURS, queryOf, readView, START, type View } from './view.ts'

const typed = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => text.isWellFormed())
const choice = fc.constantFrom('true' as const, 'false' as const, '' as const)
const views: fc.Arbitrary<View> = fc.record({
  scope: typed.map((text) => text.trim() || '*'),
  type: fc.subarray([...CHANGE_TYPES]),
  namespace: typed,
  user: typed,
  title: typed,
  bot: choice,
  minor: choice,
  minBytes: typed,
  by: fc.constantFrom(...RANKED),
  hours: fc.constantFrom(...HOURS),
})

test('every view has an address that leads back to it', () => {
  fc.assert(
    fc.property(views, (view) => {
      expect(readView(queryOf(view))).toEqual(view)
    }),
  )
})

test('the view at the start has the plainest address, and the address of nothing is it', () => {
  expect(queryOf(START)).toBe('')
  expect(readView('')).toEqual(START)
})

test('an address says only what is not as at the start', () => {
  const view: View = { ...START, scope: 'enwiki', type: ['edit', 'new'], bot: 'false' }
  expect(queryOf(view)).toBe('scope=enwiki&type=edit%2Cnew&bot=false')
})

test.each([
  ['bot=maybe&minor=1&by=everything&hours=2', START],
  ['scope=&scope=dewiki', START],
  ['type=edit,nothing,log,edit', { ...START, type: ['edit', 'log'] }],
  ['constructor=1&__proto__=2', START],
])('%s is read as far as it can be', (search, view) => {
  expect(readView(search)).toEqual(view)
})

test('any address whatever is a view', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (search) => {
      const view = readView(search)
      expect(Object.keys(view)).toEqual(Object.keys(START))
    }),
  )
})

test('only filters that say something are asked for', () => {
  expect(filtersOf({ ...START, title: '  ', user: 'A', type: ['log'] })).toEqual({ user: 'A', type: 'log' })
})
