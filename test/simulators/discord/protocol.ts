/** What a test and the simulator say to each other over `/control`: types and defaults, no behaviour. */
import type { APIMessage } from 'discord.js'

/** At most `limit` of something in `windowMs`. */
export interface RateLimit {
  readonly limit: number
  readonly windowMs: number
}

/** Everything about the simulated Discord that a test may change, at the start or while it runs. */
export interface Settings {
  /** The bot token that is accepted. */
  readonly token: string
  /** The application's id, which is the bot user's id too. */
  readonly applicationId: string
  readonly botName: string
  /** Privileged intents that are switched on in the developer portal, as a bit field. */
  readonly privilegedIntents: number
  /** The recommended number of shards; above 1, an identify with fewer is refused with 4011. */
  readonly shards: number
  readonly heartbeatIntervalMs: number
  /** `false`: heartbeats stay unanswered, as on a connection that is dead but not closed. */
  readonly ackHeartbeats: boolean
  /** Identifies: `limit` is max_concurrency. */
  readonly identify: RateLimit
  /** What is left of the day's 1,000 identifies. */
  readonly identifiesLeft: number
  /** What a gateway connection may send. */
  readonly gatewaySends: RateLimit
  /** How long a session without a connection can be resumed. */
  readonly resumeWindowMs: number
  readonly globalLimit: RateLimit
  /** Replaces the limit of a route, named as in routes.ts: `POST /channels/{channel_id}/messages`. */
  readonly routeLimits: Readonly<Record<string, RateLimit>>
  /** The language of guilds. */
  readonly guildLocale: string
  /** How long an interaction waits for its first response. */
  readonly interactionMs: number
  /** How long an interaction's token is good for. */
  readonly interactionTokenMs: number
  /** How long a nonce is remembered: "for the past few minutes", say Discord's docs. */
  readonly nonceMs: number
  /** Answers of 401, 403 and 429 before the caller's address is banned. */
  readonly invalidRequests: RateLimit
  /** What refuses connections: nothing, the gateway alone, or all of Discord. */
  readonly down: 'nothing' | 'gateway' | 'everything'
}

/** Discord as it is on a good day. */
export const defaultSettings: Settings = {
  token: 'MTEyNTA4NzM5MTUwMDExMjAxMg.GsimuL.not-a-secret-of-anyone-simulator-only',
  applicationId: '1125087391500112012',
  botName: 'wiki-change-stream',
  privilegedIntents: 0,
  shards: 1,
  heartbeatIntervalMs: 41_250,
  ackHeartbeats: true,
  identify: { limit: 1, windowMs: 5000 },
  identifiesLeft: 1000,
  gatewaySends: { limit: 120, windowMs: 60_000 },
  resumeWindowMs: 120_000,
  globalLimit: { limit: 50, windowMs: 1000 },
  routeLimits: {},
  guildLocale: 'en-US',
  interactionMs: 3000,
  interactionTokenMs: 15 * 60_000,
  nonceMs: 5 * 60_000,
  invalidRequests: { limit: 10_000, windowMs: 600_000 },
  down: 'nothing',
}

/** Whom a 429 is about: the bot on this route, everybody in this channel, or the bot everywhere. */
export type RateLimitScope = 'user' | 'shared' | 'global'

/** What happens to the next REST requests that match. */
export interface Fault {
  /** So many requests; default 1. `'always'`: until the faults are cleared. */
  readonly times?: number | 'always'
  readonly method?: string
  /** Beginning of the path after `/api/v10`: `/channels/1/messages`. */
  readonly path?: string
  /** So many requests that match are spared first. */
  readonly after?: number
  /**
   * It strikes at random, so often of 1. The nth request of a method and path always meets the same luck under the
   * same `seed` (default 0), whatever happens to other paths in between.
   */
  readonly chance?: number
  readonly seed?: number
  /** Wait so long first. Alone, the request is then served as usual. */
  readonly delayMs?: number
  /** Wait until the test opens the gate of this name. */
  readonly gate?: string
  /** Answer this instead of serving the request. */
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** With `status`: the request takes effect all the same. */
  readonly served?: boolean
  /** Answer 429; until the time is over, the route (or everything) is limited for the bot. */
  readonly rateLimit?: { readonly scope: RateLimitScope; readonly retryAfterMs: number }
  /** Cut the connection: `before` the request is served, or `after`, so that it took effect but nobody was told. */
  readonly cut?: 'before' | 'after'
}

/** Answers since the start that bring a ban nearer: those of 401, 403 and 429, but for the shared limit. */
export interface InvalidRequests {
  readonly total: number
  readonly byStatus: Readonly<Record<string, number>>
}

/** What happens to the open gateway connections. */
export type GatewayFault =
  /** The TCP connection breaks. */
  | { readonly action: 'drop' }
  | { readonly action: 'close'; readonly code: number; readonly reason?: string }
  /** Op 7: the client is asked to reconnect. */
  | { readonly action: 'reconnect' }
  /** Op 9: the session is invalid, or is said to be one that can be resumed. */
  | { readonly action: 'invalidate'; readonly resumable: boolean }

/** A direct message as a user writes it. */
export interface DirectMessage {
  readonly userId: string
  readonly content: string
  readonly username?: string
  /** `false`: MESSAGE_CREATE comes without the optional `channel_type`. */
  readonly channelType?: boolean
}

/** A REST request as it came, whatever became of it. */
export interface RequestRecord {
  readonly at: string
  readonly method: string
  /** The path after `/api/v10`. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  readonly files: readonly { readonly field: string; readonly name: string; readonly size: number }[]
  /** `null` while it is served, and when the connection was cut. */
  status: number | null
  /** A fault that a test asked for decided the answer. */
  faulted: boolean
}

/** Why something would not pass at the real Discord. */
export type ViolationKind =
  /** The token is missing or wrong. */
  | 'unauthorized'
  | 'user-agent'
  /** There is no such route or method, or the simulator does not know it yet. */
  | 'route'
  /** The body, the query or an id is malformed or beyond a limit. */
  | 'form'
  /** The text pings someone and `allowed_mentions` does not keep it from it. Such a message is accepted. */
  | 'ping'
  | 'rate-limit'
  /** Well-formed, but not possible: an unknown channel, another's message. */
  | 'refused'
  /** The interactions endpoint answered late, not at all, or with what is no response. */
  | 'endpoint'
  /** The gateway closed the connection or the session for what the client sent. */
  | 'gateway'

/** Something that the real Discord would have refused, or that would have pinged somebody. */
export interface Violation {
  readonly at: string
  readonly kind: ViolationKind
  /** `POST /channels/1/messages` or `gateway`. */
  readonly where: string
  /** In words, with Discord's codes: `50035 Invalid Form Body: content[BASE_TYPE_MAX_LENGTH]: Must be …`. */
  readonly reason: string
  readonly body: unknown
}

/** One connection to the gateway, from its beginning to its end. */
export interface ConnectionRecord {
  readonly openedAt: string
  /** `/gateway`, or the path of `resume_gateway_url`. */
  readonly path: string
  sessionId: string | null
  /** The `d` of Identify, with intents and properties. */
  identify: Readonly<Record<string, unknown>> | null
  /** The `d` of Resume. */
  resume: Readonly<Record<string, unknown>> | null
  /** READY or RESUMED was sent. */
  established: boolean
  heartbeats: number
  /** `null` while it is open. 1006: without a close frame. */
  closed: { readonly code: number; readonly reason: string; readonly by: 'bot' | 'discord' } | null
}

/** What a channel allows or denies a role (0) or a user (1). Permissions are bit fields as decimal text. */
export interface Overwrite {
  readonly id: string
  readonly type: 0 | 1
  readonly allow?: string
  readonly deny?: string
}

/** A channel to be made up. */
export interface ChannelOptions {
  readonly id?: string
  readonly name: string
  /** 0 (the default) text, 5 news. */
  readonly type?: 0 | 5
  /** What the bot may do there, by an overwrite of its own. */
  readonly botPermissions?: string
  readonly overwrites?: readonly Overwrite[]
}

/** What changes about a channel. */
export type ChannelChange = Pick<ChannelOptions, 'botPermissions' | 'overwrites'>

/** A guild to be made up. */
export interface GuildOptions {
  readonly id?: string
  readonly name: string
  readonly channels: readonly ChannelOptions[]
  /** What everyone may, the bot too. Default: to see, read, write, embed, attach and give commands. */
  readonly botPermissions?: string
  /** Beside everyone's and the bot's own, which gives nothing until a test changes it. */
  readonly roles?: readonly {
    readonly id?: string
    readonly name: string
    readonly permissions: string
    /** The bot has it. */
    readonly bot?: boolean
  }[]
  /** `false`: the bot is not in it. */
  readonly bot?: boolean
  /** Its language; default `guildLocale`. */
  readonly locale?: string
}

/** A guild as it was made. The first role is everyone's, the second the bot's own. */
export interface GuildView {
  readonly id: string
  readonly name: string
  readonly channels: readonly { readonly id: string; readonly name: string }[]
  readonly roles: readonly { readonly id: string; readonly name: string }[]
}

/** Where, and as whom, a user uses the bot. Without a channel or guild: in direct messages with it. */
export interface Place {
  /** A guild's channel or thread. */
  readonly channelId?: string
  readonly guildId?: string
  /** In direct messages with somebody else, where the bot is not. */
  readonly privately?: boolean
  /** The user has installed the bot for themselves; always so where no guild has. */
  readonly userInstall?: boolean
  /** The user's own language; default `en-US`. */
  readonly locale?: string
  /** The user's own, in the guild; default all that a member has. */
  readonly permissions?: string
}

/** What a user types behind the slash. */
export interface SlashCommand extends Place {
  /** With subcommands as in `channel set`. */
  readonly name: string
  /** Channels, users and roles by their ids. */
  readonly options?: Readonly<Record<string, string | number | boolean>>
}

/** A command that is still being typed. */
export interface Typing extends SlashCommand {
  /** The option that the cursor is in. */
  readonly focused: string
}

/** What a test asks for over `/control/interactions`. */
export type Use =
  | ({ readonly kind: 'slash'; readonly userId: string } & SlashCommand)
  | ({ readonly kind: 'autocomplete'; readonly userId: string } & Typing)
  | ({
      readonly kind: 'press'
      readonly userId: string
      readonly messageId: string
      readonly customId: string
      /** What is chosen, where it is a menu. */
      readonly values?: readonly string[]
    } & Place)
  | ({
      readonly kind: 'submit'
      readonly userId: string
      /** The interaction that was answered with the form. */
      readonly interactionId: string
      /** What is written, by the inputs' custom_id. */
      readonly values: Readonly<Record<string, string>>
    } & Place)

/** A suggestion of autocomplete. */
export interface Choice {
  readonly name: string
  readonly value: string | number
}

/** What became of an interaction. */
export interface InteractionRecord {
  readonly id: string
  readonly token: string
  readonly channelId: string
  /** The first response; its message is as it is now, after edits. */
  readonly response: {
    readonly type: number
    readonly ephemeral: boolean
    readonly message: APIMessage | null
    readonly choices?: readonly Choice[]
    readonly modal?: unknown
  } | null
  readonly followups: readonly APIMessage[]
  /** There is nothing more to wait for: a deferral is filled in, anything else is answered. */
  readonly final: boolean
}

/** How what is posted to an interactions endpoint is signed: rightly, or with what is wrong. */
export type Signature =
  | 'right'
  | 'of another key'
  | 'of another body'
  | 'of another time'
  | 'malformed'
  | 'missing'

/** What is posted to an interactions endpoint. */
export interface PostOptions {
  /** Default: a PING. Text goes as it is. */
  readonly body?: object | string
  readonly signature?: Signature
  /** So long ago it was signed. */
  readonly ageMs?: number
}

/** What the endpoint answered. */
export interface PostResult {
  readonly status: number
  readonly type: string | null
  readonly body: string
}
