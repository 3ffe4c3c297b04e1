import type { Feed, Feeds } from '../contracts.ts'
import type { Log } from '../log.ts'
import type { Outlet } from './outlet.ts'

export interface RefusingOptions {
  readonly store: Pick<Feeds, 'changeFeed'>
  readonly outlet: Pick<Outlet, 'tell'>
  readonly log: Log
}

/** Ends feeds whose target takes nothing any more, until somebody says so; who made them is told. */
export async function refuseFeeds(
  feeds: readonly Feed[],
  reason: string,
  { store, outlet, log }: RefusingOptions,
): Promise<void> {
  for (const { id } of feeds) await store.changeFeed(id, { state: 'refused' })
  log.warn(`feeds: ${feeds.map(({ id }) => id).join(', ')} ended: ${reason}; who made them is told`)
  for (const [owner, theirs] of Map.groupBy(feeds, (feed) => feed.owner))
    await outlet.tell(owner, theirs, reason)
}
