import { byteChange, type Change } from '../change.ts'
import type { Site } from '../site.ts'

/** Edits in a row by one user of one page, read as one; or any other change by itself. */
export interface Run {
  /** All of them as one change: from before the first to after the last. */
  readonly change: Change
  readonly count: number
}

/** Changes as runs, in the order of their first ones. */
export function runsOf(changes: readonly Change[]): Run[] {
  const runs: Run[] = []
  /** The place in `runs` of the last one of a page. */
  const lastOf = new Map<Site, Map<string, number>>()
  for (const change of changes) {
    let pages = lastOf.get(change.site)
    if (pages === undefined) {
      pages = new Map()
      lastOf.set(change.site, pages)
    }
    const at = pages.get(change.title)
    const run = at === undefined ? undefined : (runs[at] as Run)
    if (at !== undefined && run !== undefined && goesOn(run.change, change)) {
      runs[at] = { change: joined(run.change, change), count: run.count + 1 }
    } else {
      pages.set(change.title, runs.length)
      runs.push({ change, count: 1 })
    }
  }
  return runs
}

/** How many of the changes, the first ones, make at most `most` runs. */
export function countWithin(changes: readonly Change[], most: number): number {
  let [low, high] = [Math.min(most, changes.length), changes.length]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (runsOf(changes.slice(0, middle)).length <= most) low = middle
    else high = middle - 1
  }
  return low
}

/** Nobody else has changed the page in between. */
function goesOn(before: Change, { type, user, bot, revision }: Change): boolean {
  const isEdit = (before.type === 'edit' || before.type === 'new') && type === 'edit'
  return (
    isEdit &&
    user !== null &&
    user === before.user &&
    bot === before.bot &&
    revision.old === before.revision.new
  )
}

/** Its bytes are those of all, as its diff is; its summary is the last one. */
function joined(first: Change, last: Change): Change {
  const [before, after] = [byteChange(first), byteChange(last)]
  const isKnown = before !== null && after !== null
  return {
    ...last,
    type: first.type,
    minor: first.minor === true && last.minor === true,
    bytes: { old: isKnown ? first.bytes.old : null, new: isKnown ? last.bytes.new : null },
    revision: { old: first.revision.old, new: last.revision.new },
  }
}
