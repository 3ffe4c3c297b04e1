import { readSettings } from '../config.ts'
import type { Difference } from '../contracts.ts'
import { positionFault } from '../sources/eventstreams/position.ts'
import { openStore } from '../system.ts'
import { bytes, number, utc } from '../text/format.ts'

/** Differences beyond these are counted, not shown. */
const SHOWN = 20

/** Recounts the store and says what it found, with figures. Exit status 1 if something differs. */
export async function verify(options: { json?: boolean }): Promise<void> {
  const store = await openStore(readSettings(process.env, process.cwd()))
  try {
    const totals = await store.totals()
    process.stderr.write(`reading all of ${store.place} (${bytes(totals.bytes, 'en')})…\n`)
    const started = performance.now()
    const recount = await store.verify()
    const differences: Difference[] = [...recount.differences]
    for (const { source, position } of await store.positions()) {
      const fault = positionFault(position, Date.now())
      if (fault !== null)
        differences.push({ what: `position of ${source}`, stored: position, recounted: fault })
    }
    const gaps = await store.gaps()
    const seconds = Math.round(performance.now() - started) / 1000
    if (options.json) {
      const report = { sound: differences.length === 0, ...recount, differences, gaps, seconds }
      process.stdout.write(`${JSON.stringify(report)}\n`)
    } else {
      const lines = [
        `${number(recount.changes, 'en')} changes, each id once; ${number(recount.rollupsCompared, 'en')} counts compared with their rows` +
          (recount.rollupsKept > 0 ? `, ${number(recount.rollupsKept, 'en')} of pruned rows kept` : ''),
        ...gaps.map(
          ({ source, from, to, state }) =>
            `gap of ${source}: ${utc(from, 'en')} to ${utc(to, 'en')}, ${state}`,
        ),
        ...differences
          .slice(0, SHOWN)
          .map(({ what, stored, recounted }) => `DIFFERS  ${what}: stored ${stored}, should be ${recounted}`),
        differences.length === 0
          ? `sound (${seconds} s)`
          : `${number(differences.length, 'en')} differences: restore a copy, or report this with the lines above`,
      ]
      process.stdout.write(`${lines.join('\n')}\n`)
    }
    if (differences.length > 0) process.exitCode = 1
  } finally {
    await store.close()
  }
}
