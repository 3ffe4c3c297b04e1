import type { EChartsCoreOption } from 'echarts/core'
import type { Chart, Series } from '../answers/document.ts'
import { isRightToLeft, LOCALES } from '../language/language.ts'
import { FAMILY, widthOf, writable } from './fonts.ts'

export const WIDTH = 560
export const HEIGHT = 300

/**
 * A dark card of its own, so that it looks the same in a light and in a dark surrounding. Texts have a contrast of at
 * least 4.5 to it, bars and lines of 3.
 */
export const COLORS = {
  card: '#1b1f27',
  title: '#f4f6fa',
  text: '#b4bcca',
  grid: '#313845',
  blank: '#262c37',
  people: '#6d9eff',
  bots: '#d9973a',
  usual: '#f4f6fa',
} as const
/** The colours of bars that still grow, or lack something: nearer to the card's. */
export const UNFINISHED = { people: '#5071b4', bots: '#926b34', usual: COLORS.usual } as const

const PADDING = 20
const NAME_SIZE = 18
const TEXT_SIZE = 12.5
const LABEL_SIZE = 11.5

/** What ECharts is to draw. */
export function optionOf(chart: Chart): EChartsCoreOption {
  const { labels, marks, series, subtitle } = chart
  const isMark = new Set(marks)
  const directed = directedAs(chart)
  const compact = new Intl.NumberFormat(LOCALES[chart.language], { notation: 'compact' })
  const label = { color: COLORS.text, fontSize: LABEL_SIZE, fontFamily: FAMILY }
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: FAMILY },
    title: {
      text: directed(fitting(writable(chart.titles), `600 ${NAME_SIZE}px`)),
      subtext: directed(fitting(writable([subtitle]), `${TEXT_SIZE}px`)),
      left: PADDING,
      top: 16,
      padding: 0,
      itemGap: 5,
      textStyle: {
        color: COLORS.title,
        fontSize: NAME_SIZE,
        fontWeight: 600,
        fontFamily: FAMILY,
        lineHeight: 24,
      },
      subtextStyle: { color: COLORS.text, fontSize: TEXT_SIZE, fontFamily: FAMILY, lineHeight: 17 },
    },
    legend: {
      left: PADDING,
      top: 70,
      padding: 0,
      itemGap: 18,
      itemWidth: 11,
      itemHeight: 11,
      selectedMode: false,
      textStyle: { color: COLORS.text, fontSize: TEXT_SIZE, fontFamily: FAMILY, padding: [0, 0, 0, 2] },
      data: series.map(({ name, of }) => ({
        name,
        ...(of === 'usual'
          ? { icon: 'path://M0 4H11V7H0Z', itemStyle: { color: COLORS.usual } }
          : { icon: 'roundRect' }),
      })),
    },
    grid: { left: PADDING, right: PADDING, top: 102, bottom: 14, containLabel: true },
    xAxis: {
      type: 'category',
      data: labels,
      axisLine: { lineStyle: { color: COLORS.grid } },
      axisTick: { show: false, interval: 0 },
      axisLabel: { ...label, margin: 8, interval: (index: number) => isMark.has(index), hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      minInterval: 1,
      axisLabel: { ...label, margin: 10, formatter: (value: number) => directed(compact.format(value)) },
      splitLine: { lineStyle: { color: COLORS.grid, width: 1 } },
    },
    series: series.flatMap((one, i): object[] =>
      one.of === 'usual' ? [edge(one), line(one)] : [bar(one, chart, i === topBar(series))],
    ),
  }
}

/** The bars that stand on the others: their upper ends are the round ones. */
const topBar = (series: readonly Series[]): number => series.findLastIndex(({ of }) => of !== 'usual')

function bar({ name, of, values }: Series, { unfinished, blanks, labels }: Chart, isTop: boolean) {
  const isUnfinished = new Set(unfinished)
  const isDense = labels.length > 45
  return {
    name,
    type: 'bar',
    stack: 'all',
    barMaxWidth: 56,
    barCategoryGap: isDense ? '20%' : '28%',
    itemStyle: { color: COLORS[of], ...(isTop && { borderRadius: isDense ? [1, 1, 0, 0] : [2, 2, 0, 0] }) },
    data: values.map((value, i) => ({
      value,
      ...(isUnfinished.has(i) && { itemStyle: { color: UNFINISHED[of] } }),
    })),
    ...(isTop && blanks.length > 0 && { markArea: blankAreas(blanks, labels.length) }),
  }
}

function blankAreas(blanks: Chart['blanks'], count: number) {
  const columnWidth = (WIDTH - 2 * PADDING - 40) / count
  return {
    silent: true,
    itemStyle: { color: COLORS.blank },
    data: blanks.map(({ from, to, reason }) => [
      {
        xAxis: from,
        name: writable([reason]),
        label: {
          show: widthOf(reason, `${LABEL_SIZE}px`) + 8 < (to - from + 1) * columnWidth,
          position: 'insideTop',
          distance: 8,
          color: COLORS.text,
          fontSize: LABEL_SIZE,
          fontFamily: FAMILY,
        },
      },
      { xAxis: to },
    ]),
  }
}

const line = ({ name, values }: Series) => ({
  name,
  type: 'line',
  step: 'middle',
  symbol: 'none',
  z: 5,
  lineStyle: { color: COLORS.usual, width: 1.75 },
  data: values,
})

/** A dark edge around the line: over the bars it would be hard to see. */
const edge = ({ values }: Series) => ({
  ...line({ name: '', of: 'usual', values }),
  z: 4,
  lineStyle: { color: COLORS.card, width: 4.5, cap: 'square' },
})

/** In a picture texts run from left to right: the pieces of one that does not would stand in the wrong order. */
const directedAs =
  ({ language }: Pick<Chart, 'language'>) =>
  (text: string): string =>
    isRightToLeft(language) ? `\u2067${text}\u2069` : text

/** A text that is not wider than the card. */
function fitting(text: string, font: string): string {
  const room = WIDTH - 2 * PADDING
  if (widthOf(text, font) <= room) return text
  const chars = [...text]
  while (chars.length > 0 && widthOf(`${chars.join('')}…`, font) > room) chars.pop()
  return `${chars.join('').trimEnd()}…`
}
