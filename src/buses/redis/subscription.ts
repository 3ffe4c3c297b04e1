import { randomUUID } from 'node:crypto'
import type { Batch, Delivery } from '../../contracts.ts'
import { isRetryable, messageOf } from '../../errors.ts'
import { Backoff } from '../../flow/backoff.ts'
import { wait } from '../../flow/wait.ts'
import type { Log } from '../../log.ts'
import { decodeBatch } from '../../wire.ts'
import type { Connection, Reply } from './connection.ts'
import { BURY, KEEP, LEAVE, READ } from './scripts.ts'

/** Redis holds a question for what is new for so long, in ms. */
const BLOCK_MS = 5000

export interface SubscriptionOptions {
  /** Its own: a question for what is new holds up whatever is asked behind it. */
  readonly connection: Connection
  readonly keys: readonly string[]
  readonly claimAfterMs: number
  readonly log: Log
}

interface Entry {
  readonly id: string
  readonly attempt: number
  /** The last loss in the stream. */
  readonly lost: string
  readonly fields: ReadonlyMap<string, Buffer>
}

/** One consumer of the group, until `stop`: it has a name of its own, and asks for one entry after the other. */
export async function* subscription(
  { connection, keys, claimAfterMs, log }: SubscriptionOptions,
  stop: AbortSignal,
): AsyncGenerator<Delivery> {
  const consumer = randomUUID()
  const run = (script: string, ...args: readonly string[]) => connection.run(script, keys, args)
  // It must not wait for what is new any longer.
  const onStop = () => connection.close()
  stop.addEventListener('abort', onStop)
  const backoff = new Backoff(100, 5000)
  /** Acknowledged, and Redis does not know of it yet. */
  let acked: readonly [id: string, events: string] = ['', '0']

  async function next(): Promise<Entry | null> {
    const reply = (await run(READ, consumer, String(claimAfterMs), ...acked)) as readonly Reply[]
    acked = ['', '0']
    if (reply.length > 1) return entryOf(reply)
    const blockMs = Math.min(BLOCK_MS, claimAfterMs)
    const after = String(reply[0])
    const command = ['XREAD', 'BLOCK', String(blockMs), 'COUNT', '1', 'STREAMS', keys[0] as string, after]
    await connection.ask(command, blockMs)
    return null
  }

  try {
    while (!stop.aborted) {
      let entry: Entry | null
      let batch: Batch | null = null
      try {
        entry = await next()
        batch = entry && (await readOrBury(entry))
        if (backoff.attempt > 0) log.info('the bus delivers again')
        backoff.reset()
      } catch (error) {
        if (stop.aborted) break
        if (!isRetryable(error)) throw error
        log[backoff.attempt === 0 ? 'warn' : 'debug'](
          `${messageOf(error)}; trying again until the bus delivers`,
        )
        await wait(backoff.next(), stop)
        continue
      }
      if (entry === null || batch === null) continue

      const { id, attempt } = entry
      let isAcked = false
      let retryInMs = 0
      const keeping = setInterval(() => void run(KEEP, consumer, id).catch(() => {}), claimAfterMs / 3)
      try {
        yield {
          batch,
          attempt,
          ack() {
            isAcked = true
          },
          nack(delay) {
            retryInMs = delay
          },
        }
      } finally {
        clearInterval(keeping)
        if (isAcked) acked = [id, eventsOf(entry)]
      }
      if (!isAcked) await wait(retryInMs, stop)
    }
  } finally {
    stop.removeEventListener('abort', onStop)
    // What it holds others may have at once. If Redis cannot be told, they take it later.
    await run(LEAVE, consumer, String(claimAfterMs), ...acked).catch((error: unknown) =>
      log.debug(`${messageOf(error)}; what was delivered last will be delivered again`),
    )
    connection.close()
  }

  async function readOrBury(entry: Entry): Promise<Batch | null> {
    try {
      return batchOf(entry)
    } catch (error) {
      const reason = messageOf(error)
      await run(BURY, entry.id, eventsOf(entry), reason)
      log.error(`the bus: entry ${entry.id} cannot be read: ${reason}; it was put into ${keys[2]}`)
      return null
    }
  }
}

/**
 * What was published before a loss covers what is gone with it: it is delivered without its position, so that the
 * source can be read again from the one that the store has.
 */
function batchOf({ lost, fields }: Entry): Batch {
  const batch = decodeBatch(fields.get('b') ?? Buffer.alloc(0))
  return String(fields.get('g') ?? '') === lost ? batch : { ...batch, position: null }
}

function entryOf([id, attempt, lost, flat]: readonly Reply[]): Entry {
  const texts = flat as readonly Buffer[]
  const fields = new Map<string, Buffer>()
  for (let i = 0; i < texts.length; i += 2) fields.set(String(texts[i]), texts[i + 1] as Buffer)
  return { id: String(id), attempt: Number(attempt), lost: String(lost), fields }
}

/** How many events it was counted as. */
function eventsOf({ fields }: Entry): string {
  const events = String(fields.get('n') ?? '')
  return /^\d{1,9}$/.test(events) ? events : '0'
}
