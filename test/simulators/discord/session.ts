/** A gateway session: it outlives its connection, so that a client can resume it without losing an event. */
import { randomBytes } from 'node:crypto'
import type { Dispatch } from './world.ts'

/** A payload for the client. */
export type Payload = Readonly<{ op: number; d?: unknown; s?: number; t?: string }>

/** What carries a session's payloads at present. */
export interface Carrier {
  send(payload: Payload): void
  /** Another has taken its place. */
  release(): void
}

/** Dispatches that are kept for a resume; of a session that misses more, nothing can be resumed. */
const kept = 1000

/** One session, from READY until it is invalid. */
export class Session {
  readonly id = randomBytes(16).toString('hex')
  readonly intents: number
  /** Shard id and number of shards. */
  readonly shard: readonly [id: number, count: number]
  /** The number of the last dispatch. */
  seq = 0
  /** When the last connection ended, if none has come since. */
  lostAt: number | null = null
  #carrier: Carrier | null = null
  readonly #sent: Payload[] = []

  constructor(intents: number, shard: readonly [number, number]) {
    this.intents = intents
    this.shard = shard
  }

  /** Whether its shard is the one that a guild's events go to; those outside guilds go to the first. */
  covers(guildId: string | undefined): boolean {
    const [id, count] = this.shard
    return guildId === undefined ? id === 0 : (BigInt(guildId) >> 22n) % BigInt(count) === BigInt(id)
  }

  /** Sends an event as it is now, or keeps it until the client is back. */
  dispatch({ t, d }: Pick<Dispatch, 't' | 'd'>): void {
    this.seq += 1
    const payload: Payload = { op: 0, t, s: this.seq, d: structuredClone(d) }
    this.#sent.push(payload)
    if (this.#sent.length > kept) this.#sent.shift()
    this.#carrier?.send(payload)
  }

  /** Goes on over this connection, and lets go of the one before. */
  attach(carrier: Carrier): void {
    const former = this.#carrier
    this.#carrier = carrier
    former?.release()
    this.lostAt = null
  }

  /** The connection has ended, unless another has taken its place. */
  detach(carrier: Carrier): void {
    if (this.#carrier !== carrier) return
    this.#carrier = null
    this.lostAt = Date.now()
  }

  /** Sends everything after `seq` again, then RESUMED. `false`: too much was missed. */
  replay(carrier: Carrier, seq: number): boolean {
    const missed = this.#sent.filter(({ s = 0 }) => s > seq)
    if (missed.length !== this.seq - seq) return false
    this.attach(carrier)
    for (const payload of missed) carrier.send(payload)
    carrier.send({ op: 0, t: 'RESUMED', s: this.seq, d: {} })
    return true
  }
}
