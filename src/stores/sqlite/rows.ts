import {
  CHANGE_TYPES,
  type Change,
  type Inbound,
  isUnreadable,
  type LogEntry,
  type Unreadable,
} from '../../change.ts'
import type { Batch, Gap } from '../../contracts.ts'
import { EARLIEST } from '../../recentchange.ts'
import type { Site } from '../../site.ts'

/** Keys of one millisecond. 4096 × the ms from 2001 to 2070 stay below 2⁵³: a key is a plain number. */
export const KEYS_PER_MS = 4096

/** The first key of the millisecond `at`. */
export const firstKey = (at: number): number => (at - EARLIEST) * KEYS_PER_MS

/** The columns that hold numbers, in the order in which a packed batch and the insert statement have them. */
export const NUMBERS = [
  'type',
  'namespace',
  'bot',
  'minor',
  'patrolled',
  'rcid',
  'old_bytes',
  'new_bytes',
  'old_revision',
  'new_revision',
  'delay',
] as const
/** The columns that hold text, likewise. */
export const TEXTS = ['title', 'user', 'comment', 'url', 'log'] as const

/**
 * A batch as columns: what crosses to the writer's thread. A few long arrays, of which those of numbers are handed over
 * and not copied, cost half of as many objects.
 */
export interface PackedBatch {
  readonly source: string
  readonly position: string | null
  readonly count: number
  /** 16 bytes a row. */
  readonly ids: Uint8Array
  readonly times: Float64Array
  /** The distinct sites; `siteOf` has each row's place among them. */
  readonly sites: readonly Site[]
  readonly siteOf: Uint32Array
  /** A row's numbers stand together; NaN for null, which SQLite stores as NULL. */
  readonly numbers: Float64Array
  /** A row's texts stand together. */
  readonly texts: readonly (string | null)[]
  readonly unreadable: readonly Unreadable[]
  readonly gaps: readonly Gap[]
}

/** SQLite stores NaN as NULL. */
const NULL = Number.NaN

export function pack(batch: Batch): PackedBatch {
  const unreadable = batch.events.filter(isUnreadable)
  const changes =
    unreadable.length === 0 ? (batch.events as readonly Change[]) : batch.events.filter(isChange)
  const count = changes.length
  const ids = new Uint8Array(count * 16)
  const times = new Float64Array(count)
  const siteOf = new Uint32Array(count)
  const numbers = new Float64Array(count * NUMBERS.length)
  const texts: (string | null)[] = []
  const sites = new Map<Site, number>()
  let number = 0

  for (let row = 0; row < count; row++) {
    const change = changes[row] as Change
    const { minor, patrolled, bytes, revision, log } = change
    writeUuid(change.id, ids, row * 16)
    times[row] = change.at
    let site = sites.get(change.site)
    if (site === undefined) {
      site = sites.size
      sites.set(change.site, site)
    }
    siteOf[row] = site
    numbers[number++] = CHANGE_TYPES.indexOf(change.type)
    numbers[number++] = change.namespace ?? NULL
    numbers[number++] = change.bot ? 1 : 0
    numbers[number++] = minor === null ? NULL : Number(minor)
    numbers[number++] = patrolled === null ? NULL : Number(patrolled)
    numbers[number++] = change.rcid ?? NULL
    numbers[number++] = bytes.old ?? NULL
    numbers[number++] = bytes.new ?? NULL
    numbers[number++] = revision.old ?? NULL
    numbers[number++] = revision.new ?? NULL
    numbers[number++] = change.timestamp === null ? NULL : change.at - change.timestamp
    const logText = log === null ? null : JSON.stringify(log)
    texts.push(change.title, change.user, change.comment, change.customUrl, logText)
  }
  const { source, position, gaps = [] } = batch
  return {
    source,
    position,
    count,
    ids,
    times,
    sites: [...sites.keys()],
    siteOf,
    numbers,
    texts,
    unreadable,
    gaps,
  }
}

const isChange = (event: Inbound): event is Change => !isUnreadable(event)

const HEX = new Uint8Array(128)
for (let digit = 0; digit < 16; digit++) HEX[digit.toString(16).charCodeAt(0)] = digit

function writeUuid(id: string, target: Uint8Array, offset: number): void {
  let at = offset
  for (let i = 0; i < 36; i += 2) {
    if (i === 8 || i === 13 || i === 18 || i === 23) i++
    target[at++] = ((HEX[id.charCodeAt(i)] as number) << 4) | (HEX[id.charCodeAt(i + 1)] as number)
  }
}

function readUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** A row of `changes` with the name of its source, as the reader selects it. */
export interface Row {
  readonly key: number
  readonly id: Buffer
  readonly source: string
  readonly site: number
  readonly type: number
  readonly namespace: number | null
  readonly title: string
  readonly user: string | null
  readonly comment: string | null
  readonly bot: number
  readonly minor: number | null
  readonly patrolled: number | null
  readonly rcid: number | null
  readonly old_bytes: number | null
  readonly new_bytes: number | null
  readonly old_revision: number | null
  readonly new_revision: number | null
  readonly delay: number | null
  readonly shift: number | null
  readonly url: string | null
  readonly log: string | null
}

export function toChange(row: Row, site: Site): Change {
  const at = Math.floor(row.key / KEYS_PER_MS) + EARLIEST - (row.shift ?? 0)
  return {
    id: readUuid(row.id),
    source: row.source,
    site,
    at,
    timestamp: row.delay === null ? null : at - row.delay,
    rcid: row.rcid,
    type: CHANGE_TYPES[row.type] as Change['type'],
    namespace: row.namespace,
    title: row.title,
    customUrl: row.url,
    user: row.user,
    comment: row.comment,
    bot: row.bot === 1,
    minor: row.minor === null ? null : row.minor === 1,
    patrolled: row.patrolled === null ? null : row.patrolled === 1,
    bytes: { old: row.old_bytes, new: row.new_bytes },
    revision: { old: row.old_revision, new: row.new_revision },
    log: row.log === null ? null : (JSON.parse(row.log) as LogEntry),
  }
}
