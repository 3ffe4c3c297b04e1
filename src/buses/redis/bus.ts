import type { Bus } from '../../contracts.ts'
import { fatalError, lostError, retryableError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { encodeBatch } from '../../wire.ts'
import type { RedisAddress } from './address.ts'
import { Connection, type Reply } from './connection.ts'
import { POSITION, PUBLISH, WAITING } from './scripts.ts'
import { subscription } from './subscription.ts'

export interface RedisBusOptions {
  readonly address: RedisAddress
  readonly log: Log
  /** What a consumer holds that has not been heard of for so long, in ms, is given to another one. */
  readonly claimAfterMs?: number
}

/**
 * A bus between processes: a stream of Redis (7 or later) with one group, of which every subscriber is a member. It
 * connects when it is first used, and for ever anew.
 *
 * `publish` resolves when Redis has the batch. What that is worth when Redis itself dies is for its operator to choose:
 * with `appendonly yes` and `appendfsync everysec` a machine that loses its power loses a second; without a log a restart
 * loses everything. It is noticed in any case, and the source is read again.
 *
 * The stream never sheds what nobody has read: when it is as long as it may be, batches are refused until there is room
 * again, and the rest waits with the source.
 *
 * With several subscribers batches may be stored in another order than they were published.
 */
export function redisBus({ address, log, claimAfterMs = 15_000 }: RedisBusOptions): Bus {
  const { url, place, stream, maxLength } = address
  const keys = [stream, `${stream}:state`, `${stream}:dead`]
  const connection = new Connection(url, place)
  const closing = new AbortController()
  const publishing = new Set<Promise<unknown>>()
  /** The id that this publisher was given last: Redis must have it, or a later one. */
  let last = ''
  /** The loss that whoever publishes was told of. */
  let told = ''

  async function ask(script: string, ...args: (string | Buffer)[]): Promise<readonly Reply[]> {
    if (closing.signal.aborted) throw closedError()
    return (await connection.run(script, keys, args)) as readonly Reply[]
  }

  async function publish(...args: Parameters<Bus['publish']>): Promise<void> {
    const [batch] = args
    const events = String(batch.changes.count + batch.unreadable.length)
    const position = batch.position === null ? '' : JSON.stringify(batch.position)
    const bytes = encodeBatch(batch)
    const reply = await ask(PUBLISH, batch.source, position, events, bytes, String(maxLength), last, told)
    const [outcome, detail] = reply.map(String)
    if (outcome === 'taken') {
      last = String(detail)
    } else if (outcome === 'lost') {
      told = String(detail)
      last = ''
      throw lostError(`${place}: batches are gone that nobody had stored`)
    } else {
      throw retryableError(`${place}: ${maxLength} batches wait to be stored, and there is no room for more`)
    }
  }

  return {
    async publish(batch) {
      const published = publish(batch)
      publishing.add(published)
      await published.finally(() => publishing.delete(published))
    },

    async position(source) {
      const [lost, position] = await ask(POSITION, source)
      told = String(lost)
      return position === undefined ? null : (JSON.parse(String(position)) as string)
    },

    subscribe(stop) {
      const ending = AbortSignal.any([stop, closing.signal])
      return subscription({ connection: new Connection(url, place), keys, claimAfterMs, log }, ending)
    },

    async waiting() {
      const [batches, events] = await ask(WAITING)
      return { batches: Number(batches), events: Number(events) }
    },

    async close() {
      closing.abort()
      await Promise.allSettled(publishing)
      connection.close()
    },
  }
}

const closedError = () => fatalError('the bus is closed')
