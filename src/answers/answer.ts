import type { Change } from '../change.ts'
import type { Cursor, DayStats, KnownGap, SeriesPoint, TopEntry, TopQuery, Totals } from '../contracts.ts'
import type { Filter } from '../filter.ts'
import type { Language } from '../language/language.ts'
import type { BareKey, Message } from '../language/messages.ts'
import type { ScopeLabel } from '../scope.ts'
import type { FeedAnswer } from './feeds/answer.ts'

/** What was found out for a question: facts, not words. `wording.ts` puts it in words, a face in its own form. */
export type Answer =
  | Pong
  | ScopeSet
  | LanguageTold
  | Recent
  | Stats
  | Trend
  | Top
  | Digest
  | Status
  | Help
  | Refusal
  | FeedAnswer

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
  /** What it was chosen for; `null` where it is the person's own choice. */
  readonly place: 'server' | null
}

export interface LanguageTold {
  readonly kind: 'language'
  /** The one that the person is answered in. */
  readonly language: Language
  /** Whether it was chosen now: a language, or that of wherever they ask. `null`: they only asked. */
  readonly chosen: 'language' | 'auto' | null
}

export interface Recent {
  readonly kind: 'recent'
  readonly scope: ScopeLabel
  /** Which changes of them. */
  readonly filter: Filter
  /** So many newer ones were passed over; `null` where that is not known, since it was come to page by page. */
  readonly offset: number | null
  readonly limit: number
  /** Newest first. */
  readonly changes: readonly Change[]
  /** For `recentPage`: what is older and what is newer, where there is any. */
  readonly older: Cursor | null
  readonly newer: Cursor | null
  /** Up to which time (UTC ms) was looked, where that took too long to go on; else `null`. */
  readonly searchedTo: number | null
  /** How the older ones are asked for in words; `null` where they are not, or not without many words. */
  readonly olderQuestion: string | null
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
  /** The day's 24 hours; in sum what `stats` says. */
  readonly hours: readonly Counted[]
  /** What is usual; `null` where nothing is known of the days before. */
  readonly usual: Usual | null
  /** The time that the store covers, UTC ms; `null` while nothing is stored. */
  readonly stored: { readonly from: number; readonly to: number } | null
}

/** What the days before a day have on average. */
export interface Usual {
  /** How many of them are in it: 7, unless some are not stored. */
  readonly days: number
  /** 24 means of changes, by UTC hour; `null` for an hour that is stored whole of none of these days. */
  readonly hours: readonly (number | null)[]
}

/** What happened on a day that is over. */
export interface Digest {
  readonly kind: 'digest'
  readonly figures: Stats
  /** What and who has most changes, the highest first. */
  readonly pages: readonly TopEntry[]
  readonly users: readonly TopEntry[]
  /** Whether pages of several wikis may be among them. */
  readonly mixesWikis: boolean
}

/** The changes of a piece of time. */
export interface Counted extends SeriesPoint {
  readonly known: Known
}

/** How much of a piece of time is stored: `part` has a hole, or is not over; `later` comes after all that is stored. */
export type Known = 'whole' | 'part' | 'none' | 'later'

export interface Trend {
  readonly kind: 'trend'
  readonly scope: ScopeLabel
  /** UTC days, oldest first; the last one is today. */
  readonly days: readonly Counted[]
}

/** What has most changes. */
export interface Top {
  readonly kind: 'top'
  readonly scope: ScopeLabel
  readonly by: TopQuery['by']
  /** Of so many hours up to now. */
  readonly hours: number
  readonly entries: readonly TopEntry[]
  /** From when on was counted, UTC ms. */
  readonly countedFrom: number
  /** Whether that is all of the hours. */
  readonly isWhole: boolean
  /** Whether the list mixes wikis, so that each line must name its own. */
  readonly mixesWikis: boolean
}

export interface Status extends Totals {
  readonly kind: 'status'
  /** How old the newest stored change is; `null` while nothing is stored. */
  readonly lagSeconds: number | null
  /** How long the program has been running; `null` where whatever answers was only started for that. */
  readonly uptimeSeconds: number | null
  /** Changes published in the last minute, per second. */
  readonly perSecond: number
  /** The time that the store covers, UTC ms; `null` while nothing is stored. */
  readonly stored: { readonly from: number; readonly to: number } | null
  /** Every time from which changes are missing, or were for a while. Oldest first. */
  readonly gaps: readonly KnownGap[]
}

export interface Help {
  readonly kind: 'help'
  /** All commands, and not some in full. */
  readonly isOverview: boolean
  readonly scope: ScopeLabel
  readonly commands: readonly CommandInfo[]
}

export interface CommandInfo {
  readonly name: string
  readonly purpose: BareKey
  readonly example: string
  readonly parameters: readonly ParameterInfo[]
}

export interface ParameterInfo {
  /** In lower case, without spaces. */
  readonly name: string
  /** How it is written, where its name does not tell. */
  readonly form?: string
  /** What stands before its value, at any place: `type` for `type:new`. Without one, its place tells which it is. */
  readonly word?: string
  readonly purpose: BareKey
  /** `null`: it has to be said. Else what holds where nothing is said, as it is or in words. */
  readonly default: string | { readonly key: BareKey } | null
}

/** A question that cannot be answered as it stands: says why, what is accepted, and gives an example. */
export interface Refusal {
  readonly kind: 'refusal'
  readonly problem: Message
  readonly accepts: Message
  readonly example: string
  /** Scopes that may have been meant. */
  readonly nearest: readonly ScopeLabel[]
}
