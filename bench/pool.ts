import { randomBytes } from 'node:crypto'
import type { Change } from '../src/change.ts'
import { ChangeColumns } from '../src/columns.ts'
import type { Batch } from '../src/contracts.ts'
import { CANARY, readRecentChange } from '../src/recentchange.ts'
import { generateEvents } from '../test/simulators/eventstreams/generate.ts'

const POOL = 50_000

/** Any number of changes, made faster than a store can take them: a pool of generated ones, each time with a new id, time and number. */
export function endlessChanges(from: number, perSecond: number): (count: number) => Change[] {
  const pool: Change[] = []
  for (const event of generateEvents({ seed: 1, count: POOL, from })) {
    const change = readRecentChange(JSON.stringify(event), 'bench')
    if (change !== CANARY && !('unreadable' in change)) pool.push(change)
  }
  let made = 0
  return (count) => {
    const ids = randomBytes(count * 16).toString('hex')
    return Array.from({ length: count }, (_, i) => {
      const change = pool[made % pool.length] as Change
      const round = Math.floor(made / pool.length)
      const hex = ids.slice(i * 32, i * 32 + 32)
      const at = from + Math.floor((made++ * 1000) / perSecond)
      return {
        ...change,
        id: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
        at,
        timestamp: Math.floor(at / 1000) * 1000,
        rcid: change.rcid === null ? null : change.rcid + round * POOL,
      }
    })
  }
}

export function batchOf(changes: readonly Change[]): Batch {
  return { source: 'bench', changes: new ChangeColumns('bench', changes), unreadable: [], position: null }
}
