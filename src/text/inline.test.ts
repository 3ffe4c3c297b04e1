import { expect, test } from 'vitest'
import { clean, spansOf, webAddress } from './clean.ts'
import { enumerate } from './lists.ts'

test.each([
  [0, ''],
  [1, '1'],
  [2, '1 and 2'],
  [3, '1, 2 and 3'],
  [11, '1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 11'],
  [30, '1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 20 more'],
])('%i things in a row', (count, text) => {
  const things = Array.from({ length: count }, (_, at) => [String(at + 1)])
  expect(enumerate(things, 'en').join('')).toBe(text)
})

test.each([
  ['a\u2028b\u00a0c\u3000d\r\n\te', 'a b c d e'],
  ['\ufeffa\u200bb\u2060c\u00add', 'abcd'],
  ['\u202ea\u202cb\u2066c\u2069', 'abc'],
  ['\u001b[31m\u009b1m\u007f', '[31m1m'],
  // What languages and emoji need stays.
  ['می\u200cخواهم', 'می\u200cخواهم'],
  ['👩‍🚀 🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩‍🚀 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
  ['rlm \u200f mark', 'rlm \u200f mark'],
  [`a${'\u0301'.repeat(50)}`, `a${'\u0301'.repeat(8)}`],
])('%j is cleaned', (text, cleaned) => {
  expect(clean(text)).toBe(cleaned)
})

test('right-to-left text is isolated from what follows, a quotation as one', () => {
  const texts = spansOf([
    { text: 'עברית', bold: true },
    ' (5) ',
    { text: 'a', quoted: true },
    { text: 'ב', quoted: true },
    ' c',
  ]).map(({ text }) => text)
  expect(texts).toEqual(['\u2068', 'עברית', '\u2069', ' (5) ', '\u2068', 'a', 'ב', '\u2069', ' c'])
})

test('a line of ours from right to left keeps its direction, and its values theirs', () => {
  const texts = spansOf([
    { text: 'enwiki', code: true },
    ' 📝 ',
    { text: 'User' },
    ' (',
    { text: 'نقاش', rtl: true },
    ') ',
    { text: 'عدّل ', rtl: true },
    { text: 'صفحة' },
  ]).map(({ text }) => text)
  const parts = [
    '\u2068|enwiki|\u2069',
    ' 📝 ',
    '\u2068|User|\u2069',
    ' (',
    'نقاش',
    ') ',
    'عدّل ',
    '\u2068|صفحة|\u2069',
  ]
  expect(texts).toEqual(['\u200f', ...parts.flatMap((part) => part.split('|')), '\u200f'])
})

test.each([
  ['https://x.example/a?b=c&d#e', 'https://x.example/a?b=c&d#e'],
  [
    'https://x.example/ a(b)"\'<>[]`*~|\\^{}@',
    'https://x.example/%20a%28b%29%22%27%3C%3E%5B%5D%60%2A%7E%7C%5C%5E%7B%7D%40',
  ],
  ['https://x.example/é\u001b\u202e', 'https://x.example/%C3%A9%1B%E2%80%AE'],
  ['javascript:alert(1)', null],
  ['//x.example', null],
  ['https://', null],
])('%j as an address', (address, written) => {
  expect(webAddress(address)).toBe(written)
})
