/** Where a user uses the bot, and for whom the bot was installed there. */
import type { Place } from './protocol.ts'
import { locales } from './schema.ts'
import type { Channel, World } from './world.ts'

/** Who uses it, and where. */
export type Whereabouts = Place & { readonly userId: string }

/** What Discord calls the contexts of commands. */
export const context = { guild: 0, bot: 1, private: 2 }
const byGuild = 0
const byUser = 1

/** The channel that is meant; an error where there is none, or the user is not in it. */
export function placeOf(
  world: World,
  { userId, channelId, guildId, privately, locale }: Whereabouts,
): Channel {
  if (locale !== undefined && !locales.has(locale)) throw new Error(`Discord has no locale ${locale}`)
  if (privately) return world.privateChannelOf(userId)
  if (channelId === undefined && guildId === undefined) return world.channelWith(userId)
  const guild = guildId === undefined ? undefined : world.guilds.get(guildId)
  if (guildId !== undefined && !guild) throw new Error(`no such guild: ${guildId}`)
  const channel = channelId === undefined ? guild?.channels[0] : world.channels.get(channelId)
  if (!channel) throw new Error(`no such channel: ${channelId}`)
  if (guild && channel.place?.guild !== guild) {
    throw new Error(`channel ${channelId} is not in guild ${guildId}`)
  }
  requireMember(channel, userId)
  return channel
}

/** An error for whom the channel is closed. */
export function requireMember({ recipient, members, place }: Channel, userId: string): void {
  const inside = place || recipient?.id === userId || members.some(({ id }) => id === userId)
  if (!inside) throw new Error('the direct messages of another')
}

/** The context of a channel, by Discord's number. */
export function contextOf({ place, recipient }: Channel): number {
  if (place) return context.guild
  return recipient ? context.bot : context.private
}

/** `authorizing_integration_owners`: for which guild (0), and for which user (1), the bot is installed here. */
export function ownersOf({ place, recipient }: Channel, { userId, userInstall = false }: Whereabouts) {
  const owners: Record<string, string> = {}
  if (recipient) owners[byGuild] = '0'
  if (place?.guild.hasBot) owners[byGuild] = place.guild.id
  if (userInstall || Object.keys(owners).length === 0) owners[byUser] = userId
  return owners
}
