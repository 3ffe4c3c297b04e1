import type { StoreReader } from '../../contracts.ts'
import type { Filter } from '../../filter.ts'
import type { Scope } from '../../scope.ts'
import { DAY_MS } from '../arguments.ts'
import type { Measure } from './answer.ts'
import { CHANGES_PER_DAY, LEAST_MEASURED_MS } from './limits.ts'

/** Runs a rule over what is stored of the 24 hours before `now`. */
export async function measured(
  store: Pick<StoreReader, 'preview' | 'span' | 'gaps'>,
  scope: Scope,
  filter: Filter,
  now: number,
): Promise<Measure> {
  const [{ count, examples, searchedFrom }, span, gaps] = await Promise.all([
    store.preview(scope, filter, now - DAY_MS),
    store.span(),
    store.gaps(),
  ])
  const from = Math.max(searchedFrom, span?.from ?? now)
  const to = Math.min(now, span?.to ?? from)
  const missing = gaps
    .filter(({ state }) => state !== 'refilled')
    .reduce((sum, gap) => sum + Math.max(0, Math.min(gap.to, to) - Math.max(gap.from, from)), 0)
  const measuredMs = Math.max(0, to - from - missing)
  const perDay = measuredMs < LEAST_MEASURED_MS ? null : Math.round((count * DAY_MS) / measuredMs)
  return { count, examples: examples.slice(0, 3), measuredMs, perDay }
}

/** Everything of all wikis always is; else what is known decides. */
export function isTooMuch(scope: Scope, filter: Filter, { count, perDay }: Measure): boolean {
  const isEverything =
    scope.kind === 'all' && Object.values(filter).every((condition) => condition === undefined)
  return isEverything || Math.max(count, perDay ?? 0) > CHANGES_PER_DAY
}
