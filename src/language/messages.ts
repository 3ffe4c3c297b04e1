/** Texts for people in their language: from ICU messages, with values put in that are never read as messages. */
import type { IntlMessageFormat } from 'intl-messageformat'
import { rightToLeft } from '../text/clean.ts'
import type { Inline, Span } from '../text/inline.ts'
import { formatter, readCatalogue } from './catalogues.ts'
import { en } from './en.ts'
import { isRightToLeft, type Language, LOCALES } from './language.ts'

export type Key = keyof typeof en

/** The names of the values that a message takes, read off its text. What stands in a plural's arms has spaces. */
type Names<Text extends string> = Text extends `${string}{${infer Rest}` ? First<Rest> | Names<Rest> : never
type First<Rest extends string> = Rest extends `${infer Head}}${string}`
  ? Head extends `${infer Name},${string}`
    ? Word<Name>
    : Word<Head>
  : never
type Word<Text extends string> = Text extends '' | `${string}${' ' | '#' | '{'}${string}` ? never : Text

/** What is put into a message. A number, where the message counts or writes it as one. */
export type Value = string | number | Span | Inline | Message
export type Values<K extends Key> = { readonly [Name in Names<(typeof en)[K]>]: Value }
/** A message without values needs none. */
type Given<K extends Key> = [Names<(typeof en)[K]>] extends [never] ? [] : [values: Values<K>]

/** Something to be said, before it is known in which language. */
export interface Message {
  readonly key: Key
  readonly values?: Readonly<Record<string, Value>>
}

/** Keys of messages that take no values. */
export type BareKey = { [K in Key]: [Names<(typeof en)[K]>] extends [never] ? K : never }[Key]

export const message = <K extends Key>(key: K, ...[values]: Given<K>): Message =>
  values === undefined ? { key } : { key, values: values as Readonly<Record<string, Value>> }

/**
 * What is known by its English text alone, as it was stored or handed on: the one of these messages that says so; the
 * text itself where none does.
 */
export function known<K extends BareKey>(keys: readonly K[], text: string): Message | string {
  const key = keys.find((each) => en[each] === text)
  return key === undefined ? text : { key }
}

/** One after another: `a, b, c`. */
export const listed = (items: readonly (Message | string)[]): Message | string =>
  items.length < 2
    ? (items[0] ?? '')
    : message('list.rest', { first: items[0] as Message | string, rest: listed(items.slice(1)) })

/** What the message says in `language`. Values stay what they are: spans, and the text of others. */
export const say = <K extends Key>(language: Language, key: K, ...[values]: Given<K>): Inline =>
  word(language, message(key, ...([values] as unknown as Given<K>)))

/** The same as plain text, for where nothing can be emphasised; what reads the other way is set apart in it. */
export const text = <K extends Key>(language: Language, key: K, ...[values]: Given<K>): string =>
  plain(language, message(key, ...([values] as unknown as Given<K>)))

export function plain(language: Language, said: Message): string {
  const isolates = isRightToLeft(language)
  return word(language, said)
    .map((item) => {
      const { text, rtl = false } = typeof item === 'string' ? { text: item } : item
      // A number needs no setting apart, unless a sign belongs to it.
      return isolates && !rtl && /[\p{L}\p{S}-]/u.test(text) ? `\u2068${text}\u2069` : text
    })
    .join('')
}

/** Puts a message into words. */
export function word(language: Language, { key, values = {} }: Message): Inline {
  const template = catalogue(language)[key]
  const own = ownWords(language)
  if (!template.includes('{')) return [own(template)]
  const given = Object.entries(values).map(([name, value]) => [
    name,
    // As objects, which formatting passes through: then what is ours and what is not are told apart.
    typeof value === 'number' ? value : { inline: inlineOf(language, value) },
  ])
  const parts = compiled(language, key, template).formatToParts<{ inline: Inline }>(Object.fromEntries(given))
  const said = parts.flatMap((part): Inline => (part.type === 0 ? [own(part.value)] : part.value.inline))
  return joined(said)
}

/** Bare texts that are neighbours as one. */
function joined(inline: Inline): Inline {
  const items: (string | Span)[] = []
  for (const item of inline) {
    const last = items.at(-1)
    if (typeof item === 'string' && typeof last === 'string') items[items.length - 1] = last + item
    else items.push(item)
  }
  return items
}

function inlineOf(language: Language, value: Exclude<Value, number>): Inline {
  if (typeof value === 'string') {
    if (value === '') return []
    // What reads the other way is set apart from what stands around it: so it must not become one text with that.
    return rightToLeft.test(value) ? [{ text: value }] : [value]
  }
  if ('key' in value) return word(language, value)
  return 'text' in value ? [value] : value
}

const ownWords = (language: Language): ((text: string) => string | Span) =>
  isRightToLeft(language) ? (text) => ({ text, rtl: true }) : (text) => text

type Catalogue = Readonly<Record<Key, string>>

const catalogues = new Map<Language, Catalogue>()

/** Languages are read when they are first spoken: a program that nobody asks anything has none in memory. */
export function catalogue(language: Language): Catalogue {
  if (language === 'en') return en
  const known = catalogues.get(language)
  if (known !== undefined) return known
  const whole = { ...en, ...readCatalogue(language) }
  catalogues.set(language, whole)
  return whole
}

const formats = new Map<string, IntlMessageFormat>()

function compiled(language: Language, key: Key, template: string): IntlMessageFormat {
  const name = `${language} ${key}`
  const known = formats.get(name)
  if (known !== undefined) return known
  const { IntlMessageFormat } = formatter()
  const made = new IntlMessageFormat(template, LOCALES[language], undefined, { ignoreTag: true })
  formats.set(name, made)
  return made
}
