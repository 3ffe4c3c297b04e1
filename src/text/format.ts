/** Numbers, sizes and times in the reader's language, and always in UTC. */
import { type Language, LOCALES } from '../language/language.ts'
import { type Key, text } from '../language/messages.ts'

const decimals = new Map<Language, Intl.NumberFormat>()

/** `1,204` */
export function number(value: number, language: Language): string {
  let format = decimals.get(language)
  if (format === undefined) {
    format = new Intl.NumberFormat(LOCALES[language])
    decimals.set(language, format)
  }
  return format.format(value)
}

/** `+1,204`, `−612`, `0`: with the minus sign that MediaWiki sets, as wide as the plus. */
export const signed = (value: number, language: Language): string =>
  (value > 0 ? '+' : value < 0 ? '\u2212' : '') + number(Math.abs(value), language)

/** A part of 1 as `+12 %`, `−5 %`. */
export const percent = (part: number, language: Language): string =>
  text(language, 'unit.percent', { value: signed(Math.round(part * 100) || 0, language) })

/** What is counted by one of the messages for that: `1 revision`, `3 revisions`. */
export const plural = (count: number, unit: Extract<Key, `unit.${string}s`>, language: Language): string =>
  text(language, unit as 'unit.changes', { count })

/** `512 bytes`, `67.3 KB`, `2 MB` */
export function bytes(size: number, language: Language): string {
  if (size < 1024) return plural(size, 'unit.bytes', language)
  const power = Math.min(3, Math.floor(Math.log2(size) / 10)) as 1 | 2 | 3
  const unit = (['unit.kilobytes', 'unit.megabytes', 'unit.gigabytes'] as const)[
    power - 1
  ] as 'unit.kilobytes'
  return text(language, unit, { size: number(Math.round((size / 1024 ** power) * 10) / 10, language) })
}

const units = [
  ['unit.days', 86_400],
  ['unit.hours', 3_600],
  ['unit.minutes', 60],
  ['unit.seconds', 1],
] as const

/** A number of seconds in its two largest units: `5 days`, `1 day 7 hours`. */
export function duration(seconds: number, language: Language): string {
  let left = Math.round(seconds)
  const parts: string[] = []
  for (const [unit, length] of units) {
    const count = Math.floor(left / length)
    if (count > 0) parts.push(plural(count, unit, language))
    left %= length
  }
  return parts.slice(0, 2).join(' ') || plural(0, 'unit.seconds', language)
}

const two = (value: number): string => String(value).padStart(2, '0')

/** `24 May 2027 07:29 UTC` */
export function utc(time: number, language: Language): string {
  const date = new Date(time)
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
  return text(language, 'time.utc', { date: dayName(time, language), time: clock })
}

/** `24 May 2027` */
export const dayName = (time: number, language: Language): string =>
  language === 'en'
    ? `${dayAndMonth(time, language)} ${new Date(time).getUTCFullYear()}`
    : dayFormat(language, 'numeric').format(time)

// The day first, as MediaWiki writes it in English: ICU has no English that does so with the usual short months.
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `24 May` */
export function dayAndMonth(time: number, language: Language): string {
  if (language !== 'en') return dayFormat(language, undefined).format(time)
  const date = new Date(time)
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]}`
}

const dayFormats = new Map<string, Intl.DateTimeFormat>()

function dayFormat(language: Language, year: 'numeric' | undefined): Intl.DateTimeFormat {
  const name = `${language} ${year}`
  let format = dayFormats.get(name)
  if (format === undefined) {
    format = new Intl.DateTimeFormat(LOCALES[language], {
      timeZone: 'UTC',
      day: 'numeric',
      month: 'short',
      year,
    })
    dayFormats.set(name, format)
  }
  return format
}

/** `07:00`; the end of a day is `24:00`. */
export const hourName = (hour: number): string => `${two(hour)}:00`

/** UTC ms of a time as MediaWiki writes it: 14 digits or ISO 8601; `null` where it is neither. */
export function moment(text: string): number | null {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z')
  const time = /^\d{4}-\d\d-\d\dT/.test(iso) ? Date.parse(iso) : Number.NaN
  return Number.isNaN(time) ? null : time
}

/** The English words in which MediaWiki keeps how long something lasts. */
const spans: Readonly<Record<string, Extract<Key, `unit.${string}s`>>> = {
  second: 'unit.seconds',
  minute: 'unit.minutes',
  hour: 'unit.hours',
  day: 'unit.days',
  week: 'unit.weeks',
  month: 'unit.months',
  year: 'unit.years',
}

/** How long something lasts: `for 3 days`, `until 24 May 2027 07:29 UTC`, `indefinitely`; empty for an empty text. */
export function lasting(expiry: string, language: Language): string {
  if (/^(?:infinit[ey]|indefinite|never)$/i.test(expiry)) return text(language, 'time.indefinitely')
  const end = moment(expiry)
  if (end !== null) return text(language, 'time.until', { time: utc(end, language) })
  if (/^\d/.test(expiry)) return text(language, 'time.for', { time: span(expiry, language) })
  // Whoever blocks may type it freely ("next Friday").
  return expiry && text(language, 'time.expiry', { expiry })
}

function span(expiry: string, language: Language): string {
  const [, count = '', word = ''] = /^(\d{1,6}) ([a-z]+?)s?$/.exec(expiry) ?? []
  const unit = Object.hasOwn(spans, word) ? spans[word] : undefined
  return unit === undefined ? expiry : plural(Number(count), unit, language)
}
