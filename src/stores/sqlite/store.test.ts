import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { storeConformance } from '../../../conformance/store.ts'
import { aBatch, aChange } from '../../../test/changes.ts'
import { openSqliteStore } from './store.ts'

storeConformance('sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wcs-store-'))
  return {
    open: async () => openSqliteStore(join(folder, 'changes.db')),
    remove: async () => rmSync(folder, { recursive: true }),
  }
})

describe('verify finds what is not as it should be', () => {
  const sabotage: [what: string, sql: string, named: string][] = [
    [
      'a row that went missing',
      'DELETE FROM changes WHERE key = (SELECT max(key) FROM changes)',
      'number of changes',
    ],
    [
      'a count that was raised',
      'UPDATE rollups SET edit_people = edit_people + 1 WHERE site > 0',
      'enwiki, 2026-08-04T12h, edit people',
    ],
    [
      'bytes that were changed',
      'UPDATE rollups SET bytes_removed = 7 WHERE site > 0',
      'enwiki, 2026-08-04T12h, bytes removed',
    ],
    [
      'a sum of all wikis that is off',
      'UPDATE rollups SET edit_people = 0 WHERE site = 0',
      'all wikis, 2026-08-04T12h, edit people',
    ],
    [
      'a rollup that is not there',
      'DELETE FROM rollups WHERE site > 0',
      'enwiki, 2026-08-04T12h, edit people',
    ],
    [
      'a change that is not in the order of storing',
      'DELETE FROM arrivals WHERE seq = (SELECT max(seq) FROM arrivals)',
      'order of storing',
    ],
    ['an id that is there twice', 'UPDATE changes SET id = (SELECT min(id) FROM changes)', 'number of ids'],
    ['another size of a page', 'UPDATE changes SET new_bytes = 1', 'enwiki, 2026-08-04T12h, bytes added'],
  ]
  test.each(sabotage)('%s', async (_what, sql, named) => {
    const folder = mkdtempSync(join(tmpdir(), 'wcs-verify-'))
    const file = join(folder, 'changes.db')
    const store = openSqliteStore(file)
    await store.append(aBatch([aChange(), aChange(), aChange()]))
    expect((await store.verify()).differences).toEqual([])
    const db = new Database(file)
    db.exec(sql)
    db.close()
    expect((await store.verify()).differences.map(({ what }) => what)).toContain(named)
    await store.close()
    rmSync(folder, { recursive: true })
  })
})

test('the space of what is pruned is used again: the file stops growing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wcs-space-'))
  const store = openSqliteStore(join(folder, 'changes.db'))
  const day = Date.UTC(2026, 7, 4)
  const sizes: number[] = []
  for (let week = 0; week < 4; week++) {
    const from = day + week * 7 * 86_400_000
    while (!(await store.prune(from)).isDone);
    const changes = Array.from({ length: 5000 }, (_, i) => aChange({ at: from + i * 100_000 }))
    await store.append(aBatch(changes))
    const { changes: stored, bytes } = await store.totals()
    expect(stored).toBe(5000)
    sizes.push(bytes)
  }
  expect(Math.max(...sizes)).toBeLessThan((sizes[0] as number) * 1.2)
  expect((await store.verify()).differences).toEqual([])
  await store.close()
  rmSync(folder, { recursive: true })
})
