/**
 * How a store behaves as it grows: how fast it is written beside one of a tenth of its rows, and what questions cost
 * meanwhile, in the process that writes: `growth.ts FILE ROWS`.
 */
import { rmSync, statSync } from 'node:fs'
import type { Change } from '../src/change.ts'
import type { Store } from '../src/contracts.ts'
import type { Scope } from '../src/scope.ts'
import { openSqliteStore } from '../src/stores/sqlite/store.ts'
import { median } from './children.ts'
import { batchOf, endlessChanges } from './pool.ts'

const BATCH = 5000
/** Batches of which a rate is made, and how many such rates. */
const WINDOW = 20
const ROUNDS = 7
const QUESTIONS = 2000

const [file = '', rowsText = ''] = process.argv.slice(2)
const rows = Number(rowsText)
const from = Date.UTC(2026, 9, 20)
const next = endlessChanges(from, 40)
const store = openSqliteStore(file)
let textBytes = 0

async function fill(target: Store, count: number, make = next): Promise<void> {
  for (let done = 0; done < count; done += BATCH) await target.append(batchOf(make(BATCH)))
}

/** Seconds that so many batches take to be appended, without the time to make them. */
async function secondsOf(target: Store, make: typeof next): Promise<number> {
  let seconds = 0
  for (let i = 0; i < WINDOW; i++) {
    const batch = batchOf(make(BATCH))
    const started = performance.now()
    await target.append(batch)
    seconds += (performance.now() - started) / 1000
  }
  return seconds
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

for (const change of next(BATCH)) textBytes += lengthOfTexts(change)
await fill(store, rows)
const bytesPerChange = statSync(file).size / rows

// The machine is not always as fast, so the small store is written in turn with the large one.
const small = openSqliteStore(`${file}.small`)
const nextOfSmall = endlessChanges(from, 40)
await fill(small, rows / 10, nextOfSmall)
const rounds: { large: number; small: number }[] = []
for (let round = 0; round < ROUNDS; round++) {
  rounds.push({ small: await secondsOf(small, nextOfSmall), large: await secondsOf(store, next) })
}
await small.close()
rmSync(`${file}.small`)
const rateOf = (seconds: number[]) => Math.round((BATCH * WINDOW) / median(seconds))

const enwiki: Scope = { kind: 'wiki', wiki: 'enwiki' }
const english: Scope = { kind: 'language', language: 'en' }
const day = from + 86_400_000
const deep = await store.recent({ scope: enwiki, limit: 1, offset: 100_000 })
const result = {
  rows,
  rateAtTenth: rateOf(rounds.map((round) => round.small)),
  rateAtEnd: rateOf(rounds.map((round) => round.large)),
  ratio: median(rounds.map((round) => round.small / round.large)),
  bytesPerChange,
  bytesBeyondText: bytesPerChange - textBytes / BATCH,
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
