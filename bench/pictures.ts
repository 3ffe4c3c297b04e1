/** How long a picture takes, from being asked for until its PNG is there: `pictures.ts COUNT`. */
import { readFileSync } from 'node:fs'
import { statsChart, trendChart } from '../src/answers/charts.ts'
import type { Chart } from '../src/answers/document.ts'
import { painter } from '../src/pictures/painter.ts'
import { someStats, someTrend } from '../test/charts.ts'
import { median, usageOf } from './children.ts'

const count = Number(process.argv[2])
const pieces = (length: number) => Array.from({ length }, (_, i) => [500 + 37 * i, 900 - 11 * i] as const)
const usual = { days: 7, hours: Array.from({ length: 24 }, () => 1200) }
const charts = {
  stats: statsChart(someStats(pieces(24), { usual }), 'en') as Chart,
  trend30: trendChart(someTrend(pieces(30)), 'en') as Chart,
  trend90: trendChart(someTrend(pieces(90)), 'en') as Chart,
}

const pictures = painter()
const timed = async (chart: Chart) => {
  const started = performance.now()
  await pictures.draw(chart)
  return performance.now() - started
}

const coldMs = await timed(charts.stats)
const warm: Record<string, number> = {}
for (const [name, chart] of Object.entries(charts)) {
  const times: number[] = []
  while (times.length < count) times.push(await timed(chart))
  warm[`${name}Ms`] = median(times)
}
const [child] = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ')
const { residentMb } = usageOf(Number(child))
await pictures.close()
process.stdout.write(`done ${JSON.stringify({ coldMs, ...warm, residentMb })}\n`)
