import type { Change } from '../../change.ts'
import type { Feed, FeedTarget } from '../../contracts.ts'
import type { Filter } from '../../filter.ts'
import type { ScopeLabel } from '../../scope.ts'

/** What is answered about what is posted by itself. */
export type FeedAnswer = FeedSaved | FeedList | FeedPreview | WatchSaved | WatchList | DigestSaved

/** A feed as it is told about. */
export interface FeedInfo {
  readonly id: number
  readonly scope: ScopeLabel
  readonly filter: Filter
  readonly style: Feed['style']
  readonly target: FeedTarget
  readonly state: Feed['state']
  /** Who made it. */
  readonly owner: string
}

/** What a rule lets through of what is stored of the last 24 hours. */
export interface Measure {
  readonly count: number
  /** Newest first, at most three. */
  readonly examples: readonly Change[]
  /** How much of the 24 hours is stored, in ms. */
  readonly measuredMs: number
  /** How many it would be in 24 hours: extrapolated where less is stored; `null` where too little is. */
  readonly perDay: number | null
}

export interface FeedSaved {
  readonly kind: 'feedSaved'
  /** `unchanged`: it was like that before. */
  readonly what: 'added' | 'edited' | 'paused' | 'resumed' | 'removed' | 'unchanged'
  readonly feed: FeedInfo
  /** Where what it lets through has been asked for anew. */
  readonly measure: Measure | null
}

export interface FeedList {
  readonly kind: 'feedList'
  /** The place that they are of; `null` for a person's own. */
  readonly place: 'server' | null
  readonly feeds: readonly FeedInfo[]
}

export interface FeedPreview {
  readonly kind: 'feedPreview'
  /** The feed that it is about; `null` for one that is not made yet. */
  readonly id: number | null
  readonly scope: ScopeLabel
  readonly filter: Filter
  readonly measure: Measure
  /** Whether it would be refused. */
  readonly isTooMuch: boolean
  /** Whether the examples mix wikis, so that each must name its own. */
  readonly mixesWikis: boolean
}

/** A page that somebody is told about. */
export interface WatchInfo {
  readonly id: number
  readonly title: string
  readonly wiki: ScopeLabel
  /** The page's address; `null` where the wiki's is not known. */
  readonly url: string | null
  readonly state: Feed['state']
}

export interface WatchSaved {
  readonly kind: 'watchSaved'
  /** `known`: it was watched before. */
  readonly what: 'added' | 'known' | 'removed'
  readonly watch: WatchInfo
  /** How often it was changed lately, where it was asked for. */
  readonly measure: Measure | null
}

export interface DigestSaved {
  readonly kind: 'digestSaved'
  /** `none`: there was none. */
  readonly what: 'on' | 'off' | 'none'
  /** Of which wikis it tells; `null` where it does no more. */
  readonly scope: ScopeLabel | null
  readonly target: FeedTarget
}

export interface WatchList {
  readonly kind: 'watchList'
  readonly watches: readonly WatchInfo[]
}
