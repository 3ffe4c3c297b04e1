import { type Change, isUnreadable } from '../change.ts'
import type { Appended, Batch, StoreWriter, Subscriber } from '../contracts.ts'
import { AppError, isRetryable, messageOf } from '../errors.ts'
import { Backoff } from '../flow/backoff.ts'
import type { Log } from '../log.ts'

/** Told of every batch that is stored. */
export type OnStored = (batch: Batch, appended: Appended) => void

/**
 * Stores what the bus delivers, until `stop` is aborted. What may pass is tried again for ever, with back-off, and
 * holds up the flow meanwhile; a fatal error ends it; whatever else the store refuses is the fault of single events,
 * which are found and buried with the reason, so that poison never blocks what comes after it.
 */
export async function persist(
  subscriber: Subscriber,
  store: Pick<StoreWriter, 'append'>,
  stop: AbortSignal,
  log: Log,
  onStored: OnStored,
): Promise<void> {
  const backoff = new Backoff(200, 10_000)
  for await (const delivery of subscriber.subscribe(stop)) {
    try {
      onStored(delivery.batch, await appendAround(store, delivery.batch))
      if (backoff.attempt > 0) log.info('the store takes changes again')
      backoff.reset()
      delivery.ack()
    } catch (error) {
      if (!isRetryable(error)) throw error
      if (backoff.attempt === 0) log.warn(`${messageOf(error)}; waiting until it can be written again`)
      delivery.nack(backoff.next())
    }
  }
}

/** Appends a batch; if the store refuses it, each half by itself, down to the events that it cannot take. */
async function appendAround(store: Pick<StoreWriter, 'append'>, batch: Batch): Promise<Appended> {
  try {
    return await store.append(batch)
  } catch (error) {
    if (error instanceof AppError) throw error
    const { events } = batch
    if (events.length > 1) {
      const middle = events.length >> 1
      // The position belongs to the second half: it covers the first one only once that is stored.
      const first = await appendAround(store, { ...batch, events: events.slice(0, middle), position: null })
      const second = await appendAround(store, { ...batch, events: events.slice(middle) })
      return {
        added: first.added + second.added,
        duplicates: first.duplicates + second.duplicates,
        buried: first.buried + second.buried,
        expired: first.expired + second.expired,
      }
    }
    const [event] = events
    // Neither a change nor a batch without any can be made smaller: then it is the store that is at fault.
    if (event === undefined || isUnreadable(event)) throw error
    const reason = `the store refuses it: ${messageOf(error)}`
    return store.append({
      ...batch,
      events: [{ unreadable: true, source: batch.source, reason, raw: rawOf(event) }],
    })
  }
}

/** A change as text, for people to look at; without its log parameters where it is those that cannot be written. */
function rawOf(change: Change): string {
  try {
    return JSON.stringify(change)
  } catch {
    return JSON.stringify({ ...change, log: change.log && { ...change.log, params: null } })
  }
}
