import { byteChange, type Change, type ChangeType } from '../change.ts'
import { isRightToLeft, type Language } from '../language/language.ts'
import { type BareKey, say, text } from '../language/messages.ts'
import { diffUrl, historyUrl, pageUrl, titleUrl } from '../links.ts'
import { signed } from './format.ts'
import type { Inline, Span } from './inline.ts'
import { logWords } from './log/log-line.ts'
import { account, asides, hidden } from './parts.ts'
import { readSummary } from './summary.ts'

/** What happened: an icon, the words for it, verb first, and whether the words say the comment already. */
interface Deed {
  readonly icon: string
  readonly words: Inline
  readonly saysComment?: boolean
}

/** The title, linked to exactly what changed. */
const changed = (change: Change, language: Language): Inline =>
  change.title === '' ? hidden(language) : [{ text: change.title, link: diffUrl(change) ?? pageUrl(change) }]

const edited = (key: 'line.edited' | 'line.created', change: Change, language: Language): Inline =>
  say(language, key, {
    page: [...changed(change, language), ...asides(language, ['line.hist', historyUrl(change)])],
  })

/** The member page is named only in the comment, in the language of the wiki; these are MediaWiki's English words. */
const membership = /^\[\[:?([^[\]|]+)\]\] (added to|removed from) category(, .+)?$/s

function categorized(change: Change, language: Language): Deed {
  const [, member, direction, bundled] = membership.exec(change.comment ?? '') ?? []
  const category = { text: change.title, link: pageUrl(change) }
  if (member === undefined) {
    const link = diffUrl(change)
    const ways = link === null ? [] : asides(language, ['line.diff', link])
    return { icon: '🗂️', words: say(language, 'line.categorized', { category: [category, ...ways] }) }
  }
  const isAdded = direction === 'added to'
  const key = isAdded
    ? bundled === undefined
      ? 'line.added'
      : 'line.addedIncluding'
    : bundled === undefined
      ? 'line.removed'
      : 'line.removedIncluding'
  const page = { text: member, link: diffUrl(change) ?? titleUrl(change.site, member) }
  return { icon: '🗂️', words: say(language, key, { member: page, category }), saysComment: true }
}

const deeds: Readonly<Record<ChangeType, (change: Change, language: Language) => Deed>> = {
  edit: (change, language) => ({ icon: '📝', words: edited('line.edited', change, language) }),
  new: (change, language) => ({ icon: '🆕', words: edited('line.created', change, language) }),
  log: logWords,
  categorize: categorized,
  external: (change, language) => ({
    icon: '🌐',
    words: say(language, 'line.external', { page: changed(change, language) }),
  }),
}

/** N new page, m minor, b bot, ! not patrolled: in MediaWiki's order, in the letters that it has in each language. */
const flags: readonly (readonly [flag: BareKey, has: (change: Change) => boolean])[] = [
  ['flag.new', (change) => change.type === 'new'],
  ['flag.minor', (change) => change.minor === true],
  ['flag.bot', (change) => change.bot],
  ['flag.unpatrolled', (change) => change.patrolled === false],
]

function flagsOf(change: Change, language: Language): Inline {
  const letters = flags.flatMap(([flag, has]) => (has(change) ? text(language, flag) : [])).join('')
  if (letters === '') return []
  return [{ text: letters, bold: true, ...(isRightToLeft(language) && { rtl: true }) }, ' ']
}

/** MediaWiki's threshold of a large change. */
const large = 500

function sizeOf(change: Change, language: Language): Inline {
  const bytes = byteChange(change)
  if (bytes === null) return []
  const span: Span = {
    text: signed(bytes, language),
    ...(Math.abs(bytes) > large && { bold: true }),
    ...(bytes !== 0 && { tone: bytes > 0 ? 'growth' : 'loss' }),
  }
  return [' (', span, ')']
}

function summaryOf({ comment, ...place }: Change, language: Language): Inline {
  if (comment === null) return [' (', ...hidden(language), ')']
  const summary = readSummary(comment, place, language)
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
export function changeLine(
  change: Change,
  language: Language,
  { showWiki = false }: ChangeLineOptions = {},
): Inline {
  const { icon, words, saysComment } = deeds[change.type](change, language)
  return [
    ...(showWiki ? [{ text: change.site.wiki, code: true }, ' '] : []),
    `${icon} `,
    ...flagsOf(change, language),
    ...account(change.site, change.user, language),
    ' ',
    ...words,
    ...sizeOf(change, language),
    ...(saysComment ? [] : summaryOf(change, language)),
  ]
}
