/** Answers as charts, and in words what is to be seen there. */

import type { Language } from '../language/language.ts'
import { type BareKey, text } from '../language/messages.ts'
import type { ScopeLabel } from '../scope.ts'
import { dayAndMonth, dayName, hourName, plural } from '../text/format.ts'
import type { Counted, Stats, Trend, Usual } from './answer.ts'
import { shortened } from './command.ts'
import type { Blank, Chart, Series } from './document.ts'

/** The hours of a day beside what is usual; `null` for a day without changes. */
export function statsChart(answer: Stats, language: Language): Chart | null {
  const { scope, isToday, hours, usual, busiestHour, stats } = answer
  if (stats.total === 0 || hours.length === 0) return null
  const day = dayName(hours[0]?.at ?? 0, language)
  const total = plural(stats.total, 'unit.changes', language)
  const changes = isToday ? text(language, 'chart.soFar', { changes: total }) : total
  const labels = hours.map((_, hour) => hourName(hour))
  const blanks = blanksOf(hours, language, (from, to) =>
    text(language, 'time.fromTo', { from: hourName(from), to: hourName(to + 1) }),
  )
  const busiest =
    busiestHour !== null &&
    text(language, 'chart.alt.busiest', {
      hour: hourName(busiestHour),
      count: stats.hours[busiestHour] ?? 0,
    })
  return {
    language,
    titles: titlesOf(scope),
    subtitle: text(language, 'chart.day', { day, changes }),
    labels,
    marks: labels
      .keys()
      .filter((hour) => hour % 3 === 0)
      .toArray(),
    series: [...bars(hours, language), ...(usual === null ? [] : [usualLine(usual, language)])],
    unfinished: unfinishedOf(hours),
    blanks,
    alt: sentences(
      text(language, 'chart.alt.day', {
        day,
        scope: shortened(scope.name),
        changes,
        people: stats.humans,
        bots: stats.bots,
      }),
      busiest,
      usual !== null && averageDay(usual, language),
      ...blanks.map((blank) => text(language, 'chart.alt.blank', blankValues(blank))),
    ),
  }
}

/** The days of a trend; `null` where there is nothing in any of them. */
export function trendChart({ scope, days }: Trend, language: Language): Chart | null {
  const total = sumOf(days)
  if (total.humans + total.bots === 0) return null
  const labels = days.map(({ at }) => dayAndMonth(at, language))
  const blanks = blanksOf(days, language, (first, last) => {
    const [from = '', to = ''] = [labels[first], labels[last]]
    return first === last ? from : text(language, 'time.fromTo', { from, to })
  })
  const most = days.reduce((a, b) => (countOf(b) > countOf(a) ? b : a))
  const last = days.at(-1) as Counted
  const changes = plural(countOf(total), 'unit.changes', language)
  const lastDay = dayName(last.at, language)
  // Counted from today, so that today is among them.
  const step = Math.ceil(days.length / MARKS)
  return {
    language,
    titles: titlesOf(scope),
    subtitle: text(language, 'chart.trend', { days: days.length, day: lastDay, changes }),
    labels,
    marks: labels
      .keys()
      .filter((i) => (days.length - 1 - i) % step === 0)
      .toArray(),
    series: bars(days, language),
    unfinished: unfinishedOf(days),
    blanks,
    alt: sentences(
      text(language, 'chart.alt.trend', {
        days: days.length,
        day: lastDay,
        scope: shortened(scope.name),
        changes,
        people: total.humans,
        bots: total.bots,
      }),
      text(language, 'chart.alt.most', { day: dayName(most.at, language), count: countOf(most) }),
      countOf(last) > 0 && text(language, 'chart.alt.today', { count: countOf(last) }),
      ...blanks.map((blank) => text(language, 'chart.alt.blank', blankValues(blank))),
    ),
  }
}

/** So many labels fit below a chart. */
const MARKS = 7

export const countOf = ({ humans, bots }: Pick<Counted, 'humans' | 'bots'>): number => humans + bots

export const sumOf = (counted: readonly Counted[]): { humans: number; bots: number } =>
  counted.reduce((sum, { humans, bots }) => ({ humans: sum.humans + humans, bots: sum.bots + bots }), {
    humans: 0,
    bots: 0,
  })

/** The whole name; without what stands behind it, which may be in any script; the code. */
function titlesOf({ name, code }: ScopeLabel): string[] {
  const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
  return [upper(name), upper(name.replace(/ \([^()]*\)$/, '')), code]
}

function bars(counted: readonly Counted[], language: Language): Series[] {
  const isBlank = counted.map(blankness)
  const values = (of: 'humans' | 'bots') => counted.map((each, i) => (isBlank[i] === null ? each[of] : null))
  return [
    { name: text(language, 'chart.people'), of: 'people', values: values('humans') },
    { name: text(language, 'chart.bots'), of: 'bots', values: values('bots') },
  ]
}

const usualLine = ({ days, hours }: Usual, language: Language): Series => ({
  name: text(language, 'chart.usual', { days }),
  of: 'usual',
  values: hours,
})

/** Why nothing is known of a piece of time; `null` where something is. */
function blankness(piece: Counted): BareKey | null {
  if (countOf(piece) > 0) return null
  return piece.known === 'later' ? 'chart.toCome' : piece.known === 'none' ? 'chart.notStored' : null
}

function blanksOf(
  counted: readonly Counted[],
  language: Language,
  time: (from: number, to: number) => string,
): Blank[] {
  const blanks: { from: number; to: number; reason: BareKey }[] = []
  for (const [i, piece] of counted.entries()) {
    const reason = blankness(piece)
    const last = blanks.at(-1)
    if (reason === null) continue
    if (last?.to === i - 1 && last.reason === reason) last.to = i
    else blanks.push({ from: i, to: i, reason })
  }
  return blanks.map(({ from, to, reason }) => ({
    from,
    to,
    time: time(from, to),
    reason: text(language, reason),
  }))
}

const unfinishedOf = (counted: readonly Counted[]): number[] =>
  counted.flatMap((piece, i) => (piece.known !== 'whole' && blankness(piece) === null ? [i] : []))

const blankValues = ({ time, reason }: Blank) => ({ time, reason })

function averageDay({ days, hours }: Usual, language: Language): string {
  const known = hours.filter((value) => value !== null)
  const count = Math.round(known.reduce((total, value) => total + value, 0))
  return known.length === 24
    ? text(language, 'chart.alt.usual', { days, count })
    : text(language, 'chart.alt.usualInHours', { days, count, hours: known.length })
}

/** What an image's description takes. */
const LONGEST = 1000

function sentences(...said: readonly (string | false)[]): string {
  const text = said.filter((each) => each !== false && each !== '').join(' ')
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1).toWellFormed()}…` : text
}
