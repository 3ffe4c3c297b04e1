import type { Batch, Position, Publisher, Source } from '../contracts.ts'
import { isRetryable, messageOf } from '../errors.ts'
import { Backoff } from '../flow/backoff.ts'
import { wait } from '../flow/wait.ts'
import type { Log } from '../log.ts'

/** While stopping, a bus that does not take a batch is asked so often, and no more. */
const LAST_ATTEMPTS = 8

/**
 * Hands on what a source reads, one batch after the other, until the source ends or `stop` is aborted: then what it
 * had read already still goes through. Waiting for the bus is the backpressure to the source; a bus that fails is
 * asked again for ever, since a batch that may have got through may come twice, but none may be left out.
 * @param onRead told once of each batch that is read
 */
export async function ingest(
  source: Source,
  from: Position | null,
  publisher: Publisher,
  stop: AbortSignal,
  log: Log,
  onRead: (batch: Batch) => void,
): Promise<void> {
  const backoff = new Backoff(100, 10_000)
  for await (const batch of source.read(from, stop)) {
    onRead(batch)
    while (!(await isPublished(publisher, batch, backoff, log))) {
      if (stop.aborted && backoff.attempt >= LAST_ATTEMPTS) {
        log.warn('the bus does not take what was read last; it will be read again')
        return
      }
      await wait(backoff.next())
    }
    backoff.reset()
  }
}

async function isPublished(
  publisher: Publisher,
  batch: Batch,
  { attempt }: Backoff,
  log: Log,
): Promise<boolean> {
  try {
    await publisher.publish(batch)
    return true
  } catch (error) {
    if (!isRetryable(error)) throw error
    log[attempt === 0 ? 'warn' : 'debug'](`${messageOf(error)}; trying again until the bus takes it`)
    return false
  }
}
