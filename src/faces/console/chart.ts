import type { Chart, Series } from '../../answers/document.ts'
import { text } from '../../language/messages.ts'
import { columns } from '../../text/terminal.ts'

const BARS = [...'▁▂▃▄▅▆▇█']
/** Stands for none, and for what is not known. */
const ZERO = '·'
const UNKNOWN = ' '

/**
 * The chart as rows of bars, all of one scale: one row for each series, and the labels below. All of it is our own
 * words, and its columns count: so it is written as it stands.
 */
export function chartLines({ language, series, labels, marks, blanks }: Chart): readonly string[] {
  const most = Math.max(...series.flatMap(({ values }) => values.map((value) => value ?? 0)))
  const width = Math.max(...series.map(({ name }) => columns(name)))
  const rows = series.map(({ name, values }) => {
    const top = Math.max(...values.map((value) => value ?? 0))
    const upTo = text(language, 'chart.upTo', { count: Math.round(top) })
    return `${name}${' '.repeat(width - columns(name))}  ${bars(values, most)}  ${upTo}`
  })
  const missing = blanks.map(({ time, reason }) => text(language, 'chart.blank', { time, reason }))
  return [...rows, ' '.repeat(width + 2) + axis(labels, marks), ...missing]
}

const bars = (values: Series['values'], most: number): string =>
  values
    .map((value) => {
      if (value === null) return UNKNOWN
      return value === 0 ? ZERO : BARS[Math.ceil((value / most) * BARS.length) - 1]
    })
    .join('')

/** The marked labels, each from its own column on, as far as they do not run into one another. */
function axis(labels: readonly string[], marks: readonly number[]): string {
  let line = ''
  for (const mark of marks) {
    if (columns(line) > mark || (line !== '' && columns(line) === mark)) continue
    line += ' '.repeat(mark - columns(line)) + labels[mark]
  }
  return line
}
