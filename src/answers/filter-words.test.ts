import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CHANGE_TYPES } from '../change.ts'
import { type Filter, titleAlone } from '../filter.ts'
import { CHOICES, filterText, MIN_BYTES, parseFilter, readFilterText } from './filter-words.ts'

test('words of a filter, in any order, among others', () => {
  const full: Filter = {
    types: ['edit', 'new'],
    namespaces: [1],
    user: 'A B',
    title: 'Foo*',
    isBot: false,
    isMinor: false,
    minBytes: 500,
  }
  const words = ['type:new,edit', 'ns:talk', 'user:"A B"', 'title:Foo*', 'bots:no', 'minor:no', 'min:500']
  for (const text of [words.join(' '), `  ${words.toReversed().join('\t ')} `])
    expect(parseFilter(text)).toEqual({ filter: full, rest: [] })
  expect(parseFilter(`20 ${words.join(' ')} 5 Simple English`)).toEqual({
    filter: full,
    rest: ['20', '5', 'Simple', 'English'],
  })
  expect(parseFilter('')).toEqual({ filter: {}, rest: [] })
})

test('what each word means', () => {
  for (const [text, filter] of [
    ['type:Edits', { types: ['edit'] }],
    ['TYPE:Categorisation,log', { types: ['log', 'categorize'] }],
    ['type:"new, log"', { types: ['new', 'log'] }],
    ['new', { types: ['new'] }],
    ['new:only', { types: ['new'] }],
    ['new:no', { types: ['edit', 'log', 'categorize', 'external'] }],
    ['new:no type:new,log', { types: ['log'] }],
    ['ns:0', { namespaces: [0] }],
    ['ns:Main', { namespaces: [0] }],
    ['ns:(main)', { namespaces: [0] }],
    ['ns:User_Talk,14,user_talk', { namespaces: [3, 14] }],
    ['namespace:"user talk, Category"', { namespaces: [3, 14] }],
    ['ns:module', { namespaces: [828] }],
    ['ns:-1', { namespaces: [-1] }],
    ['bots:only', { isBot: true }],
    ['bots:yes', {}],
    ['minor:ONLY', { isMinor: true }],
    ['user:A_B', { user: 'A B' }],
    ['user:“A B”', { user: 'A B' }],
    ['user:„A B“', { user: 'A B' }],
    ['user:«A B»', { user: 'A B' }],
    ['user:"say ""A"""', { user: 'say "A"' }],
    ['user:5"disk', { user: '5"disk' }],
    ['user:2001:db8::1', { user: '2001:db8::1' }],
    ['title:"Foo bar"*', { title: 'Foo bar*' }],
    ['title:User_talk:A', { title: 'User talk:A' }],
    ['page:M\\*A', { title: 'M\\*A' }],
    ['min:1', { minBytes: 1 }],
  ] as const) {
    expect(parseFilter(text), text).toEqual({ filter, rest: [] })
  }
})

test('what is no word of a filter is left', () => {
  for (const rest of ['newwiki', 'wiki:en', 'https://de.wikipedia.org/wiki/', 'localhost:8080', '*', '１:2'])
    expect(parseFilter(rest), rest).toEqual({ filter: {}, rest: [rest] })
  expect(parseFilter('"new" "Simple English"')).toEqual({ filter: {}, rest: ['new', 'Simple English'] })
})

test('bad words', () => {
  for (const [text, word, why] of [
    ['type:foo', 'type', 'unknown'],
    ['type:', 'type', 'unknown'],
    ['type:new,', 'type', 'unknown'],
    ['ns:nowhere', 'namespace', 'unknown'],
    ['ns:1,', 'namespace', 'unknown'],
    ['ns:123456', 'namespace', 'unknown'],
    ['user:', 'user', 'unknown'],
    ['user:""', 'user', 'unknown'],
    [`user:${'a'.repeat(511)}`, 'user', 'unknown'],
    ['title:_', 'title', 'unknown'],
    ['bots:maybe', 'bots', 'unknown'],
    ['minor:1', 'minor', 'unknown'],
    ['min:0', 'min', 'unknown'],
    ['min:-5', 'min', 'unknown'],
    ['min:1e3', 'min', 'unknown'],
    ['min:100000001', 'min', 'unknown'],
    ['new:maybe', 'new', 'unknown'],
    ['type:edit new', 'new', 'nothing'],
    ['type:edit type:new', 'type', 'twice'],
    ['new new', 'new', 'twice'],
    ['user:A bot:no bots:no', 'bots', 'twice'],
    ['user:"A B', 'user', 'unclosed'],
    ['"Simple English', null, 'unclosed'],
    ['tpye:new', null, 'unknown'],
  ] as const) {
    expect(parseFilter(text), text).toMatchObject({ bad: { word, why } })
  }
  expect(parseFilter('constructor:new')).toMatchObject({ bad: { word: null, said: 'constructor:new' } })
})

test('namespaces by the names that wikis give them', () => {
  const local = new Map([['overleg gebruiker', 3]])
  expect(parseFilter('ns:Overleg_gebruiker', local)).toMatchObject({ filter: { namespaces: [3] } })
  expect(parseFilter('ns:Gebruiker', local)).toMatchObject({ bad: { word: 'namespace' } })
})

const anyName = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.stringMatching(/^["“”„«»\\*: a]{1,20}$/))
  .map((text) => text.replace(/[\s_]+/g, ' ').trim())
  .filter((text) => text !== '' && text.isWellFormed())

const anyFilter: fc.Arbitrary<Filter> = fc.record(
  {
    types: fc.subarray([...CHANGE_TYPES], { minLength: 1 }),
    namespaces: fc
      .uniqueArray(fc.integer({ min: -2, max: 99_999 }), { minLength: 1, maxLength: 5 })
      .map((list) => list.toSorted((a, b) => a - b)),
    user: anyName,
    title: fc.oneof(anyName, anyName.map(titleAlone)),
    isBot: fc.boolean(),
    isMinor: fc.boolean(),
    minBytes: fc.integer({ min: MIN_BYTES[0], max: MIN_BYTES[1] }),
  },
  { requiredKeys: [] },
)

test('property: a filter is the same after being written and read', () => {
  fc.assert(
    fc.property(anyFilter, (filter) => {
      const text = filterText(filter)
      expect(readFilterText(text)).toEqual(filter)
      expect(parseFilter(`3 ${text} 5`)).toEqual({ filter, rest: ['3', '5'] })
    }),
  )
})

test('property: whatever is typed is a filter that can be written, or a bad word', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'type:',
      'ns:',
      'user:',
      'title:',
      'min:',
      'bots:',
      'new',
      ' ',
      '"',
      ',',
      '*',
      ...CHOICES,
    ),
    fc.constantFrom(...CHANGE_TYPES, '1', '500', 'talk'),
    fc.string({ unit: 'binary', maxLength: 10 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const parsed = parseFilter(pieces.join(''))
      if ('filter' in parsed) expect(readFilterText(filterText(parsed.filter))).toEqual(parsed.filter)
      else expect(parsed.bad.why).not.toBe('')
    }),
    { numRuns: 1000 },
  )
})

test('what is no text of a filter', () => {
  for (const text of ['de', 'type:new de', 'type:foo']) expect(readFilterText(text)).toBeNull()
  expect(readFilterText('')).toEqual({})
})
