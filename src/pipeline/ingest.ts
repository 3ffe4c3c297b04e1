import type { Batch, Position, Publisher, Source, StoreReader } from '../contracts.ts'
import { isLost, isRetryable, messageOf } from '../errors.ts'
import { Backoff } from '../flow/backoff.ts'
import { wait } from '../flow/wait.ts'
import type { Log } from '../log.ts'

/** While stopping, a bus that does not take a batch is asked so often, and no more. */
const LAST_ATTEMPTS = 8

export interface IngestOptions {
  readonly source: Source
  readonly store: Pick<StoreReader, 'position'>
  readonly publisher: Publisher
  readonly stop: AbortSignal
  readonly log: Log
  /** Told once of each batch that is read. */
  readonly onRead: (batch: Batch) => void
}

/**
 * Hands on what a source reads, one batch after the other, until the source ends or `stop` is aborted: then what it
 * had read already still goes through. Waiting for the bus is the backpressure to the source; a bus that fails is
 * asked again for ever, since a batch that may have got through may come twice, but none may be left out.
 *
 * It begins where the bus ends, else where the store does; there, too, when the bus has lost something.
 */
export async function ingest(options: IngestOptions): Promise<void> {
  const { log, stop } = options
  for (;;) {
    const backoff = new Backoff(100, 10_000)
    const from = await beginning(options, backoff)
    if (from === undefined) return
    const outcome = await readFrom(from, options)
    if (outcome !== 'lost' || stop.aborted) return
    log.warn('what is lost is read again, from what is stored on')
  }
}

/** `undefined`: it was stopped before anybody could say. */
async function beginning(
  { source: { name }, store, publisher, stop, log }: IngestOptions,
  backoff: Backoff,
): Promise<Position | null | undefined> {
  while (!stop.aborted) {
    try {
      return (await publisher.position(name)) ?? (await store.position(name))
    } catch (error) {
      if (!isRetryable(error)) throw error
      log[backoff.attempt === 0 ? 'warn' : 'debug'](
        `${messageOf(error)}; trying again until it is known from where to read`,
      )
      await wait(backoff.next(), stop)
    }
  }
  return undefined
}

async function readFrom(
  from: Position | null,
  { source, publisher, stop, log, onRead }: IngestOptions,
): Promise<'ended' | 'lost'> {
  const backoff = new Backoff(100, 10_000)
  for await (const batch of source.read(from, stop)) {
    onRead(batch)
    for (;;) {
      const outcome = await outcomeOf(publisher, batch, backoff, log)
      if (outcome === 'lost') return 'lost'
      if (outcome === 'published') break
      if (stop.aborted && backoff.attempt >= LAST_ATTEMPTS) {
        log.warn('the bus does not take what was read last; it will be read again')
        return 'ended'
      }
      await wait(backoff.next())
    }
    backoff.reset()
  }
  return 'ended'
}

async function outcomeOf(
  publisher: Publisher,
  batch: Batch,
  { attempt }: Backoff,
  log: Log,
): Promise<'published' | 'refused' | 'lost'> {
  try {
    await publisher.publish(batch)
    return 'published'
  } catch (error) {
    if (isLost(error)) {
      log.warn(messageOf(error))
      return 'lost'
    }
    if (!isRetryable(error)) throw error
    log[attempt === 0 ? 'warn' : 'debug'](`${messageOf(error)}; trying again until the bus takes it`)
    return 'refused'
  }
}
