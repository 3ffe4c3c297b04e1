/**
 * What every store must do, whatever is behind it. Each test names the sentence of `src/contracts.ts` that it proves.
 * An adapter's own test file calls `storeConformance` with a way to make stores; see docs/architecture.md.
 */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CHANGE_TYPES, type Change } from '../src/change.ts'
import type { Feed, Store } from '../src/contracts.ts'
import { readRecentChange } from '../src/recentchange.ts'
import { inScope, type Scope } from '../src/scope.ts'
import { aBatch, aChange, anUnreadable, anyChange, nextId, recordedEvents, SITES } from '../test/changes.ts'
import { searchConformance } from './search.ts'

/** A place for one store at a time, empty at first. */
export interface StorePlace {
  /** Opens a store on the data that are there. May be called again, also while another one is open. */
  open(): Promise<Store>
  /** Removes the place with all that was left in it. */
  remove(): Promise<void>
}

const ALL: Scope = { kind: 'all' }
const DAY = Date.UTC(2026, 7, 4)

export function storeConformance(name: string, makePlace: () => Promise<StorePlace>): void {
  searchConformance(name, makePlace)
  describe(`${name}: store`, () => {
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
    const all = async (scope: Scope = ALL) => (await store.recent({ scope, limit: 10_000 })).changes
    const reopen = async () => {
      await store.close()
      store = await place.open()
    }

    describe('append', () => {
      test('gives back every recorded event as it was', async () => {
        const events = recordedEvents().map((line) => readRecentChange(line, 'test') as Change)
        expect(await store.append(aBatch(events))).toEqual({
          added: events.length,
          duplicates: 0,
          buried: [],
          expired: 0,
        })
        const stored = new Map((await all()).map((change) => [change.id, change]))
        for (const event of events) expect(stored.get(event.id)).toEqual(event)
      })

      test('gives back any change as it was', async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(anyChange, { maxLength: 5 }), async (changes) => {
            await store.append(aBatch(changes))
            const stored = new Map((await all()).map((change) => [change.id, change]))
            // Whoever stores UTF-8 cannot store half a surrogate pair.
            for (const change of changes)
              expect(stored.get(change.id)).toEqual(wellFormed({ ...change, source: 'test' }))
          }),
          { numRuns: 60 },
        )
      })

      test('is idempotent by id: a batch may come any number of times', async () => {
        const changes = [aChange(), aChange({ rcid: null }), aChange({ site: SITES.dewiki })]
        await store.append(aBatch(changes))
        expect(await store.append(aBatch(changes))).toEqual({
          added: 0,
          duplicates: 3,
          buried: [],
          expired: 0,
        })
        await reopen()
        expect(await store.append(aBatch([...changes, aChange()]))).toEqual({
          added: 1,
          duplicates: 3,
          buried: [],
          expired: 0,
        })
        expect(await all()).toHaveLength(4)
        expect((await store.dayStats(ALL, DAY)).total).toBe(4)
      })

      test('one id is one change, also twice in a batch and with another time', async () => {
        const change = aChange()
        const other = aChange({ rcid: null })
        const later = (was: Change, ms: number) => ({ ...was, at: was.at + ms })
        await store.append(aBatch([change, change, later(change, 1), other, later(other, -5000)]))
        await store.append(aBatch([aChange(), later(change, 7_200_000), later(other, 86_400_000)]))
        expect(await all()).toHaveLength(3)
        expect((await store.dayStats(ALL, DAY)).total).toBe(3)
        expect((await store.dayStats(ALL, DAY + 86_400_000)).total).toBe(0)
      })

      test('finds a change again by whatever number it has, after any number of others', async () => {
        const numbers = [0, 1, 4095, 4096, 2 ** 31, 2 ** 40 + 1, 2 ** 48, Number.MAX_SAFE_INTEGER]
        const changes = numbers.flatMap((rcid) => Object.values(SITES).map((site) => aChange({ rcid, site })))
        await store.append(aBatch(changes))
        await reopen()
        const again = changes.map((change) => ({ ...change, at: change.at + 90_000_000 }))
        expect(await store.append(aBatch(again))).toMatchObject({ added: 0, duplicates: changes.length })
      })

      test('keeps apart what differs in nothing but the id', async () => {
        const change = aChange()
        const twins = Array.from({ length: 50 }, (_, i) => ({
          ...change,
          id: nextId(),
          rcid: i % 2 === 0 ? change.rcid : null,
        }))
        expect((await store.append(aBatch(twins))).added).toBe(50)
        expect(await all()).toHaveLength(50)
      })

      test('takes any number of changes of one millisecond, each with its exact time', async () => {
        const at = Date.UTC(2026, 7, 4)
        const changes = Array.from({ length: 9000 }, () => aChange({ at }))
        await store.append(aBatch(changes.slice(0, 4000)))
        await store.append(aBatch(changes))
        await store.append(aBatch([aChange({ at: at + 1 })]))
        const stored = await all()
        expect(stored).toHaveLength(9001)
        expect(stored.filter((change) => change.at === at)).toHaveLength(9000)
        expect(new Set(stored.map((change) => change.id)).size).toBe(9001)
      })

      test('counts only what it adds, whatever comes in whatever order and however often', async () => {
        const pool = fc.array(anyChange, { minLength: 1, maxLength: 12 })
        const runs = pool.chain((changes) =>
          fc.tuple(
            fc.constant(changes),
            fc.array(fc.array(fc.constantFrom(...changes), { maxLength: 20 }), { maxLength: 4 }),
          ),
        )
        const seen = new Map<string, Change>()
        await fc.assert(
          fc.asyncProperty(runs, async ([changes, batches]) => {
            for (const events of [...batches, changes]) {
              const { added, duplicates } = await store.append(aBatch(events))
              const fresh = new Set(events.filter(({ id }) => !seen.has(id)).map(({ id }) => id))
              expect({ added, duplicates }).toEqual({
                added: fresh.size,
                duplicates: events.length - fresh.size,
              })
              for (const event of events) seen.set(event.id, event)
            }
            for (const change of changes.slice(0, 2)) {
              const day = Math.floor(change.at / 86_400_000) * 86_400_000
              expect(await store.dayStats(ALL, day)).toEqual(recount([...seen.values()], ALL, day))
            }
          }),
          { numRuns: 40 },
        )
      })

      test('stores the position with the batch, and keeps the last one', async () => {
        expect(await store.position('test')).toBeNull()
        await store.append(aBatch([aChange()], 'one'))
        await store.append(aBatch([], 'two'))
        await store.append({ ...aBatch([aChange()]), source: 'other' })
        await reopen()
        expect(await store.position('test')).toBe('two')
        expect(await store.position('other')).toBeNull()
      })

      test('puts unreadable events to the dead letters, each once, with its reason', async () => {
        const bad = anUnreadable({ kind: 'invalid_field', raw: '{"\u202e' })
        expect(await store.append(aBatch([aChange(), bad, bad, aChange()]))).toEqual({
          added: 2,
          duplicates: 0,
          buried: ['invalid_field'],
          expired: 0,
        })
        expect((await store.append(aBatch([bad]))).buried).toEqual([])
        const [letter, ...others] = await store.deadLetters(10)
        expect(letter).toMatchObject({ source: 'test', reason: 'not JSON', raw: bad.raw })
        expect(others).toEqual([])
      })

      test('cuts what is too long to be looked at', async () => {
        const raw = 'x'.repeat(1_000_000)
        await store.append(aBatch([anUnreadable({ raw })]))
        const [letter] = await store.deadLetters(1)
        expect(letter?.raw.length).toBeLessThan(70_000)
        expect(letter?.raw).toContain('1000000 characters')
      })

      test('two stores on the same data: each change once, every count exact', async () => {
        const second = await place.open()
        try {
          const changes = Array.from({ length: 200 }, (_, i) =>
            aChange({ rcid: i % 3 === 0 ? null : 4_000_000_000 + i }),
          )
          const results = await Promise.all([
            store.append(aBatch(changes.slice(0, 150))),
            second.append(aBatch(changes.slice(50))),
            store.append(aBatch(changes.slice(100))),
            second.append(aBatch(changes.slice(0, 100))),
          ])
          expect(results.reduce((sum, { added }) => sum + added, 0)).toBe(200)
          expect(await all()).toHaveLength(200)
          expect((await second.dayStats(ALL, DAY)).total).toBe(200)
        } finally {
          await second.close()
        }
      })
    })

    describe('recent', () => {
      test('is newest first, and passes over the offset', async () => {
        const times = [5, 1, 3, 2, 4]
        await store.append(
          aBatch(times.map((second) => aChange({ at: DAY + second * 1000, title: String(second) }))),
        )
        const titles = async (offset: number, limit: number) =>
          (await store.recent({ scope: ALL, offset, limit })).changes.map(({ title }) => title)
        expect(await titles(0, 10)).toEqual(['5', '4', '3', '2', '1'])
        expect(await titles(1, 2)).toEqual(['4', '3'])
        expect(await titles(9, 2)).toEqual([])
      })

      test('pages by cursor through everything, without gaps or repeats, also within one millisecond', async () => {
        const sites = Object.values(SITES)
        const changes = Array.from({ length: 60 }, (_, i) =>
          aChange({ at: DAY + (i >> 3), site: sites[i % sites.length] as Change['site'] }),
        )
        await store.append(aBatch(changes))
        for (const scope of [ALL, { kind: 'language', language: 'en' }, wiki('dewiki')] as const) {
          const paged: Change[] = []
          let before: string | undefined
          do {
            const page = await store.recent({ scope, limit: 7, ...(before !== undefined && { before }) })
            paged.push(...page.changes)
            before = page.next ?? undefined
          } while (before !== undefined)
          expect(paged).toEqual(await all(scope))
          expect(paged).toHaveLength(changes.filter((change) => inScope(scope, change.site)).length)
          expect(paged.every((change, i) => i === 0 || change.at <= (paged[i - 1] as Change).at)).toBe(true)
        }
      })

      test('pages back the way it came, also while new changes arrive', async () => {
        const sites = Object.values(SITES)
        await store.append(
          aBatch(
            Array.from({ length: 60 }, (_, i) =>
              aChange({ at: DAY + (i >> 3), site: sites[i % sites.length] as Change['site'] }),
            ),
          ),
        )
        for (const scope of [ALL, { kind: 'language', language: 'en' }, wiki('dewiki')] as const) {
          const older = [await store.recent({ scope, limit: 4 })]
          expect(older[0]?.previous).toBeNull()
          for (let next = older[0]?.next ?? null; next !== null; ) {
            const page = await store.recent({ scope, limit: 4, before: next })
            older.push(page)
            next = page.next
          }
          await store.append(aBatch([aChange({ at: DAY + 1000, site: SITES.dewiki })]))
          for (let i = older.length - 1; i > 0; i--) {
            const page = await store.recent({ scope, limit: 4, after: older[i]?.previous as string })
            expect(page.changes).toEqual(older[i - 1]?.changes)
            expect(page.previous !== null || i === 1).toBe(true)
            expect((await store.recent({ scope, limit: 4, before: page.next as string })).changes).toEqual(
              older[i]?.changes,
            )
          }
        }
        const [newest] = (await store.recent({ scope: ALL, limit: 1 })).changes
        const second = await store.recent({ scope: ALL, limit: 1, offset: 1 })
        expect(await store.recent({ scope: ALL, limit: 5, after: second.previous as string })).toMatchObject({
          changes: [newest],
          previous: null,
        })
      })

      test('a page stays what it was while new changes arrive', async () => {
        await store.append(aBatch(Array.from({ length: 20 }, () => aChange())))
        const first = await store.recent({ scope: ALL, limit: 5 })
        const next = () => store.recent({ scope: ALL, limit: 5, before: first.next as string })
        const before = await next()
        await store.append(aBatch(Array.from({ length: 20 }, () => aChange({ at: DAY + 80_000_000 }))))
        expect(await next()).toEqual(before)
      })

      test('a scope has its wikis and no others', async () => {
        await store.append(aBatch(Object.values(SITES).map((site) => aChange({ site }))))
        const wikis = async (scope: Scope) => (await all(scope)).map(({ site }) => site.wiki).sort()
        expect(await wikis({ kind: 'language', language: 'en' })).toEqual(['enwiki', 'enwiktionary'])
        expect(await wikis(wiki('wikidatawiki'))).toEqual(['wikidatawiki'])
        expect(await wikis(wiki('frwiki'))).toEqual([])
        expect((await store.sites()).map((site) => site.wiki).sort()).toEqual(Object.keys(SITES).sort())
      })
    })

    describe('dayStats', () => {
      test('is what a recount of the rows gives, for every scope and day', async () => {
        const sites = Object.values(SITES)
        const changes = Array.from({ length: 500 }, (_, i) =>
          aChange({
            at: DAY + i * 400_000,
            site: sites[i % 4] as Change['site'],
            type: CHANGE_TYPES[i % 5] as Change['type'],
            bot: i % 3 === 0,
            bytes:
              i % 7 === 0
                ? { old: null, new: null }
                : { old: i % 5 === 1 ? null : 1000, new: (i * 37) % 3000 },
          }),
        )
        await store.append(aBatch(changes))
        for (const scope of [
          ALL,
          { kind: 'language', language: 'en' },
          wiki('dewiki'),
          wiki('frwiki'),
        ] as const) {
          for (const day of [DAY - 86_400_000, DAY, DAY + 86_400_000]) {
            expect(await store.dayStats(scope, day)).toEqual(recount(changes, scope, day))
          }
        }
      })
    })

    describe('tail', () => {
      /** Everything after a place, read in pieces. */
      async function readOn(after: number, piece = 7) {
        const ids: string[] = []
        for (let upTo = after; ; ) {
          const tail = await store.tail(upTo, piece)
          ids.push(...tail.arrivals.map(({ change }) => change.id))
          if (tail.upTo === upTo) return { ids, upTo }
          expect(tail.arrivals.map(({ place }) => place)).toEqual(
            tail.arrivals.map(({ place }) => place).toSorted((a, b) => a - b),
          )
          upTo = tail.upTo
        }
      }

      test('has every change once, in the order of storing, however old it is', async () => {
        expect(await store.lastArrival()).toBe(0)
        expect(await store.tail(0, 10)).toEqual({ arrivals: [], upTo: 0 })
        const stored: string[] = []
        let place = 0
        for (let round = 0; round < 5; round++) {
          // Newer, older, and of the same millisecond as what is there.
          const changes = Array.from({ length: 20 }, (_, i) =>
            aChange({ at: DAY + ((round * 31 + i * 17) % 50) * 1000 + (i % 2) }),
          )
          await store.append(aBatch([...changes, ...changes.slice(0, 3)]))
          stored.push(...changes.map(({ id }) => id))
          const news = await readOn(place)
          expect(news.ids).toEqual(changes.map(({ id }) => id))
          place = news.upTo
          expect(place).toBe(await store.lastArrival())
        }
        await reopen()
        expect((await readOn(0)).ids).toEqual(stored)
        expect((await store.tail(0, 1)).arrivals[0]?.change.id).toBe(stored[0])
      })

      test('misses nothing while two write', async () => {
        const second = await place.open()
        try {
          const changes = Array.from({ length: 200 }, (_, i) => aChange({ at: DAY + ((i * 37) % 100) }))
          const writing = Promise.all(
            changes.map((change, i) => (i % 2 === 0 ? store : second).append(aBatch([change]))),
          )
          const seen: string[] = []
          for (let upTo = 0; seen.length < changes.length; ) {
            const news = await readOn(upTo)
            seen.push(...news.ids)
            upTo = news.upTo
          }
          await writing
          expect(seen.toSorted()).toEqual(changes.map(({ id }) => id).toSorted())
        } finally {
          await second.close()
        }
      })

      test('goes on after pruning, without what was pruned', async () => {
        const old = Array.from({ length: 30 }, (_, i) => aChange({ at: DAY + i }))
        await store.append(aBatch(old))
        const place = await store.lastArrival()
        while (!(await store.prune(DAY + 86_400_000)).isDone);
        expect((await readOn(0)).ids).toEqual([])
        const fresh = [aChange({ at: DAY + 2 * 86_400_000 }), aChange({ at: DAY + 86_400_001 })]
        await store.append(aBatch(fresh))
        expect((await readOn(place)).ids).toEqual(fresh.map(({ id }) => id))
        expect((await readOn(0)).ids).toEqual(fresh.map(({ id }) => id))
      })
    })

    describe('series', () => {
      test('is what a recount of the rows gives, empty pieces of time included', async () => {
        const sites = Object.values(SITES)
        const changes = Array.from({ length: 300 }, (_, i) =>
          aChange({ at: DAY + i * 700_000, site: sites[i % 4] as Change['site'], bot: i % 3 === 0 }),
        )
        await store.append(aBatch(changes))
        const [from, to] = [DAY - 86_400_000, DAY + 4 * 86_400_000]
        for (const scope of [ALL, { kind: 'language', language: 'en' }, wiki('frwiki')] as const) {
          for (const [bucket, length] of [
            ['hour', 3_600_000],
            ['day', 86_400_000],
          ] as const) {
            const recounted = Array.from({ length: (to - from) / length }, (_, i) => {
              const at = from + i * length
              const inside = changes.filter(
                (change) => inScope(scope, change.site) && change.at >= at && change.at < at + length,
              )
              const bots = inside.filter(({ bot }) => bot).length
              return { at, humans: inside.length - bots, bots }
            })
            expect(await store.series({ scope, from, to, bucket })).toEqual(recounted)
          }
        }
      })

      test('of minutes, also where there are many changes', async () => {
        const sites = Object.values(SITES)
        const changes = Array.from({ length: 24_000 }, (_, i) =>
          aChange({ at: DAY + i * 100, site: sites[i % 4] as Change['site'], bot: i % 3 === 0 }),
        )
        await store.append(aBatch(changes))
        const [from, to] = [DAY - 120_000, DAY + 30 * 60_000]
        for (const scope of [ALL, { kind: 'language', language: 'en' }, wiki('frwiki')] as const) {
          const points = Array.from({ length: (to - from) / 60_000 }, (_, i) => {
            return { at: from + i * 60_000, humans: 0, bots: 0 }
          })
          for (const { at, site, bot } of changes) {
            const point = points[Math.floor((at - from) / 60_000)]
            if (point !== undefined && inScope(scope, site)) point[bot ? 'bots' : 'humans']++
          }
          expect(await store.series({ scope, from, to, bucket: 'minute' })).toEqual(points)
        }
      })
    })

    describe('gaps', () => {
      const gap = { from: DAY, to: DAY + 5000, state: 'open', reason: 'the server no longer had it' } as const

      test('are stored with the batch; news of one replaces what was known', async () => {
        expect(await store.gaps()).toEqual([])
        await store.append({
          ...aBatch([aChange()], 'p'),
          gaps: [gap, { ...gap, from: DAY + 9000, to: DAY + 9500 }],
        })
        await store.append({ ...aBatch([]), gaps: [{ ...gap, to: DAY + 4000, state: 'lost' }] })
        await store.append({ ...aBatch([]), source: 'other', gaps: [gap] })
        await reopen()
        expect(await store.gaps()).toEqual([
          { ...gap, source: 'test', to: DAY + 4000, state: 'lost' },
          { ...gap, source: 'other' },
          { ...gap, source: 'test', from: DAY + 9000, to: DAY + 9500 },
        ])
      })
    })

    describe('prune', () => {
      const HOUR = 3_600_000
      const pruneAll = async (before: number) => {
        let removed = 0
        for (;;) {
          const step = await store.prune(before)
          removed += step.removed
          if (step.isDone) return removed
        }
      }

      test('removes whole hours before the time, in steps; their counts stay', async () => {
        const changes = Array.from({ length: 1500 }, (_, i) => aChange({ at: DAY + i * 5000 }))
        await store.append(aBatch(changes))
        const before = await store.dayStats(ALL, DAY)
        expect((await store.prune(DAY + 1.5 * HOUR)).removed).toBeLessThan(720)
        await pruneAll(DAY + 1.5 * HOUR)
        expect(await all()).toHaveLength(1500 - 720)
        expect((await store.span())?.from).toBe(DAY + HOUR)
        expect(await store.dayStats(ALL, DAY)).toEqual(before)
        expect((await store.totals()).changes).toBe(1500 - 720)
        expect((await store.verify()).differences).toEqual([])
        expect((await store.verify()).rollupsKept).toBeGreaterThan(0)
      })

      test('a change of a pruned hour is not taken again: it would count twice', async () => {
        const change = aChange({ at: DAY + 5 })
        await store.append(aBatch([change]))
        expect(await pruneAll(DAY + HOUR)).toBe(1)
        await reopen()
        expect(await store.append(aBatch([change, aChange({ at: DAY + HOUR })]))).toEqual({
          added: 1,
          duplicates: 0,
          buried: [],
          expired: 1,
        })
        expect((await store.dayStats(ALL, DAY)).total).toBe(2)
      })

      test('pruning less than before brings nothing back and takes nothing away', async () => {
        await store.append(aBatch([aChange({ at: DAY }), aChange({ at: DAY + 5 * HOUR })]))
        expect(await pruneAll(DAY + 2 * HOUR)).toBe(1)
        expect(await pruneAll(DAY + HOUR)).toBe(0)
        expect((await store.append(aBatch([aChange({ at: DAY + 1.5 * HOUR })]))).expired).toBe(1)
      })
    })

    describe('verify', () => {
      test('finds a sound store sound, with figures', async () => {
        const changes = recordedEvents().map((line) => readRecentChange(line, 'test') as Change)
        await store.append(aBatch(changes))
        const { differences, changes: counted, rollupsCompared } = await store.verify()
        expect({ differences, counted }).toEqual({ differences: [], counted: changes.length })
        expect(rollupsCompared).toBeGreaterThan(10)
      })
    })

    test('totals and counts of a time', async () => {
      await store.append(aBatch([1, 2, 3, 4].map((i) => aChange({ at: DAY + i }))))
      await store.append(aBatch([anUnreadable()]))
      expect(await store.totals()).toMatchObject({ changes: 4, deadLetters: 1 })
      expect((await store.totals()).bytes).toBeGreaterThan(0)
      expect(await store.space()).toSatisfy((bytes: number | null) => bytes === null || bytes > 0)
      expect(await store.countBetween(DAY + 2, DAY + 4)).toBe(2)
    })

    test('span is the oldest and the newest change', async () => {
      expect(await store.span()).toBeNull()
      await store.append(
        aBatch([aChange({ at: DAY + 5 }), aChange({ at: DAY + 1 }), aChange({ at: DAY + 9 })]),
      )
      expect(await store.span()).toEqual({ from: DAY + 1, to: DAY + 9 })
    })

    test('a preference is kept, changed, and each person has their own', async () => {
      expect(await store.scopeOf('1')).toBeNull()
      await store.setScope('1', 'en')
      await store.setScope('2', 'de')
      await store.setScope('1', "x'); DROP TABLE changes; --")
      await reopen()
      expect(await store.scopeOf('1')).toBe("x'); DROP TABLE changes; --")
      expect(await store.scopeOf('2')).toBe('de')
    })

    test('a language is kept beside the scope, and can be taken back', async () => {
      expect(await store.languageOf('1')).toBeNull()
      await store.setLanguage('1', 'uz')
      await store.setScope('1', 'en')
      await store.setScope('2', 'de')
      await store.setLanguage('2', "x'); DROP TABLE changes; --")
      await reopen()
      expect(await store.languageOf('1')).toBe('uz')
      expect(await store.scopeOf('1')).toBe('en')
      expect(await store.languageOf('2')).toBe("x'); DROP TABLE changes; --")
      await store.setLanguage('1', null)
      expect(await store.languageOf('1')).toBeNull()
      expect(await store.scopeOf('1')).toBe('en')
      expect(await store.scopeOf('2')).toBe('de')
    })

    describe('feeds', () => {
      const feed = (of: Partial<Feed> = {}): Omit<Feed, 'id'> => ({
        kind: 'feed',
        owner: '81',
        target: { kind: 'channel', channel: '1300000000000000001', place: 'server 13' },
        scope: 'dewiki',
        filter: { types: ['new'], namespaces: [0, 4], title: 'Käse*', isBot: false },
        style: 'embed',
        language: 'de',
        state: 'active',
        createdAt: DAY,
        ...of,
      })

      test('are kept as they are, in the order of their numbers, and found by person and place', async () => {
        const first = await store.addFeed(feed(), 0)
        const direct = feed({ kind: 'watch', owner: '82', target: { kind: 'direct' }, filter: {} })
        const second = await store.addFeed(direct, 7)
        expect(second.id).toBeGreaterThan(first.id)
        await reopen()
        expect(await store.feeds()).toEqual([
          { id: first.id, ...feed() },
          { id: second.id, ...direct },
        ])
        expect(await store.feeds({ owner: '82' })).toEqual([second])
        expect(await store.feeds({ place: 'server 13' })).toEqual([first])
        expect(await store.feeds({ place: 'server 14' })).toEqual([])
      })

      test('change where something is given, and in nothing else', async () => {
        const { id } = await store.addFeed(feed(), 5)
        await store.saveCursors([{ id, sent: 6, sending: 9 }])
        expect(await store.changeFeed(id, { state: 'paused', filter: {} })).toBe(true)
        expect(await store.feeds()).toEqual([{ id, ...feed({ state: 'paused', filter: {} }) }])
        expect(await store.cursors()).toEqual([{ id, sent: 6, sending: 9 }])
        expect(await store.changeFeed(id, { state: 'active', scope: '*', style: 'compact', sent: 12 })).toBe(
          true,
        )
        expect(await store.feeds()).toEqual([{ id, ...feed({ scope: '*', style: 'compact', filter: {} }) }])
        expect(await store.cursors()).toEqual([{ id, sent: 12, sending: null }])
        expect(await store.changeFeed(id + 1, { state: 'paused' })).toBe(false)
      })

      test('a number is never given twice', async () => {
        const { id } = await store.addFeed(feed(), 0)
        expect(await store.removeFeed(id)).toBe(true)
        expect(await store.removeFeed(id)).toBe(false)
        expect((await store.addFeed(feed(), 0)).id).toBeGreaterThan(id)
      })

      test('the version grows with every feed that is added, changed or removed, and with nothing else', async () => {
        const versions = [await store.feedsVersion()]
        const note = async () => versions.push(await store.feedsVersion())
        const { id } = await store.addFeed(feed(), 0)
        await note()
        await store.changeFeed(id, { state: 'paused' })
        await note()
        await store.removeFeed(id)
        await note()
        expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b))
        await store.saveCursors([{ id, sent: 3, sending: null }])
        await store.removeFeed(id)
        expect(await store.feedsVersion()).toBe(versions.at(-1))
      })

      test('cursors are kept together; those of feeds that are gone are passed over', async () => {
        const { id: one } = await store.addFeed(feed(), 1)
        const { id: two } = await store.addFeed(feed(), 2)
        expect(await store.cursors()).toEqual([
          { id: one, sent: 1, sending: null },
          { id: two, sent: 2, sending: null },
        ])
        await store.removeFeed(two)
        await store.saveCursors([
          { id: two, sent: 8, sending: null },
          { id: one, sent: 2 ** 40, sending: 2 ** 40 + 1 },
        ])
        await store.saveCursors([{ id: one, sent: 5, sending: 2 ** 40 + 1 }])
        await reopen()
        expect(await store.cursors()).toEqual([{ id: one, sent: 2 ** 40, sending: 2 ** 40 + 1 }])
      })
    })

    test('close is idempotent, waits for what is under way, and refuses what comes later', async () => {
      const appended = store.append(aBatch([aChange()]))
      await Promise.all([store.close(), store.close()])
      expect((await appended).added).toBe(1)
      await expect(store.append(aBatch([aChange()]))).rejects.toThrow()
      store = await place.open()
      expect(await all()).toHaveLength(1)
    })
  })
}

const wiki = (name: keyof typeof SITES | 'frwiki'): Scope => ({ kind: 'wiki', wiki: name })

/** The oracle: a day's counts from the changes themselves. */
function recount(changes: readonly Change[], scope: Scope, day: number) {
  const counted = changes.filter(
    (change) => inScope(scope, change.site) && change.at >= day && change.at < day + 86_400_000,
  )
  const sum = (value: (change: Change) => number) =>
    counted.reduce((total, change) => total + value(change), 0)
  const difference = ({ bytes }: Change) => (bytes.new === null ? 0 : bytes.new - (bytes.old ?? 0))
  return {
    total: counted.length,
    types: Object.fromEntries(
      CHANGE_TYPES.map((type) => [type, sum((change) => Number(change.type === type))]),
    ),
    bots: sum(({ bot }) => Number(bot)),
    humans: sum(({ bot }) => Number(!bot)),
    bytesAdded: sum((change) => Math.max(0, difference(change))),
    bytesRemoved: sum((change) => Math.max(0, -difference(change))),
    hours: Array.from({ length: 24 }, (_, hour) =>
      sum(({ at }) => Number(Math.floor((at - day) / 3_600_000) === hour)),
    ),
  }
}

const wellFormed = <T>(value: T): T => {
  if (typeof value === 'string') return value.toWellFormed() as T
  if (Array.isArray(value)) return value.map(wellFormed) as T
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [wellFormed(key), wellFormed(inner)]),
    ) as T
  }
  return value
}
