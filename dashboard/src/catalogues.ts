/** What the program's messages stand on, in a browser. */
import * as intl from 'intl-messageformat'
import type { Language } from '../../src/language/language.ts'

type Catalogue = Readonly<Record<string, string>>

/** Each is fetched when its language is chosen. */
const addresses: Readonly<Record<string, string>> = import.meta.glob('../../src/language/*.json', {
  query: '?url',
  import: 'default',
  eager: true,
})

const read = new Map<Language, Catalogue>()

/** Fetches the messages of a language; it can be spoken then. @throws where they cannot be had */
export async function fetchCatalogue(language: Language): Promise<void> {
  if (language === 'en' || read.has(language)) return
  const response = await fetch(addresses[`../../src/language/${language}.json`] as string)
  if (!response.ok) throw new Error(`${language}.json: ${response.status}`)
  read.set(language, (await response.json()) as Catalogue)
}

/** As in the program; of a language that was fetched. */
export const readCatalogue = (language: Exclude<Language, 'en'>): Catalogue => read.get(language) ?? {}

export const formatter = (): typeof intl => intl
