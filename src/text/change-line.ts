import { byteChange, type Change, type ChangeType } from '../change.ts'
import { diffUrl, historyUrl, pageUrl } from '../links.ts'
import { signed } from './format.ts'
import type { Inline, Span } from './inline.ts'
import { logWords } from './log/log-line.ts'
import { account, asides, hidden, page } from './parts.ts'
import { readSummary } from './summary.ts'

/** What happened: an icon, the words for it, verb first, and whether the words say the comment already. */
interface Deed {
  readonly icon: string
  readonly words: Inline
  readonly saysComment?: boolean
}

/** The title, linked to exactly what changed. */
const changed = (change: Change): Span =>
  change.title === '' ? hidden : { text: change.title, link: diffUrl(change) ?? pageUrl(change) }

const edited =
  (verb: string) =>
  (change: Change): Inline => [`${verb} `, changed(change), ...asides(['hist', historyUrl(change)])]

/** The member page is named only in the comment, in the language of the wiki; these are MediaWiki's English words. */
const membership = /^\[\[:?([^[\]|]+)\]\] (added to|removed from) category(, .+)?$/s

function categorized(change: Change): Deed {
  const [, member, direction, bundled] = membership.exec(change.comment ?? '') ?? []
  const category = { text: change.title, link: pageUrl(change) }
  if (member === undefined) {
    const link = diffUrl(change)
    return {
      icon: '🗂️',
      words: ['changed the members of ', category, ...(link === null ? [] : asides(['diff', link]))],
    }
  }
  const pages: Inline = [
    { text: member, link: diffUrl(change) ?? page(change.site, member).link ?? '' },
    ...(bundled === undefined ? [] : [' and pages that include it']),
  ]
  const [verb, preposition] = direction === 'added to' ? ['added', 'to'] : ['removed', 'from']
  return { icon: '🗂️', words: [`${verb} `, ...pages, ` ${preposition} `, category], saysComment: true }
}

const deeds: Readonly<Record<ChangeType, (change: Change) => Deed>> = {
  edit: (change) => ({ icon: '📝', words: edited('edited')(change) }),
  new: (change) => ({ icon: '🆕', words: edited('created')(change) }),
  log: logWords,
  categorize: categorized,
  external: (change) => ({ icon: '🌐', words: ['changed the data of ', changed(change)] }),
}

/** N new page, m minor, b bot, ! not patrolled: in MediaWiki's order. */
const flags: readonly (readonly [flag: string, has: (change: Change) => boolean])[] = [
  ['N', (change) => change.type === 'new'],
  ['m', (change) => change.minor === true],
  ['b', (change) => change.bot],
  ['!', (change) => change.patrolled === false],
]

function flagsOf(change: Change): Inline {
  const text = flags.flatMap(([flag, has]) => (has(change) ? flag : [])).join('')
  return text === '' ? [] : [{ text, bold: true }, ' ']
}

/** MediaWiki's threshold of a large change. */
const large = 500

function sizeOf(change: Change): Inline {
  const bytes = byteChange(change)
  if (bytes === null) return []
  const span: Span = {
    text: signed(bytes),
    ...(Math.abs(bytes) > large && { bold: true }),
    ...(bytes !== 0 && { tone: bytes > 0 ? 'growth' : 'loss' }),
  }
  return [' (', span, ')']
}

function summaryOf({ comment, ...place }: Change): Inline {
  if (comment === null) return [' (', hidden, ')']
  const summary = readSummary(comment, place)
  if (summary.length === 0) return []
  return [' ', ...[{ text: '(' }, ...summary, { text: ')' }].map((span) => ({ ...span, italic: true }))]
}

export interface ChangeLineOptions {
  /** For lists that mix wikis: the wiki's name stands in front. */
  readonly showWiki?: boolean
}

/**
 * A change in one line, as those who patrol wikis read them: icon, flags, who, what happened, by how much, and the
 * summary. The title leads to exactly what changed. The time is left to the face.
 */
export function changeLine(change: Change, { showWiki = false }: ChangeLineOptions = {}): Inline {
  const { icon, words, saysComment } = deeds[change.type](change)
  return [
    ...(showWiki ? [{ text: change.site.wiki, code: true }, ' '] : []),
    `${icon} `,
    ...flagsOf(change),
    ...account(change.site, change.user),
    ' ',
    ...words,
    ...sizeOf(change),
    ...(saysComment ? [] : summaryOf(change)),
  ]
}
