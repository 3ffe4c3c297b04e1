/** How the words of a question become values: `null` for a word that is none. */
import { LANGUAGES } from '../language/language.ts'
import { type BareKey, catalogue } from '../language/messages.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

export function wholeNumber(text: string, least: number, most: number): number | null {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : null
}

/** The first ms of the UTC day that `text` names: yyyy-mm-dd (a day that exists), today, yesterday, in any language. */
export function dayOf(text: string, now: number): number | null {
  const today = Math.floor(now / DAY_MS) * DAY_MS
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) {
    const word = text.normalize('NFC').toLowerCase().replace(/['ʼ‘]/g, '’')
    const isCalled = (key: BareKey) => LANGUAGES.some((language) => catalogue(language)[key] === word)
    return isCalled('word.today') ? today : isCalled('word.yesterday') ? today - DAY_MS : null
  }
  const day = Date.parse(`${text}T00:00:00Z`)
  // 2026-02-30 would quietly become a day in March.
  return !Number.isNaN(day) && dayText(day) === text ? day : null
}

/** yyyy-mm-dd of a UTC day. */
export const dayText = (day: number): string => new Date(day).toISOString().slice(0, 10)
