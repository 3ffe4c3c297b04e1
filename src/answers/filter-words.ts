/** Filters as words: `type:new,edit ns:talk user:"A B" title:Foo* bots:no minor:no min:500`. */
import { CHANGE_TYPES, type ChangeType } from '../change.ts'
import type { Filter } from '../filter.ts'
import { canonicalNamespace, foldedNamespace, namespaceNumber } from '../text/namespaces.ts'
import { wholeNumber } from './arguments.ts'

/** What a filter consists of, in the order in which it is written. */
export const FILTER_WORDS = ['type', 'namespace', 'user', 'title', 'bots', 'minor', 'min', 'new'] as const
export type FilterWord = (typeof FILTER_WORDS)[number]

/** How a part is written before its colon. */
export const wordOf = (part: FilterWord): string => (part === 'namespace' ? 'ns' : part)

/** Words of a filter as they were given, each by its name: `{ type: 'new,edit', bots: 'no' }`. */
export type FilterValues = Readonly<Partial<Record<FilterWord, string>>>

/** A word that cannot be understood. What is accepted follows from `word`; see `filter-wording.ts`. */
export interface BadWord {
  /** The part that it belongs to; `null` for a word that is of none, as `tpye:new`. */
  readonly word: FilterWord | null
  /** What was said: hostile text, of any length. */
  readonly said: string
  /**
   * `unknown`: it means nothing. `twice`: it was said before. `unclosed`: a quotation mark has no end. `nothing`:
   * no change can be like that, `type:edit new`.
   */
  readonly why: 'unknown' | 'twice' | 'unclosed' | 'nothing'
}

/** Names of namespaces on the wikis that are asked about, folded by `foldedNamespace`. */
export type LocalNamespaces = ReadonlyMap<string, number>

/** What people say as well for the names of the parts. */
const SPELLINGS: ReadonlyMap<string, FilterWord> = new Map([
  ...FILTER_WORDS.map((word): [string, FilterWord] => [word, word]),
  ['types', 'type'],
  ['ns', 'namespace'],
  ['namespaces', 'namespace'],
  ['page', 'title'],
  ['bot', 'bots'],
])

/** Longer names and titles do not exist (MediaWiki's limit is 255 bytes, and an escape may double them). */
const LONGEST = 510
export const MIN_BYTES = [1, 100_000_000] as const

/** The values that `bots`, `minor` and `new` take. `yes`: both, which is what holds where nothing is said. */
export const CHOICES = ['yes', 'no', 'only'] as const

/**
 * The filter that a text asks for, and its other words, in their order, quotation marks taken off. The word `new`
 * alone means new pages (so Newar is asked for by its name, or as `newwiki`).
 */
export function parseFilter(
  text: string,
  local?: LocalNamespaces,
): { readonly filter: Filter; readonly rest: readonly string[] } | { readonly bad: BadWord } {
  const split = splitFilter(text)
  if ('bad' in split) return split
  const read = filterOf(split.values, local)
  return 'bad' in read ? read : { filter: read.filter, rest: split.rest }
}

/** The words of a filter in a text, not looked into, and its other words. */
export function splitFilter(
  text: string,
): { readonly values: FilterValues; readonly rest: readonly string[] } | { readonly bad: BadWord } {
  const values: Partial<Record<FilterWord, string>> = {}
  const rest: string[] = []
  for (const { key, value, isQuoted, isUnclosed } of wordsOf(text)) {
    const isNew = key === null && !isQuoted && value.toLowerCase() === 'new'
    const word = isNew ? 'new' : key === null ? null : wordNamed(key)
    if (isUnclosed) return { bad: { word, said: value, why: 'unclosed' } }
    if (word === null) {
      if (key !== null) return { bad: { word: null, said: `${key}:${value}`, why: 'unknown' } }
      rest.push(value)
      continue
    }
    if (values[word] !== undefined) return { bad: { word, said: value, why: 'twice' } }
    values[word] = isNew ? 'only' : value
  }
  return { values, rest }
}

/** The filter that the values of its words mean. */
export function filterOf(
  values: FilterValues,
  local: LocalNamespaces = new Map(),
): { readonly filter: Filter } | { readonly bad: BadWord } {
  let filter: Filter = {}
  for (const word of FILTER_WORDS) {
    const said = values[word]
    if (said === undefined) continue
    const read = READERS[word](said.replace(/[\s_]+/g, ' ').trim(), local)
    if (read === null) return { bad: { word, said, why: 'unknown' } }
    const types = both(filter.types, read.types)
    if (types?.length === 0) return { bad: { word, said, why: 'nothing' } }
    filter = { ...filter, ...read, ...(types !== undefined && { types }) }
  }
  return { filter }
}

/** The canonical words of a filter: `readFilterText` makes the same filter of them. `''` for a filter that lets all pass. */
export function filterText(filter: Filter): string {
  const { types, namespaces, user, title, isBot, isMinor, minBytes } = filter
  const choice = (only: boolean | undefined) => (only === undefined ? only : only ? 'only' : 'no')
  const values: readonly [FilterWord, string | undefined][] = [
    ['type', types?.join(',')],
    ['namespace', namespaces?.map(wordOfNamespace).join(',')],
    ['user', user],
    ['title', title],
    ['bots', choice(isBot)],
    ['minor', choice(isMinor)],
    ['min', minBytes?.toString()],
  ]
  return values
    .flatMap(([word, value]) => (value === undefined ? [] : [`${wordOf(word)}:${quoted(value)}`]))
    .join(' ')
}

/** The filter of a text that is nothing but its words; `null` for any other text. */
export function readFilterText(text: string): Filter | null {
  const parsed = parseFilter(text)
  return 'bad' in parsed || parsed.rest.length > 0 ? null : parsed.filter
}

/** What each part makes of its value; `null` where it is none. */
const READERS: Readonly<Record<FilterWord, (said: string, local: LocalNamespaces) => Filter | null>> = {
  type(said) {
    const types = listed(said).map(typeNamed)
    if (types.length === 0 || types.includes(null)) return null
    return { types: CHANGE_TYPES.filter((type) => types.includes(type)) }
  },
  namespace(said, local) {
    const numbers = listed(said).map((name) => namespaceOf(name, local))
    if (numbers.length === 0 || numbers.includes(null)) return null
    return { namespaces: [...new Set(numbers as number[])].toSorted((a, b) => a - b) }
  },
  user: (said) => (isName(said) ? { user: said } : null),
  title: (said) => (isName(said) ? { title: said } : null),
  bots: (said) => chosen(said, (isBot) => ({ isBot })),
  minor: (said) => chosen(said, (isMinor) => ({ isMinor })),
  min(said) {
    const minBytes = wholeNumber(said, ...MIN_BYTES)
    return minBytes === null ? null : { minBytes }
  },
  new: (said) =>
    chosen(said, (isNew) => ({ types: CHANGE_TYPES.filter((type) => (type === 'new') === isNew) })),
}

const listed = (said: string): string[] => said.split(',').map((each) => each.trim())

const isName = (said: string): boolean =>
  said !== '' && said.length <= LONGEST * 2 && [...said].length <= LONGEST && said.isWellFormed()

function typeNamed(name: string): ChangeType | null {
  const word = name.toLowerCase()
  if (/^categori[sz](?:ation)?s?$/.test(word)) return 'categorize'
  return CHANGE_TYPES.find((type) => word === type || word === `${type}s`) ?? null
}

function namespaceOf(name: string, local: LocalNamespaces): number | null {
  if (/^-?\d{1,5}$/.test(name)) return Number(name) || 0
  return namespaceNumber(name) ?? local.get(foldedNamespace(name)) ?? null
}

/** A namespace as it is written in a filter. */
export const wordOfNamespace = (number: number): string =>
  number === 0 ? 'main' : canonicalNamespace(number).toLowerCase().replaceAll(' ', '_')

function chosen(said: string, filter: (isOnly: boolean) => Filter): Filter | null {
  const word = said.toLowerCase()
  if (word === 'only') return filter(true)
  if (word === 'no') return filter(false)
  return word === 'yes' ? {} : null
}

function both(some: Filter['types'], others: Filter['types']): Filter['types'] {
  return some === undefined
    ? others
    : others === undefined
      ? some
      : some.filter((type) => others.includes(type))
}

/** A word, or what stands in quotation marks: spaces do not end it. */
interface Word {
  /** What stands before its colon; `null` without one. */
  readonly key: string | null
  readonly value: string
  readonly isQuoted: boolean
  readonly isUnclosed: boolean
}

/** Straight ones, and those that telephones and languages put in their place. */
const CLOSING: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['“', '”'],
  ['„', '“”'],
  ['”', '”'],
  ['«', '»'],
])

/**
 * Words as people type them. A quotation mark counts at the beginning of a word or behind its colon; within straight
 * ones, two stand for one.
 */
function wordsOf(text: string): Word[] {
  const words: Word[] = []
  for (let at = 0; ; ) {
    while (/\s/.test(text[at] ?? '')) at++
    if (at >= text.length) return words
    const key = keyAt(text.slice(at, at + 40))
    if (key !== null) at += key.length + 1
    let value = ''
    const closing = CLOSING.get(text[at] ?? '')
    let isUnclosed = closing !== undefined
    if (closing !== undefined) {
      for (at++; at < text.length && isUnclosed; at++) {
        const character = text[at] as string
        const isEnd = closing.includes(character)
        if (isEnd && closing === '"' && text[at + 1] === '"') at++
        else if (isEnd) isUnclosed = false
        if (isUnclosed) value += character
      }
    }
    // `title:"Foo bar"*`
    while (at < text.length && !/\s/.test(text[at] as string)) value += text[at++]
    words.push({ key, value, isQuoted: closing !== undefined, isUnclosed })
  }
}

/** What stands before the colon of a word. Scopes may have one too: addresses (`https://…`, `localhost:80`), `wiki:en`. */
function keyAt(text: string): string | null {
  const [, key = null, next = ''] = /^([a-z]{1,20}):(?!\/\/)(.?)/is.exec(text) ?? []
  if (key === null || wordNamed(key) !== null) return key
  return key.toLowerCase() === 'wiki' || /\d/.test(next) ? null : key
}

const wordNamed = (key: string): FilterWord | null => SPELLINGS.get(key.toLowerCase()) ?? null

/** A value as one word. */
const quoted = (value: string): string =>
  /\s/.test(value) || CLOSING.has(value.charAt(0)) ? `"${value.replaceAll('"', '""')}"` : value
