/** Numbers, sizes and times in English, and always in UTC. */

const decimal = new Intl.NumberFormat('en-US')

/** `1,204` */
export const number = (value: number): string => decimal.format(value)

/** `+1,204`, `−612`, `0`: with the minus sign that MediaWiki sets, as wide as the plus. */
export const signed = (value: number): string => (value > 0 ? '+' : '') + number(value).replace('-', '\u2212')

/** A part of 1 as `+12 %`, `−5 %`. */
export const percent = (part: number): string => `${signed(Math.round(part * 100) || 0)} %`

/** `1 revision`, `3 revisions` */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`

/** `512 bytes`, `67.3 KB`, `2 MB` */
export function bytes(size: number): string {
  if (size < 1024) return plural(size, 'byte')
  const power = Math.min(3, Math.floor(Math.log2(size) / 10))
  return `${number(Math.round((size / 1024 ** power) * 10) / 10)} ${['KB', 'MB', 'GB'][power - 1]}`
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** A number of seconds in its two largest units: `5 days`, `1 day 7 hours`. */
export function duration(seconds: number): string {
  let left = Math.round(seconds)
  const parts: string[] = []
  for (const [unit, length] of units) {
    const count = Math.floor(left / length)
    if (count > 0) parts.push(plural(count, unit))
    left %= length
  }
  return parts.slice(0, 2).join(' ') || '0 seconds'
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (value: number): string => String(value).padStart(2, '0')

/** `24 May 2027 07:29 UTC` */
export function utc(time: number): string {
  const date = new Date(time)
  return `${dayName(time)} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())} UTC`
}

/** `24 May 2027` */
export const dayName = (time: number): string => `${dayAndMonth(time)} ${new Date(time).getUTCFullYear()}`

/** `24 May` */
export function dayAndMonth(time: number): string {
  const date = new Date(time)
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]}`
}

/** `07:00`; the end of a day is `24:00`. */
export const hourName = (hour: number): string => `${two(hour)}:00`

/** UTC ms of a time as MediaWiki writes it: 14 digits or ISO 8601; `null` where it is neither. */
export function moment(text: string): number | null {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z')
  const time = /^\d{4}-\d\d-\d\dT/.test(iso) ? Date.parse(iso) : Number.NaN
  return Number.isNaN(time) ? null : time
}

/** How long something lasts: `for 3 days`, `until 24 May 2027 07:29 UTC`, `indefinitely`; empty for an empty text. */
export function lasting(expiry: string): string {
  if (/^(?:infinit[ey]|indefinite|never)$/i.test(expiry)) return 'indefinitely'
  const end = moment(expiry)
  if (end !== null) return `until ${utc(end)}`
  if (/^\d/.test(expiry)) return `for ${expiry}`
  // Whoever blocks may type it freely ("next Friday").
  return expiry && `with the expiry “${expiry}”`
}
