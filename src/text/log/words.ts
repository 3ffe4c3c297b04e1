import { lasting } from '../format.ts'
import { enumerate, type Inline } from '../inline.ts'
import type { Entry } from './entry.ts'

/** How a log action shows: its icon, and what happened in words, verb first; `undefined` where a part is missing. */
export type Row = readonly [icon: string, words: (entry: Entry) => Inline | undefined]

/** "a, b and c" */
export const texts = (items: readonly string[]): Inline => enumerate(items.map((item) => [item]))

/** Text in brackets after a sentence; nothing for nothing. */
export const bracketed = (...notes: readonly (string | false | undefined)[]): string => {
  const text = notes.filter(Boolean).join('; ')
  return text && ` (${text})`
}

/** How long, after a sentence: ` for 3 days`, ` indefinitely`; nothing where it is not said. */
export const forTime = (expiry: string | undefined): string => {
  const time = lasting(expiry ?? '')
  return time && ` ${time}`
}
