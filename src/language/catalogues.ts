/** What `messages.ts` stands on: everything of it that is not the same in a browser, which has a file of its own for it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Language } from './language.ts'

/** The messages of a language other than English, by their keys; those of English stand in for what is not there. */
export const readCatalogue = (language: Exclude<Language, 'en'>): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(new URL(`./${language}.json`, import.meta.url), 'utf8'))

let loaded: typeof import('intl-messageformat') | undefined

/** What formats messages. Loaded when it is needed: it takes 1 MB, and a program that nobody asks anything needs none of it. */
export function formatter(): typeof import('intl-messageformat') {
  loaded ??= createRequire(import.meta.url)('intl-messageformat') as typeof import('intl-messageformat')
  return loaded
}
