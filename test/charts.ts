import type { Counted, Known, Stats, Trend } from '../src/answers/answer.ts'
import type { ScopeLabel } from '../src/scope.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const DAY = Date.UTC(2026, 10, 24)
const ALL: ScopeLabel = { code: '*', name: 'all wikis' }

/** `[people, bots]`, and how much is known where it is not everything. */
type Piece = readonly [humans: number, bots: number, known?: Known]

/** A day's figures as an answer; what is not said of it is 0. */
export function someStats(pieces: readonly Piece[], more: Partial<Stats> = {}): Stats {
  const hours = pieces.map(([humans, bots, known = 'whole'], hour): Counted => {
    return { at: DAY + hour * HOUR_MS, humans, bots, known }
  })
  const sum = (of: 'humans' | 'bots') => hours.reduce((total, each) => total + each[of], 0)
  const totals = hours.map(({ humans, bots }) => humans + bots)
  const total = sum('humans') + sum('bots')
  return {
    kind: 'stats',
    scope: ALL,
    day: '2026-11-24',
    isToday: false,
    stats: {
      total,
      humans: sum('humans'),
      bots: sum('bots'),
      types: { edit: total, new: 0, log: 0, categorize: 0, external: 0 },
      bytesAdded: 0,
      bytesRemoved: 0,
      hours: totals,
    },
    busiestHour: total === 0 ? null : totals.indexOf(Math.max(...totals)),
    hours,
    usual: null,
    stored: null,
    ...more,
  }
}

/** Days up to 24 November 2026. */
export const someTrend = (pieces: readonly Piece[], scope = ALL): Trend => ({
  kind: 'trend',
  scope,
  days: pieces.map(([humans, bots, known = 'whole'], i) => {
    return { at: DAY - (pieces.length - 1 - i) * DAY_MS, humans, bots, known }
  }),
})
