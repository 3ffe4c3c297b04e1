/** The gateway's side of each connection, as Discord documents it; version 10, JSON, without compression. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { asSeen } from './announcing.ts'
import { guildCreate } from './guild-json.ts'
import type { ConnectionRecord, GatewayFault } from './protocol.ts'
import { RateLimiter } from './ratelimit.ts'
import { readyBot } from './routes.ts'
import { type Payload, Session } from './session.ts'
import type { Dispatch, World } from './world.ts'

const op = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
}
/** Presence, voice state, members, soundboard: taken from an identified client, and without effect here. */
const harmless = [3, 4, 8, 31]
const maxPayloadBytes = 4096
/** GUILD_MEMBERS, GUILD_PRESENCES, MESSAGE_CONTENT. */
const privileged = (1 << 1) | (1 << 8) | (1 << 15)
/** Every intent there is: 0 to 16, 20, 21, 24 and 25. */
const knownIntents = 0x1ffff | (3 << 20) | (3 << 24)

/** All connections and sessions. */
export class Gateway {
  readonly world: World
  readonly sessions = new Map<string, Session>()
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #connections = new Set<Connection>()

  constructor(world: World) {
    this.world = world
    world.deliver = (dispatch) => this.#deliver(dispatch)
  }

  /** Takes over a request to upgrade. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(this, webSocket, new URL(request.url ?? '', this.world.origin))
      this.#connections.add(connection)
      webSocket.on('close', () => this.#connections.delete(connection))
    })
  }

  /** Does to all open connections what a test asks for. */
  disturb(fault: GatewayFault): void {
    for (const connection of this.#connections) connection.disturb(fault)
  }

  /** What happens outside guilds reaches the first shard only. */
  #deliver(event: Dispatch): void {
    const { intents, guildId } = event
    for (const session of this.sessions.values()) {
      const wanted = intents === null || (session.intents & intents) !== 0
      if (wanted && session.covers(guildId)) session.dispatch(asSeen(this.world, event, session.intents))
    }
  }
}

type Fields = Readonly<Record<string, unknown>>

/** Why the gateway hangs up: thrown by whatever looks at a payload, acted on where it was received. */
class Closing extends Error {
  readonly code: number
  readonly reason: string

  constructor(code: number, reason: string) {
    super(reason)
    this.code = code
    this.reason = reason
  }
}

const malformed = () => new Closing(4002, 'Error while decoding payload')

class Connection {
  readonly #gateway: Gateway
  readonly #world: World
  readonly #socket: WebSocket
  readonly #record: ConnectionRecord
  readonly #sends = new RateLimiter()
  #session: Session | null = null
  #deadline: NodeJS.Timeout | undefined

  constructor(gateway: Gateway, socket: WebSocket, url: URL) {
    this.#gateway = gateway
    this.#world = gateway.world
    this.#socket = socket
    this.#record = {
      openedAt: new Date().toISOString(),
      path: url.pathname,
      sessionId: null,
      identify: null,
      resume: null,
      established: false,
      heartbeats: 0,
      closed: null,
    }
    this.#world.connections.push(this.#record)
    socket.on('message', (data, binary) => this.#receive(data as Buffer, binary))
    socket.on('close', (code, reason) => this.#closed(code, String(reason), 'bot'))
    socket.on('error', () => {})
    if (url.searchParams.get('v') !== '10') {
      this.#refuse(new Closing(4012, 'Invalid API version'))
      return
    }
    if (url.searchParams.get('encoding') !== 'json' || url.searchParams.has('compress')) {
      this.#refuse(new Closing(4002, 'The simulator speaks uncompressed JSON only'))
      return
    }
    this.send({ op: op.hello, d: { heartbeat_interval: this.#interval } })
    this.#awaitHeartbeat()
  }

  send(payload: Payload): void {
    this.#socket.send(JSON.stringify({ t: null, s: null, ...payload }))
  }

  /** The session goes on over another connection. */
  release(): void {
    this.#session = null
    this.#close(1000, 'resumed elsewhere')
  }

  disturb(fault: GatewayFault): void {
    switch (fault.action) {
      case 'drop':
        this.#closed(1006, '', 'discord')
        this.#socket.terminate()
        break
      case 'close':
        this.#close(fault.code, fault.reason ?? '')
        break
      case 'reconnect':
        this.send({ op: op.reconnect, d: null })
        break
      case 'invalidate':
        this.#invalidate(fault.resumable)
    }
  }

  #receive(data: Buffer, binary: boolean): void {
    if (this.#record.closed) return
    try {
      this.#act(this.#decode(data, binary))
    } catch (error) {
      if (!(error instanceof Closing)) throw error
      this.#refuse(error)
    }
    this.#world.changed()
  }

  #decode(data: Buffer, binary: boolean): { op: number; d: Fields } {
    if (!this.#sends.take('', this.#world.settings.gatewaySends).granted) {
      throw new Closing(4008, 'Rate limited: too many payloads sent')
    }
    if (data.length > maxPayloadBytes) throw new Closing(4002, `Payload of ${data.length} bytes`)
    const payload = binary ? null : parse(data)
    if (typeof payload?.op !== 'number') throw malformed()
    return { op: payload.op, d: typeof payload.d === 'object' && payload.d !== null ? payload.d : {} }
  }

  #act({ op: code, d }: { op: number; d: Fields }): void {
    if (code === op.heartbeat) this.#heartbeat()
    else if (code === op.identify) this.#identify(d)
    else if (code === op.resume) this.#resume(d)
    else if (!harmless.includes(code)) throw new Closing(4001, `Unknown opcode ${code}`)
    else if (!this.#session) throw new Closing(4003, 'Not authenticated')
  }

  #heartbeat(): void {
    this.#record.heartbeats += 1
    this.#awaitHeartbeat()
    if (this.#world.settings.ackHeartbeats) this.send({ op: op.heartbeatAck })
  }

  #identify(d: Fields): void {
    const { settings, limiter } = this.#world
    const { token, intents, shard = [0, 1], properties } = d
    this.#record.identify = d
    if (this.#session) throw new Closing(4005, 'Already authenticated')
    if (typeof token !== 'string' || typeof properties !== 'object') {
      throw malformed()
    }
    if (token !== settings.token || settings.identifiesLeft <= 0) {
      throw new Closing(4004, 'Authentication failed')
    }
    if (!isShard(shard)) throw new Closing(4010, 'Invalid shard')
    if (shard[1] < settings.shards) throw new Closing(4011, 'Sharding required')
    if (!isIntents(intents)) {
      throw new Closing(4013, 'Invalid intent(s)')
    }
    if ((intents & privileged & ~settings.privilegedIntents) !== 0) {
      throw new Closing(4014, 'Disallowed intent(s)')
    }
    this.#world.settings = { ...settings, identifiesLeft: settings.identifiesLeft - 1 }
    if (!limiter.take('identify', settings.identify).granted) {
      this.#world.violation('gateway', 'gateway', 'more identifies at once than max_concurrency allows', d)
      this.#invalidate(false)
      return
    }
    const session = new Session(intents, shard)
    this.#gateway.sessions.set(session.id, session)
    session.attach(this)
    const guilds = [...this.#world.guilds.values()].filter(({ id, hasBot }) => hasBot && session.covers(id))
    session.dispatch({
      t: 'READY',
      d: {
        v: 10,
        ...readyBot(this.#world),
        guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
        session_id: session.id,
        session_type: 'normal',
        resume_gateway_url: `${this.#world.origin.replace('http', 'ws')}/gateway/resume`,
        shard,
      },
    })
    for (const guild of guilds) {
      const event = guildCreate(this.#world, guild)
      if ((intents & event.intents) !== 0) session.dispatch(event)
    }
    this.#establish(session)
  }

  #resume(d: Fields): void {
    const { settings } = this.#world
    const { token, session_id: id, seq } = d
    this.#record.resume = d
    if (this.#session) throw new Closing(4005, 'Already authenticated')
    if (typeof id !== 'string' || typeof seq !== 'number') {
      throw malformed()
    }
    if (token !== settings.token) throw new Closing(4004, 'Authentication failed')
    const session = this.#gateway.sessions.get(id)
    const lost = session?.lostAt ?? Date.now()
    const resumable = session !== undefined && lost + settings.resumeWindowMs >= Date.now()
    if (resumable && (seq > session.seq || seq < 0)) {
      this.#gateway.sessions.delete(id)
      throw new Closing(4007, 'Invalid seq')
    }
    if (resumable && session.replay(this, seq)) this.#establish(session)
    else this.#invalidate(false)
  }

  #establish(session: Session): void {
    this.#session = session
    this.#record.sessionId = session.id
    this.#record.established = true
  }

  /** The connection is as if nobody had identified; the session may wait for a resume, over this one or another. */
  #invalidate(resumable: boolean): void {
    this.#session?.detach(this)
    if (!resumable) this.#gateway.sessions.delete(this.#session?.id ?? '')
    this.#session = null
    this.#record.established = false
    this.send({ op: op.invalidSession, d: resumable })
    this.#world.changed()
  }

  get #interval(): number {
    return this.#world.settings.heartbeatIntervalMs
  }

  /** Discord does not say how long it waits; half as long again, and a little for a busy machine. */
  #awaitHeartbeat(): void {
    clearTimeout(this.#deadline)
    const overdue = () => {
      if (this.#session) this.#gateway.sessions.delete(this.#session.id)
      this.#refuse(new Closing(4009, 'Session timed out'))
    }
    this.#deadline = setTimeout(overdue, this.#interval * 1.5 + 500)
  }

  /** Closes the connection for something that the client did. */
  #refuse({ code, reason }: Closing): void {
    this.#world.violation('gateway', 'gateway', `${code} ${reason}`, this.#record.identify)
    this.#close(code, reason)
  }

  #close(code: number, reason: string): void {
    this.#closed(code, reason, 'discord')
    this.#socket.close(code, reason)
  }

  /** The first word on how it ended is the one that counts. */
  #closed(code: number, reason: string, by: 'bot' | 'discord'): void {
    if (this.#record.closed) return
    this.#record.closed = { code, reason, by }
    clearTimeout(this.#deadline)
    // A client that says goodbye with 1000 or 1001 gives its session up.
    if (by === 'bot' && (code === 1000 || code === 1001)) {
      this.#gateway.sessions.delete(this.#session?.id ?? '')
    }
    this.#session?.detach(this)
    this.#world.changed()
  }
}

function parse(data: Buffer): { op?: unknown; d?: Fields } | null {
  try {
    return JSON.parse(data.toString())
  } catch {
    return null
  }
}

const isIntents = (intents: unknown): intents is number =>
  typeof intents === 'number' && intents >= 0 && intents < 2 ** 31 && (intents & ~knownIntents) === 0

const isShard = (shard: unknown): shard is [number, number] =>
  Array.isArray(shard) &&
  shard.length === 2 &&
  shard.every((part) => Number.isInteger(part)) &&
  shard[0] >= 0 &&
  shard[0] < shard[1]
