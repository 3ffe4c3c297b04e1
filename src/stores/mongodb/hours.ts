import type { ChangeType } from '../../change.ts'
import { Backoff } from '../../flow/backoff.ts'
import { wait } from '../../flow/wait.ts'
import { BYTES_ADDED, BYTES_REMOVED } from '../figures.ts'
import type { Database } from './database.ts'
import { isDuplicate } from './database.ts'
import { figureOf, noFigures } from './figures.ts'

/** The counts of an hour, as its rows give them. */
export interface HourCounts {
  readonly all: number[]
  readonly sites: Record<string, number[]>
}

/**
 * Counts the rows of these hours. One sum a question: of several sums of one group, FerretDB gets the first one right
 * alone. What is stored between two of them is counted again by who stored it.
 */
export async function countHours(
  { changes }: Database,
  hours: readonly number[],
): Promise<Map<number, HourCounts>> {
  const counted = new Map<number, HourCounts>(hours.map((hour) => [hour, { all: noFigures(), sites: {} }]))
  const sums = async (
    sum: 1 | '$grown' | '$shrunk',
    by: object,
    figure: (group: HourGroup['_id']) => number,
  ) => {
    const groups = changes.aggregate<HourGroup>([
      { $match: { hour: { $in: [...hours] } } },
      { $group: { _id: { hour: '$hour', site: '$site', ...by }, sum: { $sum: sum } } },
    ])
    for await (const { _id, sum } of groups) {
      const { all, sites } = counted.get(_id.hour) as HourCounts
      sites[_id.site] ??= noFigures()
      const figures = sites[_id.site] as number[]
      const i = figure(_id)
      figures[i] = (figures[i] as number) + sum
      all[i] = (all[i] as number) + sum
    }
  }
  await sums(1, { type: '$type', bot: '$bot' }, ({ type, bot }) =>
    figureOf(type as ChangeType, bot as number),
  )
  await sums('$grown', {}, () => BYTES_ADDED)
  await sums('$shrunk', {}, () => BYTES_REMOVED)
  return counted
}

interface HourGroup {
  readonly _id: {
    readonly hour: number
    readonly site: string
    readonly type?: ChangeType
    readonly bot?: number
  }
  readonly sum: number
}

/**
 * Counts these hours anew and keeps the counts. Without a transaction they are exact all the same: a count is only
 * kept where no other was since before it began. So what is kept last was counted last, and has all that was stored
 * before.
 *
 * Gives the hours that are sealed: they are not counted any more.
 */
export async function recount(database: Database, touched: readonly number[]): Promise<number[]> {
  const sealed: number[] = []
  const backoff = new Backoff(5, 200)
  for (let left = [...touched]; left.length > 0; ) {
    const kept = await database.hours
      .find({ _id: { $in: left } }, { projection: { version: 1, isSealed: 1 } })
      .toArray()
    const versions = new Map(kept.map(({ _id, version }) => [_id, version]))
    const closed = new Set(kept.filter(({ isSealed }) => isSealed).map(({ _id }) => _id))
    sealed.push(...closed)
    left = left.filter((hour) => !closed.has(hour))
    if (left.length === 0) break
    const overtaken: number[] = []
    for (const [hour, counts] of await countHours(database, left))
      if (!(await keep(database, hour, versions.get(hour), counts))) overtaken.push(hour)
    left = overtaken
    if (left.length > 0) await wait(backoff.next())
  }
  return sealed
}

/** `false`: somebody else has kept a count of the hour meanwhile. */
async function keep(
  { hours }: Database,
  hour: number,
  version: number | undefined,
  counts: HourCounts,
): Promise<boolean> {
  if (version !== undefined) {
    const update = { $set: { ...counts, version: version + 1 } }
    return (await hours.updateOne({ _id: hour, version, isSealed: false }, update)).matchedCount === 1
  }
  try {
    await hours.insertOne({ _id: hour, version: 1, isSealed: false, ...counts })
    return true
  } catch (error) {
    if (isDuplicate(error)) return false
    throw error
  }
}
