import type { Language } from '../language/language.ts'
import { type BareKey, catalogue, text } from '../language/messages.ts'

/** A namespace by its number, as the reader calls it: `Talk`; the number of those that wikis add. */
export function namespaceName(number: string, language: Language): string {
  const key = `namespace.${number}`
  return Object.hasOwn(catalogue('en'), key) ? text(language, key as BareKey) : number
}
