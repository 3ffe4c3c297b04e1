import type { Durations } from '../../../counting/durations.ts'
import type { Metric, Sample } from './exposition.ts'

const PREFIX = 'wiki_change_stream_'

/** Without values it is left out. */
export const gauge = (name: string, help: string, ...values: readonly (number | Sample)[]): Metric => ({
  name: `${PREFIX}${name}`,
  type: 'gauge',
  help,
  samples: values.map(sampleOf),
})

/** Without values it is left out. */
export const counter = (name: string, help: string, ...values: readonly (number | Sample)[]): Metric => ({
  ...gauge(name, help, ...values),
  type: 'counter',
})

export interface Timed {
  readonly durations: Durations
  readonly labels?: Readonly<Record<string, string>>
}

export const histogram = (name: string, help: string, ...timed: readonly Timed[]): Metric => ({
  name: `${PREFIX}${name}`,
  type: 'histogram',
  help,
  samples: timed.flatMap(classesOf),
})

/** Each count with what it is a count of as the label of that name. */
export const labelled = (label: string, counts: Iterable<readonly [string, number]>): Sample[] =>
  Array.from(counts, ([kind, value]) => ({ value, labels: { [label]: kind } }))

/** Each count of a table with what its row and its column stand for as the labels of those names. */
export const tabled = (
  [row, column]: readonly [string, string],
  table: Iterable<readonly [string, Iterable<readonly [string, number]>]>,
): Sample[] =>
  Array.from(table, ([name, counts]) =>
    Array.from(counts, ([kind, value]) => ({ value, labels: { [row]: name, [column]: kind } })),
  ).flat()

const sampleOf = (value: number | Sample): Sample => (typeof value === 'number' ? { value } : value)

function classesOf({ durations: { bounds, counts, seconds }, labels = {} }: Timed): Sample[] {
  let upToHere = 0
  const buckets = [...counts].map((count, place): Sample => {
    upToHere += count
    return { value: upToHere, suffix: '_bucket', labels: { ...labels, le: bounds[place] ?? '+Inf' } }
  })
  return [
    ...buckets,
    { value: seconds, suffix: '_sum', labels },
    { value: upToHere, suffix: '_count', labels },
  ]
}
