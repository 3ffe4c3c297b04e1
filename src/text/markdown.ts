import { spansOf, webAddress } from './clean.ts'
import type { Inline, Span } from './inline.ts'
import { shorten } from './shorten.ts'

/**
 * What Discord would draw as markup, a mention, an emoji, a timestamp or a link, with a backslash before it. An
 * invite works without a scheme (`discord.gg/…`): its dot is escaped.
 */
const escapeText = (text: string): string =>
  text
    .replace(/[\\`*_~:<>{}@|[\]]/g, '\\$&')
    .replace(/\/(?=\/)/g, '/\\')
    .replace(/(discord(?:app)?)\.(?=\w)/gi, '$1\\.')

/**
 * What cannot stand in the label of a link. Discord takes no escapes there (it shows the backslash), and draws no
 * link at all, but its source text, where the label holds an address, a mention or (outside of embeds) an emoji.
 */
const unfit =
  /[*`<[\]\\]|__|~~|\|\||_.*_|:\w+:|:\/\/|@(?:everyone|here)|discord(?:app)?\.\w|(?![™©®])\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/iu

function writeSpan(span: Span): string {
  const address = span.link === undefined ? null : webAddress(span.link)
  if (address === null) {
    // There is no way to escape inside of code.
    return span.code && !/[`@]/.test(span.text) ? `\`${span.text}\`` : escapeText(span.text)
  }
  return unfit.test(span.text)
    ? `${escapeText(span.text)} ([link](<${address}>))`
    : `[${span.text}](<${address}>)`
}

/** The marks around a span, the outermost first. */
function marksOf(span: Span): string[] {
  if (span.code && span.link === undefined) return []
  return [...(span.strike ? ['~~'] : []), ...(span.bold ? ['**'] : []), ...(span.italic ? ['*'] : [])]
}

function write(inline: Inline): string {
  let line = ''
  let open: string[] = []
  let space = ''
  for (const { text, ...style } of spansOf(inline)) {
    // Marks do not take hold beside a space: spaces are written between them.
    const core = text.trim()
    const before = text.slice(0, text.length - text.trimStart().length)
    if (core === '') {
      space += text
      continue
    }
    const marks = marksOf({ text, ...style })
    if (marks.join() === open.join()) line += space + before
    else {
      const closing = open.reverse().join('')
      const between = space + before
      // Marks that touch would be read as others ("**a***b*"); a space of no width parts them.
      line += closing + (between || (closing && marks.length ? '\u200b' : '')) + marks.join('')
      open = marks
    }
    line += writeSpan({ text: core, ...style })
    space = text.slice(text.trimEnd().length)
  }
  line += open.reverse().join('') + space
  // What makes a heading, a list or small print of a whole line, in emphasis too.
  return line.replace(/^([*~\s]*\d*)([-#+.])/, '$1\\$2')
}

/**
 * The line in Discord's Markdown: its text reads as it is, whatever it holds, its links show no preview, and
 * nothing in it notifies anyone (who sends it sets `allowed_mentions` all the same). Never longer than `maxLength`
 * as Discord counts (UTF-16 code units); `shorten` says what is given up for that.
 */
export function toMarkdown(inline: Inline, maxLength = Number.POSITIVE_INFINITY): string {
  return write(shorten(inline, (line) => write(line).length <= maxLength))
}
