/** The dashboard and the alerts are about metrics that there are. `npm run check:metrics` checks the rest. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Family, readExposition } from '../exposition.ts'
import {
  dashboard,
  dashboardExpressions,
  RULE_TESTS,
  RULES,
  realExposition,
  ruleExpressions,
} from './deployed.ts'
import { checkExpressions, hasPromtool, promtool } from './promtool.ts'

/** What Prometheus adds to each series. */
const ADDED = ['job', 'instance']

/** What an expression asks for that no series has. */
function missingIn(expr: string, families: ReadonlyMap<string, Family>): string[] {
  const series = [...families.values()].flatMap((family) => family.series)
  const labelled = (name: string, label: string) =>
    series.flatMap((each) => (each.name === name && each.labels[label]) || [])
  const bare = expr.replaceAll(/"[^"]*"/g, '')
  const missing: string[] = []
  for (const [name] of bare.matchAll(/\b(?:wiki_change_stream|process|nodejs)_\w+/g))
    if (!series.some((each) => each.name === name)) missing.push(name)
  for (const [, name = '', matchers = ''] of expr.matchAll(/([\w:]+)\{([^}]*)\}/g)) {
    for (const [whole, label = '', operator, value = ''] of matchers.matchAll(/(\w+)(=~|!=|=)"([^"]*)"/g)) {
      if (!ADDED.includes(label) && (operator === '=~' || !labelled(name, label).includes(value)))
        missing.push(`${name}{${whole}}`)
    }
  }
  const known = [...ADDED, ...series.flatMap(({ labels }) => Object.keys(labels))]
  for (const [, list = ''] of bare.matchAll(/\b(?:by|on) \(([^)]*)\)/g))
    missing.push(...list.split(',').filter((label) => !known.includes(label.trim())))
  return missing
}

test('every series and label that the dashboard and the alerts ask for is there', async () => {
  const families = readExposition(await realExposition())
  const expressions = [...dashboardExpressions(dashboard()), ...ruleExpressions()]
  expect(expressions.length).toBeGreaterThan(50)
  for (const expr of expressions) expect(missingIn(expr, families), expr).toEqual([])
  // It would be seen.
  const wrong = 'sum by (nme) (rate(wiki_change_stream_gaps{state="found"}[5m])) / wiki_change_stream_nothing'
  expect(missingIn(wrong, families)).toEqual([
    'wiki_change_stream_nothing',
    'wiki_change_stream_gaps{state="found"}',
    'nme',
  ])
})

test('Prometheus’s own tool has nothing against them', ({ skip }) => {
  skip(!hasPromtool(), 'needs promtool: Debian’s package prometheus')
  checkExpressions(dashboardExpressions(dashboard()))
  promtool(['check', 'rules', RULES])
  promtool(['test', 'rules', RULE_TESTS])
  expect(() => checkExpressions(['rate(a[5m]'])).toThrow('expressions.yaml')
})

test('every alert has a severity, and says what is wrong and what to do; its tests see it fire and not fire', () => {
  const rules = readFileSync(RULES, 'utf8')
    .split(/^ {6}- alert: /m)
    .slice(1)
  const tests = readFileSync(RULE_TESTS, 'utf8')
  expect(rules.length).toBe(ruleExpressions().length)
  for (const rule of rules) {
    const name = rule.split('\n')[0] as string
    expect(rule, name).toMatch(/^ +labels: \{ severity: (critical|warning|info) \}$/m)
    expect(rule, name).toMatch(/^ +summary: \S/m)
    expect(rule, name).toMatch(/^ +description: >-$/m)
    const alerts = `ALERTS\\{alertname="${name}",alertstate="firing"\\}'\\n +eval_time: \\w+\\n +exp_samples:`
    const alert = `alertname: ${name}\\n +exp_alerts:`
    const silent = new RegExp(`(${alerts}|${alert}) \\[\\]$`, 'm')
    const firing = new RegExp(`(${alerts}\\n +- labels|${alert}\\n +- exp_labels):`)
    expect(tests, `${name} is seen silent`).toMatch(silent)
    expect(tests, `${name} is seen firing`).toMatch(firing)
  }
})

test('panels have numbers of their own, do not overlap, and fill no more than the width', () => {
  const { panels } = dashboard()
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  const taken = new Map<string, string>()
  for (const { title, gridPos } of panels) {
    const { x, y, w, h } = gridPos
    expect(x + w, title).toBeLessThanOrEqual(24)
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        const place = `${column} ${line}`
        expect(taken.get(place), `${title} is on top of another one`).toBeUndefined()
        taken.set(place, title)
      }
    }
  }
  const height = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h))
  expect(taken.size, 'no holes').toBe(24 * height)
})

test('every panel says what it shows, in units, from the data source that was chosen', () => {
  const { panels, templating, schemaVersion } = dashboard()
  expect(schemaVersion).toBeGreaterThanOrEqual(39)
  expect(templating.list.map(({ name }) => name)).toEqual(['DS_PROMETHEUS', 'job', 'instance'])
  const shown = panels.filter(({ type }) => type !== 'row')
  expect(panels.length - shown.length).toBe(5)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana puts in what was chosen
  const chosen = { type: 'prometheus', uid: '${DS_PROMETHEUS}' }
  for (const { title, description, datasource, fieldConfig, targets = [] } of shown) {
    expect(description, title).toMatch(/[.?]$/)
    expect(datasource, title).toEqual(chosen)
    expect(fieldConfig?.defaults.unit, title).toEqual(expect.any(String))
    expect(fieldConfig?.defaults.thresholds, title).toEqual(expect.any(Object))
    expect(targets.length, title).toBeGreaterThan(0)
    expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length)
    for (const { datasource, expr } of targets) {
      expect(datasource, title).toEqual(chosen)
      expect(expr.match(/\{/g)?.length, title).toBe(
        expr.match(/\{job=~"\$job",instance=~"\$instance"/g)?.length,
      )
    }
  }
})
