import { CHANGE_TYPES, type ChangeType } from '../change.ts'
import type { DayStats } from '../contracts.ts'

export const HOUR_MS = 3_600_000
/** Stands for all sites together. */
export const ALL_SITES = 0

/** What is counted of an hour: the changes of each type by people and by bots, and by how much pages grew and shrank. */
export const FIGURES = [
  ...CHANGE_TYPES.flatMap((type) => [`${type}_people`, `${type}_bots`]),
  'bytes_added',
  'bytes_removed',
]
export const BYTES_ADDED = FIGURES.indexOf('bytes_added')
export const BYTES_REMOVED = FIGURES.indexOf('bytes_removed')

const everySecond = (first: 0 | 1) => (figures: readonly number[]) => {
  let sum = 0
  for (let i = first; i < 2 * CHANGE_TYPES.length; i += 2) sum += figures[i] as number
  return sum
}
/** The changes by people among an hour's figures. */
export const peopleOf = everySecond(0)
/** The changes by bots. */
export const botsOf = everySecond(1)

/** What a day's hours give together. `day` is the UTC ms of its first moment, hours are counted since 1970. */
export function dayStatsOf(
  rollups: Iterable<readonly [hour: number, figures: readonly number[]]>,
  day: number,
): DayStats {
  const firstHour = day / HOUR_MS
  const sums = new Array<number>(FIGURES.length).fill(0)
  const hours = new Array<number>(24).fill(0)
  for (const [hour, figures] of rollups) {
    for (let i = 0; i < FIGURES.length; i++) sums[i] = (sums[i] as number) + (figures[i] as number)
    hours[hour - firstHour] = (hours[hour - firstHour] as number) + peopleOf(figures) + botsOf(figures)
  }
  const types = CHANGE_TYPES.map((type, i) => [type, (sums[2 * i] as number) + (sums[2 * i + 1] as number)])
  const [humans, bots] = [peopleOf(sums), botsOf(sums)]
  return {
    total: humans + bots,
    types: Object.fromEntries(types) as Record<ChangeType, number>,
    bots,
    humans,
    bytesAdded: sums[BYTES_ADDED] as number,
    bytesRemoved: sums[BYTES_REMOVED] as number,
    hours,
  }
}
