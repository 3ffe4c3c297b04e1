/** The changes of the list: newest first, each once, and not more than can be looked at. */
import type { ApiChange } from './following.ts'

export interface Rows {
  /** Newest first. */
  readonly shown: readonly ApiChange[]
  /** Those that came while the list was held still; newest first. */
  readonly held: readonly ApiChange[]
  /** How many came while it was held still, also those that are not kept. */
  readonly heldCount: number
}

export const EMPTY: Rows = { shown: [], held: [], heldCount: 0 }

/**
 * What came is put in front, or kept back while the list is held still.
 * @param most so many are kept of them: whoever has asked for older ones keeps those as long as the list is still
 */
export function arrived(rows: Rows, changes: readonly ApiChange[], isHeld: boolean, most: number): Rows {
  const { shown, held, heldCount } = rows
  const fresh = without(changes, shown, held).toReversed()
  if (fresh.length === 0) return rows
  if (!isHeld) return { ...rows, shown: [...fresh, ...shown].slice(0, most) }
  return { shown, held: [...fresh, ...held].slice(0, most), heldCount: heldCount + fresh.length }
}

/** What was kept back is shown. */
export const released = ({ shown, held }: Rows, most: number): Rows => ({
  ...EMPTY,
  shown: [...held, ...shown].slice(0, most),
})

/** What is older than all that is shown, newest first. */
export const extended = (rows: Rows, older: readonly ApiChange[]): Rows => ({
  ...rows,
  shown: [...rows.shown, ...without(older, rows.shown, rows.held)],
})

function without(changes: readonly ApiChange[], ...known: (readonly ApiChange[])[]): ApiChange[] {
  const ids = new Set(known.flatMap((list) => list.map(({ id }) => id)))
  return changes.filter(({ id }) => !ids.has(id) && ids.add(id))
}
