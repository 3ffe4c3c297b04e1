/** A strict reader of Prometheus's text format (version 0.0.4): what is not exactly of that form is an error. */

interface Series {
  /** The metric's name, or that with `_bucket`, `_sum` or `_count`. */
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly series: readonly Series[]
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const HELP = new RegExp(`^# HELP (${NAME}) (.+)$`)
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`)
const SERIES = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`)
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,(?=[a-zA-Z_])|$)/
const SUFFIXES = { counter: [''], gauge: [''], histogram: ['_bucket', '_sum', '_count'] } as const

/** @throws {Error} with the line that is wrong */
export function readExposition(text: string): Map<string, Family> {
  const families = new Map<string, Family>()
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  let name = ''
  let help = ''
  let family: (Family & { readonly series: Series[] }) | undefined
  const seen = new Set<string>()
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '') continue
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`)
    }
    const helped = HELP.exec(line)
    const typed = TYPE.exec(line)
    if (helped !== null) {
      ;[, name = '', help = ''] = helped
      family = undefined
    } else if (typed !== null) {
      if (typed[1] !== name) fail('a type that does not follow its help')
      if (families.has(name)) fail('a metric for the second time')
      family = { name, help, type: typed[2] as Family['type'], series: [] }
      families.set(name, family)
    } else {
      const series = seriesIn(line)
      if (series === null) fail('no series')
      else if (family === undefined || !isOf(family, series)) fail('a series without its type')
      else {
        const key = JSON.stringify([series.name, Object.entries(series.labels).toSorted()])
        if (seen.has(key)) fail('a series for the second time')
        seen.add(key)
        family.series.push(series)
      }
    }
  }
  for (const family of families.values()) {
    if (family.series.length === 0) throw new Error(`a metric without series: ${family.name}`)
    if (family.type === 'histogram') checkHistogram(family)
  }
  return families
}

const isOf = ({ name, type }: Family, series: Series): boolean =>
  SUFFIXES[type].some((suffix) => series.name === `${name}${suffix}`)

function seriesIn(line: string): Series | null {
  const [, name, inBraces, number] = SERIES.exec(line) ?? []
  if (name === undefined || number === undefined) return null
  const value = { '+Inf': Infinity, '-Inf': -Infinity, NaN: Number.NaN }[number] ?? Number(number)
  if (Number.isNaN(value) && number !== 'NaN') return null
  const labels: Record<string, string> = {}
  for (let rest = inBraces ?? ''; rest !== ''; ) {
    const [whole, label, escaped] = LABEL.exec(rest) ?? []
    if (whole === undefined || label === undefined || label in labels) return null
    labels[label] = (escaped ?? '').replace(/\\(.)/g, (_, sign) => (sign === 'n' ? '\n' : sign))
    rest = rest.slice(whole.length)
  }
  return { name, labels, value }
}

/** Each of its sets of labels has classes that grow, the last one with everything. */
function checkHistogram({ name, series }: Family): void {
  const keyOf = ({ le: _, ...labels }: Series['labels']) => JSON.stringify(Object.entries(labels).toSorted())
  for (const [key, group] of Map.groupBy(series, ({ labels }) => keyOf(labels))) {
    const buckets = group.filter((each) => each.name === `${name}_bucket`)
    const ends = buckets.map(({ labels: { le = '' } }) => (le === '+Inf' ? Infinity : Number(le)))
    const counts = buckets.map(({ value }) => value)
    const count = group.find((each) => each.name === `${name}_count`)?.value
    const isSorted = (numbers: readonly number[]) =>
      numbers.every((n, i) => i === 0 || n >= (numbers[i - 1] as number))
    const isWhole = group.some((each) => each.name === `${name}_sum`) && counts.at(-1) === count
    if (!isSorted(ends) || ends.at(-1) !== Infinity || !isSorted(counts) || !isWhole)
      throw new Error(`no histogram: ${name} ${key}`)
  }
}

/** The numbers by name and labels as they are written, without our prefix: `gaps{state="lost"}`. */
export function figuresIn(text: string): Record<string, number> {
  const figures: Record<string, number> = {}
  for (const { series } of readExposition(text).values()) {
    for (const { name, labels, value } of series) {
      const inBraces = Object.entries(labels).map(([label, said]) => `${label}=${JSON.stringify(said)}`)
      const key = inBraces.length === 0 ? name : `${name}{${inBraces.join(',')}}`
      figures[key.replace(/^wiki_change_stream_/, '')] = value
    }
  }
  return figures
}
