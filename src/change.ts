import type { Site } from './site.ts'

/** The types of the recentchange schema 1.0.0, in the order in which a store may number them. */
export const CHANGE_TYPES = ['edit', 'new', 'log', 'categorize', 'external'] as const
export type ChangeType = (typeof CHANGE_TYPES)[number]

/** What only a change of type `log` has. */
export interface LogEntry {
  /** Number of the log entry on its wiki; some entries have none (an abuse-filter hit sends 0). */
  readonly id: number | null
  /** `block`, `delete`, `move`…; open-ended: extensions add their own. */
  readonly type: string | null
  /** `block`, `reblock`, `unblock`… */
  readonly action: string | null
  /** As sent: an object, a list (old-style entries, and every emptied object), or `null`. */
  readonly params: unknown
  /** The log entry in words, with the summary at its end, as the wiki wrote it (`log_action_comment`). */
  readonly text: string | null
}

/**
 * One change of one wiki, whatever source it came from. What the event lacks is `null`: "not said" is never turned
 * into `false` or 0. The wiki's HTML rendering of the comment (`parsedcomment`) is the one field left out: it
 * repeats `comment` at more than twice the size.
 */
export interface Change {
  /** `meta.id` (a UUID): the identity. The same id is the same change, however often it comes. */
  readonly id: string
  /** Name of the source it was read from. */
  readonly source: string
  readonly site: Site
  /** When the event was published (`meta.dt`), UTC ms: the order of everything, and the day it counts for. */
  readonly at: number
  /** When the wiki says it happened, UTC ms at second precision; for a categorisation the time of the edit behind it. */
  readonly timestamp: number | null
  /** Recent-changes id on its wiki (`id` of the event); above 2³¹ on large wikis, absent for patrols, thanks, filter hits. */
  readonly rcid: number | null
  readonly type: ChangeType
  /** Namespace number of the title; negative for special pages. */
  readonly namespace: number | null
  /** Full title with its namespace, spaces for underscores. */
  readonly title: string
  /** Address of the page as the event gave it, only where it is not `articleBase` + title. */
  readonly customUrl: string | null
  /** Name, IP address or temporary account; `null` where the wiki hides it. */
  readonly user: string | null
  /** The summary, `''` where none was given; `null` where the wiki hides it. */
  readonly comment: string | null
  readonly bot: boolean
  readonly minor: boolean | null
  /** `null` on a wiki that does not patrol: that is not the same as "unpatrolled". */
  readonly patrolled: boolean | null
  /** Size of the page in bytes before and after. */
  readonly bytes: { readonly old: number | null; readonly new: number | null }
  /** Revision before and after; of a categorisation, of the edit that caused it. */
  readonly revision: { readonly old: number | null; readonly new: number | null }
  readonly log: LogEntry | null
}

/** What can be wrong with input, in a few kinds: by them it is counted. */
export const UNREADABLE_KINDS = [
  /** No JSON, or JSON of something else than an object. */
  'malformed',
  'missing_field',
  'invalid_field',
  'too_large',
  'too_deep',
  'refused_by_store',
] as const
export type UnreadableKind = (typeof UNREADABLE_KINDS)[number]

/** Input that could not be read as a change. It flows like one, and ends in the dead letters. */
export interface Unreadable {
  readonly unreadable: true
  readonly source: string
  readonly kind: UnreadableKind
  /** What was wrong with it, for the person who looks at the dead letters. */
  readonly reason: string
  /** The input as it came. */
  readonly raw: string
}

export type Inbound = Change | Unreadable

export const isUnreadable = (event: Inbound): event is Unreadable => 'unreadable' in event

/** By how much the page grew or shrank, in bytes. A new page counts whole; `null` where the event says no size. */
export function byteChange(change: Pick<Change, 'bytes'>): number | null {
  const { old, new: now } = change.bytes
  return now === null ? null : now - (old ?? 0)
}
