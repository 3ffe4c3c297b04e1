import type { StoreWriter } from '../contracts.ts'
import { isRetryable, messageOf } from '../errors.ts'
import { wait } from '../flow/wait.ts'
import type { Log } from '../log.ts'

const DAY_MS = 86_400_000
/** Not at once: a start is when somebody looks at what is there, old recordings among it. */
const FIRST_MS = 600_000
const EVERY_MS = 600_000
/** Between two steps, so that appends always come first. */
const PAUSE_MS = 20

/** Removes rows older than `days`, in small steps, until `stop` is aborted. */
export async function retain(
  store: Pick<StoreWriter, 'prune'>,
  days: number,
  stop: AbortSignal,
  log: Log,
): Promise<void> {
  await wait(FIRST_MS, stop)
  while (!stop.aborted) {
    try {
      const removed = await pruneAll(store, Date.now() - days * DAY_MS, stop)
      if (removed > 0)
        log.info(`${removed} changes older than ${days} days were removed; their counts are kept`)
    } catch (error) {
      if (!isRetryable(error)) throw error
      log.debug(`pruning: ${messageOf(error)}; later`)
    }
    await wait(EVERY_MS, stop)
  }
}

async function pruneAll(
  store: Pick<StoreWriter, 'prune'>,
  before: number,
  stop: AbortSignal,
): Promise<number> {
  let removed = 0
  for (let isDone = false; !isDone && !stop.aborted; ) {
    const step = await store.prune(before)
    removed += step.removed
    isDone = step.isDone
    if (!isDone) await wait(PAUSE_MS, stop)
  }
  return removed
}
