/** `npm run soak:feeds`: status 0 if every change was told once or counted; the figures on standard output. */
import { parseArgs } from 'node:util'
import { soak } from './feeds.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    feeds: { type: 'string', default: '200' },
    events: { type: 'string', default: '30000' },
    seed: { type: 'string', default: '1' },
  },
})
const [minutes, feeds, events, seed] = [values.minutes, values.feeds, values.events, values.seed].map(Number)
if (![minutes, feeds, events, seed].every((value) => value !== undefined && value > 0)) {
  process.stderr.write('usage: npm run soak:feeds -- [--minutes N] [--feeds N] [--events N] [--seed S]\n')
  process.exit(2)
}
const start = performance.now()
const say = (line: string) =>
  process.stderr.write(`${((performance.now() - start) / 1000).toFixed().padStart(4)} s  ${line}\n`)
const report = await soak({
  minutes: minutes ?? 0,
  feeds: feeds ?? 0,
  events: events ?? 0,
  seed: seed ?? 0,
  say,
})
process.stdout.write(
  `${JSON.stringify({ passed: report.faults.length === 0, seed, minutes, ...report }, null, 2)}\n`,
)
if (report.faults.length > 0) process.exitCode = 1
