/** What tests use: starts a simulated Discord as a child process, and talks to it in typed methods. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { APIApplicationCommand, APIMessage } from 'discord.js'
import type {
  ChannelChange,
  Choice,
  ConnectionRecord,
  DirectMessage,
  Fault,
  GatewayFault,
  GuildOptions,
  GuildView,
  InteractionRecord,
  InvalidRequests,
  Place,
  PostOptions,
  PostResult,
  RequestRecord,
  Settings,
  SlashCommand,
  Typing,
  Use,
  Violation,
} from './protocol.ts'
import { defaultSettings } from './protocol.ts'
import { publicKey } from './signing.ts'

/** How to start it: the port (a free one unless given), and what differs from `defaultSettings`. */
export type DiscordOptions = Partial<Settings> & { readonly port?: number }

/** What to wait for, and how long. */
interface Wait {
  /** So many; default 1. */
  readonly count?: number
  /** Default 5 s; then the wait ends with an error that lists what there was. */
  readonly timeoutMs?: number
}

/** How long to wait for the answer; default 5 s. */
interface Timeout {
  readonly timeoutMs?: number
}

/** Which of the bot's messages to wait for. */
interface MessageWait extends Wait {
  /** Only those after the message with this id, such as the one they answer. */
  readonly after?: string
  /** Only those with this text somewhere in them, be it content, embed or component. */
  readonly containing?: string
}

/** Which REST requests to wait for. */
interface RequestWait extends Wait {
  readonly method?: string
  /** Beginning of the path after `/api/v10`. */
  readonly path?: string
}

/** A simulated Discord that runs. */
export interface DiscordSimulator {
  readonly url: string
  /** For discord.js's `rest.api` and for DISCORD_API_URL. */
  readonly api: string
  readonly token: string
  readonly applicationId: string
  /** For DISCORD_PUBLIC_KEY. */
  readonly publicKey: string
  readonly pid: number

  /** A user writes to the bot; the message that the user sent. */
  dm(
    userId: string,
    content: string,
    options?: Omit<DirectMessage, 'userId' | 'content'>,
  ): Promise<APIMessage>
  /** A user writes to the bot and waits for one message in return. */
  ask(userId: string, content: string, options?: MessageWait): Promise<APIMessage>
  /** Waits for messages of the bot in a channel, oldest first. */
  waitForMessages(channelId: string, options?: MessageWait): Promise<readonly APIMessage[]>
  /** All messages of a channel, or of all channels, as they are now: those that everyone sees, or the others. */
  messages(channelId?: string, options?: { readonly ephemeral?: boolean }): Promise<readonly APIMessage[]>

  /** Adds the bot to a guild with text channels. */
  createGuild(guild: GuildOptions): Promise<GuildView>
  /** A thread in a channel of a guild. */
  createThread(channelId: string, name: string): Promise<{ readonly id: string; readonly name: string }>
  /** Gives and takes permissions in a channel; the gateway tells of it. */
  changeChannel(channelId: string, change: ChannelChange): Promise<void>
  /** Changes what a role gives; the gateway tells of it. */
  changeRole(guildId: string, roleId: string, permissions: string): Promise<void>
  /** From now on the channel is unknown (10003), with its threads; the gateway tells of it. */
  deleteChannel(channelId: string): Promise<void>
  /** Somebody removes the bot from a guild. */
  removeBot(guildId: string): Promise<void>
  /** The user takes no direct messages of the bot any more (50007), or again. */
  closeDms(userId: string, closed?: boolean): Promise<void>
  /** A user writes in a channel of a guild; the message that the user sent. */
  say(userId: string, channelId: string, content: string): Promise<APIMessage>
  /**
   * A user gives a command, and waits for its final answer: a message, or the edit of a deferral. Fails at once when
   * Discord's clients would not offer the command there, or not with these options.
   */
  slash(userId: string, command: SlashCommand & Timeout): Promise<InteractionRecord>
  /** What the bot suggests for the focused option of a command that is still being typed. */
  autocomplete(userId: string, typing: Typing & Timeout): Promise<readonly Choice[]>
  /** A user presses a button of a message of the bot's, and waits for what `slash` waits for. */
  press(
    userId: string,
    messageId: string,
    customId: string,
    options?: Place & Timeout,
  ): Promise<InteractionRecord>
  /** A user chooses in a menu of a message of the bot's, and waits for what `slash` waits for. */
  choose(
    userId: string,
    messageId: string,
    customId: string,
    values: readonly string[],
    options?: Place & Timeout,
  ): Promise<InteractionRecord>
  /** A user sends the form that an interaction was answered with, and waits for what `slash` waits for. */
  submitModal(
    userId: string,
    interactionId: string,
    values: Readonly<Record<string, string>>,
    options?: Place & Timeout,
  ): Promise<InteractionRecord>
  /** A user does one of these, and nobody waits; the record as it is at the beginning. */
  interact(use: Use): Promise<InteractionRecord>
  /** All interactions since the start, as they are now. */
  interactions(): Promise<readonly InteractionRecord[]>

  /**
   * Posts interactions to this address from now on, in place of the gateway; `null` takes it back. Fails, with the
   * reason, where Discord would not take the address.
   */
  setInteractionsUrl(url: string | null): Promise<void>
  /** Posts one thing to an interactions endpoint, a PING unless given, signed as asked for. */
  postSigned(url: string, options?: PostOptions): Promise<PostResult>

  /** Waits until so many REST requests that match have come since the start; those. */
  waitForRequests(options?: RequestWait): Promise<readonly RequestRecord[]>
  requests(): Promise<readonly RequestRecord[]>
  /** Whatever the real Discord would have refused. */
  violations(): Promise<readonly Violation[]>
  waitForViolations(options?: Wait): Promise<readonly Violation[]>
  /** All connections to the gateway since the start. */
  connections(): Promise<readonly ConnectionRecord[]>
  /** Waits until so many connections are open and past READY or RESUMED; those. */
  waitForConnections(options?: Wait): Promise<readonly ConnectionRecord[]>
  /** The application commands that are registered. */
  commands(): Promise<readonly APIApplicationCommand[]>

  /** Changes settings while it runs. */
  configure(settings: Partial<Settings>): Promise<void>
  /** Adds a fault to those that wait for a request that matches. */
  failRequests(fault: Fault): Promise<void>
  clearFaults(): Promise<void>
  /** Lets all requests go on that a fault holds at this gate, those to come too. */
  openGate(name: string): Promise<void>
  /** What the bot has been refused so far, as Discord counts towards a ban. */
  invalidRequests(): Promise<InvalidRequests>
  /** Does something to all open gateway connections. */
  disturbGateway(fault: GatewayFault): Promise<void>
  /** Ends the process. Idempotent. */
  close(): Promise<void>
}

const defaultTimeoutMs = 5000

/** Starts a simulated Discord and waits until it listens. */
export async function startDiscord({
  port = 0,
  ...settings
}: DiscordOptions = {}): Promise<DiscordSimulator> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const args = [main, '--with-parent', '--port', String(port), '--settings', JSON.stringify(settings)]
  // A start takes a third of the time when the compiled program is kept.
  const env = { NODE_COMPILE_CACHE: join(tmpdir(), 'discord-simulator-cache'), ...process.env }
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const lines = createInterface(child.stdout)
  const first = await Promise.race([once(lines, 'line'), ended.then(() => undefined)])
  if (!first) throw new Error('the Discord simulator ended before it listened: see its standard error')
  const { url, api } = JSON.parse(first[0]) as { url: string; api: string }

  const control = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const response = await fetch(`${url}/control${path}`, init)
    if (!response.ok) throw new Error(`${method} /control${path}: ${await response.text()}`)
    return (await response.json()) as T
  }

  const list = <T>(what: string, query: Record<string, string | undefined> = {}) => {
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
    return control<T[]>('GET', `/${what}?${new URLSearchParams(given)}`)
  }

  /** Asks once; the server answers when there are enough, or at the deadline. */
  const wait = async <T>(what: string, options: Wait, query: Record<string, string | undefined> = {}) => {
    const { count = 1, timeoutMs = defaultTimeoutMs } = options
    const found = await list<T>(what, { ...query, count: String(count), wait: String(timeoutMs) })
    if (found.length >= count) return found
    const state = JSON.stringify({ found, violations: await list('violations') }, null, 2)
    throw new Error(`waited ${timeoutMs} ms for ${count} ${what} ${JSON.stringify(query)}, but:\n${state}`)
  }

  const finish = async ({ timeoutMs, ...use }: Use & Timeout) => {
    const { id } = await control<InteractionRecord>('POST', '/interactions', use)
    const options = timeoutMs === undefined ? {} : { timeoutMs }
    const [record] = await wait<InteractionRecord>('interactions', options, { id, final: 'true' })
    return record as InteractionRecord
  }

  const simulator: DiscordSimulator = {
    url,
    api,
    token: settings.token ?? defaultSettings.token,
    applicationId: settings.applicationId ?? defaultSettings.applicationId,
    publicKey,
    pid: child.pid ?? 0,

    dm: (userId, content, options) => control('POST', '/dm', { userId, content, ...options }),
    async ask(userId, content, options) {
      const { id, channel_id } = await simulator.dm(userId, content)
      const [answer] = await simulator.waitForMessages(channel_id, { after: id, ...options })
      return answer as APIMessage
    },
    waitForMessages: (channel, { after, containing, ...options } = {}) =>
      wait('messages', options, { by: 'bot', channel, after, containing }),
    messages: (channel, { ephemeral } = {}) =>
      list('messages', { channel, ephemeral: ephemeral ? 'true' : undefined }),

    createGuild: (guild) => control('POST', '/guilds', guild),
    createThread: (channelId, name) => control('POST', '/threads', { channelId, name }),
    changeChannel: (channelId, change) => control('POST', '/channels', { channelId, ...change }),
    changeRole: (guildId, roleId, permissions) => control('POST', '/roles', { guildId, roleId, permissions }),
    deleteChannel: (channelId) => control('POST', '/channels/delete', { channelId }),
    removeBot: (guildId) => control('POST', '/guilds/leave', { guildId }),
    closeDms: (userId, closed = true) => control('POST', '/dms', { userId, closed }),
    say: (userId, channelId, content) => control('POST', '/say', { userId, channelId, content }),
    slash: (userId, command) => finish({ kind: 'slash', userId, ...command }),
    async autocomplete(userId, typing) {
      const { response } = await finish({ kind: 'autocomplete', userId, ...typing })
      return response?.choices ?? []
    },
    press: (userId, messageId, customId, options) =>
      finish({ kind: 'press', userId, messageId, customId, ...options }),
    choose: (userId, messageId, customId, values, options) =>
      finish({ kind: 'press', userId, messageId, customId, values, ...options }),
    submitModal: (userId, interactionId, values, options) =>
      finish({ kind: 'submit', userId, interactionId, values, ...options }),
    interact: (use) => control('POST', '/interactions', use),
    setInteractionsUrl: (address) => control('POST', '/endpoint', { url: address }),
    postSigned: (address, options) => control('POST', '/post', { ...options, url: address }),
    interactions: () => list('interactions'),

    waitForRequests: ({ method, path, ...options } = {}) => wait('requests', options, { method, path }),
    requests: () => list('requests'),
    violations: () => list('violations'),
    waitForViolations: (options = {}) => wait('violations', options),
    connections: () => list('connections'),
    waitForConnections: (options = {}) => wait('connections', options, { live: 'true' }),
    commands: () => list('commands'),

    configure: (changes) => control('POST', '/settings', changes),
    failRequests: (fault) => control('POST', '/faults', fault),
    openGate: (name) => control('POST', '/gates', { name }),
    invalidRequests: () => control('GET', '/invalid'),
    clearFaults: () => control('DELETE', '/faults'),
    disturbGateway: (fault) => control('POST', '/gateway', fault),
    async close() {
      child.kill('SIGTERM')
      await ended
    },
  }
  return simulator
}
