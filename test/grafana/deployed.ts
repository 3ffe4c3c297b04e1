/** What stands in deploy/grafana/, and what of it is PromQL. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { editsOf } from '../feeds.ts'
import { setStage, startWith, strikeStage } from '../stage.ts'

export const RULES = fileURLToPath(new URL('../../deploy/grafana/alerts.yaml', import.meta.url))
export const RULE_TESTS = fileURLToPath(new URL('../../deploy/grafana/alerts.test.yaml', import.meta.url))
const DASHBOARD = new URL('../../deploy/grafana/dashboard.json', import.meta.url)

interface Source {
  readonly type: string
  readonly uid: string
}

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly datasource?: Source
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string; readonly thresholds?: object } }
  readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly datasource: Source }[]
}

interface Dashboard {
  readonly schemaVersion: number
  readonly panels: readonly Panel[]
  readonly annotations: { readonly list: readonly { readonly expr: string }[] }
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] }
}

export const dashboard = (): Dashboard => JSON.parse(readFileSync(DASHBOARD, 'utf8')) as Dashboard

/** Every expression of the dashboard, as Grafana would send it. */
export function dashboardExpressions({ panels, annotations }: Dashboard): string[] {
  const written = [...panels.flatMap(({ targets = [] }) => targets), ...annotations.list]
  return written.map(({ expr }) =>
    expr.replaceAll(/\$__(?:rate_)?interval/g, '5m').replaceAll(/\$(?:job|instance)/g, '.*'),
  )
}

/** The expressions of the rules: each stands in one line. */
export const ruleExpressions = (): string[] =>
  Array.from(readFileSync(RULES, 'utf8').matchAll(/^ +expr: (.+)$/gm), ([, expr]) => expr as string)

/** What the real program tells Prometheus, with a bot and with changes that are stored. */
export async function realExposition(): Promise<string> {
  const stage = await setStage()
  try {
    const program = await startWith(stage, editsOf(0, 5))
    return await (await fetch(`${await program.web()}metrics`)).text()
  } finally {
    await strikeStage(stage)
  }
}
