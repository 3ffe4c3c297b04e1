/**
 * The REST routes that the simulator knows, as a table. A path is spelled as in Discord's OpenAPI document, from
 * which the schema of its body and its query come; a row of its own is all that a further route needs.
 */
import type { APIUser } from 'discord.js'
import type { Upload } from './attachments.ts'
import { channelRoutes } from './channel-routes.ts'
import { replaceCommands } from './commands.ts'
import { channelJson } from './guild-json.ts'
import { guildRoutes } from './guild-routes.ts'
import { interactionRoutes } from './interaction-routes.ts'
import type { RateLimit } from './protocol.ts'
import { per } from './ratelimit.ts'
import { refusal, unknownUser } from './refusal.ts'
import { publicKey } from './signing.ts'
import type { World } from './world.ts'

/** A request that has passed everything that does not depend on its route. */
export interface Call {
  readonly world: World
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
  readonly uploads: readonly Upload[]
  /** `POST /channels/1/messages`, for violations. */
  readonly where: string
}

/** One row. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly limit: RateLimit
  /** It does not count against the global limit. */
  readonly exempt?: boolean
  /** The answer's body; 204 for none. May throw a Refusal. */
  readonly answer: (call: Call) => unknown
}

/** The table. The limits are not documented; they are what Discord's headers say in practice, or near it. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '/gateway', limit: per(5, 10), answer: ({ world }) => ({ url: gatewayUrl(world) }) },
  { method: 'GET', path: '/gateway/bot', limit: per(5, 2), answer: gatewayBot },
  { method: 'GET', path: '/users/@me', limit: per(30, 30), answer: ({ world }) => ownUser(world) },
  { method: 'GET', path: '/users/{user_id}', limit: per(30, 30), answer: getUser },
  { method: 'POST', path: '/users/@me/channels', limit: per(10, 10), answer: openChannel },
  { method: 'GET', path: '/applications/@me', limit: per(30, 30), answer: ({ world }) => application(world) },
  {
    method: 'GET',
    path: '/oauth2/applications/@me',
    limit: per(30, 30),
    answer: ({ world }) => application(world),
  },
  { method: 'GET', path: '/applications/{application_id}/commands', limit: per(5, 5), answer: getCommands },
  { method: 'PUT', path: '/applications/{application_id}/commands', limit: per(5, 5), answer: putCommands },
  ...channelRoutes,
  ...guildRoutes,
  ...interactionRoutes,
]

function gatewayBot({ world }: Call) {
  const { shards, identifiesLeft, identify } = world.settings
  return {
    url: gatewayUrl(world),
    shards,
    session_start_limit: {
      total: 1000,
      remaining: identifiesLeft,
      reset_after: 86_400_000,
      max_concurrency: identify.limit,
    },
  }
}

const gatewayUrl = (world: World): string => `${world.origin.replace('http', 'ws')}/gateway`

const ownUser = (world: World) => ({
  ...world.bot,
  flags: 0,
  mfa_enabled: true,
  locale: 'en-US',
  verified: true,
})

function getUser({ world, params }: Call): APIUser {
  if (params.user_id === world.bot.id) return world.bot
  const user = world.users.get(params.user_id ?? '')
  if (!user) throw unknownUser()
  return user
}

function openChannel({ world, body }: Call) {
  const { recipient_id: recipient } = body as { recipient_id?: string | null }
  if (!recipient) throw refusal(400, 50033, 'Invalid Recipient(s)', 'form')
  if (recipient === world.bot.id) throw refusal(403, 50007, 'Cannot send messages to this user')
  return channelJson(world.channelWith(recipient))
}

function application(world: World) {
  return {
    id: world.settings.applicationId,
    name: world.settings.botName,
    icon: null,
    description: '',
    type: null,
    bot: world.bot,
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: publicKey,
    flags: applicationFlags(world),
    flags_new: String(applicationFlags(world)),
    redirect_uris: [],
    interactions_endpoint_url: world.endpoint?.url ?? null,
    role_connections_verification_url: null,
    owner: world.user('80351110224678912', 'operator'),
    approximate_guild_count: 0,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: [],
  }
}

/** The bits that tell which privileged intents are switched on, in their form for bots in few servers. */
function applicationFlags({ settings: { privilegedIntents } }: World): number {
  const bits: readonly [intent: number, flag: number][] = [
    [1 << 8, 1 << 13],
    [1 << 1, 1 << 15],
    [1 << 15, 1 << 19],
  ]
  return bits.reduce((flags, [intent, flag]) => flags | (privilegedIntents & intent ? flag : 0), 0)
}

function getCommands(call: Call) {
  checkApplication(call)
  const brief = call.query.with_localizations !== true
  return call.world.commands.map(({ name_localizations, description_localizations, ...command }) =>
    brief ? command : { ...command, name_localizations, description_localizations },
  )
}

function putCommands(call: Call) {
  checkApplication(call)
  return replaceCommands(call.world, (call.body ?? []) as Parameters<typeof replaceCommands>[1])
}

function checkApplication({ world, params }: Call): void {
  if (params.application_id === world.settings.applicationId) return
  throw refusal(403, 20012, 'You are not authorized to perform this action on this application')
}

/** READY's part about the bot. */
export const readyBot = (world: World) => ({
  user: ownUser(world),
  application: { id: world.settings.applicationId, flags: applicationFlags(world) },
})
