/** What the bot may do in a channel, computed from roles and overwrites as Discord documents it. */
import { PermissionFlagsBits } from 'discord.js'
import type { Overwrite } from './protocol.ts'
import { refusal } from './refusal.ts'
import type { Channel, World } from './world.ts'

/** A role of a guild; that of everyone has the guild's id. */
export interface Role {
  readonly id: string
  readonly name: string
  permissions: bigint
  /** The bot that it came with. */
  readonly botId: string | null
  /** The bot has it. */
  readonly bot: boolean
}

const flag = PermissionFlagsBits
/** All that a member may do by default, as far as it matters to bots. */
export const usual =
  flag.ViewChannel |
  flag.SendMessages |
  flag.SendMessagesInThreads |
  flag.EmbedLinks |
  flag.AttachFiles |
  flag.ReadMessageHistory |
  flag.UseApplicationCommands

const everything = Object.values(flag).reduce((all, bit) => all | bit, 0n)
/** What nobody has who may not write. */
const ofWriting = flag.EmbedLinks | flag.AttachFiles | flag.MentionEveryone | flag.SendTTSMessages

/** What the roles give, where no channel says otherwise. */
export function guildPermissions(roles: readonly Role[], guildId: string): bigint {
  const own = roles.filter(({ id, bot }) => bot || id === guildId)
  const given = own.reduce((all, { permissions }) => all | permissions, 0n)
  return given & flag.Administrator ? everything : given
}

/** What the bot may do in a channel; in direct messages, all that can be done there. */
export function botPermissions(world: World, channel: Channel): bigint {
  const { place } = channel
  if (!place) return channel.recipient ? usual : 0n
  const { guild } = place
  if (!guild.hasBot) return 0n
  const base = guildPermissions(guild.roles, guild.id)
  if (base & flag.Administrator) return everything
  // A thread has the overwrites of the channel that it is in.
  const overwrites = (place.parent?.place ?? place).overwrites
  const held = new Set(guild.roles.filter(({ bot }) => bot).map(({ id }) => id))
  let permissions = base
  for (const some of [
    overwrites.filter(({ type, id }) => type === 0 && id === guild.id),
    overwrites.filter(({ type, id }) => type === 0 && held.has(id)),
    overwrites.filter(({ type, id }) => type === 1 && id === world.settings.applicationId),
  ]) {
    permissions &= ~some.reduce<bigint>((all, { deny = '0' }) => all | BigInt(deny), 0n)
    permissions |= some.reduce<bigint>((all, { allow = '0' }) => all | BigInt(allow), 0n)
  }
  if (!(permissions & flag.ViewChannel)) return 0n
  return permissions & writing(channel) ? permissions : permissions & ~ofWriting
}

/** The overwrite that leaves the bot just these permissions. */
export function overwriteFor(
  world: World,
  roles: readonly Role[],
  guildId: string,
  wanted: bigint,
): Overwrite {
  const base = guildPermissions(roles, guildId)
  const id = world.settings.applicationId
  return { id, type: 1, allow: `${wanted & ~base}`, deny: `${base & ~wanted}` }
}

/** Whether the bot may do that in a channel. */
export const may = (world: World, channel: Channel, name: keyof typeof flag): boolean =>
  (botPermissions(world, channel) & flag[name]) !== 0n

/** Refuses what the bot may not do in a channel; of one that it cannot see, everything. */
export function requirePermission(world: World, channel: Channel, name: keyof typeof flag): void {
  if (may(world, channel, name)) return
  if (may(world, channel, 'ViewChannel')) throw refusal(403, 50013, 'Missing Permissions')
  throw refusal(403, 50001, 'Missing Access')
}

/** Refuses a bot that may not write in a channel. */
export const requireWriting = (world: World, channel: Channel): void =>
  requirePermission(world, channel, channel.place?.parent ? 'SendMessagesInThreads' : 'SendMessages')

const writing = ({ place }: Channel): bigint =>
  place?.parent ? flag.SendMessagesInThreads : flag.SendMessages
