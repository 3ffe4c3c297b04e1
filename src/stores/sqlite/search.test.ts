import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBatch, aChange, SITES } from '../../../test/changes.ts'
import type { Change } from '../../change.ts'
import type { RecentPage, RecentQuery, Store } from '../../contracts.ts'
import { matcher } from '../../filter.ts'
import { inScope } from '../../scope.ts'
import { SqliteReader } from './reader.ts'
import { searchPreview, searchRecent } from './search.ts'
import type { Steps } from './steps.ts'
import { openSqliteStore } from './store.ts'
import { topOf } from './top.ts'

const DAY = Date.UTC(2026, 7, 4)
const folder = mkdtempSync(join(tmpdir(), 'wcs-search-'))
const file = join(folder, 'changes.db')
let store: Store
let reader: SqliteReader
/** Newest first. */
let changes: Change[]

beforeAll(async () => {
  store = openSqliteStore(file)
  const sites = Object.values(SITES)
  changes = Array.from({ length: 25_000 }, (_, i) =>
    aChange({
      at: DAY + i * 1000,
      site: sites[i % 4] as Change['site'],
      title: i % 1999 === 0 ? 'Rare' : `Page ${i % 50}`,
    }),
  )
  await store.append(aBatch(changes))
  changes.reverse()
  reader = new SqliteReader(file)
})
afterAll(async () => {
  reader.close()
  await store.close()
  rmSync(folder, { recursive: true })
})

/** What is found until the time is over, which is after so many steps. */
function after<Result>(steps: number, work: Steps<Result>): Result {
  for (let done = 1; ; done++) {
    const step = work.next(done > steps)
    if (step.done) return step.value
  }
}

test('a search that ends early says how far it came, and is gone on with, there and back', () => {
  const filter = { title: 'rare' }
  for (const scope of [
    { kind: 'all' },
    { kind: 'language', language: 'en' },
    { kind: 'wiki', wiki: 'dewiki' },
  ] as const) {
    const expected = changes.filter((change) => inScope(scope, change.site) && matcher(filter)(change))
    for (const steps of [1, 2]) {
      const query: RecentQuery = { scope, filter, limit: 4 }
      const there: RecentPage[] = [after(steps, searchRecent(reader, query))]
      for (let last = there[0]; last?.next; last = there.at(-1))
        there.push(after(steps, searchRecent(reader, { ...query, before: last.next })))
      expect(there.flatMap((page) => page.changes)).toEqual(expected)
      const early = there.filter(({ searchedTo }) => searchedTo !== null)
      if (steps === 1) expect(early.length).toBeGreaterThan(0)
      for (const { changes: page, searchedTo } of early) {
        expect(page.length).toBeLessThan(4)
        for (const { at } of page) expect(at).toBeGreaterThanOrEqual(searchedTo as number)
      }

      const back: RecentPage[] = []
      for (let last = there.at(-1); last?.previous; last = back[0])
        back.unshift(after(steps, searchRecent(reader, { ...query, after: last.previous })))
      const behind = there.at(-1)?.changes.length ?? 0
      expect(back.flatMap((page) => page.changes)).toEqual(expected.slice(0, expected.length - behind))
      if (steps === 1) expect(back.some(({ searchedTo }) => searchedTo !== null)).toBe(true)
    }
  }
})

test('what was counted when the time was over is told with from when on that was', () => {
  const scope = { kind: 'all' } as const
  const { count, examples, searchedFrom } = after(2, searchPreview(reader, { scope, filter: {}, from: DAY }))
  expect(searchedFrom).toBeGreaterThan(DAY)
  expect(count).toBe(changes.filter(({ at }) => at >= searchedFrom).length)
  expect(examples).toEqual(changes.slice(0, 3))

  const top = after(2, topOf(reader, { scope, by: 'pages', from: DAY, limit: 1 }))
  expect(top.countedFrom).toBeGreaterThan(DAY)
  const [first] = top.entries
  const same = changes.filter(
    ({ at, title, site }) => at >= top.countedFrom && title === first?.name && site === first.site,
  )
  expect(first?.changes).toBe(same.length)
})

test('questions that take long do not keep those that do not', async () => {
  const order: string[] = []
  const note = (name: string) => () => order.push(name)
  const scope = { kind: 'all' } as const
  await Promise.all([
    ...Array.from({ length: 5 }, () =>
      store.recent({ scope, filter: { user: 'nobody' }, limit: 1 }).then(note('long')),
    ),
    store.recent({ scope, filter: { title: 'page*' }, limit: 1 }).then(note('short')),
    store.append(aBatch([aChange({ at: DAY - 1000 })])).then(note('write')),
  ])
  expect(order).toHaveLength(7)
  expect(order[0]).toBe('short')
})

test('a store that is closed answers no search any more', async () => {
  const other = openSqliteStore(file)
  const scope = { kind: 'all' } as const
  const asked = other.recent({ scope, filter: { user: 'nobody' }, limit: 1 }).catch((error: Error) => error)
  await other.close()
  expect(await asked).toMatchObject({ message: expect.stringContaining('closed') })
  // Another one of the same file does.
  expect(await store.recent({ scope, filter: { user: 'nobody' }, limit: 1 })).toMatchObject({ changes: [] })
})
