import type { Document } from '../../answers/document.ts'
import { utc } from '../../text/format.ts'
import { toTerminal } from '../../text/terminal.ts'
import { chartLines } from './chart.ts'

/** The document for a terminal: plain text, or with colours and links where `isTerminal`. */
export function toText(document: Document, isTerminal: boolean): string {
  const options = { color: isTerminal, links: isTerminal }
  const write = (inline: Parameters<typeof toTerminal>[0]) => toTerminal(inline, options)
  const width = Math.max(0, ...document.facts.map(({ name }) => name.length))
  return [
    write([{ text: document.title, bold: true }]),
    ...document.paragraphs.map(write),
    ...(document.chart === undefined ? [] : chartLines(document.chart)),
    ...document.items.map(({ at, line }) => (at === null ? write(line) : `${utc(at)}  ${write(line)}`)),
    ...document.facts.map(({ name, value }) => `${name.padEnd(width)}  ${write(value)}`),
    ...(document.footer === null ? [] : [write([{ text: document.footer, italic: true }])]),
  ].join('\n')
}
