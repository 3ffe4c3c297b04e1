import type { Language } from '../../language/language.ts'
import { say } from '../../language/messages.ts'
import { lasting } from '../format.ts'
import type { Inline } from '../inline.ts'
import { enumerate } from '../lists.ts'
import type { Entry } from './entry.ts'

/** How a log action shows: its icon, and what happened in words, verb first; `undefined` where a part is missing. */
export type Row = readonly [icon: string, words: (entry: Entry) => Inline | undefined]

/** "a, b and c" */
export const texts = (items: readonly string[], language: Language): Inline =>
  enumerate(
    items.map((item) => [item]),
    language,
  )

/** What may be said or not. */
export type Note = string | Inline | false | undefined

const isSaid = (note: Note): note is string | Inline =>
  note !== undefined && note !== false && note.length > 0

const inline = (note: string | Inline): Inline => (typeof note === 'string' ? [note] : note)

/** Notes in brackets after a sentence; nothing for nothing. */
export function bracketed(
  notes: readonly Note[],
  language: Language,
  separator: 'list.comma' | 'list.semicolon' = 'list.semicolon',
): Inline {
  const said = notes.filter(isSaid)
  if (said.length === 0) return []
  const between = say(language, separator)
  return [' (', ...said.flatMap((note, at) => [...(at === 0 ? [] : between), ...inline(note)]), ')']
}

/** A sentence with what may follow it; none where the sentence is none. */
export function followed(sentence: Inline | undefined, ...by: readonly Inline[]): Inline | undefined {
  return sentence && [...sentence, ...by.flat()]
}

/** A word or two after a sentence; nothing for nothing. */
export const spaced = (note: Note): Inline => (isSaid(note) ? [' ', ...inline(note)] : [])

/** How long, after a sentence: ` for 3 days`, ` indefinitely`; nothing where it is not said. */
export const forTime = (expiry: string | undefined, language: Language): Inline =>
  spaced(lasting(expiry ?? '', language))
