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

/** A namespace by its number, in English: `Talk`; the number of those that wikis add. */
export const namespaceName = (number: string | number): string =>
  names[Number(number)] ?? others.get(Number(number)) ?? String(number)

/** The number of a namespace by its name in English, in any case, `_` for spaces or not; `null` for no such name. */
export const namespaceNumber = (name: string): number | null =>
  numbers.get(name.replaceAll('_', ' ').trim().toLowerCase()) ?? null
