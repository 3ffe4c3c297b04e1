import type { Feed } from '../contracts.ts'
import { TallyTable } from '../counting/tally.ts'
import type { Outlet } from './outlet.ts'

const KINDS: readonly Feed['kind'][] = ['feed', 'watch', 'digest']
/** `refused`: nothing more is taken there. `failed`: it is tried again. */
const OUTCOMES = ['posted', 'refused', 'failed'] as const

/** What became of the messages of feeds since the start of the process, by kind of feed: every attempt counts. */
export class Deliveries extends TallyTable<Feed['kind'], (typeof OUTCOMES)[number]> {
  constructor() {
    super(KINDS, OUTCOMES)
  }
}

/** An outlet whose posting is counted. What was given up since it had to end counts as nothing. */
export function counted(outlet: Outlet, deliveries: Deliveries): Outlet {
  async function count<T>({ kind }: Feed, signal: AbortSignal, posting: Promise<'posted' | T>) {
    try {
      const posted = await posting
      deliveries.add(kind, posted === 'posted' ? 'posted' : 'refused')
      return posted
    } catch (error) {
      if (!signal.aborted) deliveries.add(kind, 'failed')
      throw error
    }
  }
  return {
    ...outlet,
    post: (feed, portion, nonce, signal) => count(feed, signal, outlet.post(feed, portion, nonce, signal)),
    postDigest: (feed, day, nonce, signal) =>
      count(feed, signal, outlet.postDigest(feed, day, nonce, signal)),
  }
}
