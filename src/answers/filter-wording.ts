/** The words for filters, and for what is no filter. */
import type { ChangeType } from '../change.ts'
import type { Filter } from '../filter.ts'
import { number } from '../text/format.ts'
import { namespaceName } from '../text/namespaces.ts'
import { type BadWord, type FilterWord, wordOf } from './filter-words.ts'

const TYPES: Readonly<Record<ChangeType, string>> = {
  edit: 'edits',
  new: 'new pages',
  log: 'log entries',
  categorize: 'categorisations',
  external: 'Wikidata changes',
}

/** A filter for people: `new pages · Talk · by “A B” · no bots · at least 500 bytes`; `''` for one that lets all pass. */
export function filterInWords(filter: Filter): string {
  const { types, namespaces, user, title, isBot, isMinor, minBytes } = filter
  return [
    types?.map((type) => TYPES[type]).join(', '),
    namespaces?.map((namespace) => namespaceInWords(namespace)).join(', '),
    title === undefined ? undefined : `title “${title}”`,
    user === undefined ? undefined : `by “${user}”`,
    isBot === undefined ? undefined : isBot ? 'bots only' : 'no bots',
    isMinor === undefined ? undefined : isMinor ? 'minor edits only' : 'no minor edits',
    minBytes === undefined ? undefined : `at least ${number(minBytes)} ${minBytes === 1 ? 'byte' : 'bytes'}`,
  ]
    .filter((part) => part !== undefined)
    .join(' · ')
}

function namespaceInWords(namespace: number): string {
  if (namespace === 0) return 'articles'
  const name = namespaceName(namespace, "en")
  return /\d/.test(name) ? `namespace ${name}` : name
}

const ACCEPTS: Readonly<Record<FilterWord, string>> = {
  type: 'type: is one or more of edit, new, log, categorize, external, with commas between',
  namespace: 'ns: is one or more namespaces, with commas between: by number, or by name with _ for spaces (main, talk, user_talk)',
  user: 'user: is a name or an IP address, in quotation marks if it has spaces: user:"A B"',
  title:
    'title: is a full title, in quotation marks if it has spaces; * stands for any text (title:Foo*), \\* for a *',
  bots: 'bots: is no, only or yes',
  minor: 'minor: is no, only or yes',
  min: 'min: is a number of bytes from 1 to 100,000,000, by which the page at least grew or shrank',
  new: 'new, or new:only, for new pages alone; new:no for all the others',
}
const ALL = 'type:, ns:, user:, title:, bots:, minor:, min: and new'

/** What is said of a word that cannot be understood, and what is accepted in its place. */
export function badWord({ word, said, why }: BadWord): {
  readonly problem: string
  readonly accepts: string
} {
  const accepts = word === null ? ALL : ACCEPTS[word]
  const text = said.length > 60 ? `${said.slice(0, 60).toWellFormed()}…` : said.toWellFormed()
  const name = word === null ? text : wordOf(word)
  const whole = word === null ? text : `${name}:${text}`
  switch (why) {
    case 'unknown':
      return {
        problem: said.trim() === '' ? `Nothing stands behind ${name}:` : `I do not understand “${whole}”.`,
        accepts,
      }
    case 'twice':
      return { problem: `${name} is there twice.`, accepts }
    case 'unclosed':
      return {
        problem: `The quotation mark in “${whole}” is not closed.`,
        accepts: 'a second one, behind it',
      }
    case 'nothing':
      return { problem: 'No change is of these types at once: type and new exclude each other.', accepts }
  }
}
