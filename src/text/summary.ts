import type { Language } from '../language/language.ts'
import { sectionUrl, wikilinkUrl } from '../links.ts'
import type { Site } from '../site.ts'
import { clean } from './clean.ts'
import type { Span } from './inline.ts'
import { readWikibaseComment } from './wikibase.ts'

/** Where a text was written: what its links are relative to. */
interface Place {
  readonly site: Site
  readonly title: string
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

/** MediaWiki shows the entities in summaries as characters. */
const decode = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi, (entity, decimal, hex, name) => {
    if (name !== undefined) return entities[name] ?? entity
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : entity
  })

const decodePercent = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `[[target]]` and `[[target|label]]`, as MediaWiki's CommentParser finds them. */
const link = /\[\[\s*:?([^[\]|]+)(?:\|((?:\]?[^\]])*))?\]\]/g

/** Text with wiki links as links; brackets that form none stay text. */
export function readWikitext(text: string, { site, title }: Place): Span[] {
  const spans: Span[] = []
  let end = 0
  for (const { 0: all, 1: name = '', 2: label, index } of text.matchAll(link)) {
    const target = decodePercent(decode(name)).trim()
    // Names that no page can have: MediaWiki leaves those links as they were typed.
    if (/^:?$|[<>{}[\]|\ufffd]/.test(target)) continue
    spans.push({ text: decode(text.slice(end, index)) })
    spans.push({ text: decode(label?.trim() || name.trim()), link: wikilinkUrl(site, target, title) })
    end = index + all.length
  }
  spans.push({ text: decode(text.slice(end)) })
  return spans.filter((span) => span.text !== '')
}

/** Wikis cut comments at 500 characters; what is longer never came from one, and must not cost the time of one. */
const longest = 2_000

/**
 * An edit summary as it reads: with its section markers as "→Section: text" and links to the sections, wiki links
 * as links, Wikibase's automatic comments in words. Empty where nothing is to be read. All of it is quoted.
 */
export function readSummary(comment: string, place: Place, language: Language): Span[] {
  const spans: Span[] = []
  // Line breaks first: a marker may run over them, as in MediaWiki.
  let rest = comment.slice(0, longest).replace(/\s+/g, ' ').trim()
  for (let found = marker.exec(rest); found !== null; found = marker.exec(rest)) {
    spans.push(...readWikitext(rest.slice(0, found.index), place))
    rest = rest.slice(found.index + found[0].length).trimStart()
    const section = readMarker(found[1] ?? '', place, language)
    if (section !== null) spans.push(section, ...(rest === '' ? [] : [{ text: ': ' }]))
  }
  spans.push(...readWikitext(rest, place))
  const written = spans.some((span) => clean(span.text).trim() !== '')
  return written ? spans.map((span) => ({ ...span, quoted: true })) : []
}

/** A section as the edit form puts it in front of the summary, between the signs of a comment in C. */
const marker = /\/\*\s*(.*?)\s*\*\//

function readMarker(section: string, { site, title }: Place, language: Language): Span | null {
  // An edit of the top of the page, which has no section to name.
  if (section === '') return null
  const automatic = readWikibaseComment(section, language)
  if (automatic !== null) return { text: automatic }
  const name = decode(section)
  return { text: `→${name}`, link: sectionUrl(site, title, name.replace(/\[\[:?|\]\]/g, '')) }
}
