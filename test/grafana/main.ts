/**
 * `npm run check:metrics`: holds what the program tells Prometheus, and what stands in deploy/grafana/, to Prometheus's
 * own tool. Status 0 if it has nothing to say against it.
 */
import { dashboard, dashboardExpressions, RULE_TESTS, RULES, realExposition } from './deployed.ts'
import { checkExpressions, hasPromtool, promtool } from './promtool.ts'

if (!hasPromtool()) {
  process.stderr.write(
    'promtool is not there: on Debian, apt-get install --no-install-recommends prometheus\n',
  )
  process.exit(1)
}

const expressions = dashboardExpressions(dashboard())
const checks: readonly [what: string, check: () => void | Promise<void>][] = [
  ['alerts.yaml: rules', () => promtool(['check', 'rules', RULES])],
  ['alerts.test.yaml: every alert fires, and is silent', () => promtool(['test', 'rules', RULE_TESTS])],
  [`dashboard.json: PromQL of ${expressions.length} expressions`, () => checkExpressions(expressions)],
  ['the exposition of the program', async () => promtool(['check', 'metrics'], await realExposition())],
]
for (const [what, check] of checks) {
  try {
    await check()
    process.stdout.write(`✓ ${what}\n`)
  } catch (error) {
    process.stdout.write(`✗ ${what}\n${(error as Error).message}\n`)
    process.exitCode = 1
  }
}
