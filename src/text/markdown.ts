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
  /[*`<[\]\\]|~~|\|\||_.*_|:\w+:|:\/\/|@(?:everyone|here)|discord(?:app)?\.\w|(?![™©®])\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/iu

/** The marks around a span, the outermost first. Code knows no others, and no escapes. */
function marksOf(span: Span): string[] {
  if (span.code && span.link === undefined && !/[`@\]]/.test(span.text)) return ['`']
  return [...(span.strike ? ['~~'] : []), ...(span.bold ? ['**'] : []), ...(span.italic ? ['*'] : [])]
}

function writeText(text: string, link: string | undefined): string {
  const address = link === undefined ? null : webAddress(link)
  if (address === null) return escapeText(text)
  return unfit.test(text) ? `${escapeText(text)} ([→](<${address}>))` : `[${text}](<${address}>)`
}

/** As Discord shows a channel or a person by their number; in an embed, and without allowed mentions, nobody is notified. */
function writeMention({ mention }: Span): string | null {
  if (mention === undefined || !/^\d{1,20}$/.test(mention.id)) return null
  return mention.kind === 'channel' ? `<#${mention.id}>` : `<@${mention.id}>`
}

/** A space of no width: keeps apart what would be read together. */
const gap = '\u200b'

/** Ends the marks. Discord looks for the end of a strike without regard to escapes: "~~a\\~~~" would end too early. */
const close = (line: string, marks: readonly string[]): string =>
  line + (line.endsWith('\\~') && marks.length > 0 ? gap : '') + marks.toReversed().join('')

function write(inline: Inline): string {
  let line = ''
  let open: string[] = []
  // Marks do not take hold beside a space: spaces are kept back until it is known what follows.
  let space = ''
  for (const span of spansOf(inline)) {
    const text = span.text.trim()
    if (text === '') {
      space += span.text
      continue
    }
    space += span.text.slice(0, span.text.indexOf(text))
    const marks = marksOf(span)
    if (marks.join() !== open.join()) {
      // Marks that touch would be read as others: "**a***b*".
      if (space === '' && open.length > 0 && marks.length > 0) space = gap
      line = close(line, open) + space + marks.join('')
      open = marks
    } else line += space
    line += marks[0] === '`' ? text : (writeMention(span) ?? writeText(text, span.link))
    space = span.text.slice(span.text.indexOf(text) + text.length)
  }
  return (
    `${close(line, open)}${space}`
      // The label of a link before it would reach to this bracket, escaped or not.
      .replaceAll('\\](', '\\]\\(')
      // What makes a heading, a list or small print of a whole line, in emphasis too.
      .replace(/^([*~\s]*\d*)([-#+.])/, '$1\\$2')
  )
}

/**
 * The line in Discord's Markdown: its text reads as it is, whatever it holds, its links show no preview, and
 * nothing in it notifies anyone (who sends it sets `allowed_mentions` all the same). Never longer than `maxLength`
 * as Discord counts (UTF-16 code units); `shorten` says what is given up for that.
 */
export function toMarkdown(inline: Inline, maxLength = Number.POSITIVE_INFINITY): string {
  return write(shorten(inline, (line) => write(line).length <= maxLength))
}
