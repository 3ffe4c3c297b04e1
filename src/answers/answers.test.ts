import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aChange, SITES } from '../../test/changes.ts'
import { toText } from '../faces/console/render.ts'
import { answer, COMMANDS } from './answers.ts'
import { dayOf, wholeNumber } from './arguments.ts'
import { type Context, type Place, usageOf } from './command.ts'
import { word } from './wording.ts'

const NOW = Date.UTC(2026, 10, 24, 8, 30)
const empty = { total: 0, bots: 0, humans: 0, bytesAdded: 0, bytesRemoved: 0, hours: new Array(24).fill(0) }

/** A store with one change, that remembers preferences. */
function context(
  user = 'somebody',
  scopes = new Map<string, string>(),
  languages = new Map<string, string | null>(),
): Context {
  return {
    user,
    now: NOW,
    language: 'en',
    store: {
      recent: async () => ({ changes: [aChange()], next: null, previous: null, searchedTo: null }),
      top: async ({ from }) => ({ entries: [], countedFrom: from }),
      preview: async (_scope, _filter, from) => ({ count: 0, examples: [], searchedFrom: from }),
      dayStats: async () => ({ ...empty, types: { edit: 0, new: 0, log: 0, categorize: 0, external: 0 } }),
      series: async () => [],
      tail: async (after) => ({ arrivals: [], upTo: after }),
      lastArrival: async () => 0,
      sites: async () => Object.values(SITES),
      position: async () => null,
      span: async () => ({ from: NOW - 5000, to: NOW - 1000 }),
      deadLetters: async () => [],
      positions: async () => [],
      gaps: async () => [],
      totals: async () => ({ changes: 1, bytes: 4096, deadLetters: 0 }),
      space: async () => null,
      countBetween: async () => 1,
      verify: async () => ({ changes: 1, rollupsCompared: 1, rollupsKept: 0, differences: [] }),
      keepNote: async () => 'a'.repeat(16),
      note: async () => null,
      scopeOf: async (who) => scopes.get(who) ?? null,
      setScope: async (who, scope) => {
        scopes.set(who, scope)
      },
      languageOf: async (who) => languages.get(who) ?? null,
      setLanguage: async (who, language) => {
        languages.set(who, language)
      },
    },
  }
}

test('names in any case, with or without the prefix, and whatever space is between', async () => {
  for (const question of ['!ping', '!PING', 'Ping', '  !pInG  ', '! ping']) {
    expect(await answer(question, context())).toMatchObject({ kind: 'pong', age: 1000 })
  }
  expect(await answer('!RECENT   2\t3', context())).toMatchObject({ kind: 'recent', offset: 2, limit: 3 })
})

test('a choice is stored in its canonical form, for this person alone', async () => {
  const scopes = new Map<string, string>()
  expect(await answer('!setlang EN.Wikipedia.org', context('a', scopes))).toMatchObject({
    scope: { code: 'enwiki' },
  })
  expect(scopes).toEqual(new Map([['a', 'enwiki']]))
  expect(await answer('!help', context('b', scopes))).toMatchObject({ scope: { code: '*' } })
})

test('a stored choice that no longer exists counts as none', async () => {
  const scopes = new Map([['a', 'no such wiki']])
  expect(await answer('!recent', context('a', scopes))).toMatchObject({
    kind: 'recent',
    scope: { code: '*' },
  })
})

test('whatever is typed gets an answer, and its words hold no control sequence', async () => {
  const words = fc.oneof(
    fc.constantFrom('!recent', '!stats', '!setLang', '!help', '0', '5', '\u001b[2J'),
    fc.string({ unit: 'binary' }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(words, { maxLength: 5 }), async (typed) => {
      const text = toText(word(await answer(typed.join(' '), context()), 'en'), false)
      expect(text.trim()).not.toBe('')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
    }),
  )
})

test('days', () => {
  const day = (text: string) => {
    const found = dayOf(text, NOW)
    return found === null ? null : new Date(found).toISOString()
  }
  expect(day('today')).toBe('2026-11-24T00:00:00.000Z')
  expect(day('Yesterday')).toBe('2026-11-23T00:00:00.000Z')
  for (const word of ['heute', 'Сегодня', "aujourd'hui", 'bugun', 'اليوم'])
    expect(day(word)).toBe(day('today'))
  for (const word of ['gestern', 'ayer', 'вчера']) expect(day(word)).toBe(day('yesterday'))
  expect(day('2024-02-29')).toBe('2024-02-29T00:00:00.000Z')
  for (const none of [
    '2026-02-29',
    '2026-13-01',
    '24.11.2026',
    '2026-1-1',
    '',
    '0000-00-00',
    '+002026-01-01',
  ]) {
    expect(day(none)).toBeNull()
  }
})

test('numbers', () => {
  expect(wholeNumber('050', 1, 50)).toBe(50)
  for (const none of ['51', '0', '-1', '1.5', '1e1', '', ' 1', 'Infinity', '９'])
    expect(wholeNumber(none, 1, 50)).toBeNull()
})

test('wikis may be named with the question; the choice stays', async () => {
  const scopes = new Map([['a', 'de']])
  expect(await answer('!recent 0 5 Simple English', context('a', scopes))).toMatchObject({
    kind: 'recent',
    limit: 5,
    scope: { code: 'simple' },
  })
  expect(await answer('!stats today enwiki', context('a', scopes))).toMatchObject({
    scope: { code: 'enwiki' },
  })
  expect(await answer('!recent 0 5 xyzzy', context('a', scopes))).toMatchObject({
    kind: 'refusal',
    problem: { values: { text: 'xyzzy' } },
  })
  expect(await answer('!stats', context('a', scopes))).toMatchObject({ scope: { code: 'de' } })
})

test('help says how each command is typed', async () => {
  expect(COMMANDS.map((command) => usageOf(command, 'en'))).toEqual([
    'recent [offset=0] [limit=10] [type:…] [ns:…] [user:…] [title:…] [bots:…] [minor:…] [min:…] [new] [scope=as chosen]',
    'stats [yyyy-mm-dd=today UTC] [scope=as chosen]',
    'trend [days=30] [scope=as chosen]',
    'top <pages|users|wikis> [hours=24] [scope=as chosen]',
    'feed add [type:…] [ns:…] [user:…] [title:…] [bots:…] [minor:…] [min:…] [new] [style:…] [channel:…] [scope=as chosen]',
    'feed preview [number=none] [type:…] [ns:…] [user:…] [title:…] [bots:…] [minor:…] [min:…] [new] [scope=as chosen]',
    'feed list',
    'feed edit <number> [type:…] [ns:…] [user:…] [title:…] [bots:…] [minor:…] [min:…] [new] [style:…] [scope=as it is]',
    'feed pause <number>',
    'feed resume <number>',
    'feed remove <number>',
    'digest on [channel:…] [scope=as chosen]',
    'digest off [channel:…]',
    'digest show [scope=as chosen]',
    'watch <page> [scope:…]',
    'unwatch <page|number> [scope:…]',
    'watching',
    'setLang <scope>',
    'language [language=as it is]',
    'status',
    'ping',
    'help [command=all]',
  ])
})

test('more words than are understood', async () => {
  expect(await answer('!ping me', context())).toMatchObject({
    kind: 'refusal',
    accepts: { values: { usage: '!ping' } },
  })
})

test("a place has a choice of its own, before a person's, for those who may make it", async () => {
  const scopes = new Map([['a', 'de']])
  const place = { id: 'server 1', kind: 'server', mayManage: true } as const
  const inServer = (user: string, mayManage: Place['mayManage'] = true) => ({
    ...context(user, scopes),
    place: { ...place, mayManage },
  })
  expect(await answer('!help', inServer('a'))).toMatchObject({ scope: { code: 'de' } })
  expect(await answer('!setLang frwiki', inServer('a', { needs: 'needs.manageServer' }))).toMatchObject({
    kind: 'refusal',
    problem: { key: 'refusal.mayNotChoose', values: { needs: { key: 'needs.manageServer' } } },
  })
  expect(await answer('!setLang frwiki', inServer('a'))).toMatchObject({
    kind: 'scopeSet',
    place: 'server',
  })
  expect(await answer('!help', inServer('b'))).toMatchObject({ scope: { code: 'frwiki' } })
  expect(await answer('!help', inServer('a'))).toMatchObject({ scope: { code: 'frwiki' } })
  expect(await answer('!help', context('a', scopes))).toMatchObject({ scope: { code: 'de' } })
})

test('suggestions are accepted as they are', async () => {
  // Those about feeds are asked in a test of their own, where they can be answered.
  for (const command of COMMANDS.filter(({ needsPosting }) => needsPosting !== true)) {
    const needed = command.name === 'top' ? { by: 'pages' } : {}
    for (const parameter of command.parameters) {
      for (const { value } of parameter.choices ?? []) {
        const given = { ...needed, [parameter.name]: value }
        expect((await command.run(given, context())).kind, value).not.toBe('refusal')
      }
      for (const typed of ['', 'e', '2026-11', 'Deu', 'commons', 'xyzzy', '\u202e']) {
        const found = (await parameter.suggest?.(typed, context(), {})) ?? []
        expect(found.length).toBeLessThanOrEqual(25)
        for (const { name, value } of found) {
          expect(name).not.toBe('')
          const given = { ...needed, [parameter.name]: value }
          expect((await command.run(given, context())).kind, value).not.toBe('refusal')
        }
      }
    }
  }
})
