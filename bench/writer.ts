/** The store's part: changes made beforehand, appended in batches to a new database: `writer.ts FILE COUNT BATCH`. */

import type { Change } from '../src/change.ts'
import { CANARY, readRecentChange } from '../src/recentchange.ts'
import { openSqliteStore } from '../src/stores/sqlite/store.ts'
import { generateEvents } from '../test/simulators/eventstreams/generate.ts'
import { batchOf } from './pool.ts'

const [file = '', count = '', size = ''] = process.argv.slice(2)
const store = openSqliteStore(file)
const batches: Change[][] = [[]]
for (const event of generateEvents({ seed: 1, count: Number(count), from: Date.UTC(2026, 10, 24) })) {
  const change = readRecentChange(JSON.stringify(event), 'bench')
  if (change === CANARY || 'unreadable' in change) continue
  if (batches.at(-1)?.length === Number(size)) batches.push([])
  batches.at(-1)?.push(change)
}
const before = process.cpuUsage()
const started = performance.now()
let added = 0
// Two under way, as in the pipeline, where the next batch is read while one is written.
let under: Promise<{ added: number }> | undefined
for (const batch of batches.map(batchOf)) {
  const next = store.append(batch)
  added += (await under)?.added ?? 0
  under = next
}
added += (await under)?.added ?? 0
const cpu = process.cpuUsage(before)
process.stdout.write(
  `done ${JSON.stringify({ added, seconds: (performance.now() - started) / 1000, cpuSeconds: (cpu.user + cpu.system) / 1e6 })}\n`,
)
await store.close()
