/** Guilds, channels, roles and members as REST and the gateway give them. */
import type { Guild } from './guilds.ts'
import type { Role } from './permissions.ts'
import { type Channel, type Dispatch, isoTime, type World } from './world.ts'

const guildsIntent = 1 << 0

/** GUILD_CREATE, as a bot that has just joined or come online gets it. */
export function guildCreate(world: World, guild: Guild): Dispatch & { intents: number } {
  const d = {
    ...guildJson(guild),
    joined_at: guild.joinedAt,
    large: false,
    unavailable: false,
    member_count: 2,
    voice_states: [],
    members: [{ user: world.bot, ...memberOf(guild, botRoles(guild)) }],
    channels: guild.channels.map(channelJson),
    threads: guild.threads.map(channelJson),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  }
  return { t: 'GUILD_CREATE', d, intents: guildsIntent, guildId: guild.id }
}

/** An event about a guild, for those who have asked for such. */
export const guildEvent = (t: string, guild: Guild, d: object): Dispatch => ({
  t,
  d,
  intents: guildsIntent,
  guildId: guild.id,
})

/** A guild as GET gives it. */
export const guildJson = ({ id, name, ownerId, locale, roles }: Guild) => ({
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
  roles: rolesJson(roles),
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
  preferred_locale: locale,
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

/** The roles of a guild, lowest first. */
export const rolesJson = (roles: readonly Role[]) =>
  roles.map(({ id, name, permissions, botId }, position) => ({
    id,
    name,
    description: null,
    permissions: String(permissions),
    position,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: botId !== null,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
    ...(botId ? { tags: { bot_id: botId } } : {}),
  }))

/** A channel as GET gives it. */
export function channelJson({ id, recipient, place, members, messages }: Channel) {
  const common = { id, flags: 0, last_message_id: messages.at(-1)?.id ?? null }
  if (!place) return { ...common, type: 1, recipients: recipient ? [recipient] : members.slice(1) }
  const { guild, name, parent } = place
  const here = { ...common, guild_id: guild.id, name, rate_limit_per_user: 0 }
  if (parent) return { ...here, ...threadFields(guild, parent, messages.length) }
  return {
    ...here,
    type: place.type,
    position: guild.channels.findIndex((channel) => channel.id === id),
    permission_overwrites: place.overwrites.map(({ allow = '0', deny = '0', ...whose }) => ({
      ...whose,
      allow,
      deny,
    })),
    nsfw: false,
    topic: null,
    parent_id: null,
  }
}

const threadFields = (guild: Guild, parent: Channel, count: number) => ({
  // A thread of news, or of any other channel.
  type: parent.place?.type === 5 ? 10 : 11,
  parent_id: parent.id,
  owner_id: guild.ownerId,
  message_count: count,
  total_message_sent: count,
  member_count: 1,
  thread_metadata: {
    archived: false,
    archive_timestamp: guild.joinedAt,
    auto_archive_duration: 1440,
    locked: false,
    create_timestamp: guild.joinedAt,
  },
})

/** Somebody's membership. */
export const memberOf = (guild: Guild, roles: readonly string[] = []) => ({
  nick: null,
  avatar: null,
  banner: null,
  roles,
  joined_at: guild.joinedAt,
  premium_since: null,
  communication_disabled_until: null,
  pending: false,
  deaf: false,
  mute: false,
  flags: 0,
})

/** The ids of the roles that the bot has. */
export const botRoles = ({ roles }: Guild): string[] => roles.filter(({ bot }) => bot).map(({ id }) => id)

/** A moment as a member's joining says it. */
export const now = (): string => isoTime(new Date())
