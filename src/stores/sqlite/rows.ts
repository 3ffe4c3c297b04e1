import type { Change, Unreadable } from '../../change.ts'
import { changeOf, type PackedColumns, type Row, readUuid } from '../../columns.ts'
import type { Batch, Gap } from '../../contracts.ts'
import { EARLIEST } from '../../recentchange.ts'
import type { Site } from '../../site.ts'

/** Keys of one millisecond. 4096 × the ms from 2001 to 2070 stay below 2⁵³: a key is a plain number. */
export const KEYS_PER_MS = 4096

/** The first key of the millisecond `at`. */
export const firstKey = (at: number): number => (at - EARLIEST) * KEYS_PER_MS

/** The millisecond of a key, UTC ms. */
export const millisecondOf = (key: number): number => Math.floor(key / KEYS_PER_MS) + EARLIEST

/** A batch as it crosses to the writer's thread. */
export interface PackedBatch {
  readonly source: string
  readonly position: string | null
  readonly columns: PackedColumns
  readonly unreadable: readonly Unreadable[]
  readonly gaps: readonly Gap[]
}

export function pack({ source, changes, unreadable, position, gaps = [] }: Batch): PackedBatch {
  return { source, position, columns: changes.packed(), unreadable, gaps }
}

/** A row of `changes`. */
export interface StoredRow extends Row {
  readonly key: number
  readonly id: Buffer
  readonly source: number
  readonly site: number
  readonly shift: number | null
}

export function toChange(row: StoredRow, source: string, site: Site): Change {
  const at = millisecondOf(row.key) - (row.shift ?? 0)
  return changeOf(row, readUuid(row.id), source, site, at)
}
