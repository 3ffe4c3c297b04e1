import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aChange, anyChange, SITES } from '../../../test/changes.ts'
import type { Answer } from '../../answers/answer.ts'
import type { FeedInfo } from '../../answers/feeds/answer.ts'
import { word } from '../../answers/wording.ts'
import { CHANGE_TYPES, type Change } from '../../change.ts'
import { LANGUAGES } from '../../language/language.ts'
import { message } from '../../language/messages.ts'
import { type Embed, toEmbeds } from './render.ts'

const scope = { code: '*', name: 'all wikis' }
const recent = (changes: readonly Change[]): Answer => ({
  kind: 'recent',
  scope,
  offset: 0,
  limit: 50,
  changes,
  filter: {},
  searchedTo: null,
  olderQuestion: null,
  older: null,
  newer: null,
  mixesWikis: true,
})

/** Discord's limits for an embed; text that is there may not be empty. */
function expectWithinLimits(embed: Embed): void {
  const texts: [string | undefined, number][] = [
    [embed.title, 256],
    [embed.description, 4096],
    [embed.footer?.text, 2048],
    ...(embed.fields ?? []).flatMap(({ name, value }): [string, number][] => [
      [name, 256],
      [value, 1024],
    ]),
  ]
  for (const [text, most] of texts) {
    if (text === undefined) continue
    expect(text.trim()).not.toBe('')
    expect(text.length).toBeLessThanOrEqual(most)
  }
  expect(texts.reduce((sum, [text]) => sum + (text?.length ?? 0), 0)).toBeLessThanOrEqual(6000)
  expect(embed.fields?.length ?? 0).toBeLessThanOrEqual(25)
  expect(embed.title ?? embed.description ?? embed.fields).toBeDefined()
}

test.each(LANGUAGES)(
  'a list of any changes is within all limits, and none of them is left out: %s',
  (language) => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 50 }), (changes) => {
        const embeds = toEmbeds(word(recent(changes), language))
        for (const embed of embeds) expectWithinLimits(embed)
        const lines = embeds.flatMap(({ description }) => description?.split('\n') ?? [])
        if (changes.length > 0) expect(lines).toHaveLength(changes.length)
      }),
      { numRuns: language === 'en' ? 150 : 30 },
    )
  },
)

test.each([
  ['Latin', 'W'],
  ['Cyrillic', 'Ж'],
  ['Arabic', 'ض'],
  ['CJK', '維'],
  ['emoji', '👩‍👩‍👧'],
  ['Markdown', '*'],
  ['brackets', ')'],
])('50 changes with the longest titles, names and summaries: %s', (_script, letter) => {
  const longest = (bytes: number) => letter.repeat(Math.floor(bytes / Buffer.byteLength(letter)))
  const changes = Array.from({ length: 50 }, () =>
    aChange({
      title: longest(255),
      user: longest(255),
      comment: letter.repeat(500),
      site: SITES.wikidatawiki,
    }),
  )
  const embeds = toEmbeds(word(recent(changes), 'en'))
  for (const embed of embeds) expectWithinLimits(embed)
  const text = embeds.map(({ description }) => description).join('\n')
  expect(text.split('\n')).toHaveLength(50)
  // However long: what was changed and exactly where stays readable.
  expect(text).toContain('index.php?diff=2&oldid=1')
})

test('no change at all is an answer, and so is an empty day', () => {
  for (const embed of toEmbeds(word(recent([]), 'en'))) expectWithinLimits(embed)
  const types = Object.fromEntries(CHANGE_TYPES.map((type) => [type, 0])) as never
  const stats = {
    total: 0,
    types,
    bots: 0,
    humans: 0,
    bytesAdded: 0,
    bytesRemoved: 0,
    hours: new Array(24).fill(0),
  }
  const answer: Answer = {
    kind: 'stats',
    scope,
    day: '2026-11-24',
    isToday: false,
    stats,
    busiestHour: null,
    hours: [],
    usual: null,
    stored: null,
  }
  for (const embed of toEmbeds(word(answer, 'en'))) expectWithinLimits(embed)
})

test('an empty comment leaves nothing behind', () => {
  const [embed] = toEmbeds(word(recent([aChange({ comment: '' })]), 'en'))
  expect(embed?.description).not.toContain('*')
  expect(embed?.description).not.toContain('()')
})

test('whatever a person types is within all limits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 5000 }), (problem) => {
      const nearest = Array.from({ length: 5 }, () => ({
        code: problem.slice(0, 300),
        name: problem.slice(0, 300),
      }))
      const [embed] = toEmbeds(
        word(
          {
            kind: 'refusal',
            problem: message('refusal.noDay', { text: problem }),
            accepts: message('accepts.scope'),
            example: '!help',
            nearest,
          },
          'en',
        ),
      )
      expectWithinLimits(embed as Embed)
    }),
  )
})

const anyTitle = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 })
const anyFeed: fc.Arbitrary<FeedInfo> = fc.record({
  id: fc.integer({ min: 1, max: 999_999_999 }),
  scope: fc.constantFrom(scope, { code: 'enwiki', name: 'English Wikipedia (en.wikipedia.org)' }),
  filter: fc.record({ title: anyTitle, user: anyTitle, isBot: fc.boolean() }, { requiredKeys: [] }),
  style: fc.constantFrom('embed', 'compact'),
  target: fc.constantFrom<FeedInfo['target']>(
    { kind: 'direct' },
    { kind: 'channel', channel: '42', place: 'server 1' },
  ),
  state: fc.constantFrom('active', 'paused', 'refused'),
  owner: fc.constant('77'),
})

test('a list of any feeds is within all limits, names channel and maker, and pings nobody else', () => {
  fc.assert(
    fc.property(fc.array(anyFeed, { maxLength: 100 }), fc.constantFrom(...LANGUAGES), (feeds, language) => {
      const embeds = toEmbeds(word({ kind: 'feedList', place: 'server', feeds }, language))
      for (const embed of embeds) expectWithinLimits(embed)
      const lines = embeds.flatMap(({ description }) => description?.split('\n') ?? [])
      if (feeds.length > 0) expect(lines).toHaveLength(feeds.length)
      const mentions = lines.flatMap((line) => line.match(/(?<!\\)<[#@][^>]*>/g) ?? [])
      expect(new Set(mentions).isSubsetOf(new Set(['<#42>', '<@77>']))).toBe(true)
      if (feeds.some(({ target }) => target.kind === 'channel')) expect(mentions).toContain('<#42>')
    }),
    { numRuns: 60 },
  )
})

test('an overview of many short lines is one page', () => {
  const watches = Array.from({ length: 30 }, (_, i) => ({
    ...{ id: i + 1, title: `Page ${i}`, wiki: { code: 'enwiki', name: 'English Wikipedia' } },
    ...{ url: null, state: 'active' as const },
  }))
  const [embed, ...more] = toEmbeds(word({ kind: 'watchList', watches }, 'en'))
  expect(more).toEqual([])
  expect(embed?.description?.split('\n')).toHaveLength(30)
})
