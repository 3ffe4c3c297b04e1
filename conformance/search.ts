/** What every store must do where many changes may have to be looked at: filters, `top`, `preview`; and notes. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CHANGE_TYPES, type Change } from '../src/change.ts'
import type { RecentPage, RecentQuery, Store, TopQuery } from '../src/contracts.ts'
import { type Filter, matcher, titleAlone } from '../src/filter.ts'
import { inScope, type Scope } from '../src/scope.ts'
import { aBatch, aChange, SITES } from '../test/changes.ts'
import type { StorePlace } from './store.ts'

const ALL: Scope = { kind: 'all' }
const DAY = Date.UTC(2026, 7, 4)
const HOUR = 3_600_000
const SCOPES: readonly Scope[] = [
  ALL,
  { kind: 'language', language: 'en' },
  { kind: 'wiki', wiki: 'dewiki' },
  { kind: 'wiki', wiki: 'frwiki' },
]
const TITLES = ['Main Page', 'main_page', 'User:A B', 'M*A*S*H', 'Масса', 'a\\b', 'MASH', '50%_off']
const USERS = ['A B', 'a b', 'Ünal', 'ÜNAL', 'A%', "x'; --", null]

/** Changes in which much is equal, spread over two days. */
const someChanges = (count: number): Change[] =>
  Array.from({ length: count }, (_, i) =>
    aChange({
      at: DAY + Math.floor((i * 2 * 24 * HOUR) / count),
      site: Object.values(SITES)[(i * 7) % 4] as Change['site'],
      type: CHANGE_TYPES[(i * 3) % 5] as Change['type'],
      namespace: [0, 1, 3, -1, null][(i * 11) % 5] as number | null,
      title: TITLES[(i * 5) % TITLES.length] as string,
      user: USERS[(i * 13) % USERS.length] as string | null,
      bot: i % 3 === 0,
      minor: [true, false, null][(i % 3) ^ (i & 1)] ?? null,
      bytes: { old: i % 4 === 0 ? null : 1000, new: i % 9 === 0 ? null : (i * 97) % 2500 },
    }),
  )

const anyFilter: fc.Arbitrary<Filter> = fc.record(
  {
    types: fc.subarray([...CHANGE_TYPES], { minLength: 1 }),
    namespaces: fc.subarray([0, 1, 3, -1, 100], { minLength: 1 }),
    user: fc.constantFrom('a_b', 'ünal', 'A%', "x'; --", '%'),
    title: fc.constantFrom('main page', 'M*', '*a*', 'масс*', 'a\\\\*', '%*', ...TITLES.map(titleAlone)),
    isBot: fc.boolean(),
    isMinor: fc.boolean(),
    minBytes: fc.integer({ min: 1, max: 1500 }),
  },
  { requiredKeys: [] },
)

const newestFirst = (changes: readonly Change[]) => changes.toSorted((a, b) => b.at - a.at)

export function searchConformance(name: string, makePlace: () => Promise<StorePlace>): void {
  describe(`${name}: search`, () => {
    let place: StorePlace
    let store: Store
    beforeEach(async () => {
      place = await makePlace()
      store = await place.open()
    })
    afterEach(async () => {
      await store.close()
      await place.remove()
    })

    /** All pages from one on. Where a search ended early, it is gone on with, so that how fast it is does not matter. */
    async function pagesOf(query: RecentQuery): Promise<{ changes: readonly Change[]; pages: RecentPage[] }> {
      const pages: RecentPage[] = []
      for (let from: Pick<RecentQuery, 'before' | 'after'> | undefined = {}; from !== undefined; ) {
        const page: RecentPage = await store.recent({ ...query, ...from })
        pages.push(page)
        expect(page.changes.length).toBeLessThanOrEqual(query.limit)
        const isUpwards = query.after !== undefined
        const next = isUpwards ? page.previous : page.next
        if (page.searchedTo !== null) expect(next).not.toBeNull()
        else if (page.changes.length < query.limit) expect(next).toBeNull()
        from = next === null ? undefined : isUpwards ? { after: next } : { before: next }
      }
      const ordered = query.after === undefined ? pages : pages.toReversed()
      return { changes: ordered.flatMap(({ changes }) => changes), pages }
    }

    describe('recent with a filter', () => {
      test('property: has what asking each change finds, page by page, there and back', async () => {
        const stored = newestFirst(someChanges(250))
        await store.append(aBatch(stored.toReversed()))
        await fc.assert(
          fc.asyncProperty(
            anyFilter,
            fc.constantFrom(...SCOPES),
            fc.integer({ min: 1, max: 40 }),
            async (filter, scope, limit) => {
              const isMatch = matcher(filter)
              const expected = stored.filter((change) => inScope(scope, change.site) && isMatch(change))
              const there = await pagesOf({ scope, filter, limit })
              expect(there.changes).toEqual(expected)
              const last = there.pages.findLast(({ previous }) => previous !== null)
              if (last === undefined) return
              const { previous, changes } = last
              const back = await pagesOf({ scope, filter, limit, after: previous as string })
              const behind = there.pages.indexOf(last)
              const before = there.pages.slice(0, behind).flatMap((page) => page.changes)
              expect(back.changes).toEqual(before)
              expect(back.changes.length + changes.length).toBeLessThanOrEqual(expected.length)
            },
          ),
          { numRuns: 150 },
        )
      })

      test('passes over as many of those as is asked', async () => {
        const stored = newestFirst(someChanges(100))
        await store.append(aBatch(stored))
        const filter: Filter = { isBot: true }
        const bots = stored.filter(({ bot }) => bot)
        for (const offset of [0, 1, 7, bots.length - 1, bots.length, 1000]) {
          const page = await store.recent({ scope: ALL, filter, offset, limit: 5 })
          expect(page.changes).toEqual(bots.slice(offset, offset + 5))
          expect(page.previous === null).toBe(offset === 0 || offset >= bots.length)
        }
      })

      test('finds one of tens of thousands, and that there is none; also while others come', async () => {
        const needle = aChange({ at: DAY, title: 'Needle' })
        await store.append(aBatch([needle]))
        for (let i = 0; i < 6; i++)
          await store.append(
            aBatch(Array.from({ length: 5000 }, (_, n) => aChange({ at: DAY + 1 + i * 50_000 + n }))),
          )
        const [found, none] = await Promise.all([
          pagesOf({ scope: ALL, filter: { title: 'needle' }, limit: 5 }),
          pagesOf({ scope: ALL, filter: { user: 'nobody' }, limit: 5 }),
          store.append(aBatch(Array.from({ length: 5000 }, () => aChange({ at: DAY + 1_000_000 })))),
        ])
        expect(found.changes).toEqual([needle])
        expect(none.changes).toEqual([])
        expect(none.pages.at(-1)).toMatchObject({ next: null, searchedTo: null })
        // From the other end.
        const oldest = await store.recent({ scope: ALL, filter: { title: 'needle' }, limit: 1 })
        const upwards = await pagesOf({
          scope: ALL,
          filter: { title: 'nothing' },
          limit: 5,
          after: oldest.next ?? '0',
        })
        expect(upwards.changes).toEqual([])
        expect(upwards.pages.at(-1)).toMatchObject({ previous: null, searchedTo: null })
      })

      test('a filter without conditions is none', async () => {
        await store.append(aBatch(someChanges(20)))
        const plain = await store.recent({ scope: ALL, limit: 5 })
        expect(await store.recent({ scope: ALL, limit: 5, filter: {} })).toEqual(plain)
      })
    })

    describe('top', () => {
      const recounted = (changes: readonly Change[], { scope, by, from, to, limit }: TopQuery) => {
        const types = by === 'pages' ? ['edit', 'new'] : ['edit', 'new', 'log']
        const counted = changes.filter(
          ({ site, at, type, user }) =>
            inScope(scope, site) &&
            at >= from &&
            (to === undefined || at < to) &&
            (by === 'wikis' || types.includes(type)) &&
            (by !== 'users' || user !== null),
        )
        const keyOf = ({ site, title, user }: Change) =>
          by === 'wikis' ? site.wiki : by === 'users' ? String(user) : `${title}\n${site.wiki}`
        return [...Map.groupBy(counted, keyOf)]
          .map(([key, same]) => ({
            name: key.split('\n')[0] as string,
            wiki: key.split('\n')[1],
            changes: same.length,
            bots: same.filter(({ bot }) => bot).length,
          }))
          .toSorted(
            (a, b) => b.changes - a.changes || compare(a.name, b.name) || compare(a.wiki ?? '', b.wiki ?? ''),
          )
          .slice(0, limit)
      }
      const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

      test('is what a recount gives, for every scope', async () => {
        const changes = someChanges(600)
        await store.append(aBatch(changes))
        for (const scope of SCOPES) {
          for (const by of ['pages', 'users', 'wikis'] as const) {
            for (const from of [DAY - HOUR, DAY + 20.4 * HOUR, DAY + 47 * HOUR, DAY + 100 * HOUR]) {
              const query: TopQuery = { scope, by, from, limit: 7 }
              const { entries, countedFrom } = await store.top(query)
              const found = entries.map(({ name, site, changes, bots }) => {
                return { name, wiki: by === 'pages' ? site.wiki : undefined, changes, bots }
              })
              expect(found).toEqual(recounted(changes, query))
              expect(entries.some(({ isAtLeast }) => isAtLeast)).toBe(false)
              expect(countedFrom).toBe(Math.max(from, DAY))
            }
          }
        }
      })

      test('of a piece of time', async () => {
        const changes = someChanges(600)
        await store.append(aBatch(changes))
        for (const scope of SCOPES) {
          for (const by of ['pages', 'users', 'wikis'] as const) {
            for (const to of [DAY, DAY + 24 * HOUR, DAY + 30 * HOUR]) {
              const query: TopQuery = { scope, by, from: DAY + 4.2 * HOUR, to, limit: 5 }
              const { entries } = await store.top(query)
              expect(entries.map(({ name, changes }) => [name, changes])).toEqual(
                recounted(changes, query).map(({ name, changes }) => [name, changes]),
              )
            }
          }
        }
      })

      test('of an empty store', async () => {
        for (const by of ['pages', 'users', 'wikis'] as const)
          expect((await store.top({ scope: ALL, by, from: DAY, limit: 10 })).entries).toEqual([])
      })

      test('of tens of thousands', async () => {
        const changes = Array.from({ length: 12_000 }, (_, i) =>
          aChange({ at: DAY + i * 1000, user: `U${i % 11 === 0 ? 'x' : i % 997}` }),
        )
        await store.append(aBatch(changes))
        const query: TopQuery = { scope: ALL, by: 'users', from: DAY + 500_000, limit: 3 }
        expect((await store.top(query)).entries).toMatchObject(
          recounted(changes, query).map(({ wiki: _, ...entry }) => entry),
        )
      })
    })

    describe('preview', () => {
      test('property: counts what a feed would have had, and shows the newest three', async () => {
        const stored = newestFirst(someChanges(250))
        await store.append(aBatch(stored))
        const from = fc.constantFrom(DAY - HOUR, DAY + 5.5 * HOUR, DAY + 47 * HOUR)
        await fc.assert(
          fc.asyncProperty(anyFilter, fc.constantFrom(...SCOPES), from, async (filter, scope, from) => {
            const isMatch = matcher(filter)
            const all = stored.filter(
              (change) => change.at >= from && inScope(scope, change.site) && isMatch(change),
            )
            expect(await store.preview(scope, filter, from)).toEqual({
              count: all.length,
              examples: all.slice(0, 3),
              searchedFrom: Math.max(from, DAY),
            })
          }),
          { numRuns: 100 },
        )
      })

      test('of tens of thousands', async () => {
        await store.append(aBatch(Array.from({ length: 20_000 }, (_, i) => aChange({ at: DAY + i * 1000 }))))
        const { count, examples, searchedFrom } = await store.preview(ALL, {}, DAY + 5_000_000)
        expect(count).toBe(15_000)
        expect(examples.map(({ at }) => at)).toEqual(
          [19_999_000, 19_998_000, 19_997_000].map((at) => DAY + at),
        )
        expect(searchedFrom).toBe(DAY + 5_000_000)
      })
    })

    describe('notes', () => {
      test('are kept under a name of their own', async () => {
        const texts = ["x'); DROP TABLE notes; --", 'ü'.repeat(600), 'a', 'A']
        const names: string[] = []
        for (const text of texts) names.push(await store.keepNote(text))
        expect(new Set(names).size).toBe(texts.length)
        for (const name of names) expect(name).toMatch(/^[\w-]{16}$/)
        expect(await store.keepNote(texts[0] as string)).toBe(names[0])
        await store.close()
        store = await place.open()
        for (const [i, name] of names.entries()) expect(await store.note(name)).toBe(texts[i])
        expect(await store.note('none')).toBeNull()
      })
    })
  })
}
