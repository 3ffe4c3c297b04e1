/** `npm run chaos -- --minutes N [--seed S]`: status 0 if the pass counts, else 1; the figures on standard output. */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { chaos } from './chaos.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } })
const minutes = Number(values.minutes ?? 1)
const seed = Number(values.seed ?? randomInt(2 ** 31))
if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write('usage: npm run chaos -- --minutes N [--seed S]\n')
  process.exit(2)
}

const start = performance.now()
const say = (line: string) =>
  process.stderr.write(`${((performance.now() - start) / 1000).toFixed().padStart(4)} s  ${line}\n`)
const { figures, report } = await chaos({ minutes, seed, say })
const seconds = Math.round((performance.now() - start) / 1000)
process.stdout.write(
  `${JSON.stringify({ passed: report === '', seed, minutes, seconds, ...figures }, null, 2)}\n`,
)
if (report !== '') {
  process.stderr.write(`${report}\n`)
  process.exitCode = 1
}
