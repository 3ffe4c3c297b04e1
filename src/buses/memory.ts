import type { Batch, Bus, Delivery } from '../contracts.ts'
import { AppError } from '../errors.ts'
import { wait } from '../flow/wait.ts'

interface Published {
  readonly batch: Batch
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * The bus of a single process: a rendezvous. `publish` waits until the batch is stored, so nothing is ever in
 * between that a crash could lose, and a position never outruns the store. One subscriber.
 */
export function memoryBus(): Bus {
  const queue: Published[] = []
  let closed = false
  let wake: (() => void) | undefined

  return {
    publish(batch) {
      if (closed) return Promise.reject(closedError())
      return new Promise((resolve, reject) => {
        queue.push({ batch, resolve, reject })
        wake?.()
      })
    },

    // What waits here is gone with the process.
    async position() {
      return null
    },

    async *subscribe(stop) {
      const onStop = () => wake?.()
      stop.addEventListener('abort', onStop)
      try {
        while (!stop.aborted && !closed) {
          const next = queue[0]
          if (next !== undefined) {
            yield* deliveries(next, stop, () => queue.shift())
          } else {
            await new Promise<void>((resolve) => {
              wake = resolve
            })
          }
        }
      } finally {
        stop.removeEventListener('abort', onStop)
      }
    },

    async waiting() {
      const events = queue.reduce((sum, { batch }) => sum + batch.changes.count + batch.unreadable.length, 0)
      return { batches: queue.length, events }
    },

    async close() {
      closed = true
      for (const { reject } of queue.splice(0)) reject(closedError())
      wake?.()
    },
  }
}

const closedError = () => new AppError('fatal', 'the bus is closed')

/** One batch, again and again until it is acknowledged. */
async function* deliveries(
  { batch, resolve }: Published,
  stop: AbortSignal,
  remove: () => void,
): AsyncGenerator<Delivery> {
  let acked = false
  for (let attempt = 1; !acked && !stop.aborted; attempt++) {
    let retryInMs = 0
    yield {
      batch,
      attempt,
      ack() {
        if (acked) return
        acked = true
        remove()
        resolve()
      },
      nack(delay) {
        retryInMs = delay
      },
    }
    if (!acked) await wait(retryInMs, stop)
  }
}
