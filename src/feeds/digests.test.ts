import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { aBatch, aChange } from '../../test/changes.ts'
import type { Feed, Store } from '../contracts.ts'
import type { Log } from '../log.ts'
import { openSqliteStore } from '../stores/sqlite/store.ts'
import { type DigestsOptions, runDigests } from './digests.ts'

const LOG = { debug() {}, info() {}, warn() {}, error() {} } as unknown as Log
const DAY_MS = 24 * 3_600_000
const TODAY = 20_700
const at = (day: number, hours: number) => day * DAY_MS + hours * 3_600_000

let directory: string
let store: Store
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wcs-digests-'))
  store = openSqliteStore(join(directory, 'changes.db'))
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true })
})

async function aDigest(channel: string, sent: number): Promise<Feed> {
  const feed: Omit<Feed, 'id'> = {
    ...{ kind: 'digest', owner: 'u1', scope: '*', filter: {}, style: 'embed', language: 'en' },
    target: { kind: 'channel', channel, place: 'server 1' },
    ...{ state: 'active', createdAt: 0 },
  }
  return store.addFeed(feed, sent)
}

type Post = DigestsOptions['outlet']['postDigest']

/** Runs until `posts` were asked for, at a time of day. */
async function running(now: number, posts: number, fate: Post = async () => 'posted') {
  const posted: { feed: number; day: number; nonce: string }[] = []
  const told: number[][] = []
  const stop = new AbortController()
  const outlet: DigestsOptions['outlet'] = {
    async postDigest(feed, day, nonce, signal) {
      posted.push({ feed: feed.id, day, nonce })
      return fate(feed, day, nonce, signal)
    },
    async tell(_owner, feeds) {
      told.push(feeds.map(({ id }) => id))
    },
  }
  const ended = runDigests({ store, outlet, log: LOG, now: () => now }, stop.signal)
  await vi.waitFor(() => expect(posted).toHaveLength(posts))
  stop.abort()
  await ended
  return { posted, told }
}

test('a day is told once it is over and stored, each day once', async () => {
  const digest = await aDigest('1', TODAY - 2)
  await store.append(aBatch([aChange({ at: at(TODAY, 0.01) })]))
  // Too early in the day: its last changes may still come.
  expect((await running(at(TODAY, 0.02), 0)).posted).toEqual([])
  const { posted } = await running(at(TODAY, 0.2), 1)
  expect(posted).toEqual([{ feed: digest.id, day: TODAY - 1, nonce: expect.any(String) }])
  expect((await running(at(TODAY, 23), 0)).posted).toEqual([])
  const [next] = (await running(at(TODAY + 1, 7), 1)).posted
  expect(next?.day).toBe(TODAY)
})

test('waits while yesterday is caught up with, but not for ever', async () => {
  await aDigest('1', TODAY - 2)
  await store.append(aBatch([aChange({ at: at(TODAY - 1, 12) })]))
  expect((await running(at(TODAY, 3), 0)).posted).toEqual([])
  expect((await running(at(TODAY, 6.5), 1)).posted[0]?.day).toBe(TODAY - 1)
})

test('of days that passed while nothing ran, the last is told', async () => {
  await aDigest('1', TODAY - 9)
  await store.append(aBatch([aChange({ at: at(TODAY, 1) })]))
  expect((await running(at(TODAY, 2), 1)).posted.map(({ day }) => day)).toEqual([TODAY - 1])
})

test('what was not posted is posted later as the same message, and delays no other', async () => {
  const [lost, other] = [await aDigest('1', TODAY - 2), await aDigest('2', TODAY - 2)]
  await store.append(aBatch([aChange({ at: at(TODAY, 1) })]))
  const first = await running(at(TODAY, 2), 2, async ({ id }) => {
    if (id === lost.id) throw new Error('connection reset')
    return 'posted'
  })
  const again = await running(at(TODAY, 2), 1)
  expect(again.posted).toEqual(first.posted.filter(({ feed }) => feed === lost.id))
  expect(other.id).not.toBe(lost.id)
})

test('a channel that refuses ends its digest, and its owner is told', async () => {
  const digest = await aDigest('1', TODAY - 2)
  await store.append(aBatch([aChange({ at: at(TODAY, 1) })]))
  const { told } = await running(at(TODAY, 2), 1, async () => ({ refused: 'Missing Access' }))
  expect(told).toEqual([[digest.id]])
  expect((await store.feeds())[0]?.state).toBe('refused')
  expect((await running(at(TODAY, 2), 0)).posted).toEqual([])
})
