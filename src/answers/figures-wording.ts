/** The words of a day's figures, and of many days'. */
import { CHANGE_TYPES } from '../change.ts'
import type { Language } from '../language/language.ts'
import { type BareKey, say, text } from '../language/messages.ts'
import { bytes, dayName, hourName, number, percent, plural, utc } from '../text/format.ts'
import type { Inline } from '../text/inline.ts'
import type { Counted, Stats, Trend } from './answer.ts'
import { countOf, statsChart, sumOf, trendChart } from './charts.ts'
import { type Document, EMPTY, type Fact } from './document.ts'

export function stats(answer: Stats, language: Language): Document {
  const { scope, day, isToday, stats, busiestHour, stored } = answer
  const title = say(language, isToday ? 'stats.titleToday' : 'stats.title', { day, scope: scope.name })
  if (stats.total === 0) {
    const span =
      stored === null
        ? say(language, 'nothingStored')
        : say(language, 'stats.stored', { from: utc(stored.from, language), to: utc(stored.to, language) })
    return { ...EMPTY, language, title, paragraphs: [[...say(language, 'stats.none'), ' ', ...span]] }
  }
  const share = (count: number) => shareOf(count, stats.total, language)
  const types = CHANGE_TYPES.filter((type) => stats.types[type] > 0).map((type) =>
    fact(language, `type.${type}`, share(stats.types[type])),
  )
  const busiest =
    busiestHour === null
      ? []
      : [
          fact(
            language,
            'stats.busiest',
            say(language, 'stats.busiestHour', {
              hour: text(language, 'time.fromTo', {
                from: hourName(busiestHour),
                to: hourName(busiestHour + 1),
              }),
              count: stats.hours[busiestHour] ?? 0,
            }),
          ),
        ]
  const chart = statsChart(answer, language)
  return {
    ...EMPTY,
    language,
    title,
    paragraphs: [[{ text: plural(stats.total, 'unit.changes', language), bold: true }]],
    facts: [
      ...types,
      fact(language, 'stats.people', share(stats.humans)),
      fact(language, 'stats.bots', share(stats.bots)),
      fact(language, 'stats.added', [bytes(stats.bytesAdded, language)]),
      fact(language, 'stats.removed', [bytes(stats.bytesRemoved, language)]),
      ...busiest,
      ...usual(answer, language),
    ],
    ...(chart !== null && { chart }),
    footer: text(language, 'stats.utc'),
  }
}

/** What is usual in the hours that are known whole, and how far this day is from it. */
function usual({ hours, usual, isToday }: Stats, language: Language): Fact[] {
  if (usual === null) return []
  const compared = hours.flatMap((hour, i) => {
    const mean = usual.hours[i] ?? null
    return hour.known === 'whole' && mean !== null ? [{ mean, count: countOf(hour), i }] : []
  })
  const sum = compared.reduce((total, hour) => total + hour.mean, 0)
  if (sum === 0) return []
  const count = compared.reduce((total, hour) => total + hour.count, 0)
  const isFromMidnight = compared.at(-1)?.i === compared.length - 1
  const values = { mean: Math.round(sum), difference: percent(count / sum - 1, language) }
  const value =
    compared.length === 24
      ? say(language, 'stats.compared', values)
      : isToday && isFromMidnight
        ? say(language, 'stats.comparedBy', { ...values, hour: hourName(compared.length) })
        : say(language, 'stats.comparedIn', { ...values, hours: compared.length })
  return [{ name: text(language, 'stats.usual', { days: usual.days }), value }]
}

export function trend(answer: Trend, language: Language): Document {
  const { scope, days } = answer
  const title = say(language, 'trend.title', { days: days.length, scope: scope.name })
  const sum = sumOf(days)
  const total = countOf(sum)
  if (total === 0) return { ...EMPTY, language, title, paragraphs: [say(language, 'trend.none')] }
  const whole = days.filter(({ known }) => known === 'whole')
  const by = (a: Counted, b: Counted) => countOf(b) - countOf(a)
  const onDay = (day: Counted | undefined): Inline =>
    day === undefined
      ? ['–']
      : say(language, 'trend.onDay', { day: dayName(day.at, language), count: countOf(day) })
  const chart = trendChart(answer, language)
  const average = Math.round(countOf(sumOf(whole)) / whole.length)
  return {
    ...EMPTY,
    language,
    title,
    paragraphs: [[{ text: plural(total, 'unit.changes', language), bold: true }]],
    facts: [
      fact(language, 'stats.people', shareOf(sum.humans, total, language)),
      fact(language, 'stats.bots', shareOf(sum.bots, total, language)),
      ...(whole.length === 0
        ? []
        : [
            fact(language, 'trend.average', [number(average, language)]),
            fact(language, 'trend.most', onDay(whole.toSorted(by)[0])),
            fact(language, 'trend.least', onDay(whole.toSorted(by).at(-1))),
          ]),
      ...lastWeek(days, language),
    ],
    ...(chart !== null && { chart }),
    footer: [
      text(language, 'trend.utc'),
      ...(whole.length === 0 || whole.length === days.length
        ? []
        : [text(language, 'trend.ofWhole', { days: whole.length })]),
    ].join(' · '),
  }
}

/** The last seven days that are over beside the seven before, where all of them are stored whole. */
function lastWeek(days: readonly Counted[], language: Language): Fact[] {
  const over = days.slice(-15, -1)
  if (over.length < 14 || over.some(({ known }) => known !== 'whole')) return []
  const [before, last] = [countOf(sumOf(over.slice(0, 7))), countOf(sumOf(over.slice(7)))]
  if (before === 0) return []
  const difference = percent(last / before - 1, language)
  return [fact(language, 'trend.lastWeek', say(language, 'trend.toWeekBefore', { count: last, difference }))]
}

/** A named figure. */
export const fact = (language: Language, name: BareKey, value: Inline): Fact => ({
  name: text(language, name),
  value,
})

function shareOf(count: number, total: number, language: Language): Inline {
  const value = number(Math.round((100 * count) / total), language)
  return say(language, 'stats.share', { count, percent: text(language, 'unit.percent', { value }) })
}
