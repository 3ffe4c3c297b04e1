/** Guilds: their channels, what the bot may do in them, and what it is told of them. */
import { type APIUser, PermissionFlagsBits } from 'discord.js'
import type { GuildOptions } from './protocol.ts'
import { refusal } from './refusal.ts'
import { type Channel, type Dispatch, directMessages, isoTime, type World } from './world.ts'

/** A server that the bot is in. */
export interface Guild {
  readonly id: string
  readonly name: string
  readonly ownerId: string
  readonly joinedAt: string
  /** What the bot may do where a channel does not say otherwise. */
  readonly botPermissions: bigint
  readonly channels: readonly Channel[]
}

/** The message flags EPHEMERAL and LOADING. */
export const ephemeral = 1 << 6
export const loading = 1 << 7

const guildsIntent = 1 << 0
const guildMessages = 1 << 9
const messageContent = 1 << 15

const { ViewChannel, SendMessages, EmbedLinks, AttachFiles, ReadMessageHistory, UseApplicationCommands } =
  PermissionFlagsBits
const usual =
  ViewChannel | SendMessages | EmbedLinks | AttachFiles | ReadMessageHistory | UseApplicationCommands

/** The bot is added to a guild; bots that are connected with the intent GUILDS are told of it. */
export function createGuild(world: World, options: GuildOptions): object {
  const taken = options.channels.find(({ id }) => id !== undefined && world.channels.has(id))
  if (taken) throw new Error(`there is a channel ${taken.id} already`)
  if (world.guilds.has(options.id ?? '')) throw new Error(`there is a guild ${options.id} already`)
  const channels: Channel[] = []
  const guild: Guild = {
    id: options.id ?? world.nextId(),
    name: options.name,
    ownerId: world.user('80351110224678912', 'operator').id,
    joinedAt: isoTime(new Date()),
    botPermissions: BigInt(options.botPermissions ?? usual),
    channels,
  }
  for (const { id = world.nextId(), name, botPermissions = guild.botPermissions } of options.channels) {
    const place = { guild, name, botPermissions: BigInt(botPermissions) }
    const channel = { id, recipient: null, place, messages: [], ephemeral: [] }
    channels.push(channel)
    world.channels.set(id, channel)
  }
  world.guilds.set(guild.id, guild)
  world.deliver(guildCreate(world, guild))
  world.changed()
  return { id: guild.id, name: guild.name, channels: channels.map(channelJson) }
}

/** GUILD_CREATE, as a bot that has just joined or come online gets it. */
export function guildCreate(world: World, guild: Guild): Dispatch & { intents: number } {
  const d = {
    ...guildJson(world, guild),
    joined_at: guild.joinedAt,
    large: false,
    unavailable: false,
    member_count: 2,
    voice_states: [],
    members: [{ user: world.bot, ...memberOf(guild) }],
    channels: guild.channels.map(channelJson),
    threads: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  }
  return { t: 'GUILD_CREATE', d, intents: guildsIntent, guildId: guild.id }
}

/** A guild as GET gives it. */
export const guildJson = (world: World, { id, name, ownerId, botPermissions }: Guild) => ({
  id,
  name,
  icon: null,
  description: null,
  home_header: null,
  splash: null,
  discovery_splash: null,
  features: [],
  banner: null,
  owner_id: ownerId,
  application_id: null,
  region: 'deprecated',
  afk_channel_id: null,
  afk_timeout: 300,
  system_channel_id: null,
  system_channel_flags: 0,
  widget_enabled: false,
  widget_channel_id: null,
  verification_level: 0,
  roles: [{ ...everyone, id, permissions: String(botPermissions) }],
  default_message_notifications: 0,
  mfa_level: 0,
  explicit_content_filter: 0,
  max_presences: null,
  max_members: 500_000,
  max_stage_video_channel_users: 50,
  max_video_channel_users: 25,
  vanity_url_code: null,
  premium_tier: 0,
  premium_subscription_count: 0,
  preferred_locale: world.settings.guildLocale,
  rules_channel_id: null,
  safety_alerts_channel_id: null,
  public_updates_channel_id: null,
  premium_progress_bar_enabled: false,
  nsfw: false,
  nsfw_level: 0,
  emojis: [],
  stickers: [],
  incidents_data: null,
})

const everyone = {
  name: '@everyone',
  description: null,
  color: 0,
  colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
  hoist: false,
  icon: null,
  unicode_emoji: null,
  position: 0,
  managed: false,
  mentionable: false,
  flags: 0,
}

/** A channel as GET gives it. */
export function channelJson({ id, recipient, place, messages }: Channel) {
  const common = { id, flags: 0, last_message_id: messages.at(-1)?.id ?? null }
  if (!place) return { ...common, type: 1, recipients: [recipient] }
  const { guild, name, botPermissions } = place
  const allow = botPermissions & ~guild.botPermissions
  const deny = guild.botPermissions & ~botPermissions
  return {
    ...common,
    type: 0,
    guild_id: guild.id,
    name,
    position: guild.channels.findIndex((channel) => channel.id === id),
    permission_overwrites:
      allow | deny ? [{ id: guild.id, type: 0, allow: `${allow}`, deny: `${deny}` }] : [],
    nsfw: false,
    topic: null,
    parent_id: null,
    rate_limit_per_user: 0,
  }
}

/** Anybody's membership. */
export const memberOf = (guild: Guild) => ({
  nick: null,
  avatar: null,
  banner: null,
  roles: [],
  joined_at: guild.joinedAt,
  premium_since: null,
  communication_disabled_until: null,
  pending: false,
  deaf: false,
  mute: false,
  flags: 0,
})

/** The guild with that id, if the bot is in it. */
export function guildOf(world: World, id: string | undefined): Guild {
  const guild = world.guilds.get(id ?? '')
  if (!guild) throw refusal(404, 10004, 'Unknown Guild')
  return guild
}

/** Refuses what the bot may not do in a guild's channel; of one that it cannot see, everything. */
export function requirePermission({ place }: Channel, name: keyof typeof PermissionFlagsBits): void {
  if (!place || (place.botPermissions & PermissionFlagsBits[name]) !== 0n) return
  if (name === 'ViewChannel') throw refusal(403, 50001, 'Missing Access')
  throw refusal(403, 50013, 'Missing Permissions')
}

/** Tells of a message to those who have asked for its kind of channel, if the bot sees the channel. */
export function announce(
  world: World,
  { place }: Channel,
  t: string,
  message: { readonly id: string; readonly channel_id: string; readonly author?: APIUser },
  channelType = true,
): void {
  if (!place) {
    const typed = channelType && t !== 'MESSAGE_DELETE' ? { channel_type: 1 } : {}
    world.deliver({ t, d: { ...message, ...typed }, intents: directMessages })
  } else if ((place.botPermissions & ViewChannel) !== 0n) {
    const typed = message.author ? { channel_type: 0, member: memberOf(place.guild) } : {}
    const d = { ...message, guild_id: place.guild.id, ...typed }
    world.deliver({ t, d, intents: guildMessages, guildId: place.guild.id })
  }
}

/** An event as a session gets it: without MESSAGE_CONTENT, others' words in guilds are kept from it. */
export function asSeen(world: World, { t, d, guildId }: Dispatch, intents: number): Dispatch {
  const message = d as { author?: APIUser; mentions?: readonly APIUser[] }
  const isMessage = t === 'MESSAGE_CREATE' || t === 'MESSAGE_UPDATE'
  const own = message.author?.id === world.bot.id || message.mentions?.some(({ id }) => id === world.bot.id)
  if (!isMessage || !guildId || own || intents & messageContent) return { t, d, intents }
  return { t, d: { ...d, content: '', embeds: [], attachments: [], components: [] }, intents }
}
