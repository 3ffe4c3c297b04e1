import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aChange, anyChange, SITES } from '../../test/changes.ts'
import { CHANGE_TYPES } from '../change.ts'
import { type Filter, matcher, titleAlone } from '../filter.ts'
import { inScope, type Scope } from '../scope.ts'
import { FeedIndex } from './feed-index.ts'

const anyScope: fc.Arbitrary<Scope> = fc.oneof(
  fc.constant<Scope>({ kind: 'all' }),
  fc.constantFrom('en', 'de', 'uz').map((language): Scope => ({ kind: 'language', language })),
  fc
    .constantFrom(...Object.values(SITES).map(({ wiki }) => wiki))
    .map((wiki): Scope => ({ kind: 'wiki', wiki })),
)

const anyFilter = (titles: readonly string[], users: readonly string[]): fc.Arbitrary<Filter> =>
  fc.record(
    {
      types: fc.subarray([...CHANGE_TYPES], { minLength: 1 }),
      user: fc.constantFrom('Somebody', ...users),
      title: fc.constantFrom('*', 'a*', 'a\\*', 'Somewhere', ...titles, ...titles.map(titleAlone)),
      isBot: fc.boolean(),
    },
    { requiredKeys: [] },
  )

test('property: finds the feeds that asking each of them finds', () => {
  fc.assert(
    fc.property(
      fc.array(anyChange, { minLength: 1, maxLength: 5 }).chain((changes) => {
        const titles = changes.map(({ title }) => title)
        const users = changes.flatMap(({ user }) => user ?? [])
        const feeds = fc.array(fc.tuple(anyScope, anyFilter(titles, users)), { maxLength: 20 })
        return fc.tuple(fc.constant(changes), feeds)
      }),
      ([changes, given]) => {
        const feeds = given.map(([scope, filter], id) => ({ id, scope, filter }))
        const index = new FeedIndex(feeds)
        for (const change of changes) {
          const asked = feeds.filter(
            ({ scope, filter }) => inScope(scope, change.site) && matcher(filter)(change),
          )
          expect(index.match(change).toSorted((a, b) => a - b)).toEqual(asked.map(({ id }) => id))
        }
      },
    ),
  )
})

test('names are found in any case, with _ for a space', () => {
  const index = new FeedIndex([
    { id: 1, scope: { kind: 'wiki', wiki: 'dewiki' }, filter: { user: 'jimbo_wales' } },
    { id: 2, scope: { kind: 'all' }, filter: { title: 'Alan turing' } },
  ])
  const change = aChange({ site: SITES.dewiki, user: 'Jimbo Wales', title: 'Alan Turing' })
  expect(index.match(change).toSorted()).toEqual([1, 2])
})

test('a page whose title has a * or a backslash is found by it alone', () => {
  for (const title of ['M*A*S*H', 'a\\*', '\\', '\\\\', '*', 'C:\\dir\\*']) {
    const index = new FeedIndex([{ id: 1, scope: { kind: 'all' }, filter: { title: titleAlone(title) } }])
    expect(index.match(aChange({ title }))).toEqual([1])
    for (const other of ['M-A-S-H', 'a\\b', 'a*', 'ab', '', 'C:\\dir\\x', 'C:dir*']) {
      if (other !== title) expect(index.match(aChange({ title: other })), `${title} ${other}`).toEqual([])
    }
  }
})
