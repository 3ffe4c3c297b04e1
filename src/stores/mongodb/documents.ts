import { createHash } from 'node:crypto'
import type { Binary } from 'mongodb'
import { byteChange, type Change, type ChangeType, type LogEntry } from '../../change.ts'
import { folded } from '../../filter.ts'
import { type Site, siteOf } from '../../site.ts'
import { HOUR_MS } from '../figures.ts'

/**
 * A change as it is kept: flat, and strings for what is filtered on. Its id is the document's own, so that one id is
 * one change, whoever writes it.
 */
export interface ChangeDocument {
  readonly _id: string
  /** The order of everything (`keyOf`). */
  readonly key: string
  /** The append that stored it. */
  readonly batch: string
  /** Hours since 1970 of `at`: what is recounted together. */
  readonly hour: number
  readonly at: number
  readonly source: string
  readonly site: string
  readonly type: ChangeType
  readonly namespace: number | null
  readonly title: string
  readonly titleFolded: string
  readonly user: string | null
  readonly userFolded: string | null
  readonly comment: string | null
  /** 0 or 1, so that it can be summed up. */
  readonly bot: number
  readonly minor: boolean | null
  readonly patrolled: boolean | null
  readonly rcid: number | null
  readonly oldBytes: number | null
  readonly newBytes: number | null
  /** By how many bytes the page grew, or shrank; both 0 where the event says no size. */
  readonly grown: number
  readonly shrunk: number
  readonly oldRevision: number | null
  readonly newRevision: number | null
  readonly timestamp: number | null
  readonly customUrl: string | null
  /** JSON of `LogEntry`: its parameters may have names that no field may have. */
  readonly log: string | null
}

/** A wiki that has sent something, under a name that may be the name of a field. */
export interface SiteDocument {
  readonly _id: string
  readonly wiki: string
  readonly domain: string
  readonly server: string
  readonly scriptPath: string
  readonly articleBase: string
}

/** What of a batch was new, in the order in which it is told on: the order of storing (`arrivals.ts`). */
export interface ArrivalsDocument {
  /** Grows by 1 from one to the next. */
  readonly _id: number
  /** The append and which part of it: none is told on twice. */
  readonly part: string
  readonly batch: string
  /** The highest of the keys: pruned with it. */
  readonly until: string
  /** 16 bytes each. */
  readonly ids: Binary | Uint8Array
}

/** An append that is under way, or was when its writer died. */
export interface MarkDocument {
  readonly _id: string
  /** The hours it may have put changes into. */
  readonly hours: readonly number[]
  /** UTC ms from which on it is certain that nothing more is written for it. */
  readonly until: number
}

/** The counts of an hour: of all sites together, and of each. */
export interface HourDocument {
  readonly _id: number
  /** Grows with every write: a count that was made before another one was kept is thrown away. */
  readonly version: number
  /** Its rows are gone, or about to go: it is counted no more. */
  readonly isSealed: boolean
  readonly all: readonly number[]
  readonly sites: Readonly<Record<string, readonly number[]>>
}

export interface DeadLetterDocument {
  readonly _id: string
  readonly order: string
  readonly source: string
  readonly reason: string
  readonly raw: string
  readonly at: number
}

/** What sorts as (`at`, order of storing) does: a plain string, so that one index and one comparison serve. */
const keyOf = (at: number, batch: string, place: number): string =>
  `${firstKey(at)}.${batch}.${String(place).padStart(6, '0')}`

/** What is below every key of the millisecond `at` and above all earlier ones. */
export const firstKey = (at: number): string => String(Math.max(0, Math.floor(at))).padStart(14, '0')

/** The millisecond of a key, UTC ms. */
export const millisecondOf = (key: string): number => Number(key.slice(0, 14))

export const hourOf = (at: number): number => Math.floor(at / HOUR_MS)

export function toDocument(change: Change, site: string, batch: string, place: number): ChangeDocument {
  const { at, title, user, log } = change
  const difference = byteChange(change) ?? 0
  return {
    _id: change.id,
    key: keyOf(at, batch, place),
    batch,
    hour: hourOf(at),
    at,
    source: change.source.toWellFormed(),
    site,
    type: change.type,
    namespace: change.namespace,
    title,
    titleFolded: folded(title),
    user,
    userFolded: user === null ? null : folded(user),
    comment: change.comment,
    bot: Number(change.bot),
    minor: change.minor,
    patrolled: change.patrolled,
    rcid: change.rcid,
    oldBytes: change.bytes.old,
    newBytes: change.bytes.new,
    grown: Math.max(0, difference),
    shrunk: Math.max(0, -difference),
    oldRevision: change.revision.old,
    newRevision: change.revision.new,
    timestamp: change.timestamp,
    customUrl: change.customUrl,
    log: log === null ? null : JSON.stringify(log),
  }
}

export function toChange(document: ChangeDocument, site: Site): Change {
  return {
    id: document._id,
    source: document.source,
    site,
    at: document.at,
    timestamp: document.timestamp,
    rcid: document.rcid,
    type: document.type,
    namespace: document.namespace,
    title: document.title,
    customUrl: document.customUrl,
    user: document.user,
    comment: document.comment,
    bot: document.bot === 1,
    minor: document.minor,
    patrolled: document.patrolled,
    bytes: { old: document.oldBytes, new: document.newBytes },
    revision: { old: document.oldRevision, new: document.newRevision },
    log: document.log === null ? null : (JSON.parse(document.log) as LogEntry),
  }
}

export function siteDocument(site: Site): SiteDocument {
  const parts = [site.wiki, site.domain, site.server, site.scriptPath, site.articleBase].map((text) =>
    text.toWellFormed(),
  )
  const [wiki, domain, server, scriptPath, articleBase] = parts as [string, string, string, string, string]
  const hash = createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 10)
  // Readable, and sorted by the wiki's name: no letter comes before the sign behind it.
  return { _id: `${wiki.replace(/[^\w-]/g, '_')}!${hash}`, wiki, domain, server, scriptPath, articleBase }
}

export const siteOfDocument = (document: SiteDocument): Site =>
  siteOf(document.wiki, document.domain, document.server, document.scriptPath, document.articleBase)

/** The 16 bytes of each UUID, one after another. */
export const packIds = (ids: readonly string[]): Buffer =>
  Buffer.from(ids.map((id) => id.replaceAll('-', '')).join(''), 'hex')

export function unpackIds(packed: ArrivalsDocument['ids']): string[] {
  const hex = Buffer.from('buffer' in packed && 'position' in packed ? packed.value() : packed).toString(
    'hex',
  )
  return Array.from({ length: hex.length / 32 }, (_, i) =>
    hex.slice(i * 32, i * 32 + 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  )
}
