import type { Feed, Feeds, StoreReader } from '../contracts.ts'
import { messageOf } from '../errors.ts'
import { wait } from '../flow/wait.ts'
import type { Log } from '../log.ts'
import type { Outlet } from './outlet.ts'
import { refuseFeeds } from './refusing.ts'

export interface DigestsOptions {
  readonly store: Pick<StoreReader, 'span'> & Feeds
  readonly outlet: Pick<Outlet, 'postDigest' | 'tell'>
  readonly log: Log
  /** UTC ms. */
  readonly now?: () => number
}

const DAY_MS = 24 * 3_600_000
/** So often it is looked whether a day is over; and what could not be posted is tried again. */
const POLL_MS = 15_000
/** A day is over so long before it is told: its last changes take a while. */
const SETTLE_MS = 5 * 60_000
/** Until then a day waits for what is still being caught up with. */
const PATIENCE_MS = 6 * 3_600_000

/**
 * Posts the figures of each UTC day to the digests, when the day is over and stored. Of several days that passed while
 * nothing ran only the last is told. Durable as feeds are: a message that was under way when the program died is sent
 * again as the same one.
 * @param stop ends it
 */
export async function runDigests(options: DigestsOptions, stop: AbortSignal): Promise<void> {
  const { store, log, now = Date.now } = options
  const underWay = new Map<number, Promise<void>>()
  /** The day and the version of the feeds for which nothing is left to be told: then they are not read again. */
  let settled = ''
  while (!stop.aborted) {
    try {
      const [day, version] = await Promise.all([lastDay(store, now()), store.feedsVersion()])
      const moment = `${day} ${version}`
      const due = moment === settled ? [] : await dueAt(store, day)
      if (due.length === 0) settled = moment
      for (const { feed, sent } of due) {
        if (underWay.has(feed.id)) continue
        const delivering = deliver(feed, sent, day, options, stop)
          .catch((error: unknown) => {
            if (!stop.aborted)
              log.warn(
                { feed: feed.id },
                `feeds: a digest could not be posted: ${messageOf(error)}; trying again`,
              )
          })
          .finally(() => underWay.delete(feed.id))
        underWay.set(feed.id, delivering)
      }
    } catch (error) {
      log.warn(`feeds: ${messageOf(error)}; trying again`)
    }
    await wait(POLL_MS, stop)
  }
  await Promise.all(underWay.values())
}

/** The last day that can be told, in days since 1970. */
async function lastDay(store: DigestsOptions['store'], now: number): Promise<number> {
  const today = Math.floor((now - SETTLE_MS) / DAY_MS)
  const sinceMidnight = now - today * DAY_MS
  const newest = (await store.span())?.to ?? 0
  return newest >= today * DAY_MS || sinceMidnight > PATIENCE_MS ? today - 1 : today - 2
}

async function dueAt(store: DigestsOptions['store'], day: number) {
  const [feeds, cursors] = await Promise.all([store.feeds(), store.cursors()])
  const sentOf = new Map(cursors.map(({ id, sent }) => [id, sent]))
  return feeds.flatMap((feed) => {
    const sent = sentOf.get(feed.id)
    const isDue = feed.kind === 'digest' && feed.state === 'active' && sent !== undefined && sent < day
    return isDue ? [{ feed, sent }] : []
  })
}

async function deliver(
  feed: Feed,
  sent: number,
  day: number,
  options: DigestsOptions,
  stop: AbortSignal,
): Promise<void> {
  const { store, outlet } = options
  await store.saveCursors([{ id: feed.id, sent, sending: day }])
  const nonce = `${feed.id.toString(36)}.${day.toString(36)}`
  const posted = await outlet.postDigest(feed, day, nonce, stop)
  if (posted !== 'posted') return refuseFeeds([feed], posted.refused, options)
  await store.saveCursors([{ id: feed.id, sent: day, sending: null }])
}
