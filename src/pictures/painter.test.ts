import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { someStats, someTrend } from '../../test/charts.ts'
import { readPng } from '../../test/png.ts'
import { until } from '../../test/program.ts'
import type { Known } from '../answers/answer.ts'
import { statsChart, trendChart } from '../answers/charts.ts'
import type { Chart } from '../answers/document.ts'
import { COLORS, HEIGHT, UNFINISHED, WIDTH } from './option.ts'
import { painter } from './painter.ts'

const pictures = painter()
afterEach(() => pictures.close())

const hours = Array.from({ length: 24 }, (_, hour): [number, number, Known] =>
  hour < 12 ? [60, 40, 'whole'] : hour === 12 ? [30, 20, 'part'] : [0, 0, 'later'],
)
const ofDay = statsChart(
  someStats(hours, { isToday: true, usual: { days: 7, hours: hours.map(() => 70) } }),
  'en',
) as Chart
const draw = async (chart: Chart) => readPng(Buffer.from(await pictures.draw(chart)))

test('a day: bars of people below bots, the usual over them, and a card with round corners', async () => {
  const png = await draw(ofDay)
  expect([png.width, png.height]).toEqual([2 * WIDTH, 2 * HEIGHT])
  expect(png.at(0, 0)).toBe('transparent')
  expect(png.at(WIDTH, 4)).toBe(COLORS.card)
  // Twelve bars of 60 and of 40 in a hundred of some 140 × 12 pixels.
  expect(png.count(COLORS.people)).toBeGreaterThan(20_000)
  expect(png.count(COLORS.bots) / png.count(COLORS.people)).toBeCloseTo(40 / 60, 0.5)
  expect(png.count(UNFINISHED.people)).toBeGreaterThan(500)
  expect(png.count(COLORS.blank)).toBeGreaterThan(20_000)
  expect(png.count(COLORS.usual)).toBeGreaterThan(2000)
})

test('names in every script leave other pixels behind', async () => {
  const days = [
    [10, 5],
    [8, 4],
  ] as const
  const names = ['Everything in Japanese (日本語)', 'Ўзбекча', 'العربية', 'Tiếng Việt', '한국어', 'עברית']
  const drawn = new Set<string>()
  for (const name of names) {
    const png = await draw(trendChart(someTrend(days, { code: 'x', name }), 'en') as Chart)
    drawn.add(`${png.count(COLORS.title)}`)
    expect(png.count(COLORS.title)).toBeGreaterThan(200)
  }
  expect(drawn.size).toBe(names.length)
})

test('text is text, whatever is in it', async () => {
  const name = '</text><rect width="999" height="999" fill="#ffffff"/>&lt;\u0000\u001b\ud800'
  const png = await draw(trendChart(someTrend([[1, 1]], { code: name, name }), 'en') as Chart)
  expect(png.at(WIDTH, 4)).toBe(COLORS.card)
  expect(png.count(COLORS.people)).toBeGreaterThan(500)
})

test('many at once, in the order in which they were asked for', async () => {
  const order: number[] = []
  await Promise.all([1, 2, 3, 4].map(async (n) => pictures.draw(ofDay).then(() => order.push(n))))
  expect(order).toEqual([1, 2, 3, 4])
})

test('what cannot be drawn is an error, and the next one is drawn', async () => {
  const broken = { ...ofDay, series: 'nothing' } as unknown as Chart
  await expect(pictures.draw(broken)).rejects.toThrow()
  expect((await draw(ofDay)).width).toBe(2 * WIDTH)
})

/** The processes that this one has started. */
const children = () =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean)

test('a fault in it ends no more than the process that draws', async () => {
  await draw(ofDay)
  const [child] = children()
  const given = pictures.draw(ofDay)
  process.kill(Number(child), 'SIGSEGV')
  await expect(given).rejects.toThrow('the process that draws ended (SIGSEGV)')
  expect((await draw(ofDay)).width).toBe(2 * WIDTH)
})

test('the process is there only while it is needed', async () => {
  const brief = painter(1)
  await brief.draw(ofDay)
  await until('it has ended', () => children().length === 0)
  expect((await brief.draw(ofDay)).length).toBeGreaterThan(1000)
  const given = brief.draw(ofDay)
  const refused = expect(given).rejects.toThrow('the program stops')
  await brief.close()
  await refused
  await brief.close()
  expect(children()).toEqual([])
})
