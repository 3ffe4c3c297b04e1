import { expect, test } from 'vitest'
import { aChange, SITES } from '../../test/changes.ts'
import type { RecentPage, RecentQuery } from '../contracts.ts'
import { answer } from './answers.ts'
import type { Context } from './command.ts'
import { filterParameters } from './filters.ts'

const changes = Array.from({ length: 9 }, (_, i) => aChange({ title: `Page ${i}` })).toReversed()

/** A store that looks at no more than two changes before its time is over, and what it was asked. */
function context(isPatient: boolean): Context & { readonly asked: RecentQuery[] } {
  const asked: RecentQuery[] = []
  const recent = async (query: RecentQuery): Promise<RecentPage> => {
    asked.push(query)
    const from = query.before === undefined ? 0 : Number(query.before)
    const seen = changes.slice(from, from + 2)
    const page = seen.slice(query.offset ?? 0).slice(0, query.limit)
    const isLast = from + 2 >= changes.length
    const isEarly = page.length < query.limit && !isLast
    return {
      changes: page,
      next: isLast ? null : String(from + 2),
      previous: null,
      searchedTo: isEarly ? (seen.at(-1)?.at ?? 0) : null,
    }
  }
  const store = {
    recent,
    sites: async () => Object.values(SITES),
    scopeOf: async () => null,
  } as unknown as Context['store']
  return { user: '1', language: 'en', now: 0, isPatient, store, asked }
}

test('whoever has no button to go on with gets the whole page, however long it takes', async () => {
  expect(await answer('!recent 0 5 user:Example', context(true))).toMatchObject({
    changes: changes.slice(0, 5),
    searchedTo: null,
  })
  expect(await answer('!recent 3 4 user:Example', context(true))).toMatchObject({
    changes: changes.slice(3, 7),
    searchedTo: null,
  })
  expect(await answer('!recent 0 50 user:Example', context(true))).toMatchObject({ changes, older: null })
  const hasty = await answer('!recent 0 5 user:Example', context(false))
  expect(hasty).toMatchObject({ changes: changes.slice(0, 2), searchedTo: changes[1]?.at, older: '2' })
})

test('words by their place, and beside them those of a filter', async () => {
  for (const [question, query] of [
    ['!recent', { offset: 0, limit: 10, scope: { kind: 'all' }, filter: {} }],
    ['!recent de', { offset: 0, limit: 10, scope: { language: 'de' } }],
    ['!recent 5 de', { offset: 5, limit: 10, scope: { language: 'de' } }],
    ['!recent 5 bots:no 3 Simple English', { offset: 5, limit: 3, scope: { language: 'simple' } }],
    ['!recent new newwiki', { scope: { wiki: 'newwiki' }, filter: { types: ['new'] } }],
    ['!recent ns:Diskussion', { filter: { namespaces: [1] } }],
  ] as const) {
    const { asked, ...given } = context(false)
    await answer(question, given)
    expect(asked[0], question).toMatchObject(query)
  }
  for (const [question, key] of [
    ['!recent xyzzy', 'refusal.noOffset'],
    ['!recent 0 xyzzy', 'refusal.noLimit'],
    ['!recent 0 5 xyzzy', 'refusal.unknownScope'],
    ['!recent 0 5 bots:x', 'refusal.badWord'],
  ] as const)
    expect(await answer(question, context(false)), question).toMatchObject({ problem: { key } })
})

test('how older ones are asked for keeps the filter and the wikis', async () => {
  const olderOf = async (question: string) => {
    const found = await answer(question, context(false))
    return found.kind === 'recent' ? found.olderQuestion : found
  }
  expect(await olderOf('!recent 0 2 user:"A B" type:new de')).toBe('!recent 2 2 type:new user:"A B" de')
  expect(await olderOf('!recent 0 2')).toBe('!recent 2 2')
  expect(await olderOf('!recent 9999 2')).toBeNull()
  expect(await olderOf(`!recent 0 2 title:${'a'.repeat(200)}`)).toBeNull()
})

test('namespaces, titles and users are suggested as the wikis have them', async () => {
  const seen = [
    aChange({ title: 'Benutzerin Diskussion:A', namespace: 3, user: 'A B', site: SITES.dewiki }),
    aChange({ title: 'M*A*S*H', user: null, site: SITES.dewiki }),
    aChange({ title: 'Portal:Film', namespace: 100, user: 'C', site: SITES.dewiki }),
  ]
  const store = {
    recent: async () => ({ changes: seen, next: null, previous: null, searchedTo: null }),
    sites: async () => Object.values(SITES),
    scopeOf: async () => null,
  } as unknown as Context['store']
  const given: Context = { user: '1', language: 'de', now: 0, store }
  const suggested = async (name: string, typed: string) =>
    (await filterParameters.find((each) => each.name === name)?.suggest?.(typed, given, {}))?.map(
      ({ value }) => value,
    )
  expect(await suggested('namespace', 'benutzerin')).toEqual(['user_talk'])
  expect(await suggested('namespace', 'portal')).toEqual(['100'])
  expect(await suggested('namespace', '100')).toEqual(['100'])
  expect(await suggested('namespace', 'talk, kateg')).toEqual(['talk,category', 'talk,category_talk'])
  expect(await suggested('title', 'film')).toEqual(['Portal:Film'])
  expect(await suggested('title', 'm')).toEqual(['M\\*A\\*S\\*H', 'Portal:Film'])
  expect(await suggested('title', 'M*')).toEqual(['M*'])
  expect(await suggested('user', '')).toEqual(['A B', 'C'])
  // What a wiki calls a namespace itself is understood too.
  const found = await answer('!recent ns:Benutzerin_Diskussion,Portal', given)
  expect(found).toMatchObject({ kind: 'recent', filter: { namespaces: [3, 100] } })
})
