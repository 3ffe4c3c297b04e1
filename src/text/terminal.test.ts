import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyChange } from '../../test/changes.ts'
import { changeLine } from './change-line.ts'
import type { Inline } from './inline.ts'
import { columns, toPlain, toTerminal } from './terminal.ts'

const ESC = '\u001b'
const bare = { color: false, links: false }
const line: Inline = [
  'by ',
  { text: 'Me', link: 'https://en.wikipedia.org/wiki/User:Me' },
  { text: ' (talk)', aside: true },
  ' ',
  { text: '+612', bold: true, tone: 'growth' },
  ' ',
  { text: 'why', italic: true, quoted: true },
  { text: ' not', italic: true, quoted: true },
]

test('bare text without links has no ways to go either', () => {
  expect(toTerminal(line, bare)).toBe('by Me +612 why not')
  expect(toPlain(line)).toBe('by Me +612 why not')
})

test('colours and emphasis are set and taken back', () => {
  expect(toTerminal(line, { color: true, links: false })).toBe(
    'by Me \u001b[1;32m+612\u001b[0m \u001b[3mwhy not\u001b[0m',
  )
})

test('links are hyperlinks', () => {
  expect(toTerminal(line, { color: false, links: true })).toBe(
    'by \u001b]8;;https://en.wikipedia.org/wiki/User:Me\u001b\\Me\u001b]8;;\u001b\\ (talk) +612 why not',
  )
})

test.each([
  [18, 'by Me +612 why not'],
  [16, 'by Me +612 why…'],
  [12, 'by Me +612 …'],
  [8, 'by Me +…'],
  [1, '…'],
  [0, ''],
])('in %i columns', (width, text) => {
  const shown = toTerminal(line, { ...bare, width })
  expect(columns(shown)).toBeLessThanOrEqual(width)
  expect(shown).toBe(text)
})

test('links stay where they take no room', () => {
  expect(toTerminal(line, { color: false, links: true, width: 12 })).toContain('\u001b]8;;https://')
})

test.each([
  ['abc', 3],
  ['日本', 4],
  ['é', 1],
  ['e\u0301', 1],
  ['👩‍👩‍👧‍👦', 2],
  ['🗑️', 2],
  ['\u2068ab\u2069', 2],
  ['ｗｉｄｅ', 8],
  ['한글', 4],
])('%s takes %i columns', (text, width) => {
  expect(columns(text)).toBe(width)
})

test('no control character comes through, however the change was made', () => {
  const hostile = fc.string({
    unit: fc.constantFrom('\u001b', '\u009b', '\u0007', '\u0000', '\n', '\r', '[2J', ']8;;x', '\\', 'a'),
  })
  const change = fc.record({
    change: anyChange,
    title: hostile,
    user: hostile,
    comment: hostile,
    customUrl: hostile,
  })
  fc.assert(
    fc.property(
      change,
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 0, max: 200 }),
      (made, color, links, width) => {
        const inline = changeLine({ ...made.change, ...made }, 'en')
        const shown = toTerminal(inline, { color, links })
        const ours = new RegExp(`${ESC}\\[\\d+(?:;\\d+)*m|${ESC}]8;;(?:https?://[!-~]+)?${ESC}\\\\`, 'g')
        expect(shown.replace(ours, '')).not.toMatch(/\p{Cc}|[\u2028\u2029\u202a-\u202e]/u)
        if (!color && !links) expect(shown).not.toContain('\u001b')
        if (!links) expect(shown.replace(ours, '')).toBe(toPlain(inline))
        expect(columns(toTerminal(inline, { ...bare, width }))).toBeLessThanOrEqual(width)
      },
    ),
    { numRuns: 500 },
  )
})
