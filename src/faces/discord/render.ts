import type { Document, Item } from '../../answers/document.ts'
import { text } from '../../language/messages.ts'
import { toMarkdown } from '../../text/markdown.ts'

/** An embed, as far as this face uses one (Discord's "Embed Object"). */
export interface Embed {
  title?: string
  description?: string
  color: number
  fields?: { name: string; value: string; inline: boolean }[]
  footer?: { text: string }
  /** ISO 8601. */
  timestamp?: string
}

/** Discord's limits (Embed Limits), in its own count: UTF-16 units at most, to be on the safe side. */
const TITLE = 256
const DESCRIPTION = 4096
const FIELDS = 25
const FIELD_NAME = 256
const FIELD_VALUE = 1024
const FOOTER = 2048
/** A paragraph, and the longest line of a list: a longer one loses its summary's end, then its links. */
const LINE = 1200
/** Lines are not cut shorter than this to get ten of them on a page. */
const SHORT_LINE = 380
/** A page of a list: what a person reads at a glance. */
const ITEMS_PER_PAGE = 10

const COLORS = { neutral: 0x3366cc, good: 0x00af89, bad: 0xdd3333 } as const

/**
 * The document as embeds, each for a message of its own: whatever is in it, each is within all of Discord's limits
 * and never empty. (One embed has at most 256 + 4,096 + 2,048 by its parts; the 6,000 in all are kept by its fields.)
 */
export function toEmbeds(document: Document): Embed[] {
  const intro = document.paragraphs.map((paragraph) => toMarkdown(paragraph, LINE)).join('\n')
  const perPage = document.isOverview ? Number.POSITIVE_INFINITY : ITEMS_PER_PAGE
  const pages = paged(document.items, DESCRIPTION - intro.length - 1, perPage)
  const fields = document.facts.slice(0, FIELDS).map(({ name, value }) => ({
    name: cut(name, FIELD_NAME) || '–',
    value: toMarkdown(value, FIELD_VALUE) || '–',
    inline: true,
  }))
  return pages.map((page, i) => {
    const isLast = i === pages.length - 1
    const description = [...(i === 0 && intro !== '' ? [intro] : []), ...page].join('\n')
    const counter =
      pages.length > 1 ? [text(document.language, 'face.page', { page: i + 1, pages: pages.length })] : []
    const footer = [...(isLast && document.footer !== null ? [document.footer] : []), ...counter].join(' · ')
    return {
      color: COLORS[document.tone],
      ...(i === 0 && { title: toMarkdown(document.title, TITLE) }),
      ...(description !== '' && { description }),
      ...(isLast && fields.length > 0 && { fields }),
      ...(footer !== '' && { footer: { text: cut(footer, FOOTER) } }),
    }
  })
}

/** The items' lines on pages; at least one page, be it empty. */
function paged(items: readonly Item[], room: number, perPage: number): string[][] {
  const pages: string[][] = [[]]
  let left = room
  const share = Math.floor(room / Math.min(items.length, ITEMS_PER_PAGE)) - 1
  const longest = Math.min(LINE, Math.max(SHORT_LINE, share))
  for (const { at, line } of items) {
    const time = at === null ? '' : `<t:${Math.floor(at / 1000)}:R> `
    const written = time + toMarkdown(line, longest - time.length)
    let page = pages.at(-1) as string[]
    if (page.length === perPage || written.length + 1 > left) {
      page = []
      pages.push(page)
      left = DESCRIPTION
    }
    page.push(written)
    left -= written.length + 1
  }
  return pages
}

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1).toWellFormed()}…` : text
