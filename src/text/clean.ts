import type { Inline, Span } from './inline.ts'

/** What ends a line, sets a tab or is a space of another width: all of it reads as one plain space. */
const spaces = /[\p{Z}\t\n\v\f\r\u0085]+/gu

/**
 * What could act on the line around it, or hide in it: control characters (escape sequences begin with one); the
 * bidirectional embeddings, overrides and isolates, which unclosed turn around everything that follows; characters
 * without a glyph. Kept are the joiners, which Persian, Indic scripts and emoji need, and the direction marks, which
 * do no more than a letter does.
 */
const hidden =
  /[\p{Cc}\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0001}]|[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/gu

/** More marks on one letter than any language sets ("Zalgo") climb into the lines above and below. */
const heaps = /(\p{M}{8})\p{M}+/gu

export const rightToLeft =
  /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** What has a direction of its own, or could be torn apart by that of its neighbours. */
const directed = /[\p{L}\p{N}\p{Sc}\p{Sm}]/u

/** The text as it can stand in a line without doing anything to it. */
export const clean = (text: string): string =>
  text.toWellFormed().replace(spaces, ' ').replace(hidden, '').replace(heaps, '$1')

/** Spans that belong together, their text cleaned. */
export interface Run {
  /** It reads the other way than the line, and must be set apart: else it would drag what is around it along. */
  readonly isApart: boolean
  readonly spans: readonly Span[]
}

/** The runs of a line: what somebody wrote is one, anything else stands by itself. */
export function runsOf(inline: Inline): Run[] {
  const spans = inline
    .map((item) => (typeof item === 'string' ? { text: clean(item) } : { ...item, text: clean(item.text) }))
    .filter((span) => span.text !== '')
  const runs: Span[][] = []
  for (const span of spans) {
    const last = runs.at(-1)
    if (span.quoted && last?.[0]?.quoted) last.push(span)
    else runs.push([span])
  }
  const turns = spans.some(({ rtl }) => rtl)
    ? ({ rtl, text }: Span) => !rtl && directed.test(text)
    : (span: Span) => rightToLeft.test(span.text)
  return runs.map((run) => ({ isApart: run.some(turns), spans: run }))
}

/**
 * The spans of a line, their text cleaned. What reads the other way than the line is set between FIRST STRONG ISOLATE
 * and its end, as MediaWiki does with `<bdi>`: else an Arabic title would drag the numbers and brackets after it along.
 * A line of our own words in a language that is written from right to left reads so whatever stands at its ends, and
 * whatever is around it: for that there are marks at both of them.
 */
export function spansOf(inline: Inline): Span[] {
  const runs = runsOf(inline)
  const line = runs.flatMap(({ isApart, spans }) => {
    if (!isApart) return spans
    const { link: _, code: __, ...style } = spans[0] as Span
    return [{ ...style, text: '\u2068' }, ...spans, { ...style, text: '\u2069' }]
  })
  const isRtl = line.some(({ rtl }) => rtl)
  return isRtl ? [{ text: '\u200f' }, ...line, { text: '\u200f' }] : line
}

/**
 * The address in characters that neither Markdown nor a terminal gives a meaning to; `null` for anything that is
 * not of the web.
 */
export function webAddress(address: string): string | null {
  if (!/^https?:\/\/\w/i.test(address)) return null
  return address
    .toWellFormed()
    .replace(/[^\w.,;:/?#&=%+$!-]/gu, (character) =>
      character < '\x80'
        ? `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
        : encodeURIComponent(character),
    )
}
