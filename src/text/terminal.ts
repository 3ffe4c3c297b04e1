import { spansOf, webAddress } from './clean.ts'
import type { Inline, Span } from './inline.ts'
import { shorten } from './shorten.ts'

export interface TerminalOptions {
  /** Whether colours and emphasis may be used. */
  readonly color: boolean
  /** Whether the terminal knows hyperlinks (OSC 8). */
  readonly links: boolean
  /** Columns the line may take; what does not fit is shortened. */
  readonly width?: number
}

const ESC = '\u001b'

/** Parameters of "select graphic rendition". */
const looks: readonly (readonly [does: (span: Span) => boolean | undefined, code: number])[] = [
  [(span) => span.bold, 1],
  [(span) => span.aside, 2],
  [(span) => span.italic, 3],
  [(span) => span.strike, 9],
  [(span) => span.tone === 'growth', 32],
  [(span) => span.tone === 'loss', 31],
  [(span) => span.code, 36],
]

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** How many columns a text takes: two for East Asian characters and emoji, none for marks and joiners. */
export function columns(text: string): number {
  let count = 0
  for (const { segment } of segmenter.segment(text)) {
    if (/[^\p{M}\p{Cf}]/u.test(segment)) count += wide.test(segment) ? 2 : 1
  }
  return count
}

const textOf = (line: Inline): string => spansOf(line).reduce((text, span) => text + span.text, '')

/**
 * The line for a terminal. The only escape sequences in it are the ones written here: none comes through from the
 * text or its addresses.
 */
export function toTerminal(inline: Inline, { color, links, width }: TerminalOptions): string {
  const shown = links ? inline : withoutAsides(inline)
  const line = width === undefined ? shown : shorten(shown, (cut) => columns(textOf(cut)) <= width, true)
  let out = ''
  let look = ''
  for (const span of spansOf(line)) {
    const codes = color ? looks.filter(([does]) => does(span)).map(([, code]) => code) : []
    if (codes.join(';') !== look) {
      out += `${look && `${ESC}[0m`}${codes.length > 0 ? `${ESC}[${codes.join(';')}m` : ''}`
      look = codes.join(';')
    }
    const address = links && span.link !== undefined ? webAddress(span.link) : null
    out += address === null ? span.text : `${ESC}]8;;${address}${ESC}\\${span.text}${ESC}]8;;${ESC}\\`
  }
  return look ? `${out}${ESC}[0m` : out
}

/** The line as bare text. */
export const toPlain = (inline: Inline): string => textOf(withoutAsides(inline))

const withoutAsides = (inline: Inline): Inline =>
  inline.filter((item) => typeof item === 'string' || !item.aside)
