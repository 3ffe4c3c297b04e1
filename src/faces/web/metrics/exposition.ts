import type { Metric as PrometheusMetric } from 'prom-client'

/** One number, under the metric's name and possibly a suffix of it, with labels. */
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

/**
 * Metrics in Prometheus's text format; those without samples are left out. prom-client only writes them, and is loaded
 * when somebody asks for the first time: what it would count itself is counted where it happens.
 */
export async function exposition(metrics: readonly Metric[]): Promise<{ type: string; text: string }> {
  const { Registry } = await import('prom-client')
  const registry = new Registry()
  for (const { name, type, help, samples } of metrics) {
    if (samples.length === 0) continue
    const values = samples.map(({ value, labels = {}, suffix = '' }) => ({
      value,
      labels,
      metricName: name + suffix,
    }))
    registry.registerMetric({
      name,
      get: async () => ({ name, help, type, values }),
    } as unknown as PrometheusMetric)
  }
  return { type: registry.contentType, text: await registry.metrics() }
}
