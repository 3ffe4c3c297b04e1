import { writeFileSync } from 'node:fs'
import { startEventStreams } from '../simulators/eventstreams/client.ts'
import { type Figures, tooLittle } from './figures.ts'
import type { Finding } from './oracle.ts'
import { Run } from './run.ts'

/** What came of a run. */
export interface Outcome {
  readonly figures: Figures
  /** Empty if all was well and enough of everything was seen; else what to look into, and where. */
  readonly report: string
}

const PROGRESS_MS = 5000
/** Of each kind so many are told of. */
const SHOWN = 10
/** What happened so long before and after is told with a finding. */
const AROUND_MS = 3000

/** Runs it, with a line for people now and then. A failure leaves the database and the log of what was done. */
export async function chaos(options: {
  minutes: number
  seed: number
  say: (line: string) => void
}): Promise<Outcome> {
  const { minutes, seed, say } = options
  const stream = await startEventStreams()
  const run = new Run(stream, seed, minutes)
  say(`seed ${seed}, in ${run.home.directory}`)
  const timer = setInterval(() => say(run.progress), PROGRESS_MS)
  try {
    const { figures, findings } = await run.run(minutes)
    const missed = tooLittle(figures, minutes)
    if (findings.length + missed.length === 0) {
      await run.home.remove()
      return { figures, report: '' }
    }
    return { figures, report: await reportOf(run, seed, findings, missed) }
  } catch (error) {
    throw new Error(await reportOf(run, seed, [], []), { cause: error })
  } finally {
    clearInterval(timer)
    await run.end()
    await stream.close()
  }
}

async function reportOf(
  run: Run,
  seed: number,
  findings: readonly Finding[],
  missed: readonly string[],
): Promise<string> {
  const history = await run.history()
  const log = run.home.path('chaos.log')
  writeFileSync(log, history.text())
  const kinds = [...Map.groupBy(findings, ({ kind }) => kind)].map(([kind, all]) => {
    const around = all[0]?.around ?? Number.NaN
    const lines = all.slice(0, SHOWN).map(({ text }) => `  ${text}`)
    return [`${all.length} ${kind}:`, ...lines, history.text(around - AROUND_MS, around + AROUND_MS)].join(
      '\n',
    )
  })
  const refusal = missed.length === 0 ? [] : [`too little of it was seen:\n  ${missed.join('\n  ')}`]
  return [`seed ${seed}; what was done when: ${log}`, ...kinds, ...refusal].join('\n')
}
