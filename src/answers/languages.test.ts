/**
 * Every kind of answer in Arabic, which shares no letter with English: no word of English is left in it but what
 * the messages themselves have (what is typed: `en`, `limit`), and what others have written (titles, names).
 */
import { expect, test } from 'vitest'
import { recordedEvents } from '../../test/changes.ts'
import { someStats, someTrend } from '../../test/charts.ts'
import { temporaryStore } from '../../test/temporary-store.ts'
import type { Change } from '../change.ts'
import { OWN_NAMES } from '../language/language.ts'
import { catalogue } from '../language/messages.ts'
import { readRecentChange } from '../recentchange.ts'
import { changeLine } from '../text/change-line.ts'
import type { Inline } from '../text/inline.ts'
import type { Answer } from './answer.ts'
import { answer, COMMANDS } from './answers.ts'
import type { Context } from './command.ts'
import type { Chart, Document } from './document.ts'
import { word } from './wording.ts'

const recorded = recordedEvents().map((line) => readRecentChange(line, 'test') as Change)
const NOW = Math.max(...recorded.map(({ at }) => at)) + 1000

const wordsOf = (text: string): string[] => text.match(/[A-Za-z]{2,}/g) ?? []
/** A message without the names of its values and the words of MessageFormat. */
const bare = (template: string): string =>
  template
    .replace(/\{\w+(?:, (?:number|plural))?/g, ' ')
    .replace(/\b(?:zero|one|two|few|many|other) \{/g, ' ')
const ours = new Set([
  ...wordsOf(Object.values(catalogue('ar')).map(bare).join(' ')),
  ...wordsOf(Object.entries(OWN_NAMES).flat().join(' ')),
])

/** All texts in a JSON value, without the names of properties. */
const textsIn = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'object' && value !== null
      ? Object.values(value).map(textsIn).join(' ')
      : ''

const textOf = (inline: Inline): string =>
  inline
    // Code is what is typed: that is English everywhere.
    .filter((item) => typeof item === 'string' || item.code !== true)
    .map((item) => (typeof item === 'string' ? item : item.text))
    .join('')

const chartTexts = ({ titles, subtitle, labels, series, blanks, alt }: Chart): string[] => [
  ...titles,
  subtitle,
  ...labels,
  ...series.map(({ name }) => name),
  ...blanks.flatMap(({ time, reason }) => [time, reason]),
  alt,
]

const shown = ({ title, paragraphs, items, facts, footer, chart }: Document): string[] => [
  textOf(title),
  ...paragraphs.map(textOf),
  ...items.map(({ line }) => textOf(line)),
  ...facts.flatMap(({ name, value }) => [name, textOf(value)]),
  (footer ?? '').replace(/!\w+( \d+)*/g, ''),
  ...(chart === undefined ? [] : chartTexts(chart)),
]

function expectNoEnglish(texts: readonly string[], facts: unknown): void {
  // What is too long is cut.
  const given = [...wordsOf(textsIn(facts)), 'wiki', 'change', 'stream']
  const isGiven = (each: string) => given.some((word) => word.startsWith(each))
  for (const text of texts)
    expect(
      wordsOf(text).filter((each) => !ours.has(each) && !isGiven(each)),
      text,
    ).toEqual([])
}

test('what happened, of every kind that was recorded', () => {
  for (const change of recorded) {
    // Keys of Wikibase's comments and flags of blocks are texts of the event: what is made of them is not.
    const written = { ...change, comment: change.comment?.replace(/\/\*.*?\*\//g, '') ?? null }
    expectNoEnglish([textOf(changeLine(written, 'ar'))], change)
    const own = changeLine(change, 'ar').filter((item) => typeof item === 'object' && item.rtl)
    expect(own.length, change.title).toBeGreaterThan(0)
  }
})

test('whatever is asked', async () => {
  const store = await temporaryStore(recorded)
  const context: Context = {
    user: '77',
    place: { id: 'server 1', kind: 'server', mayManage: true },
    store,
    language: 'ar',
    locale: 'ar',
    now: NOW,
    startedAt: NOW - 90_000_000,
    posting: { feeds: store, here: { channel: '100' }, lackingIn: async () => [], write: async () => true },
  }
  const kinds = new Set<Answer['kind']>()
  const ask = async (question: string, by: Partial<Context> = {}) => {
    const found = await answer(question, { ...context, ...by })
    kinds.add(found.kind)
    expectNoEnglish(shown(word(found, 'ar')), found)
  }
  // It is answered in the language that is chosen.
  for (const { name, example } of COMMANDS) await ask(name === 'language' ? '!language ar' : example)
  for (const question of [
    '',
    'what',
    'ping me too',
    'recent -1',
    'recent 0 0',
    'recent 0 10 xyzzy',
    'recent type:nothing',
    'recent user:"a',
    'recent type:new new:no',
    'recent bots:perhaps',
    'recent ns:xyzzy',
    'recent min:0',
    'recent title:xyzzy',
    'recent 9999 10',
    'stats soon',
    'stats 2999-01-01',
    'stats today',
    'stats 2001-01-01',
    'trend 1',
    'trend 2',
    'top',
    'top what',
    'top users 0',
    'top users 168',
    'top wikis',
    'setLang',
    'setLang xyzzy',
    'language',
    'language xyzzy',
    'language auto',
    'feed',
    'feed add',
    'feed add type:new dewiki',
    'feed add *',
    'feed list',
    'feed pause 1',
    'feed resume 1',
    'feed edit 1 bots:no',
    'feed edit 99 bots:no',
    'feed preview 1',
    'feed remove 1',
    'watch Title',
    'watch https://en.wikipedia.org/wiki/Title',
    'watching',
    'unwatch xyzzy',
    'unwatch https://en.wikipedia.org/wiki/Title',
    'digest on',
    'digest off',
    'digest off',
    'digest show',
    'help',
    'help feed',
  ])
    await ask(question)
  const { place: _, posting: __, ...bare } = context
  for (const question of ['setLang en', 'feed add dewiki', 'watch Title', 'digest on'])
    kinds.add((await answer(question, bare)).kind)
  await ask('setLang en', {
    place: { id: 'server 1', kind: 'server', mayManage: { needs: 'needs.manageServer' } },
  })
  const gaps = ['expired', 'refused'].map((why) => ({
    ...{ source: 'wikimedia', from: NOW - 5000, to: NOW, state: 'lost' as const },
    reason: catalogue('en')[`gap.${why}` as 'gap.expired'],
  }))
  const gapped = { ...store, gaps: async () => gaps }
  const found = await answer('status', { ...context, store: gapped })
  expectNoEnglish(shown(word(found, 'ar')), ['wikimedia'])
  const posting = {
    ...{ feeds: store, here: { channel: '100' }, write: async () => true },
    lackingIn: async () => ['View Channel', 'Send Messages', 'Embed Links'],
  }
  const lacking = await answer('feed add type:new dewiki', { ...context, posting })
  expectNoEnglish(shown(word(lacking, 'ar')), [])
  // What no more is answered is no kind of answer any more: all of them were asked for.
  expect(kinds.size).toBeGreaterThanOrEqual(16)
})

test('charts, whatever is known of their time', () => {
  const hours = Array.from({ length: 24 }, (_, hour): [number, number, 'whole' | 'none' | 'later'] =>
    hour < 4 ? [0, 0, 'none'] : hour > 16 ? [0, 0, 'later'] : [60, 40, 'whole'],
  )
  for (const days of [1, 7]) {
    const usual = { days, hours: Array.from({ length: 24 }, (_, hour) => (hour === 5 ? null : 90)) }
    const found = someStats(hours, { isToday: true, usual, scope: { code: '*', name: 'الكل' } })
    expectNoEnglish(shown(word(found, 'ar')), [])
  }
  const days = someTrend(
    hours.map(([humans, bots, known]) => [humans, bots, known]),
    { code: '*', name: 'الكل' },
  )
  expectNoEnglish(shown(word(days, 'ar')), [])
})
