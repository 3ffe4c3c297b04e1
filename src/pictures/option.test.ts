import { expect, test } from 'vitest'
import { someStats } from '../../test/charts.ts'
import type { Known } from '../answers/answer.ts'
import { statsChart } from '../answers/charts.ts'
import type { Chart } from '../answers/document.ts'
import { COLORS, optionOf, UNFINISHED } from './option.ts'

const hours = Array.from({ length: 24 }, (_, hour): [number, number, Known] =>
  hour < 10 ? [3, 2, 'whole'] : hour === 10 ? [1, 1, 'part'] : [0, 0, 'later'],
)
const usual = { days: 7, hours: hours.map(() => 4) }
const chart = statsChart(someStats(hours, { usual }), 'en') as Chart

test('people and bots on top of one another, what is usual as a line over them', () => {
  const { series } = optionOf(chart) as { series: Record<string, unknown>[] }
  expect(series).toMatchObject([
    { name: 'People', type: 'bar', stack: 'all', itemStyle: { color: COLORS.people } },
    { name: 'Bots', type: 'bar', stack: 'all', itemStyle: { color: COLORS.bots } },
    { name: '', type: 'line', lineStyle: { color: COLORS.card } },
    { name: 'Average of the 7 days before', type: 'line', data: usual.hours },
  ])
  const [people, bots] = series as { data: object[]; markArea?: { data: unknown[] } }[]
  expect(people?.data[9]).toEqual({ value: 3 })
  expect(people?.data[10]).toEqual({ value: 1, itemStyle: { color: UNFINISHED.people } })
  expect(people?.data[11]).toEqual({ value: null })
  expect(people?.markArea).toBeUndefined()
  expect(bots?.markArea?.data).toMatchObject([[{ xAxis: 11, name: 'still to come' }, { xAxis: 23 }]])
})

test('a name that is too long is cut', () => {
  const { title } = optionOf({ ...chart, titles: ['Wiki '.repeat(100)] }) as { title: { text: string } }
  expect(title.text).toMatch(/^Wiki Wiki .*…$/)
  expect(title.text.length).toBeLessThan(80)
})

/** WCAG's contrast of two colours. */
function contrast(a: string, b: string): number {
  const light = (color: string) =>
    [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
      const part = Number.parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16) / 255
      return sum + weight * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    }, 0)
  const [dark = 0, bright = 0] = [light(a), light(b)].toSorted((x, y) => x - y)
  return (bright + 0.05) / (dark + 0.05)
}

test('texts and bars stand out from the card', () => {
  for (const color of [COLORS.title, COLORS.text, COLORS.people, COLORS.bots, COLORS.usual])
    for (const ground of [COLORS.card, COLORS.blank]) expect(contrast(color, ground)).toBeGreaterThan(4.5)
  for (const color of [UNFINISHED.people, UNFINISHED.bots])
    expect(contrast(color, COLORS.card)).toBeGreaterThan(3)
})

test('Arabic runs from right to left, in whatever a number or a name stands', () => {
  const arabic = statsChart(someStats(hours, { usual }), 'ar') as Chart
  const { title, yAxis } = optionOf(arabic) as {
    title: { text: string; subtext: string }
    yAxis: { axisLabel: { formatter: (value: number) => string } }
  }
  for (const text of [title.text, title.subtext, yAxis.axisLabel.formatter(3000)]) {
    expect(text).toMatch(/^\u2067.*[\u0600-\u06ff].*\u2069$|^\u2067all wikis\u2069$/i)
  }
  expect(yAxis.axisLabel.formatter(3000)).toContain('آلاف')
})
