import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { storeConformance } from '../../../conformance/store.ts'
import { aBatch, aChange, nextId } from '../../../test/changes.ts'
import { createDatabase, HAS_POSTGRES, NEEDS_POSTGRES, type TestDatabase } from '../../../test/postgres.ts'
import { until } from '../../../test/program.ts'
import type { Change } from '../../change.ts'
import type { Store } from '../../contracts.ts'
import { isRetryable } from '../../errors.ts'
import { openPostgresStore } from './store.ts'

const DAY = Date.UTC(2026, 7, 4)
const DAY_MS = 86_400_000
const ids = (changes: readonly Change[]) => changes.map(({ id }) => id)

describe.skipIf(!HAS_POSTGRES)(`PostgreSQL${NEEDS_POSTGRES}`, () => {
  storeConformance('postgres', async () => {
    const database = await createDatabase()
    return {
      open: () => openPostgresStore(database.url),
      remove: () => database.drop(),
    }
  })

  let database: TestDatabase
  const open: Store[] = []
  const openStore = async () => {
    const store = await openPostgresStore(database.url)
    open.push(store)
    return store
  }
  beforeEach(async () => {
    database = await createDatabase()
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()))
    await database.drop()
  })
  const partitions = async () => {
    const found = await database.sql<{ name: string }>(
      "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'changes'::regclass ORDER BY 1",
    )
    return found.map(({ name }) => name)
  }

  /** How many connections wait for others. */
  const waiting = async () =>
    (
      await database.sql(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      )
    ).length

  test('several processes that start together on an empty database', async () => {
    const stores = await Promise.all(Array.from({ length: 4 }, openStore))
    const changes = Array.from({ length: 40 }, () => aChange())
    await Promise.all(stores.map((store) => store.append(aBatch(changes))))
    expect((await (stores[0] as Store).totals()).changes).toBe(40)
  })

  test('the tail skips nothing where the append that began first is committed last', async () => {
    const store = await openStore()
    await store.append(aBatch([aChange()]))
    const begin = await store.lastArrival()
    // The first append has its rows and its numbers, and is held up by a dead letter that somebody else is writing.
    const first = aChange()
    const letter = { unreadable: true, source: 'test', kind: 'malformed', reason: 'r', raw: 'held' } as const
    const hold = await database.hold(
      "INSERT INTO dead_letters (digest, source, at, reason, raw) VALUES (sha256('held'), 1, 0, '', '')",
    )
    const slow = store.append(aBatch([first, letter]))
    await until('the first append waits', async () => (await waiting()) === 1)
    const other = await openStore()
    const second = aChange()
    const quick = other.append(aBatch([second]))
    await until('the second one waits behind it', async () => (await waiting()) === 2)
    expect(await other.tail(begin, 10)).toEqual({ arrivals: [], upTo: begin })
    await hold.release()
    await Promise.all([slow, quick])
    const { arrivals } = await other.tail(begin, 10)
    expect(arrivals.map(({ change }) => change.id)).toEqual([first.id, second.id])
  })

  test('the tail skips nothing where numbers that were given later are committed first', async () => {
    const [store, other] = [await openStore(), await openStore()]
    const shared = aChange()
    await store.append(aBatch([aChange({ at: shared.at })]))
    const begin = await store.lastArrival()
    // The first append has its number and waits for an id that another transaction is about to write.
    const hold = await database.hold('INSERT INTO ids VALUES ($1)', [shared.id])
    const slow = store.append(aBatch([shared, aChange()]))
    await until('the first append waits', async () => (await waiting()) === 1)
    const quick = aChange()
    await other.append(aBatch([quick]))
    const seen = await other.tail(begin, 10)
    expect(seen.arrivals.map(({ change }) => change.id)).toEqual([quick.id])
    await hold.release()
    expect((await slow).added).toBe(2)
    const { arrivals } = await other.tail(seen.upTo, 10)
    expect(arrivals.map(({ change }) => change.id)).toContain(shared.id)
    expect(arrivals).toHaveLength(2)
  })

  test('writers of the same changes in any order never wait for each other in a circle', async () => {
    const stores = await Promise.all(Array.from({ length: 3 }, openStore))
    const changes = Array.from({ length: 1500 }, (_, i) => aChange({ at: DAY + (i % 7) * 3_600_000 }))
    let added = 0
    for (let round = 0; round < 5; round++) {
      const piece = changes.slice(round * 300, round * 300 + 300)
      const orders = [piece, piece.toReversed(), piece.toSorted((a, b) => (a.id < b.id ? 1 : -1))]
      const appended = await Promise.all(
        stores.map((store, i) => store.append(aBatch(orders[i] as Change[], String(round)))),
      )
      for (const each of appended) added += each.added
    }
    expect(added).toBe(changes.length)
    const store = stores[0] as Store
    expect((await store.verify()).differences).toEqual([])
    const [{ deadlocks } = { deadlocks: -1 }] = await database.sql<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    )
    expect(Number(deadlocks)).toBe(0)
  })

  test('each UTC day has a partition, and one that is over and pruned is dropped', async () => {
    const store = await openStore()
    const changes = [DAY - 1, DAY, DAY + DAY_MS - 1, DAY + DAY_MS].map((at) => aChange({ at }))
    await store.append(aBatch(changes))
    expect(await partitions()).toEqual(['changes_20260803', 'changes_20260804', 'changes_20260805'])
    while (!(await store.prune(DAY + DAY_MS - 3_600_000)).isDone);
    expect(await partitions()).toEqual(['changes_20260804', 'changes_20260805'])
    while (!(await store.prune(DAY + DAY_MS)).isDone);
    expect(await partitions()).toEqual(['changes_20260805'])
    expect(ids((await store.recent({ scope: { kind: 'all' }, limit: 10 })).changes)).toEqual([changes[3]?.id])
    expect(await database.sql('SELECT id FROM ids')).toEqual([{ id: changes[3]?.id }])
    expect((await store.append(aBatch(changes))).expired).toBe(3)
    expect(await partitions()).toEqual(['changes_20260805'])
    expect((await store.verify()).differences).toEqual([])
  })

  test('pruning while others write leaves every count right', async () => {
    const [store, other] = [await openStore(), await openStore()]
    const appending = (async () => {
      for (let round = 0; round < 30; round++)
        await other.append(aBatch(Array.from({ length: 50 }, (_, i) => aChange({ at: DAY + i * 3_600_000 }))))
    })()
    // Whoever writes may be in the way of dropping a partition: that is tried again.
    const step = (before: number) =>
      store.prune(before).catch((error: unknown) => {
        if (!isRetryable(error)) throw error
        return { removed: 0, isDone: false }
      })
    for (let hour = 0; hour < 30; hour++) while (!(await step(DAY + hour * 3_600_000)).isDone);
    await appending
    const { differences, changes } = await store.verify()
    expect(differences).toEqual([])
    expect((await store.totals()).changes).toBe(changes)
  })

  test('an append that is under way is waited for before its hours are closed', async () => {
    const store = await openStore()
    const change = aChange({ at: DAY })
    await store.append(aBatch([aChange({ at: DAY })]))
    // It has looked which hours are open, and waits for an id that another transaction is about to write.
    const hold = await database.hold('INSERT INTO ids VALUES ($1)', [change.id])
    const slow = store.append(aBatch([change]))
    await until('the append waits', async () => (await waiting()) === 1)
    let isPruned = false
    const pruning = (async () => {
      while (!(await store.prune(DAY + 3_600_000)).isDone);
      isPruned = true
    })()
    await until('pruning waits for it, or does not', async () => isPruned || (await waiting()) === 2)
    await hold.release()
    expect((await slow).added).toBe(1)
    await pruning
    expect((await store.verify()).differences).toEqual([])
    expect((await store.totals()).changes).toBe(0)
  })

  test('whoever is in the way of dropping a partition is not waited for', async () => {
    const store = await openStore()
    await store.append(aBatch([aChange({ at: DAY })]))
    const hold = await database.hold('SELECT FROM changes')
    const pruneAll = async () => {
      while (!(await store.prune(DAY + DAY_MS)).isDone);
    }
    await expect(pruneAll()).rejects.toSatisfy(isRetryable)
    await hold.release()
    await pruneAll()
    expect(await partitions()).toEqual([])
  })

  test('a connection that is cut is a retryable error, and the next call makes another', async () => {
    const store = await openStore()
    const change = aChange()
    await store.append(aBatch([aChange()]))
    const hold = await database.hold('LOCK TABLE totals')
    const cut = store.append(aBatch([change]))
    cut.catch(() => {})
    await until('it waits', async () => {
      const [found] = await database.sql<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      )
      return (
        found !== undefined && (await database.sql('SELECT pg_terminate_backend($1)', [found.pid])).length > 0
      )
    })
    await expect(cut).rejects.toSatisfy(isRetryable)
    await hold.release()
    expect(await store.append(aBatch([change]))).toMatchObject({ added: 1 })
  })

  test('a server that is away is a fatal error at the start, in one line without the password', async () => {
    const url = new URL(database.url)
    url.password = 'not-to-be-seen'
    url.pathname = '/there_is_none'
    await expect(openPostgresStore(url.href)).rejects.toMatchObject({
      code: 'fatal',
      message: expect.stringMatching(
        /^postgres:\/\/[\d.:a-z]+\/there_is_none: there is no such database(?!.*not-to-be)/,
      ),
    })
  })

  test('texts that PostgreSQL does not take come back as they were', async () => {
    const store = await openStore()
    const hostile = 'a\0b\x1a0\x1a\x1a1\0\0c'
    const change = aChange({ title: hostile, user: hostile, comment: hostile })
    await store.append({
      ...aBatch([
        change,
        { unreadable: true, source: 'test', kind: 'malformed', reason: hostile, raw: hostile },
      ]),
      position: hostile,
    })
    expect((await store.recent({ scope: { kind: 'all' }, limit: 1 })).changes).toEqual([change])
    expect(await store.deadLetters(1)).toMatchObject([{ raw: hostile, reason: hostile }])
    expect(await store.position('test')).toBe(hostile)
    const filter = { title: 'A\0*' }
    expect((await store.recent({ scope: { kind: 'all' }, filter, limit: 1 })).changes).toEqual([change])
    await store.setScope(hostile, hostile)
    expect(await store.scopeOf(hostile)).toBe(hostile)
    expect(await store.note(await store.keepNote(hostile))).toBe(hostile)
  })

  describe('verify finds what is not as it should be', () => {
    test.each<[what: string, sql: string, named: string]>([
      [
        'a row that went missing',
        'DELETE FROM changes WHERE n = (SELECT max(n) FROM changes)',
        'number of changes',
      ],
      [
        'a count that was raised',
        'UPDATE rollups SET edit_people = 7 WHERE site > 0',
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
      ['a change that is not in the order of storing', 'DELETE FROM arrivals', 'order of storing'],
      [
        'an id that is there twice',
        'UPDATE changes SET id = (SELECT min(id::text)::uuid FROM changes)',
        'number of ids',
      ],
      ['an id without a row', `INSERT INTO ids VALUES ('${nextId()}')`, 'ids'],
      ['an id that would be taken again', 'DELETE FROM ids', 'ids of changes'],
      ['another size of a page', 'UPDATE changes SET new_bytes = 1', 'enwiki, 2026-08-04T12h, bytes added'],
    ])('%s', async (_what, sql, named) => {
      const store = await openStore()
      await store.append(aBatch([aChange(), aChange(), aChange()]))
      expect((await store.verify()).differences).toEqual([])
      await database.sql(sql)
      expect((await store.verify()).differences.map(({ what }) => what)).toContain(named)
    })
  })
})
