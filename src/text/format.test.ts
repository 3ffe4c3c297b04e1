import { expect, test } from 'vitest'
import { bytes, duration, lasting, moment, number, plural, signed, utc } from './format.ts'

test.each([
  [number(1204567, 'en'), '1,204,567'],
  [signed(1204, 'en'), '+1,204'],
  [signed(-612, 'en'), '\u2212612'],
  [signed(0, 'en'), '0'],
  [plural(1, 'unit.edits', 'en'), '1 edit'],
  [plural(0, 'unit.edits', 'en'), '0 edits'],
  [plural(1204, 'unit.logEntries', 'en'), '1,204 log entries'],
  [bytes(1, 'en'), '1 byte'],
  [bytes(1023, 'en'), '1,023 bytes'],
  [bytes(1024, 'en'), '1 KB'],
  [bytes(68_900, 'en'), '67.3 KB'],
  [bytes(5 * 1024 ** 2, 'en'), '5 MB'],
  [bytes(5 * 1024 ** 4, 'en'), '5,120 GB'],
  [duration(0, 'en'), '0 seconds'],
  [duration(59.6, 'en'), '1 minute'],
  [duration(432_000, 'en'), '5 days'],
  [duration(31 * 3_600 + 5, 'en'), '1 day 7 hours'],
  [utc(Date.UTC(2027, 4, 24, 7, 29, 5), 'en'), '24 May 2027 07:29 UTC'],
])('%s', (made, text) => {
  expect(made).toBe(text)
})

test.each([
  ['20270524072905', Date.UTC(2027, 4, 24, 7, 29, 5)],
  ['2031-05-06T07:08:09Z', Date.UTC(2031, 4, 6, 7, 8, 9)],
  ['20279924072905', null],
  ['infinity', null],
  ['3 days', null],
  ['', null],
])('%j is the moment %s', (text, time) => {
  expect(moment(text)).toBe(time)
})

test.each([
  ['de', '24. Mai 2027, 07:29 UTC', 'für 2 Wochen', '67,3 KB', '\u2212612'],
  ['es', '24 may 2027, 07:29 UTC', 'durante 2 semanas', '67,3 KB', '\u2212612'],
  ['fr', '24 mai 2027 à 07:29 UTC', 'pour 2 semaines', '67,3 Ko', '\u2212612'],
  ['ru', '24 мая 2027 г., 07:29 UTC', 'на период 2 недели', '67,3 КБ', '\u2212612'],
  ['uz', '24-may, 2027, 07:29 UTC', '2 hafta muddatga', '67,3 KB', '\u2212612'],
  ['ar', '24 مايو 2027، 07:29 (ت ع م)', 'المدة: أسبوعان', '67.3 كيلوبايت', '\u2212612'],
] as const)('in %s', (language, time, span, size, change) => {
  const bare = (text: string) => text.replace(/[\u2068\u2069]/g, '')
  expect(bare(utc(Date.UTC(2027, 4, 24, 7, 29), language))).toBe(time)
  expect(bare(lasting('2 weeks', language))).toBe(span)
  expect(bare(bytes(68_900, language))).toBe(size)
  expect(signed(-612, language)).toBe(change)
  // What is no length of time in MediaWiki's English stays as somebody typed it.
  expect(lasting('3 fortnights', language)).toContain('3 fortnights')
})

test.each([
  ['3 days', 'for 3 days'],
  ['31 hours', 'for 31 hours'],
  ['infinity', 'indefinitely'],
  ['infinite', 'indefinitely'],
  ['indefinite', 'indefinitely'],
  ['20310101000000', 'until 1 Jan 2031 00:00 UTC'],
  ['2031-01-01T00:00:00Z', 'until 1 Jan 2031 00:00 UTC'],
  ['next Friday', 'with the expiry “next Friday”'],
  ['', ''],
])('%j lasts %j', (expiry, words) => {
  expect(lasting(expiry, 'en')).toBe(words)
})
