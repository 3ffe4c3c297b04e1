/** Prometheus's text format, version 0.0.4. */

/** One number, under the metric's name and possibly a suffix of it (`_bucket`), with labels. */
export interface Sample {
  readonly value: number
  readonly labels?: Readonly<Record<string, string | number>>
  readonly suffix?: '_bucket' | '_sum' | '_count'
}

export interface Metric {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** One sentence. */
  readonly help: string
  readonly samples: readonly Sample[]
}

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Metrics in the order given; those without samples are left out. */
export function exposition(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, type, help, samples }) => {
      const lines = samples.map(
        ({ value, labels, suffix = '' }) => `${name}${suffix}${labelled(labels)} ${spelt(value)}\n`,
      )
      return `# HELP ${name} ${help.replace(/[\\\n]/g, escaped)}\n# TYPE ${name} ${type}\n${lines.join('')}`
    })
    .join('')
}

function labelled(labels: Sample['labels'] = {}): string {
  const parts = Object.entries(labels).map(
    ([label, value]) =>
      `${label}="${typeof value === 'number' ? spelt(value) : value.replace(/[\\\n"]/g, escaped)}"`,
  )
  return parts.length === 0 ? '' : `{${parts.join(',')}}`
}

const escaped = (sign: string): string => (sign === '\n' ? '\\n' : `\\${sign}`)

const spelt = (value: number): string => String(value).replace('Infinity', 'Inf').replace(/^Inf/, '+Inf')
