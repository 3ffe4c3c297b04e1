import { ChangeColumns } from '../columns.ts'
import type { Appended, Batch, StoreWriter, Subscriber } from '../contracts.ts'
import { AppError, isRetryable, messageOf } from '../errors.ts'
import { Backoff } from '../flow/backoff.ts'
import type { Log } from '../log.ts'

/** Told of every batch that is stored, and how long that took, in ms. */
export type OnStored = (batch: Batch, appended: Appended, tookMs: number) => void

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
      const started = performance.now()
      const appended = await appendAround(store, delivery.batch)
      onStored(delivery.batch, appended, performance.now() - started)
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

/** Appends a batch; if the store refuses it, each half by itself, down to the changes that it cannot take. */
async function appendAround(store: Pick<StoreWriter, 'append'>, batch: Batch): Promise<Appended> {
  try {
    return await store.append(batch)
  } catch (error) {
    // A batch without changes cannot be made smaller: then it is the store that is at fault.
    if (error instanceof AppError || batch.changes.count === 0) throw error
    const { source } = batch
    const changes = [...batch.changes]
    if (changes.length === 1) {
      const reason = `the store refuses it: ${messageOf(error)}`
      const raw = JSON.stringify(changes[0])
      const poison = { unreadable: true, source, kind: 'refused_by_store', reason, raw } as const
      const unreadable = [...batch.unreadable, poison]
      return store.append({ ...batch, changes: new ChangeColumns(source), unreadable })
    }
    const middle = changes.length >> 1
    // What else there is belongs to the second half: the position covers the first one only once that is stored.
    const firstHalf = new ChangeColumns(source, changes.slice(0, middle))
    const first = await appendAround(store, { source, changes: firstHalf, unreadable: [], position: null })
    const secondHalf = new ChangeColumns(source, changes.slice(middle))
    const second = await appendAround(store, { ...batch, changes: secondHalf })
    return {
      added: first.added + second.added,
      duplicates: first.duplicates + second.duplicates,
      buried: [...first.buried, ...second.buried],
      expired: first.expired + second.expired,
    }
  }
}
