/**
 * How a store behaves as it grows: rates while the first and the last of the rows are written, and what questions
 * cost meanwhile, in the process that writes: `growth.ts FILE ROWS`.
 */
import { statSync } from 'node:fs'
import type { Change } from '../src/change.ts'
import type { Scope } from '../src/scope.ts'
import { openSqliteStore } from '../src/stores/sqlite/store.ts'
import { median } from './children.ts'
import { batchOf, endlessChanges } from './pool.ts'

const BATCH = 5000
/** Batches of which a rate is the median. */
const WINDOW = 40
const QUESTIONS = 2000

const [file = '', rowsText = ''] = process.argv.slice(2)
const rows = Number(rowsText)
const from = Date.UTC(2026, 9, 20)
const next = endlessChanges(from, 40)
const store = openSqliteStore(file)
let textBytes = 0

/** Appends so many rows; the median seconds of a batch, of which none waits for another. */
async function fill(count: number): Promise<number> {
  const seconds: number[] = []
  for (let done = 0; done < count; done += BATCH) {
    const events = next(BATCH)
    if (done < WINDOW * BATCH) for (const event of events) textBytes += lengthOfTexts(event)
    const started = performance.now()
    await store.append(batchOf(events))
    seconds.push((performance.now() - started) / 1000)
  }
  return median(seconds.slice(-WINDOW))
}

const lengthOfTexts = ({ title, user, comment }: Change) =>
  Buffer.byteLength(title) + Buffer.byteLength(user ?? '') + Buffer.byteLength(comment ?? '')

/** The median and the 99th percentile of so many questions, in ms, while rows are being written. */
async function timesOf(name: string, ask: () => Promise<unknown>): Promise<Record<string, number>> {
  let isWriting = true
  const writing = (async () => {
    while (isWriting) await store.append(batchOf(next(BATCH)))
  })()
  const times: number[] = []
  for (let i = 0; i < QUESTIONS; i++) {
    const started = performance.now()
    await ask()
    times.push(performance.now() - started)
    // The writer's answers come in between, as in the program.
    if (i % 20 === 0) await new Promise(setImmediate)
  }
  isWriting = false
  await writing
  const sorted = times.toSorted((a, b) => a - b)
  return {
    [`${name}P50Ms`]: sorted[QUESTIONS >> 1] as number,
    [`${name}P99Ms`]: sorted[Math.floor(QUESTIONS * 0.99)] as number,
  }
}

await fill(rows / 10 - WINDOW * BATCH)
textBytes = 0
const first = await fill(WINDOW * BATCH)
const textPerChange = textBytes / (WINDOW * BATCH)
await fill(rows - rows / 10 - WINDOW * BATCH)
const last = await fill(WINDOW * BATCH)
const bytesPerChange = statSync(file).size / rows

const enwiki: Scope = { kind: 'wiki', wiki: 'enwiki' }
const english: Scope = { kind: 'language', language: 'en' }
const day = from + 86_400_000
const deep = await store.recent({ scope: enwiki, limit: 1, offset: 100_000 })
const result = {
  rows,
  rateAtTenth: Math.round(BATCH / first),
  rateAtEnd: Math.round(BATCH / last),
  ratio: first / last,
  bytesPerChange,
  bytesBeyondText: bytesPerChange - textPerChange,
  ...(await timesOf('latest10', () => store.recent({ scope: enwiki, limit: 10 }))),
  ...(await timesOf('latest10OfLanguage', () => store.recent({ scope: english, limit: 10 }))),
  ...(await timesOf('dayCount', () => store.dayStats(enwiki, day))),
  ...(await timesOf('dayCountOfAll', () => store.dayStats({ kind: 'all' }, day))),
  ...(await timesOf('deepPage', () =>
    store.recent({ scope: enwiki, limit: 10, before: deep.next as string }),
  )),
}
// How long an append waits at most while old rows are removed.
const waits: number[] = []
for (let step = 0; step < 500; step++) {
  const started = performance.now()
  await store.prune(from + 5 * 86_400_000)
  waits.push(performance.now() - started)
}
process.stdout.write(
  `done ${JSON.stringify({ ...result, pruneStepP50Ms: median(waits), pruneStepMaxMs: Math.max(...waits) })}\n`,
)
await store.close()
