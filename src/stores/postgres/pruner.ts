import type { Pruned } from '../../contracts.ts'
import { FIGURES, HOUR_MS } from '../figures.ts'
import type { Asker } from './database.ts'
import { DAY_MS } from './ground.ts'
import { LOCK, LOCKS } from './locks.ts'

/** Dropping a partition locks everybody out; whoever is in the way is waited for no longer than this. */
const DROP_WAIT_MS = 40

/**
 * One step of pruning. First of all the horizon is raised, which no row may come back behind; then one hour after the
 * other is cut off, which takes its ids and its part of the total, and hides its rows; the rows themselves go with the
 * partition of their day, once all of it is cut off.
 *
 * No append waits for it for long: none touches the ids of an hour that is behind the horizon.
 */
export async function prune(db: Asker, before: number): Promise<Pruned> {
  const horizon = Math.max(0, Math.floor(before / HOUR_MS) * HOUR_MS)
  await db.ask('BEGIN')
  const [state] = await db.ask<State>('SELECT horizon, cut FROM retention FOR UPDATE')
  if (state === undefined) throw new Error('the table of retention is empty')
  if (state.horizon < horizon) {
    await db.ask('SELECT pg_advisory_xact_lock($1, $2)', [LOCKS, LOCK.horizon])
    await db.ask('UPDATE retention SET horizon = $1', [horizon])
    await db.ask('COMMIT')
    return { removed: 0, isDone: false }
  }
  const removed = await cutHour(db, state)
  await db.ask('COMMIT')
  if (removed !== null) return { removed, isDone: false }
  return { removed: 0, isDone: !(await dropDay(db)) }
}

interface State extends Record<string, unknown> {
  readonly horizon: number
  readonly cut: number
}

/** Cuts off the next hour that has rows; gives how many, `null` where there is none. */
async function cutHour(db: Asker, { horizon, cut }: State): Promise<number | null> {
  const [next] = await db.ask<{ hour: number; rows: number }>(
    `SELECT hour, ${FIGURES.filter((name) => !name.startsWith('bytes_')).join(' + ')} AS rows FROM rollups
     WHERE site = 0 AND hour >= $1 AND hour < $2 ORDER BY hour LIMIT 1`,
    [cut / HOUR_MS, horizon / HOUR_MS],
  )
  const end = next === undefined ? horizon : (next.hour + 1) * HOUR_MS
  if (next !== undefined) {
    await db.ask('DELETE FROM ids USING changes WHERE at >= $1 AND at < $2 AND ids.id = changes.id', [
      next.hour * HOUR_MS,
      end,
    ])
    await db.ask('DELETE FROM arrivals WHERE until < $1', [end])
  }
  await db.ask('UPDATE retention SET cut = greatest(cut, $1)', [end])
  if (next === undefined) return null
  // Last of all, since appends wait for whoever has changed it.
  await db.ask('UPDATE totals SET changes = changes - $1', [next.rows])
  return next.rows
}

/** Drops a partition whose day is cut off; gives whether there was one. */
async function dropDay(db: Asker): Promise<boolean> {
  await db.ask('BEGIN')
  await db.ask(`SET LOCAL lock_timeout = ${DROP_WAIT_MS}`)
  await db.ask('SELECT pg_advisory_xact_lock($1, $2)', [LOCKS, LOCK.days])
  const [over] = await db.ask<{ day: number; partition: string }>(
    `SELECT day, 'changes_' || to_char(timestamp 'epoch' + day * interval '1 day', 'YYYYMMDD') AS partition
     FROM days, retention WHERE (day + 1) * $1::bigint <= cut ORDER BY day LIMIT 1`,
    [DAY_MS],
  )
  if (over !== undefined) {
    await db.ask(`DROP TABLE ${over.partition}`)
    await db.ask('DELETE FROM days WHERE day = $1', [over.day])
  }
  await db.ask('COMMIT')
  return over !== undefined
}
