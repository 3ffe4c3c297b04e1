/** What the simulated Discord knows: people, channels, messages, and what happened. */
import type { APIApplicationCommand, APIMessage, APIUser } from 'discord.js'
import type { Upload } from './attachments.ts'
import { Faults } from './faults.ts'
import type { Guild } from './guilds.ts'
import type { Interaction } from './interactions.ts'
import type {
  ConnectionRecord,
  Overwrite,
  RequestRecord,
  Settings,
  Violation,
  ViolationKind,
} from './protocol.ts'
import { defaultSettings } from './protocol.ts'
import { RateLimiter } from './ratelimit.ts'

/** Where a channel of a guild is. */
export interface Standing {
  readonly guild: Guild
  readonly name: string
  /** 0 text, 5 news, 10 and 11 their threads. */
  readonly type: number
  /** The channel that a thread is in. */
  readonly parent: Channel | null
  overwrites: readonly Overwrite[]
}

/** A channel of any kind. */
export interface Channel {
  readonly id: string
  /** The user of direct messages with the bot. */
  readonly recipient: APIUser | null
  /** Where it is a guild's channel. */
  readonly place: Standing | null
  /** The users of a channel that the bot is not in: the one who uses it there, and others. */
  readonly members: readonly APIUser[]
  /** Oldest first. */
  readonly messages: APIMessage[]
  /** Those that only one user sees: answers to interactions, with flag 64. */
  readonly ephemeral: APIMessage[]
}

/** A channel without messages. */
export const newChannel = (
  id: string,
  { recipient = null, place = null, members = [] }: Partial<Channel>,
): Channel => ({ id, recipient, place, members, messages: [], ephemeral: [] })

/** An event for the gateway. */
export interface Dispatch {
  readonly t: string
  readonly d: object
  /** It goes to the sessions that have asked for one of these intents; `null`: to whatever session there is. */
  readonly intents: number | null
  /** The guild in which it happened, which decides the shard. */
  readonly guildId?: string | undefined
}

/** The intent that covers messages in direct-message channels. */
export const directMessages = 1 << 12

/** The state of one simulated Discord. */
export class World {
  settings: Settings
  readonly users = new Map<string, APIUser>()
  readonly channels = new Map<string, Channel>()
  readonly guilds = new Map<string, Guild>()
  /** The users who take no direct messages of the bot. */
  readonly closed = new Set<string>()
  readonly interactions = new Map<string, Interaction>()
  /** By path. */
  readonly files = new Map<string, Upload>()
  readonly limiter = new RateLimiter()
  /** The messages that were sent with `enforce_nonce`, by channel and nonce. */
  readonly nonces = new Map<string, APIMessage>()
  readonly requests: RequestRecord[] = []
  readonly violations: Violation[] = []
  readonly connections: ConnectionRecord[] = []
  commands: APIApplicationCommand[] = []
  readonly faults = new Faults()
  /** The gates that a test has opened. */
  readonly gates = new Set<string>()
  /** How many answers of which status have brought a ban nearer. */
  readonly invalid: Record<string, number> = {}
  /** `http://127.0.0.1:PORT`, once it listens. */
  origin = ''
  /** Where interactions are posted to, in place of the gateway. */
  endpoint: {
    readonly url: string
    readonly post: (interaction: Interaction, payload: object) => void
  } | null = null
  /** Set by the gateway. */
  deliver: (dispatch: Dispatch) => void = () => {}
  readonly #watchers = new Set<() => void>()
  readonly #direct = new Map<string, Channel>()
  #nextLook: NodeJS.Timeout | null = null
  #lookMs = 0
  #lastId = 0n

  constructor(settings: Partial<Settings>) {
    this.settings = defaultSettings
    this.configure(settings)
  }

  configure(changes: Partial<Settings>): void {
    const unknown = Object.keys(changes).find((name) => !(name in defaultSettings))
    if (unknown) throw new Error(`no such setting: ${unknown}`)
    this.settings = { ...this.settings, ...changes }
    this.changed()
  }

  get bot(): APIUser {
    return { ...this.user(this.settings.applicationId, this.settings.botName), bot: true }
  }

  /** The user with that id, who is made up where there is none. */
  user(id: string, username = `user${id.slice(-4)}`): APIUser {
    const known = this.users.get(id)
    if (known) return known
    const user: APIUser = {
      id,
      username,
      discriminator: '0',
      global_name: null,
      avatar: null,
      flags: none,
      public_flags: none,
      primary_guild: null,
    }
    this.users.set(id, user)
    return user
  }

  /** The bot's direct-message channel with a user, who is made up where there is none. */
  channelWith(userId: string, username?: string): Channel {
    return this.#kept(`bot ${userId}`, () => ({ recipient: this.user(userId, username) }))
  }

  /** A user's direct messages with somebody else, where the bot is not. */
  privateChannelOf(userId: string): Channel {
    const friend = () => this.user('80351110224678913', 'friend')
    return this.#kept(`friend ${userId}`, () => ({ members: [this.user(userId), friend()] }))
  }

  #kept(key: string, make: () => Partial<Channel>): Channel {
    const known = this.#direct.get(key)
    if (known) return known
    const channel = newChannel(this.nextId(), make())
    this.#direct.set(key, channel)
    this.channels.set(channel.id, channel)
    return channel
  }

  /** A snowflake of now: unique, and greater than all before. */
  nextId(): string {
    const now = BigInt(Date.now() - Date.UTC(2015, 0)) << 22n
    this.#lastId = now > this.#lastId ? now : this.#lastId + 1n
    return String(this.#lastId)
  }

  violation(kind: ViolationKind, where: string, reason: string, body: unknown): void {
    this.violations.push({ at: new Date().toISOString(), kind, where, reason, body })
    this.changed()
  }

  /**
   * To be called after whatever a test may wait for. Many changes are looked at together, and looking takes a tenth
   * of the time at most, however long the lists have grown.
   */
  changed(): void {
    if (this.#watchers.size === 0 || this.#nextLook) return
    this.#nextLook = setTimeout(() => {
      this.#nextLook = null
      const begin = performance.now()
      for (const look of [...this.#watchers]) look()
      this.#lookMs = performance.now() - begin
    }, this.#lookMs * 10)
  }

  /** Resolves once the condition holds, or after so many milliseconds. */
  async until(condition: () => boolean, waitMs = 2 ** 31 - 1): Promise<void> {
    if (waitMs <= 0 || condition()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = () => {
      if (condition()) resolve()
    }
    const deadline = setTimeout(resolve, waitMs)
    this.#watchers.add(look)
    await promise
    clearTimeout(deadline)
    this.#watchers.delete(look)
  }
}

const none = 0 as NonNullable<APIUser['public_flags']>

/** A time as Discord writes it. */
export const isoTime = (date: Date): string => date.toISOString().replace('Z', '000+00:00')
