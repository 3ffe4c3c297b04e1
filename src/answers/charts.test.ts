import { expect, test } from 'vitest'
import { someStats, someTrend } from '../../test/charts.ts'
import type { Known } from './answer.ts'
import { statsChart, trendChart } from './charts.ts'
import { word } from './wording.ts'

/** A day that is at 16:20: so much in each hour, and nothing before 04:30. */
const today = Array.from({ length: 24 }, (_, hour): [number, number, Known] => {
  if (hour < 4) return [0, 0, 'none']
  if (hour > 16) return [0, 0, 'later']
  return hour === 4 || hour === 16 ? [10, 5, 'part'] : [100, hour === 9 ? 80 : 50, 'whole']
})
const usual = { days: 7, hours: Array.from({ length: 24 }, () => 120) }

test('a day: what is unknown is no zero, what is unfinished is marked', () => {
  const chart = statsChart(someStats(today, { isToday: true, usual }), 'en')
  expect(chart).toMatchObject({
    titles: ['All wikis', 'All wikis', '*'],
    subtitle: '24 Nov 2026, hour by hour (UTC) · 1,710 changes so far',
    marks: [0, 3, 6, 9, 12, 15, 18, 21],
    unfinished: [4, 16],
    blanks: [
      { from: 0, to: 3, time: '00:00 to 04:00', reason: 'not stored' },
      { from: 17, to: 23, reason: 'still to come' },
    ],
  })
  const [people, bots, average] = chart?.series ?? []
  expect(people?.values.slice(0, 6)).toEqual([null, null, null, null, 10, 100])
  expect(bots?.values.at(-1)).toBeNull()
  expect(average).toMatchObject({ name: 'Average of the 7 days before', of: 'usual', values: usual.hours })
})

test('a day in a sentence', () => {
  expect(statsChart(someStats(today, { isToday: true, usual }), 'en')?.alt).toBe(
    'Changes in each hour of 24 Nov 2026 (UTC), all wikis: 1,710 changes so far, 1,120 by people and 590 by bots. ' +
      'The busiest hour began at 09:00, with 180. The 7 days before have on average 2,880. ' +
      '00:00 to 04:00: not stored. 17:00 to 24:00: still to come.',
  )
})

test('a day beside the days before it, as far as both are known', () => {
  const facts = (pieces: typeof today, more: object) =>
    Object.fromEntries(
      word(someStats(pieces, more), 'en').facts.map(({ name, value }) => [name, value.join('')]),
    )
  expect(facts(today, { isToday: true, usual })).toMatchObject({
    'Average of 7 days before': '1,320 in the 11 hours that can be compared (this day +27 %)',
  })
  const morning = today.map(([, , known], hour): [number, number, Known] =>
    hour < 16 ? [60, 30, 'whole'] : [0, 0, known === 'part' ? 'part' : 'later'],
  )
  expect(facts(morning, { isToday: true, usual })).toMatchObject({
    'Average of 7 days before': '1,920 by 16:00 (this day −25 %)',
  })
  const whole = Array.from({ length: 24 }, (): [number, number, Known] => [60, 60, 'whole'])
  expect(facts(whole, { usual: { days: 1, hours: usual.hours } })).toMatchObject({
    'The day before': '2,880 (this day 0 %)',
  })
  expect(facts(whole, { usual: null })).not.toHaveProperty('The day before')
})

test('a trend: days, those without figures, and today', () => {
  const chart = trendChart(
    someTrend(
      [
        [0, 0, 'none'],
        [0, 0, 'none'],
        [5, 5, 'part'],
        [0, 0],
        [100, 40],
        [90, 70],
        [20, 10, 'part'],
      ],
      { code: 'ja', name: 'everything in Japanese (日本語)' },
    ),
    'en',
  )
  expect(chart).toMatchObject({
    titles: ['Everything in Japanese (日本語)', 'Everything in Japanese', 'ja'],
    labels: ['18 Nov', '19 Nov', '20 Nov', '21 Nov', '22 Nov', '23 Nov', '24 Nov'],
    unfinished: [2, 6],
    blanks: [{ from: 0, to: 1, reason: 'not stored' }],
    alt:
      'Changes on each of 7 days to 24 Nov 2026 (UTC), everything in Japanese (日本語): 340 changes, 215 by people and ' +
      '125 by bots. Most on 23 Nov 2026, with 160. Today so far 30. 18 Nov to 19 Nov: not stored.',
  })
  expect(chart?.series[0]?.values).toEqual([null, null, 5, 0, 100, 90, 20])
})

test('today is always among the marked days, and they are never many', () => {
  for (const count of [2, 7, 8, 30, 89, 90]) {
    const marks = trendChart(someTrend(Array.from({ length: count }, () => [1, 0])), 'en')?.marks ?? []
    expect(marks.at(-1)).toBe(count - 1)
    expect(marks.length).toBeLessThanOrEqual(7)
  }
})

test('means and extremes are of days that are whole', () => {
  const pieces = Array.from({ length: 20 }, (_, i): [number, number, Known] => [100 + i, 0, 'whole'])
  const { facts, footer } = word(someTrend([[1, 0, 'part'], ...pieces, [2, 0, 'part']]), 'en')
  expect(Object.fromEntries(facts.map(({ name, value }) => [name, value.join('')]))).toMatchObject({
    'Average per day': '110',
    Most: '23 Nov 2026: 119',
    Least: '4 Nov 2026: 100',
    'Last 7 days': '812 (+6 % to the 7 before)',
  })
  expect(footer).toContain('of the 20 days stored whole')
})

test('nothing at all is no chart', () => {
  expect(statsChart(someStats(Array.from({ length: 24 }, () => [0, 0])), 'en')).toBeNull()
  expect(
    trendChart(
      someTrend([
        [0, 0],
        [0, 0],
      ]),
      'en',
    ),
  ).toBeNull()
  expect(
    word(
      someTrend([
        [0, 0],
        [0, 0],
      ]),
      'en',
    ).chart,
  ).toBeUndefined()
})
