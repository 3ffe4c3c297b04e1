import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { aBatch, aChange, SITES } from '../../test/changes.ts'
import type { Change } from '../change.ts'
import type { Feed, Store } from '../contracts.ts'
import type { Log } from '../log.ts'
import { openSqliteStore } from '../stores/sqlite/store.ts'
import type { Portion } from './backlog.ts'
import { Dispatcher, type FeedOutlet } from './dispatcher.ts'
import { targetKey } from './outlet.ts'

const LOG = { debug() {}, info() {}, warn() {}, error() {} } as unknown as Log
/** Changes that a message holds here. */
const HOLDS = 10
const DEADLINE = { timeout: 20_000, interval: 10 }

let directory: string
let store: Store
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wcs-feeds-'))
  store = openSqliteStore(join(directory, 'changes.db'))
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

/** Takes messages as Discord does: one of a nonce that it has taken is the one that it has. */
class Channels implements FeedOutlet {
  tries = 0
  readonly posted = new Map<string, { feed: number; portion: Portion }>()
  readonly told: { owner: string; feeds: number[]; reason: string }[] = []
  /** What becomes of a message; by default it is taken. */
  fate: (feed: Feed) => 'taken' | 'lost' | 'taken, answer lost' | 'refused' = () => 'taken'
  /** Targets whose messages hang. */
  readonly hanging = new Set<string>()

  capacity(_feed: Feed, changes: readonly Change[]): number {
    return Math.min(HOLDS, changes.length)
  }

  async post(feed: Feed, portion: Portion, nonce: string, signal: AbortSignal) {
    this.tries++
    if (this.hanging.has(targetKey(feed)))
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('given up'))),
      )
    const fate = this.fate(feed)
    if (fate === 'refused') return { refused: 'Missing Access' }
    if (fate === 'lost') throw new Error('connection reset')
    const known = this.posted.get(nonce)
    if (known !== undefined) expect(portion).toEqual(known.portion)
    this.posted.set(nonce, { feed: feed.id, portion })
    if (fate === 'taken, answer lost') throw new Error('connection reset')
    return 'posted' as const
  }

  async tell(owner: string, feeds: readonly Feed[], reason: string): Promise<void> {
    this.told.push({ owner, feeds: feeds.map(({ id }) => id), reason })
  }

  /** The ids of the changes that a feed has shown, in order, and how many it left out. */
  of(feed: number): { shown: string[]; leftOut: number } {
    const own = [...this.posted.values()].filter((each) => each.feed === feed)
    return {
      shown: own.flatMap(({ portion }) => portion.changes.map(({ id }) => id)),
      leftOut: own.reduce((sum, { portion }) => sum + portion.leftOut, 0),
    }
  }
}

async function aFeed(channel: string, of: Partial<Feed> = {}): Promise<Feed> {
  const target = { kind: 'channel', channel, place: 'server 1' } as const
  const feed: Omit<Feed, 'id'> = {
    ...{ kind: 'feed', owner: 'u1', target, scope: '*', filter: {}, style: 'embed', language: 'en' },
    ...{ state: 'active', createdAt: 0 },
    ...of,
  }
  return store.addFeed(feed, await store.lastArrival())
}

async function serving(channels: Channels, work: () => Promise<void>, graceMs?: number): Promise<void> {
  const stop = new AbortController()
  const options = { store, outlet: channels, log: LOG, postEveryMs: 0, ...(graceMs && { graceMs }) }
  const running = new Dispatcher(options, stop.signal).run()
  try {
    await work()
  } finally {
    stop.abort()
    await running
  }
}

const some = (count: number, of: Partial<Change> = {}) => Array.from({ length: count }, () => aChange(of))

test('what is stored is posted to the feeds that it belongs to, in the order of storing', async () => {
  const channels = new Channels()
  const [all, german] = [await aFeed('1'), await aFeed('2', { scope: 'dewiki' })]
  const changes = [...some(12), ...some(3, { site: SITES.dewiki })]
  await serving(channels, async () => {
    await store.append(aBatch(changes))
    await vi.waitFor(() => expect(channels.of(all.id).shown).toEqual(changes.map(({ id }) => id)), DEADLINE)
    await vi.waitFor(() => expect(channels.of(german.id).shown).toHaveLength(3), DEADLINE)
  })
})

test('goes on where it was: what came while nothing ran is posted, what was posted is not', async () => {
  const channels = new Channels()
  const feed = await aFeed('1')
  await serving(channels, async () => {
    await store.append(aBatch(some(2)))
    await vi.waitFor(() => expect(channels.of(feed.id).shown).toHaveLength(2), DEADLINE)
  })
  await store.append(aBatch(some(3)))
  await serving(channels, () =>
    vi.waitFor(() => expect(channels.of(feed.id).shown).toHaveLength(5), DEADLINE),
  )
})

test('a feed that is added while others run misses nothing and gets nothing from before', async () => {
  const channels = new Channels()
  await aFeed('1')
  await store.append(aBatch(some(5)))
  await serving(channels, async () => {
    const late = await aFeed('2')
    await store.append(aBatch(some(4)))
    await vi.waitFor(() => expect(channels.of(late.id).shown).toHaveLength(4), DEADLINE)
  })
})

test('a change of a feed holds from then on, a paused one says nothing', async () => {
  const channels = new Channels()
  const feed = await aFeed('1')
  const other = await aFeed('2')
  await serving(channels, async () => {
    await store.append(aBatch(some(1)))
    await vi.waitFor(() => expect(channels.of(feed.id).shown).toHaveLength(1), DEADLINE)
    await store.changeFeed(feed.id, { state: 'paused' })
    await store.append(aBatch(some(2)))
    await vi.waitFor(() => expect(channels.of(other.id).shown).toHaveLength(3), DEADLINE)
    await store.changeFeed(feed.id, {
      state: 'active',
      scope: 'dewiki',
      sent: await store.lastArrival(),
    })
    await store.append(aBatch([...some(3), ...some(2, { site: SITES.dewiki })]))
    await vi.waitFor(() => expect(channels.of(feed.id).shown).toHaveLength(3), DEADLINE)
  })
})

test('a feed that asks for more gets nothing of it from before, and loses nothing that it had to post', async () => {
  const channels = new Channels()
  const feed = await aFeed('1', { scope: 'dewiki' })
  const german = some(15, { site: SITES.dewiki })
  channels.fate = () => 'lost'
  await serving(channels, async () => {
    await store.append(aBatch([...some(5), ...german]))
    await vi.waitFor(() => expect(channels.tries).toBeGreaterThan(0), DEADLINE)
    await store.changeFeed(feed.id, { scope: '*' })
    const { tries } = channels
    await vi.waitFor(() => expect(channels.tries).toBeGreaterThan(tries), DEADLINE)
    channels.fate = () => 'taken'
    await vi.waitFor(() => expect(channels.of(feed.id).shown).toHaveLength(15), DEADLINE)
    const later = some(3)
    await store.append(aBatch(later))
    await vi.waitFor(() => expect(channels.of(feed.id).shown).toHaveLength(18), DEADLINE)
    expect(channels.of(feed.id).shown).toEqual([...german, ...later].map(({ id }) => id))
  })
})

test('what comes while a feed is paused is passed over, however short that is', async () => {
  const channels = new Channels()
  const feed = await aFeed('1')
  await serving(channels, async () => {
    await store.append(aBatch(some(1)))
    await vi.waitFor(() => expect(channels.of(feed.id).shown).toHaveLength(1), DEADLINE)
    await store.changeFeed(feed.id, { state: 'paused' })
    await store.append(aBatch(some(2)))
    await store.changeFeed(feed.id, { state: 'active', sent: await store.lastArrival() })
    const [last] = some(1)
    await store.append(aBatch([last as Change]))
    await vi.waitFor(() => expect(channels.of(feed.id).shown).toContain(last?.id), DEADLINE)
    expect(channels.of(feed.id)).toMatchObject({ shown: { length: 2 }, leftOut: 0 })
  })
})

test('a target that refuses is left alone, with all feeds to it, and their owners are told once', async () => {
  const channels = new Channels()
  const [one, two] = [await aFeed('1'), await aFeed('1', { owner: 'u2' })]
  const other = await aFeed('2')
  channels.fate = ({ target }) => (target.kind === 'channel' && target.channel === '1' ? 'refused' : 'taken')
  await serving(channels, async () => {
    await store.append(aBatch(some(3)))
    await vi.waitFor(() => expect(channels.told).toHaveLength(2), DEADLINE)
    await store.append(aBatch(some(3)))
    await vi.waitFor(() => expect(channels.of(other.id).shown).toHaveLength(6), DEADLINE)
  })
  expect(channels.told).toEqual([
    { owner: 'u1', feeds: [one.id], reason: 'Missing Access' },
    { owner: 'u2', feeds: [two.id], reason: 'Missing Access' },
  ])
  expect((await store.feeds()).map(({ state }) => state)).toEqual(['refused', 'refused', 'active'])
})

test('a target that hangs delays no other, and not the end', async () => {
  const channels = new Channels()
  channels.hanging.add('1')
  const stuck = await aFeed('1')
  const other = await aFeed('2')
  await serving(
    channels,
    async () => {
      await store.append(aBatch(some(25)))
      await vi.waitFor(() => expect(channels.of(other.id).shown).toHaveLength(25), DEADLINE)
    },
    10,
  )
  channels.hanging.clear()
  await serving(channels, () =>
    vi.waitFor(() => expect(channels.of(stuck.id).shown).toHaveLength(25), DEADLINE),
  )
})

test('property: whatever is lost and whenever it dies, each change is told or counted, once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(
        fc.constantFrom('taken', 'taken', 'taken', 'lost', 'taken, answer lost') as fc.Arbitrary<
          'taken' | 'lost' | 'taken, answer lost'
        >,
      ),
      async (rounds, fates) => {
        const channels = new Channels()
        const feeds = [await aFeed('1'), await aFeed('2', { scope: 'dewiki' })]
        const stored: Change[] = []
        const isAllTold = () => {
          for (const [i, { id }] of feeds.entries()) {
            const expected = stored.filter(({ site }) => i === 0 || site === SITES.dewiki)
            const { shown, leftOut } = channels.of(id)
            expect(shown.length + leftOut).toBe(expected.length)
            expect(new Set(shown).size).toBe(shown.length)
            expect(expected.map((change) => change.id)).toEqual(expect.arrayContaining(shown))
          }
        }
        channels.fate = () => fates.next().value
        for (const round of rounds) {
          const { tries } = channels
          await serving(channels, async () => {
            for (const count of round) {
              const changes = some(count, { site: count % 2 === 0 ? SITES.enwiki : SITES.dewiki })
              stored.push(...changes)
              await store.append(aBatch(changes))
            }
            // Dies when a message is on its way.
            if (round.some((count) => count > 0))
              await vi.waitFor(() => expect(channels.tries).toBeGreaterThan(tries), DEADLINE)
          })
        }
        channels.fate = () => 'taken'
        await serving(channels, () => vi.waitFor(isAllTold, DEADLINE))
        for (const { id } of feeds) await store.removeFeed(id)
      },
    ),
    { numRuns: 15 },
  )
})
