import type { Change } from '../change.ts'
import type { Feed } from '../contracts.ts'
import type { Portion } from './backlog.ts'

/** Where feeds are posted: a face. */
export interface Outlet {
  /** How many of these changes, the first ones, one message of this feed holds: at least 1. */
  capacity(feed: Feed, changes: readonly Change[]): number
  /**
   * Posts one message. The same nonce is the same message: where it was posted already, it is not posted again.
   * Throws what may pass. A refusal is final: the target takes nothing of ours any more.
   * @param signal whoever aborts it does not wait any longer
   */
  post(feed: Feed, portion: Portion, nonce: string, signal: AbortSignal): Promise<'posted' | TargetRefusal>
  /**
   * Posts the figures of a UTC day (days since 1970), under the same terms.
   * @param signal whoever aborts it does not wait any longer
   */
  postDigest(feed: Feed, day: number, nonce: string, signal: AbortSignal): Promise<'posted' | TargetRefusal>
  /** Tells their owner that these feeds have ended, as well as it can. Never rejects. */
  tell(owner: string, feeds: readonly Feed[], reason: string): Promise<void>
}

export interface TargetRefusal {
  /** Why, for people. */
  readonly refused: string
}

/** Feeds of the same target are posted one after another. */
export const targetKey = ({ target, owner }: Pick<Feed, 'target' | 'owner'>): string =>
  target.kind === 'channel' ? target.channel : `direct ${owner}`
