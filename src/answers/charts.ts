/** Answers as charts, and in words what is to be seen there. */

import type { ScopeLabel } from '../scope.ts'
import { dayAndMonth, dayName, hourName, number, plural } from '../text/format.ts'
import type { Counted, Stats, Trend, Usual } from './answer.ts'
import { shortened } from './command.ts'
import type { Blank, Chart, Series } from './document.ts'

/** The hours of a day beside what is usual; `null` for a day without changes. */
export function statsChart({ scope, isToday, hours, usual, busiestHour, stats }: Stats): Chart | null {
  if (stats.total === 0 || hours.length === 0) return null
  const day = dayName(hours[0]?.at ?? 0)
  const soFar = isToday ? ' so far' : ''
  const labels = hours.map((_, hour) => hourName(hour))
  const blanks = blanksOf(hours, (from, to) => `${hourName(from)} to ${hourName(to + 1)}`)
  const busiest =
    busiestHour === null
      ? ''
      : `The busiest hour began at ${hourName(busiestHour)}, with ${number(stats.hours[busiestHour] ?? 0)}.`
  return {
    titles: titlesOf(scope),
    subtitle: `${day}, hour by hour (UTC) · ${plural(stats.total, 'change')}${soFar}`,
    labels,
    marks: labels
      .keys()
      .filter((hour) => hour % 3 === 0)
      .toArray(),
    series: [...bars(hours), ...(usual === null ? [] : [usualLine(usual)])],
    unfinished: unfinishedOf(hours),
    blanks,
    alt: sentences(
      `Changes in each hour of ${day} (UTC), ${shortened(scope.name)}: ${plural(stats.total, 'change')}${soFar}, ${shares(stats)}.`,
      busiest,
      usual !== null && averageDay(usual),
      ...blanks.map(({ time, reason }) => `${time}: ${reason}.`),
    ),
  }
}

/** The days of a trend; `null` where there is nothing in any of them. */
export function trendChart({ scope, days }: Trend): Chart | null {
  const total = sumOf(days)
  if (total.humans + total.bots === 0) return null
  const labels = days.map(({ at }) => dayAndMonth(at))
  const blanks = blanksOf(days, (from, to) =>
    from === to ? (labels[from] as string) : `${labels[from]} to ${labels[to]}`,
  )
  const most = days.reduce((a, b) => (countOf(b) > countOf(a) ? b : a))
  const last = days.at(-1) as Counted
  const changes = plural(countOf(total), 'change')
  // Counted from today, so that today is among them.
  const step = Math.ceil(days.length / MARKS)
  return {
    titles: titlesOf(scope),
    subtitle: `${plural(days.length, 'day')} to ${dayName(last.at)} (UTC) · ${changes}`,
    labels,
    marks: labels
      .keys()
      .filter((i) => (days.length - 1 - i) % step === 0)
      .toArray(),
    series: bars(days),
    unfinished: unfinishedOf(days),
    blanks,
    alt: sentences(
      `Changes on each of ${plural(days.length, 'day')} to ${dayName(last.at)} (UTC), ${shortened(scope.name)}: ${changes}, ${shares(total)}.`,
      `Most on ${dayName(most.at)}, with ${number(countOf(most))}.`,
      countOf(last) > 0 && `Today so far ${number(countOf(last))}.`,
      ...blanks.map(({ time, reason }) => `${time}: ${reason}.`),
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

function bars(counted: readonly Counted[]): Series[] {
  const isBlank = counted.map(blankness)
  const values = (of: 'humans' | 'bots') => counted.map((each, i) => (isBlank[i] === null ? each[of] : null))
  return [
    { name: 'People', of: 'people', values: values('humans') },
    { name: 'Bots', of: 'bots', values: values('bots') },
  ]
}

const usualLine = ({ days, hours }: Usual): Series => ({
  name: `Average of the ${days === 1 ? 'day' : plural(days, 'day')} before`,
  of: 'usual',
  values: hours,
})

/** Why nothing is known of a piece of time; `null` where something is. */
function blankness(piece: Counted): string | null {
  if (countOf(piece) > 0) return null
  return piece.known === 'later' ? 'still to come' : piece.known === 'none' ? 'not stored' : null
}

function blanksOf(counted: readonly Counted[], time: (from: number, to: number) => string): Blank[] {
  const blanks: { from: number; to: number; reason: string }[] = []
  for (const [i, piece] of counted.entries()) {
    const reason = blankness(piece)
    const last = blanks.at(-1)
    if (reason === null) continue
    if (last?.to === i - 1 && last.reason === reason) last.to = i
    else blanks.push({ from: i, to: i, reason })
  }
  return blanks.map((blank) => ({ ...blank, time: time(blank.from, blank.to) }))
}

const unfinishedOf = (counted: readonly Counted[]): number[] =>
  counted.flatMap((piece, i) => (piece.known !== 'whole' && blankness(piece) === null ? [i] : []))

const shares = ({ humans, bots }: { humans: number; bots: number }): string =>
  `${number(humans)} by people and ${number(bots)} by bots`

function averageDay({ days, hours }: Usual): string {
  const known = hours.filter((value) => value !== null)
  const sum = number(Math.round(known.reduce((total, value) => total + value, 0)))
  const of = days === 1 ? 'The day before has' : `The ${days} days before have on average`
  return `${of} ${sum}${known.length === 24 ? '' : ` in the ${plural(known.length, 'hour')} that are stored`}.`
}

/** What an image's description takes. */
const LONGEST = 1000

function sentences(...said: readonly (string | false)[]): string {
  const text = said.filter((each) => each !== false && each !== '').join(' ')
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1).toWellFormed()}…` : text
}
