import type { Change } from '../../change.ts'
import type { Language } from '../../language/language.ts'
import { type Key, say, type Value, type Values, word } from '../../language/messages.ts'
import { logUrl, pageUrl, revisionUrl, titleUrl } from '../../links.ts'
import type { Site } from '../../site.ts'
import type { Inline, Span } from '../inline.ts'
import { account, hidden, page } from '../parts.ts'

/** Where a value may be: under its name, the name the Action API gives it, or its place in an old-style list. */
type Keys = readonly (string | number)[]

/**
 * A log entry to be put into words. Its parameters may be absent or of any type: they come as an object or a list,
 * from the feed or rewritten by the Action API, and wikis far apart in age send different ones. What is missing is
 * `undefined`, which `say` makes no sentence of.
 */
export interface Entry {
  readonly language: Language
  /**
   * A sentence about the entry. One with a missing part is none, and `undefined`: better the words of the wiki itself
   * than "moved A to ".
   */
  say<K extends Key>(
    key: K,
    values?: { readonly [Name in keyof Values<K>]: Value | undefined },
  ): Inline | undefined
  readonly action: string
  readonly site: Site
  readonly title: string
  /** The title without its namespace. */
  readonly name: string
  /** The page it is about, linked. */
  readonly page: Inline
  /** The account it is about, where the title is a user's page. */
  readonly account: Inline
  value(...keys: Keys): unknown
  text(...keys: Keys): string | undefined
  list(...keys: Keys): string[]
  flag(...keys: Keys): boolean
  /** How many, where it is more than none. */
  count(...keys: Keys): number | undefined
  /** A page that a parameter names. */
  linked(...keys: Keys): Inline | undefined
  /** An account that a parameter names. */
  person(...keys: Keys): Inline | undefined
  /** `revision 54`, linked to its diff. */
  revision(id: string | undefined): Inline | undefined
  /** `log entry 54`, linked. */
  logEntry(id: string | undefined): Inline | undefined
  /** A special page, by its English name, which works on every wiki. */
  special(shown: Inline, name: string): Inline
}

/** No name or title is longer; an address in the interwiki table may be (67 KB were seen). */
const longest = 300

/** A JSON value as text. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string' || value === '') return undefined
  return value.length > longest ? `${value.slice(0, longest)}…` : value
}

/** A list, whether it came as one, as an object, or as text with commas. */
export function asList(value: unknown): string[] {
  const items = typeof value === 'string' ? value.split(',') : isObject(value) ? Object.values(value) : []
  return items.flatMap((item) => asText(typeof item === 'string' ? item.trim() : item) ?? [])
}

/** The property of a JSON value, under the first of its names that is there. */
export function property(value: unknown, ...keys: Keys): unknown {
  if (!isObject(value)) return undefined
  const key = keys.find((name) => Object.hasOwn(value, name))
  return key === undefined ? undefined : value[key]
}

const isObject = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null

const isId = (id: string | undefined): id is string => id !== undefined && /^[1-9]\d*$/.test(id)

export function entryOf(change: Change, language: Language): Entry {
  const { site, title } = change
  const value = (...keys: Keys): unknown => property(change.log?.params, ...keys)
  const text = (...keys: Keys): string | undefined => asText(value(...keys))
  const name = title.slice(title.indexOf(':') + 1)
  return {
    language,
    say: (key, values) =>
      values !== undefined && Object.values(values).includes(undefined)
        ? undefined
        : word(language, { key, ...(values && { values: values as Record<string, Value> }) }),
    action: change.log?.action ?? '',
    site,
    title,
    name,
    page: title === '' ? hidden(language) : [{ text: title, link: pageUrl(change) }],
    account: account(site, change.namespace === 2 || change.namespace === 3 ? name : title, language),
    value,
    text,
    list: (...keys) => asList(value(...keys)),
    flag: (...keys) => [true, 1, '1'].includes(value(...keys) as string),
    count: (...keys) => {
      const count = Number(text(...keys))
      return count > 0 ? count : undefined
    },
    linked: (...keys) => {
      const target = text(...keys)
      return target === undefined ? undefined : page(site, target.replaceAll('_', ' '), language)
    },
    person: (...keys) => {
      const person = text(...keys)
      return person === undefined ? undefined : account(site, person, language)
    },
    revision: (id) =>
      isId(id) ? linkedTo(say(language, 'log.revisionId', { id }), revisionUrl(site, id)) : undefined,
    logEntry: (id) =>
      isId(id) ? linkedTo(say(language, 'log.entryId', { id }), logUrl(site, id)) : undefined,
    special: (shown, target) => linkedTo(shown, titleUrl(site, `Special:${target}`)),
  }
}

const linkedTo = (words: Inline, link: string): Inline =>
  words.map((item): Span => (typeof item === 'string' ? { text: item, link } : { ...item, link }))
