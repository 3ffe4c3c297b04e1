import type { Document } from '../../answers/document.ts'
import { utc } from '../../text/format.ts'
import type { Inline } from '../../text/inline.ts'
import { columns, toTerminal } from '../../text/terminal.ts'
import { chartLines } from './chart.ts'

/** The document for a terminal: plain text, or with colours and links where `isTerminal`. */
export function toText(document: Document, isTerminal: boolean): string {
  const options = { color: isTerminal, links: isTerminal }
  const write = (inline: Inline) => toTerminal(inline, options)
  const { language } = document
  const width = Math.max(0, ...document.facts.map(({ name }) => columns(name)))
  return [
    write(bold(document.title)),
    ...document.paragraphs.map(write),
    ...(document.chart === undefined ? [] : chartLines(document.chart)),
    ...document.items.map(({ at, line }) =>
      at === null ? write(line) : `${utc(at, language)}  ${write(line)}`,
    ),
    ...document.facts.map(
      ({ name, value }) => `${name}${' '.repeat(width - columns(name))}  ${write(value)}`,
    ),
    ...(document.footer === null ? [] : [write([{ text: document.footer, italic: true }])]),
  ].join('\n')
}

const bold = (inline: Inline): Inline =>
  inline.map((item) => (typeof item === 'string' ? { text: item, bold: true } : { ...item, bold: true }))
