import type { Change } from '../change.ts'
import type { Cursor, DayStats, KnownGap, Totals } from '../contracts.ts'
import type { ScopeLabel } from '../scope.ts'

/** What was found out for a question: facts, not words. `wording.ts` puts it in words, a face in its own form. */
export type Answer = Pong | ScopeSet | Recent | Stats | Status | Help | Refusal

export interface Pong {
  readonly kind: 'pong'
  readonly version: string
  /** When the newest stored change was published, UTC ms; `null` while nothing is stored. */
  readonly newestAt: number | null
  /** How old that change is, in ms. */
  readonly age: number | null
}

export interface ScopeSet {
  readonly kind: 'scopeSet'
  readonly scope: ScopeLabel
  /** The place that it was chosen for; `null` where it is the person's own choice. */
  readonly place: string | null
}

export interface Recent {
  readonly kind: 'recent'
  readonly scope: ScopeLabel
  /** So many newer ones were passed over; `null` where that is not known, since it was come to page by page. */
  readonly offset: number | null
  readonly limit: number
  /** Newest first. */
  readonly changes: readonly Change[]
  /** For `recentPage`: what is older and what is newer, where there is any. */
  readonly older: Cursor | null
  readonly newer: Cursor | null
  /** Whether the list mixes wikis, so that each line must name its own. */
  readonly mixesWikis: boolean
}

export interface Stats {
  readonly kind: 'stats'
  readonly scope: ScopeLabel
  /** UTC day, yyyy-mm-dd. */
  readonly day: string
  /** The day is not over: the counts still grow. */
  readonly isToday: boolean
  readonly stats: DayStats
  /** The hour (0 to 23, UTC) with the most changes; `null` on a day without any. */
  readonly busiestHour: number | null
  /** The time that the store covers, UTC ms; `null` while nothing is stored. */
  readonly stored: { readonly from: number; readonly to: number } | null
}

export interface Status extends Totals {
  readonly kind: 'status'
  /** How old the newest stored change is; `null` while nothing is stored. */
  readonly lagSeconds: number | null
  /** Changes published in the last minute, per second. */
  readonly perSecond: number
  /** The time that the store covers, UTC ms; `null` while nothing is stored. */
  readonly stored: { readonly from: number; readonly to: number } | null
  /** Every time from which changes are missing, or were for a while. Oldest first. */
  readonly gaps: readonly KnownGap[]
}

export interface Help {
  readonly kind: 'help'
  readonly scope: ScopeLabel
  readonly commands: readonly (CommandInfo & { readonly usage: string })[]
}

export interface CommandInfo {
  readonly name: string
  readonly purpose: string
  readonly example: string
}

/** A question that cannot be answered as it stands: says why, what is accepted, and gives an example. */
export interface Refusal {
  readonly kind: 'refusal'
  readonly problem: string
  readonly accepts: string
  readonly example: string
  /** Scopes that may have been meant. */
  readonly nearest: readonly ScopeLabel[]
}
