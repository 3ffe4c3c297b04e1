import { byteChange, type Change, type ChangeType } from '../change.ts'
import { isRightToLeft, type Language } from '../language/language.ts'
import { type BareKey, say, text } from '../language/messages.ts'
import { diffUrl, historyUrl, pageUrl, titleUrl } from '../links.ts'
import { signed } from './format.ts'
import type { Inline } from './inline.ts'
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
  return [{ text: letters, bold: true, ...(isRightToLeft(language) && { rtl: true }) }]
}

/** MediaWiki's threshold of a large change. */
const large = 500

function sizeOf(change: Change, language: Language): Inline {
  const bytes = byteChange(change)
  if (bytes === null) return []
  return [
    {
      text: signed(bytes, language),
      ...(Math.abs(bytes) > large && { bold: true }),
      ...(bytes !== 0 && { tone: bytes > 0 ? 'growth' : 'loss' }),
    },
  ]
}

function summaryOf({ comment, ...place }: Change, language: Language): Inline {
  if (comment === null) return hidden(language)
  return readSummary(comment, place, language)
}

/** What there is to say of a change; each part is empty where it has nothing to say. */
export interface ChangeParts {
  /** An emoji. */
  readonly icon: string
  /** Letters, as MediaWiki has them. */
  readonly flags: Inline
  readonly user: Inline
  /** What happened, verb first. The title leads to exactly what changed. */
  readonly deed: Inline
  /** By how much the page grew or shrank. */
  readonly size: Inline
  /** Also that there is one which is hidden. */
  readonly summary: Inline
}

/** A change as those who patrol wikis read it. The time and the wiki are left to the face. */
export function changeParts(change: Change, language: Language): ChangeParts {
  const { icon, words, saysComment } = deeds[change.type](change, language)
  return {
    icon,
    flags: flagsOf(change, language),
    user: account(change.site, change.user, language),
    deed: words,
    size: sizeOf(change, language),
    summary: saysComment ? [] : summaryOf(change, language),
  }
}

export interface ChangeLineOptions {
  /** For lists that mix wikis: the wiki's name stands in front. */
  readonly showWiki?: boolean
}

/** The same in one line: icon, flags, who, what happened, by how much, and the summary. */
export function changeLine(
  change: Change,
  language: Language,
  { showWiki = false }: ChangeLineOptions = {},
): Inline {
  const { icon, flags, user, deed, size, summary } = changeParts(change, language)
  return [
    ...(showWiki ? [{ text: change.site.wiki, code: true }, ' '] : []),
    `${icon} `,
    ...flags,
    ...(flags.length > 0 ? [' '] : []),
    ...user,
    ' ',
    ...deed,
    ...(size.length > 0 ? [' (', ...size, ')'] : []),
    ...bracketed(summary),
  ]
}

/** A summary is in italics; that it is hidden is not somebody's words. */
function bracketed(summary: Inline): Inline {
  if (summary.length === 0) return []
  const isQuoted = summary.some((item) => typeof item !== 'string' && item.quoted)
  if (!isQuoted) return [' (', ...summary, ')']
  const spans = [
    { text: '(' },
    ...summary.map((item) => (typeof item === 'string' ? { text: item } : item)),
    { text: ')' },
  ]
  return [' ', ...spans.map((span) => ({ ...span, italic: true }))]
}
