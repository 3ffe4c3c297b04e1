/** What the bot must be allowed where it posts by itself, and whether it is. */
import {
  type APIChannel,
  type APIGuildMember,
  type APIRole,
  ChannelType,
  PermissionFlagsBits as Flags,
  OverwriteType,
  type REST,
  Routes,
} from 'discord.js'

/** Each with the name by which Discord's settings show it. */
const NEEDED = [
  [Flags.ViewChannel, 'View Channel'],
  [Flags.SendMessages, 'Send Messages'],
  [Flags.SendMessagesInThreads, 'Send Messages in Threads'],
  [Flags.EmbedLinks, 'Embed Links'],
  [Flags.AttachFiles, 'Attach Files'],
] as const

/** All that an invitation asks for, and no more. */
export const NEEDED_PERMISSIONS = NEEDED.reduce((sum, [bit]) => sum | bit, 0n)

/** Where something is to be posted, and what. */
interface Spot {
  readonly isThread: boolean
  /** Without pictures, less is needed. */
  readonly isText?: boolean
}

/** What of the permissions in a channel is missing for feeds and their pictures, by name. */
export function missingOf(permissions: bigint, { isThread, isText = false }: Spot): string[] {
  if ((permissions & Flags.Administrator) !== 0n) return []
  const others = [
    isThread ? Flags.SendMessages : Flags.SendMessagesInThreads,
    ...(isText ? [Flags.AttachFiles] : []),
  ]
  return NEEDED.filter(([bit]) => !others.includes(bit) && (permissions & bit) === 0n).map(([, name]) => name)
}

/** Whether these permissions let somebody change a server's settings. */
export const mayManage = (permissions: bigint): boolean =>
  (permissions & (Flags.ManageGuild | Flags.Administrator)) !== 0n

export const isThread = (type: ChannelType): boolean =>
  type === ChannelType.PublicThread ||
  type === ChannelType.PrivateThread ||
  type === ChannelType.AnnouncementThread

/**
 * What the bot lacks in a channel, by name.
 * @throws {DiscordAPIError} 403 or 404 where it does not even see the channel
 */
export async function missingIn(
  rest: REST,
  channelId: string,
  bot: string,
  { isText = false }: Pick<Spot, 'isText'> = {},
): Promise<string[]> {
  const channel = (await rest.get(Routes.channel(channelId))) as APIChannel
  if (!('guild_id' in channel) || channel.guild_id === undefined) return []
  const guild = channel.guild_id
  const isIn = isThread(channel.type)
  const parent =
    isIn && 'parent_id' in channel && channel.parent_id
      ? ((await rest.get(Routes.channel(channel.parent_id))) as APIChannel)
      : channel
  const [roles, member] = (await Promise.all([
    rest.get(Routes.guildRoles(guild)),
    rest.get(Routes.guildMember(guild, bot)),
  ])) as [APIRole[], APIGuildMember]
  const overwrites = 'permission_overwrites' in parent ? (parent.permission_overwrites ?? []) : []
  const permissions = permissionsOf({ guild, user: bot, roles, member, overwrites })
  return missingOf(permissions, { isThread: isIn, isText })
}

interface Standing {
  readonly guild: string
  /** The bot or somebody else. */
  readonly user: string
  readonly roles: readonly Pick<APIRole, 'id' | 'permissions'>[]
  readonly member: Pick<APIGuildMember, 'roles'>
  readonly overwrites: readonly {
    readonly id: string
    readonly type: OverwriteType
    readonly allow: string
    readonly deny: string
  }[]
}

/** As Discord adds them up ("Permission Overwrites"): everyone's role has the server's own number. */
export function permissionsOf({ guild, user, roles, member, overwrites }: Standing): bigint {
  const own = new Set([guild, ...member.roles])
  const base = roles.reduce((sum, { id, permissions }) => (own.has(id) ? sum | BigInt(permissions) : sum), 0n)
  if ((base & Flags.Administrator) !== 0n) return base
  const everyone = overwrites.filter(({ id, type }) => type === OverwriteType.Role && id === guild)
  const ofRoles = overwrites.filter(
    ({ id, type }) => type === OverwriteType.Role && id !== guild && own.has(id),
  )
  const ofUser = overwrites.filter(({ id, type }) => type === OverwriteType.Member && id === user)
  return [everyone, ofRoles, ofUser].reduce((permissions, those) => {
    const deny = those.reduce((sum, each) => sum | BigInt(each.deny), 0n)
    const allow = those.reduce((sum, each) => sum | BigInt(each.allow), 0n)
    return (permissions & ~deny) | allow
  }, base)
}
