import type { Inline, Span } from './inline.ts'

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })
const graphemes = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment)

const spans = (inline: Inline): Span[] =>
  inline.map((item) => (typeof item === 'string' ? { text: item } : item))

function unlinked({ link: _, ...span }: Span): Span {
  return span
}

/** The first `length` graphemes of the spans of a `kind`, with an ellipsis where something was cut. */
function cutEnd(line: readonly Span[], length: number, kind: (span: Span) => boolean | undefined): Span[] {
  let left = length
  return line.flatMap((span) => {
    if (!kind(span)) return [span]
    if (left < 0) return []
    const characters = graphemes(span.text)
    left -= characters.length
    if (left >= 0) return [span]
    return [{ ...span, text: `${characters.slice(0, left).join('').trimEnd()}…` }]
  })
}

const isQuoted = (span: Span): boolean | undefined => span.quoted

/** Every span cut to `length` graphemes: the longest lose first. What stood apart stays apart. */
const cutEach = (line: readonly Span[], length: number): Span[] =>
  line.map((span) => {
    const characters = graphemes(span.text)
    if (characters.length <= length) return span
    const space = span.text.endsWith(' ') ? ' ' : ''
    return { ...span, text: `${characters.slice(0, length).join('').trimEnd()}…${space}` }
  })

/**
 * What is given up to make a line fit, the dearest last; and how many graphemes of the quoted text have to be left
 * for it to be worth stopping there.
 */
function* losses(line: Span[], freeLinks: boolean): Generator<{ line: Span[]; keep: number }> {
  yield { line, keep: 60 }
  if (!freeLinks) {
    line = line.map((span) => (span.quoted ? unlinked(span) : span))
    yield { line, keep: 30 }
  }
  line = line.filter((span) => !span.aside)
  yield { line, keep: 0 }
  if (!freeLinks) {
    // Where a change leads is worth more than the end of an endless name.
    line = cutEach(line, 60)
    yield { line, keep: 0 }
  }
  while (!freeLinks && line.some((span) => span.link !== undefined)) {
    // The longest address is most often that of a title in another script; a diff's is short.
    const most = Math.max(...line.map((span) => span.link?.length ?? 0))
    line = line.map((span) => (span.link?.length === most ? unlinked(span) : span))
    yield { line, keep: 0 }
  }
}

/** Names cut shorter than this say nothing. */
const shortest = 8

/**
 * The line, or as much of it as `fits`: quoted text is shortened first, then its links go, then the asides, then
 * endless names lose their ends, then one link after the other goes, and only then are names and titles cut further.
 * Cuts are made between graphemes. Where links take no room (`freeLinks`), they stay.
 */
export function shorten(inline: Inline, fits: (line: Inline) => boolean, freeLinks = false): Inline {
  if (fits(inline)) return inline
  let rest = spans(inline)
  for (const { line, keep } of losses(rest, freeLinks)) {
    rest = line
    const quoted = lengthOf(line.filter(isQuoted))
    const found = longest(Math.min(keep, quoted), quoted, (length) => cutEnd(line, length, isQuoted), fits)
    if (found) return found
  }
  const line = cutEnd(rest, 0, isQuoted)
  return (
    longest(
      shortest,
      Math.max(...line.map(({ text }) => text.length)),
      (length) => cutEach(line, length),
      fits,
    ) ??
    longest(0, lengthOf(line), (length) => cutEnd(line, length, () => true), fits) ??
    []
  )
}

const lengthOf = (line: readonly Span[]): number =>
  line.reduce((sum, { text }) => sum + graphemes(text).length, 0)

/** The longest of the cuts from `least` to `most` that fits. */
function longest(
  least: number,
  most: number,
  cut: (length: number) => Span[],
  fits: (line: Inline) => boolean,
): Span[] | undefined {
  let found: Span[] | undefined
  let [low, high] = [least, most]
  while (low <= high) {
    const middle = (low + high) >> 1
    const candidate = cut(middle)
    if (fits(candidate)) {
      found = candidate
      low = middle + 1
    } else high = middle - 1
  }
  return found
}
