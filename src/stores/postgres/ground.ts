import type { Asker } from './database.ts'

export const DAY_MS = 86_400_000

/**
 * Where rows can be: questions go from day to day, each to the partitions of few days, so that what one costs does not
 * grow with how many days are kept.
 */
export interface Ground {
  /** Rows before it are pruned, UTC ms. */
  readonly cut: number
  /** The days since 1970 that have a partition, and are not pruned as a whole; oldest first. */
  readonly days: readonly number[]
}

export async function groundOf(db: Asker): Promise<Ground> {
  const [ground] = await db.ask<{ cut: number; days: string[] }>(
    `SELECT cut, ARRAY(SELECT day FROM days WHERE (day + 1) * $1::bigint > cut ORDER BY day) AS days
     FROM retention`,
    [DAY_MS],
  )
  return { cut: ground?.cut ?? 0, days: (ground?.days ?? []).map(Number) }
}

export const startOf = (day: number): number => day * DAY_MS
export const endOf = (day: number): number => (day + 1) * DAY_MS
