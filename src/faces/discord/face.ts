import {
  type APIGuildMember,
  type APIInteraction,
  type APIMessage,
  Client,
  DiscordAPIError,
  Events,
  GatewayIntentBits,
} from 'discord.js'
import { answer, commandIn } from '../../answers/answers.ts'
import type { Context, Place } from '../../answers/command.ts'
import { spokenWith } from '../../answers/language.ts'
import type { CommandOutcomes } from '../../answers/outcomes.ts'
import type { BotState, Face, Feeds, Notes, Preferences, StoreReader } from '../../contracts.ts'
import { fatalError, messageOf } from '../../errors.ts'
import { counted, type Deliveries } from '../../feeds/deliveries.ts'
import { runDigests } from '../../feeds/digests.ts'
import { Dispatcher } from '../../feeds/dispatcher.ts'
import { Backoff } from '../../flow/backoff.ts'
import { stopped, wait } from '../../flow/wait.ts'
import { languageOf } from '../../language/language.ts'
import type { Log } from '../../log.ts'
import { registerCommands } from './commands.ts'
import { feedOutlet } from './feeds.ts'
import { NEEDS_MANAGE, respondTo, STARTED_AT, server } from './interactions.ts'
import { Outage } from './outage.ts'
import { apology, type Drawing, type Part, partsOf } from './parts.ts'
import { mayManage, permissionsOf } from './permissions.ts'
import { postingAt, type Spot } from './posting.ts'
import { byCallback } from './responder.ts'
import { sendAll } from './send.ts'

export interface DiscordOptions extends Drawing {
  readonly token: string
  /** `https://discord.com/api`, or that of a compatible server. */
  readonly apiUrl: string
  readonly store: StoreReader & Preferences & Notes & Feeds
  readonly commands: CommandOutcomes
  readonly deliveries: Deliveries
}

/** What is read of a MESSAGE_CREATE dispatch. */
type IncomingMessage = Pick<APIMessage, 'id' | 'channel_id' | 'content' | 'author'> & {
  guild_id?: string
  member?: Pick<APIGuildMember, 'roles'>
}

/** The bot: answers slash commands, and commands with the prefix in direct messages and where it is mentioned. */
export function discord(options: DiscordOptions): Face & { readonly state: () => BotState } {
  const { token, apiUrl, store, draw, commands, deliveries, log } = options
  let state: BotState = 'connecting'
  return {
    name: 'bot',
    state: () => state,
    async run(stop) {
      const client = new Client({
        // No more than is needed: neither names nor members, nor the content of messages that do not mention the bot.
        intents: [
          GatewayIntentBits.Guilds,
          GatewayIntentBits.GuildMessages,
          GatewayIntentBits.DirectMessages,
        ],
        rest: { api: apiUrl, version: '10' },
      })
      const answering = new Map<string, Promise<void>>()
      const interacting = new Set<Promise<void>>()
      const ended = endOf(client, log)
      ended.catch(() => {})
      // Raw dispatches, not `messageCreate`: discord.js drops a direct message of a channel it has not seen yet when
      // the dispatch lacks `channel_type`, which Discord documents as optional.
      client.on(Events.Raw, (packet: { t: string | null; d: unknown }) => {
        if (packet.t === 'INTERACTION_CREATE') {
          const interaction = packet.d as APIInteraction
          const { rest } = client
          const responded = respondTo(interaction, {
            store,
            draw,
            commands,
            log,
            rest,
            posting: { feeds: store, rest },
            respond: byCallback(rest, interaction),
          })
          interacting.add(responded)
          void responded.finally(() => interacting.delete(responded))
        }
        if (packet.t !== 'MESSAGE_CREATE') return
        const message = packet.d as IncomingMessage
        const question = questionIn(message, client.user?.id ?? '')
        if (question === null) return
        // One after another within a channel, so that answers come in the order of the questions.
        const before = answering.get(message.channel_id) ?? Promise.resolve()
        const answered = before.then(() => respond(client, message, question, options, stop))
        answering.set(message.channel_id, answered)
        void answered.finally(() => {
          if (answering.get(message.channel_id) === answered) answering.delete(message.channel_id)
        })
      })
      const over = new AbortController()
      let feeding: Promise<unknown> | undefined
      const outage = new Outage(log)
      const become = (news: 'connecting' | 'connected') => () => {
        state = news
        if (news === 'connected') outage.end()
        else outage.begin()
      }
      client.on(Events.ShardReady, become('connected'))
      client.on(Events.ShardResume, become('connected'))
      client.on(Events.ShardReconnecting, become('connecting'))
      client.on(Events.ClientReady, () => {
        log.info(`bot: connected as ${client.user?.tag}; write it a direct message: !help`)
        void register(client, log)
        const outlet = counted(feedOutlet({ rest: client.rest, token, store, draw, log }), deliveries)
        const ending = AbortSignal.any([stop, over.signal])
        feeding = Promise.all([
          new Dispatcher({ store, outlet, log }, ending).run(),
          runDigests({ store, outlet, log }, ending),
        ])
      })

      try {
        await logIn(client, token, stop, log)
        await Promise.race([ended, stopped(stop)])
        await Promise.all([...answering.values(), ...interacting])
      } catch (error) {
        state = 'failed'
        throw error
      } finally {
        over.abort()
        outage.forget()
        await feeding
        await client.destroy()
      }
    },
  }
}

/** Rejects when Discord has closed the connection for good (a token that was revoked, an intent that was taken). */
function endOf(client: Client, log: Log): Promise<never> {
  return new Promise((_resolve, reject) => {
    client.on(Events.Error, (error) => log.warn(`bot: ${messageOf(error)}`))
    client.on(Events.ShardError, (error) => log.debug(`bot: ${messageOf(error)}`))
    client.on(Events.ShardReconnecting, () => log.debug('bot: connecting to Discord again'))
    client.on(Events.ShardDisconnect, ({ code }) => reject(fatalError(closeReason(code))))
    client.on(Events.Invalidated, () =>
      reject(fatalError('Discord has ended the session for good: start again')),
    )
  })
}

const closeReason = (code: number): string =>
  code === 4004
    ? 'Discord refuses the token: copy DISCORD_BOT_TOKEN again from the developer portal, tab "Bot"'
    : `Discord has closed the connection for good (${code})`

/** Logs in; while Discord cannot be reached, again and again with back-off. */
async function logIn(client: Client, token: string, stop: AbortSignal, log: Log): Promise<void> {
  const backoff = new Backoff(1000, 60_000)
  while (!stop.aborted) {
    try {
      await client.login(token)
      return
    } catch (error) {
      if (isRefusal(error)) throw fatalError(closeReason(4004), error)
      if (isFinal(error)) throw fatalError(`Discord does not let the bot in: ${messageOf(error)}`, error)
      if (backoff.attempt === 0)
        log.warn(`bot: Discord cannot be reached (${messageOf(error)}); trying again until it works`)
      await wait(backoff.next(), stop)
    }
  }
}

const isRefusal = (error: unknown): boolean =>
  (error instanceof DiscordAPIError && error.status === 401) || codeOf(error) === 'TokenInvalid'
/** discord.js's own errors at login (wrong or disallowed intents…) do not pass; those of the network do. */
const isFinal = (error: unknown): boolean =>
  (error instanceof DiscordAPIError && error.status < 500) ||
  /^(?:Sharding|Disallowed|Invalid|Client)/.test(codeOf(error)) ||
  /disallowed|intents/i.test(messageOf(error))

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return typeof code === 'string' ? code : ''
}

/** Without its commands the bot answers messages all the same. */
async function register(client: Client<true> | Client, log: Log): Promise<void> {
  try {
    const isNews = await registerCommands(client.rest, client.application?.id ?? '')
    if (isNews) log.info('bot: its slash commands are registered')
  } catch (error) {
    log.warn(`bot: its slash commands could not be registered: ${messageOf(error)}`)
  }
}

/** What a message asks the bot; `null` for one that is not for it: another bot's, or a server's without its mention. */
function questionIn({ author, content, guild_id }: IncomingMessage, bot: string): string | null {
  if (author.bot === true || author.id === bot) return null
  if (guild_id === undefined) return content
  const [, mentioned, question = ''] = /^\s*<@!?(\d+)>(.*)$/s.exec(content) ?? []
  return mentioned === bot ? question : null
}

/** A server that is not known yet: Discord tells of it in a moment. */
const ASK_BY_SLASH = { needs: 'needs.slash' } as const

/** The server in which a message stands, with what its author may do there. */
function placeOf(client: Client, guildId: string, { author, member }: IncomingMessage): Place {
  const guild = client.guilds.cache.get(guildId)
  if (guild === undefined) return server(guildId, ASK_BY_SLASH)
  const roles = guild.roles.cache.map(({ id, permissions }) => ({
    id,
    permissions: `${permissions.bitfield}`,
  }))
  const held = { roles: member?.roles ?? [] }
  const permissions = permissionsOf({ guild: guildId, user: author.id, roles, member: held, overwrites: [] })
  const may = author.id === guild.ownerId || mayManage(permissions)
  return server(guildId, may || NEEDS_MANAGE)
}

/** Who asks by a message, and where. */
function contextOf(
  client: Client,
  message: IncomingMessage,
  asked: Pick<Context, 'language' | 'locale'> & Pick<DiscordOptions, 'store'>,
): Context {
  const { author, guild_id: guild, channel_id: channel } = message
  const spot: Spot = guild === undefined ? { kind: 'direct' } : { kind: 'channel', guild, channel }
  return {
    user: author.id,
    ...(guild !== undefined && { place: placeOf(client, guild, message) }),
    ...asked,
    posting: postingAt(spot, author.id, { feeds: asked.store, rest: client.rest }),
    now: Date.now(),
    startedAt: STARTED_AT,
  }
}

/** Answers one message. Never rejects: what goes wrong is logged, and told to the person where Discord allows it. */
async function respond(
  client: Client,
  message: IncomingMessage,
  question: string,
  { store, draw, commands, log }: DiscordOptions,
  stop: AbortSignal,
): Promise<void> {
  // A message does not say its author's: that of the server stands in for it.
  const locale = client.guilds.cache.get(message.guild_id ?? '')?.preferredLocale ?? null
  let language = languageOf(locale)
  let parts: Part[]
  try {
    const done = await commands.of(commandIn(question), async () => {
      language = await spokenWith(message.author.id, locale, store)
      const context = contextOf(client, message, { store, language, locale })
      const found = await answer(question, context)
      return { found, parts: await partsOf(found, language, { draw, log, store }) }
    })
    parts = done.parts
  } catch (error) {
    log.error(`bot: a question could not be answered: ${messageOf(error)}`)
    parts = [apology(language)]
  }
  await sendAll(client.rest, message, parts, language, log, stop)
}
