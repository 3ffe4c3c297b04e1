/** What the bot may do in a channel, and what it lacks there to post. */
import {
  type APIChannel,
  type APIGuildMember,
  type APIRole,
  type APIUser,
  ChannelType,
  DiscordAPIError,
  OverwriteType,
  PermissionFlagsBits,
  type REST,
  Routes,
} from 'discord.js'

/** How Discord's settings call what it takes to post. */
const NAMES = {
  ViewChannel: 'View Channel',
  SendMessages: 'Send Messages',
  SendMessagesInThreads: 'Send Messages in Threads',
  EmbedLinks: 'Embed Links',
} as const

/** The names of what is lacking to post in a channel where one may do `permissions`. */
export function lackingOf(permissions: bigint, type: ChannelType): string[] {
  const needed = [
    'ViewChannel',
    isThread(type) ? 'SendMessagesInThreads' : 'SendMessages',
    'EmbedLinks',
  ] as const
  return needed.filter((name) => !has(permissions, PermissionFlagsBits[name])).map((name) => NAMES[name])
}

/**
 * The names of what the bot lacks to post in a channel of a server; `null` for a channel that the server does not have.
 * @param rest speaks as the bot
 * @throws {DiscordAPIError} what Discord says against being asked
 */
export async function lackingIn(rest: REST, guild: string, channel: string): Promise<string[] | null> {
  try {
    const found = (await rest.get(Routes.channel(channel))) as APIChannel
    if (!('guild_id' in found) || found.guild_id !== guild) return null
    return lackingOf(await permissionsIn(rest, guild, found), found.type)
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error
    if (error.status === 404) return null
    // A channel that it may not see is not shown to it.
    if (error.status === 403) return [NAMES.ViewChannel]
    throw error
  }
}

/** Computed as Discord documents it ("Permission Overwrites"). */
async function permissionsIn(rest: REST, guild: string, channel: APIChannel): Promise<bigint> {
  const { id } = (await rest.get(Routes.user())) as APIUser
  const isInThread = isThread(channel.type) && 'parent_id' in channel && typeof channel.parent_id === 'string'
  const [member, roles, holder] = (await Promise.all([
    rest.get(Routes.guildMember(guild, id)),
    rest.get(Routes.guildRoles(guild)),
    // A thread has the overwrites of the channel that it is in.
    isInThread ? rest.get(Routes.channel(channel.parent_id as string)) : channel,
  ])) as [APIGuildMember, APIRole[], APIChannel]
  const held = new Set([guild, ...member.roles])
  const base = rolePermissions(roles, held)
  if (has(base, PermissionFlagsBits.Administrator)) return base | ALL
  const overwrites = 'permission_overwrites' in holder ? (holder.permission_overwrites ?? []) : []
  const ofRoles = overwrites.filter((each) => each.type === OverwriteType.Role && held.has(each.id))
  return [
    ofRoles.filter((each) => each.id === guild),
    ofRoles.filter((each) => each.id !== guild),
    overwrites.filter((each) => each.type === OverwriteType.Member && each.id === id),
  ].reduce((permissions, some) => {
    const denied = some.reduce((all, { deny }) => all | BigInt(deny), 0n)
    return (permissions & ~denied) | some.reduce((all, { allow }) => all | BigInt(allow), 0n)
  }, base)
}

/** What the roles give together that somebody holds. */
export const rolePermissions = (
  roles: Iterable<{ readonly id: string; readonly permissions: string | bigint }>,
  held: ReadonlySet<string>,
): bigint =>
  [...roles].reduce((all, role) => (held.has(role.id) ? all | BigInt(role.permissions) : all), 0n)

/** Whether these permissions, which somebody has in a server, let them change its settings. */
export const mayManage = (permissions: bigint): boolean =>
  has(permissions, PermissionFlagsBits.ManageGuild) || has(permissions, PermissionFlagsBits.Administrator)

const ALL = Object.values(PermissionFlagsBits).reduce((all, bit) => all | bit, 0n)
const has = (permissions: bigint, one: bigint): boolean => (permissions & one) !== 0n

const isThread = (type: ChannelType): boolean =>
  type === ChannelType.PublicThread ||
  type === ChannelType.PrivateThread ||
  type === ChannelType.AnnouncementThread
