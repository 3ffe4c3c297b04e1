import { LANGUAGES, type Language } from '../language/language.ts'
import { type BareKey, catalogue, text } from '../language/messages.ts'

/** Canonical names of the namespaces every MediaWiki has; their local names are not in the events. */
const names = [
  '(Main)',
  'Talk',
  'User',
  'User talk',
  'Project',
  'Project talk',
  'File',
  'File talk',
  'MediaWiki',
  'MediaWiki talk',
  'Template',
  'Template talk',
  'Help',
  'Help talk',
  'Category',
  'Category talk',
]

/** Those of the negative ones, and of extensions that have the same number wherever they are. */
const others: ReadonlyMap<number, string> = new Map([
  [-2, 'Media'],
  [-1, 'Special'],
  [710, 'TimedText'],
  [711, 'TimedText talk'],
  [828, 'Module'],
  [829, 'Module talk'],
  [2600, 'Topic'],
])

/** What people say as well. */
const aliases: readonly [name: string, number: number][] = [
  ['main', 0],
  ['article', 0],
  ['articles', 0],
  ['image', 6],
  ['image talk', 7],
]

const numbers: ReadonlyMap<string, number> = new Map([
  ...names.map((name, number): [string, number] => [name.toLowerCase(), number]),
  ...Array.from(others, ([number, name]): [string, number] => [name.toLowerCase(), number]),
  ...aliases,
])

/** All that have a name, by their number. */
export const NAMED_NAMESPACES: readonly number[] = [...names.keys(), ...others.keys()]

/** A namespace by its number in English, as every wiki understands it; the number of those that wikis add. */
export const canonicalNamespace = (number: number): string =>
  names[number] ?? others.get(number) ?? String(number)

/** A namespace by its number, as the reader calls it: `Talk`; the number of those that wikis add. */
export function namespaceName(number: string | number, language: Language): string {
  const key = `namespace.${number}`
  return Object.hasOwn(catalogue('en'), key)
    ? text(language, key as BareKey)
    : (others.get(Number(number)) ?? String(number))
}

/** A name as it is compared. */
export const foldedNamespace = (name: string): string =>
  name.normalize('NFC').replaceAll('_', ' ').trim().toLowerCase()

/**
 * The number of a namespace by its name, in English or in one of the languages spoken here, in any case, with `_` for
 * spaces or not; `null` for no such name, and for one that means several.
 */
export function namespaceNumber(name: string): number | null {
  const typed = foldedNamespace(name)
  const known = numbers.get(typed)
  if (known !== undefined) return known
  const found = new Set(
    LANGUAGES.flatMap((language) =>
      names.flatMap((_, number) =>
        foldedNamespace(namespaceName(number, language)) === typed ? number : [],
      ),
    ),
  )
  return found.size === 1 ? ([...found][0] ?? null) : null
}
