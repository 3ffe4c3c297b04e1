/** The words for filters, and for what is no filter. */
import type { Filter } from '../filter.ts'
import type { Language } from '../language/language.ts'
import { type BareKey, type Message, message, text } from '../language/messages.ts'
import { plural } from '../text/format.ts'
import { namespaceName } from '../text/namespaces.ts'
import type { CommandInfo, Refusal } from './answer.ts'
import { type BadWord, type FilterWord, wordOf } from './filter-words.ts'

/** A filter for people: `new pages · Talk · by “A B” · no bots · at least 500 bytes`; `''` for one that lets all pass. */
export function filterInWords(filter: Filter, language: Language): string {
  const { types, namespaces, user, title, isBot, isMinor, minBytes } = filter
  const comma = text(language, 'list.comma')
  return [
    types?.map((type) => text(language, `filter.${type}`)).join(comma),
    namespaces?.map((namespace) => namespaceInWords(namespace, language)).join(comma),
    title === undefined ? undefined : text(language, 'filter.title', { title }),
    user === undefined ? undefined : text(language, 'filter.user', { user }),
    isBot === undefined ? undefined : text(language, isBot ? 'filter.bots' : 'filter.noBots'),
    isMinor === undefined ? undefined : text(language, isMinor ? 'filter.minor' : 'filter.noMinor'),
    minBytes === undefined
      ? undefined
      : text(language, 'filter.atLeast', { bytes: plural(minBytes, 'unit.bytes', language) }),
  ]
    .filter((part) => part !== undefined)
    .join(' · ')
}

function namespaceInWords(namespace: number, language: Language): string {
  if (namespace === 0) return text(language, 'filter.articles')
  const name = namespaceName(namespace, language)
  return name === String(namespace) ? text(language, 'filter.namespace', { number: name }) : name
}

const ACCEPTS: Readonly<Record<FilterWord, BareKey>> = {
  type: 'accepts.type',
  namespace: 'accepts.namespace',
  user: 'accepts.user',
  title: 'accepts.title',
  bots: 'accepts.bots',
  minor: 'accepts.minor',
  min: 'accepts.min',
  new: 'accepts.new',
}

/** What is said of a word that cannot be understood, and what is accepted in its place. */
export function badWord({ word, said, why }: BadWord): {
  readonly problem: Message
  readonly accepts: Message
} {
  const accepts = message(word === null ? 'accepts.filter' : ACCEPTS[word])
  const short = said.length > 60 ? `${said.slice(0, 60).toWellFormed()}…` : said.toWellFormed()
  const name = word === null ? short : `${wordOf(word)}:`
  const whole = word === null ? short : name + short
  switch (why) {
    case 'unknown':
      return {
        problem:
          said.trim() === ''
            ? message('refusal.emptyWord', { word: name })
            : message('refusal.badWord', { text: whole }),
        accepts,
      }
    case 'twice':
      return { problem: message('refusal.wordTwice', { word: name }), accepts }
    case 'unclosed':
      return { problem: message('refusal.unclosed', { text: whole }), accepts: message('accepts.closing') }
    case 'nothing':
      return { problem: message('refusal.noSuchType'), accepts }
  }
}

/** The refusal of a command for a word that cannot be understood. */
export const refuseWord = ({ example }: Pick<CommandInfo, 'example'>, bad: BadWord): Refusal => ({
  kind: 'refusal',
  ...badWord(bad),
  example,
  nearest: [],
})
