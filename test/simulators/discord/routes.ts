/**
 * The REST routes that the simulator knows, as a table. A path is spelled as in Discord's OpenAPI document, from
 * which the schema of its body and its query come; a row of its own is all that a further route needs.
 */
import type { APIMessage, APIUser } from 'discord.js'
import type { Upload } from './attachments.ts'
import { replaceCommands } from './commands.ts'
import { channelJson, guildJson, guildOf, requirePermission } from './guilds.ts'
import { interactionRoutes } from './interaction-routes.ts'
import { edit, messageIn, remove, send } from './messages.ts'
import type { RateLimit } from './protocol.ts'
import { invalidForm, refusal, unknownChannel, unknownUser } from './refusal.ts'
import type { Channel, World } from './world.ts'

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

const per = (seconds: number, limit: number): RateLimit => ({ limit, windowMs: seconds * 1000 })

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
  {
    method: 'GET',
    path: '/channels/{channel_id}',
    limit: per(5, 10),
    answer: (call) => channelOf(call).json,
  },
  { method: 'POST', path: '/channels/{channel_id}/typing', limit: per(5, 5), answer: typing },
  { method: 'GET', path: '/channels/{channel_id}/messages', limit: per(5, 5), answer: getMessages },
  { method: 'POST', path: '/channels/{channel_id}/messages', limit: per(5, 5), answer: postMessage },
  {
    method: 'GET',
    path: '/channels/{channel_id}/messages/{message_id}',
    limit: per(5, 5),
    answer: (call) => messageOf(call).message,
  },
  {
    method: 'PATCH',
    path: '/channels/{channel_id}/messages/{message_id}',
    limit: per(5, 5),
    answer: patchMessage,
  },
  {
    method: 'DELETE',
    path: '/channels/{channel_id}/messages/{message_id}',
    limit: per(1, 5),
    answer: (call) => remove(call.world, messageOf(call).channel, messageOf(call).message),
  },
  {
    method: 'GET',
    path: '/guilds/{guild_id}',
    limit: per(5, 5),
    answer: ({ world, params }) => guildJson(world, guildOf(world, params.guild_id)),
  },
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
    verify_key: '0'.repeat(64),
    flags: applicationFlags(world),
    flags_new: String(applicationFlags(world)),
    redirect_uris: [],
    interactions_endpoint_url: null,
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

function channelOf({ world, params }: Call) {
  const channel = world.channels.get(params.channel_id ?? '')
  if (!channel) throw unknownChannel()
  requirePermission(channel, 'ViewChannel')
  return { channel, json: channelJson(channel) }
}

function messageOf(call: Call): { channel: Channel; message: APIMessage } {
  const { channel } = channelOf(call)
  return { channel, message: messageIn(channel, call.params.message_id) }
}

function typing(call: Call): void {
  channelOf(call)
}

/** Newest first. */
function getMessages(call: Call): readonly APIMessage[] {
  const { messages } = channelOf(call).channel
  const { before, after, around, limit = 50 } = call.query as Record<string, string> & { limit?: number }
  if ([before, after, around].filter(Boolean).length > 1) {
    const message = 'Only one of around, before and after may be given'
    throw invalidForm([{ path: ['around'], code: 'BASE_TYPE_CHOICES', message }])
  }
  if (after)
    return messages
      .filter(({ id }) => BigInt(id) > BigInt(after))
      .slice(0, limit)
      .reverse()
  if (before)
    return messages
      .filter(({ id }) => BigInt(id) < BigInt(before))
      .slice(-limit)
      .reverse()
  if (!around) return messages.slice(-limit).reverse()
  const middle = messages.findIndex(({ id }) => BigInt(id) >= BigInt(around))
  const from = Math.max(0, (middle < 0 ? messages.length : middle) - Math.floor(limit / 2))
  return messages.slice(from, from + limit).reverse()
}

function postMessage(call: Call): APIMessage {
  const { channel } = channelOf(call)
  requirePermission(channel, 'SendMessages')
  if (call.uploads.length > 0) requirePermission(channel, 'AttachFiles')
  return send(call.world, channel, call.body, call.uploads, call.where)
}

function patchMessage(call: Call): APIMessage {
  const { channel, message } = messageOf(call)
  return edit(call.world, channel, message, call.body, call.uploads, call.where)
}

/** READY's part about the bot. */
export const readyBot = (world: World) => ({
  user: ownUser(world),
  application: { id: world.settings.applicationId, flags: applicationFlags(world) },
})
