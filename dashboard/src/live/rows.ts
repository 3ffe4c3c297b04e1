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

/** So many are kept of those that came. Whoever has asked for older ones keeps them while the list is still. */
export const MOST_SHOWN = 200

/** What came is put in front, or kept back while the list is held still. */
export function arrived(rows: Rows, changes: readonly ApiChange[], isHeld: boolean): Rows {
  const { shown, held, heldCount } = rows
  const fresh = without(changes, shown, held).toReversed()
  if (fresh.length === 0) return rows
  if (!isHeld) return { ...rows, shown: [...fresh, ...shown].slice(0, MOST_SHOWN) }
  return { shown, held: [...fresh, ...held].slice(0, MOST_SHOWN), heldCount: heldCount + fresh.length }
}

/** What was kept back is shown. */
export const released = ({ shown, held }: Rows): Rows => ({
  ...EMPTY,
  shown: [...held, ...shown].slice(0, MOST_SHOWN),
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
