import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { storeConformance } from '../../../conformance/store.ts'
import { aBatch, aChange, SITES } from '../../../test/changes.ts'
import { freshMongo, HAS_MONGODB, type MongoDatabase, NEEDS_MONGODB } from '../../../test/mongodb.ts'
import type { Change } from '../../change.ts'
import type { RecentPage, Store } from '../../contracts.ts'
import { inScope, type Scope } from '../../scope.ts'
import { type MongoStoreOptions, openMongoStore } from './store.ts'
import type { Step } from './writer.ts'

// FerretDB reads every document for every question: what takes a mongod milliseconds takes it seconds.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 })

/** So is what it takes to answer a question: else all would be answered in part. */
const PATIENT = { atOnceMs: 60_000, recentMs: 60_000, previewMs: 60_000, topMs: 60_000, piece: 20_000 }

const ALL: Scope = { kind: 'all' }
const DAY = Date.UTC(2026, 7, 4)
const HOUR = 3_600_000

describe.skipIf(!HAS_MONGODB)(`with a server${NEEDS_MONGODB}`, () => {
  storeConformance('mongodb', async () => {
    const database = freshMongo()
    return {
      open: () => openMongoStore(database.address, { limits: PATIENT }),
      remove: () => database.drop(),
    }
  })

  let database: MongoDatabase
  const opened: Store[] = []
  beforeEach(() => {
    database = freshMongo()
  })
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close()
    await database.drop()
  })
  const open = async (options?: MongoStoreOptions) => {
    const store = await openMongoStore(database.address, options)
    opened.push(store)
    return store
  }
  const collection = (name: string) =>
    database.client.db(database.address.database).collection<{ _id: string | number }>(name)

  /** What must hold of a store with these changes, whatever happened while they were stored. */
  async function expectExactly(store: Store, changes: readonly Change[]): Promise<void> {
    expect((await store.dayStats(ALL, DAY)).total).toBe(changes.length)
    const { arrivals } = await store.tail(0, 10_000)
    expect(arrivals.map(({ change }) => change.id).toSorted()).toEqual(changes.map(({ id }) => id).toSorted())
    const { differences, changes: counted } = await store.verify()
    expect({ differences, counted }).toEqual({ differences: [], counted: changes.length })
  }

  describe('a writer that dies between two steps', () => {
    const at = (i: number) => DAY + i * 1000
    const old = Array.from({ length: 5 }, (_, i) => aChange({ at: at(i) }))
    const fresh = Array.from({ length: 20 }, (_, i) => aChange({ at: at(2000 + i * 300) }))
    /** Fails once, after a step. */
    const dying = (step: Step): MongoStoreOptions => {
      let isDead = false
      return {
        after: (done) => {
          if (done !== step || isDead) return
          isDead = true
          throw new Error('dead')
        },
      }
    }

    test.each(['mark', 'insert', 'publish', 'count', 'position'] as const)(
      '%s: comes again, in another process',
      async (step) => {
        const first = await open()
        await first.append(aBatch(old, 'old'))
        const dead = await open(dying(step))
        await expect(dead.append(aBatch(fresh, 'new'))).rejects.toThrow('dead')
        expect(await first.position('test')).toBe(step === 'position' ? 'new' : 'old')
        // The one that lives on takes it over; its own changes come in between.
        await first.append(aBatch([...fresh, ...old.slice(0, 2)], 'new'))
        await expectExactly(first, [...old, ...fresh])
        expect(await first.position('test')).toBe('new')
      },
    )

    test.each(['insert', 'publish', 'count'] as const)(
      '%s: comes again in the same process, or is found at the start',
      async (step) => {
        const store = await open(dying(step))
        await expect(store.append(aBatch(fresh))).rejects.toThrow('dead')
        const next = aChange({ at: at(1) })
        await store.append(aBatch([next]))
        await expectExactly(store, [...fresh, next])

        const other = await open(dying(step))
        const more = [aChange({ at: at(3) }), aChange({ at: at(4000) })]
        await expect(other.append(aBatch(more))).rejects.toThrow('dead')
        await expectExactly(await open(), [...fresh, next, ...more])
      },
    )

    test('who takes long is not taken for dead: both finish it, and it counts once', async () => {
      const late = Promise.withResolvers<void>()
      const helped = await open()
      let taking: Promise<unknown> | undefined
      const slow = await open({
        after: (step) => {
          if (step === 'insert') taking = helped.append(aBatch(fresh)).then(() => late.resolve())
        },
      })
      await slow.append(aBatch(fresh))
      await taking
      await late.promise
      await expectExactly(helped, fresh)
    })

    test('marks of the dead are forgotten once they are certain to be', async () => {
      const dead = await open(dying('insert'))
      await expect(dead.append(aBatch(fresh))).rejects.toThrow('dead')
      const store = await open()
      expect(await collection('marks').countDocuments()).toBe(1)
      await collection('marks').updateMany({}, { $set: { until: Date.now() - 1 } })
      await store.append(aBatch([old[0] as Change]))
      expect(await collection('marks').countDocuments()).toBe(0)
      await expectExactly(store, [...fresh, old[0] as Change])
    })

    test('no row goes while a count of its hour is under way', async () => {
      const dead = await open(dying('insert'))
      await expect(dead.append(aBatch(fresh))).rejects.toThrow('dead')
      const store = await open()
      expect(await store.prune(DAY + 24 * HOUR)).toEqual({ removed: 0, isDone: false })
      await collection('marks').updateMany({}, { $set: { until: Date.now() - 1 } })
      expect(await store.prune(DAY + 24 * HOUR)).toEqual({ removed: fresh.length, isDone: true })
      expect((await store.dayStats(ALL, DAY)).total).toBe(fresh.length)
      expect((await store.verify()).differences).toEqual([])
    })
  })

  test('several that write at once: every count exact, each change told on once', async () => {
    const changes = Array.from({ length: 240 }, (_, i) =>
      aChange({
        at: DAY + i * 60_000,
        site: Object.values(SITES)[i % 4] as Change['site'],
        bot: i % 3 === 0,
      }),
    )
    const stores = [await open(), await open(), await open()]
    await Promise.all(
      stores.map(async (store, n) => {
        // Each has a third of its own, and shares the rest.
        for (let i = 0; i < changes.length; i += 20)
          await store.append(aBatch(changes.slice(i, i + 20).filter((_, k) => k % 2 === 0 || k % 3 === n)))
      }),
    )
    await expectExactly(stores[0] as Store, changes)
    expect(await collection('marks').countDocuments()).toBe(0)
  })

  test('a search that takes too long ends early, says how far it came, and is gone on with, there and back', async () => {
    const sites = Object.values(SITES)
    const changes = Array.from({ length: 300 }, (_, i) =>
      aChange({
        at: DAY + i * 1000,
        site: sites[i % 4] as Change['site'],
        title: i % 37 === 0 ? 'Rare' : `Page ${i % 50}`,
      }),
    )
    // None is answered at once, and each time one piece is looked at.
    const store = await open({
      limits: { atOnceMs: null, recentMs: 0, previewMs: 5000, topMs: 5000, piece: 40 },
    })
    await store.append(aBatch(changes))
    changes.reverse()
    for (const scope of [ALL, { kind: 'language', language: 'en' }] as const) {
      for (const title of ['rare', 'r*e']) {
        const expected = changes.filter((change) => inScope(scope, change.site) && change.title === 'Rare')
        const query = { scope, filter: { title }, limit: 2 }
        const there: RecentPage[] = [await store.recent(query)]
        for (let last = there[0]; last?.next; last = there.at(-1))
          there.push(await store.recent({ ...query, before: last.next }))
        expect(there.flatMap((page) => page.changes)).toEqual(expected)
        expect(there.some(({ searchedTo }) => searchedTo !== null)).toBe(true)

        const back: RecentPage[] = []
        for (let last = there.at(-1); last?.previous; last = back[0])
          back.unshift(await store.recent({ ...query, after: last.previous }))
        const behind = there.at(-1)?.changes.length ?? 0
        expect(back.flatMap((page) => page.changes)).toEqual(expected.slice(0, expected.length - behind))
      }
    }
  })

  describe('verify finds what is not as it should be', () => {
    const sabotage: [what: string, how: () => Promise<unknown>, named: string][] = [
      [
        'a row that went missing',
        async () => collection('changes').deleteOne({}),
        'enwiki, 2026-08-04T12h, edit people',
      ],
      [
        'a count that was raised',
        async () =>
          collection('hours').updateMany({}, { $inc: { version: 1 }, $set: { all: Array(12).fill(9) } }),
        'all wikis, 2026-08-04T12h, edit people',
      ],
      [
        'counts that are not there',
        async () => collection('hours').deleteMany({}),
        'enwiki, 2026-08-04T12h, bytes added',
      ],
      [
        'another size of a page',
        async () => collection('changes').updateMany({}, { $set: { grown: 1 } }),
        'enwiki, 2026-08-04T12h, bytes added',
      ],
      [
        'a change that is not in the order of storing',
        async () => collection('arrivals').deleteMany({}),
        'order of storing',
      ],
    ]
    test.each(sabotage)('%s', async (_what, how, named) => {
      const store = await open()
      await store.append(aBatch([aChange(), aChange(), aChange()]))
      expect((await store.verify()).differences).toEqual([])
      await how()
      expect((await store.verify()).differences.map(({ what }) => what)).toContain(named)
    })
  })

  test('what a newer program has written is left alone', async () => {
    await (await open()).close()
    await collection('counters').updateOne({ _id: 'schema' }, { $inc: { value: 1 } })
    await expect(open()).rejects.toThrow(
      'was written by a newer wiki-change-stream (schema 2): update this one',
    )
  })
})
