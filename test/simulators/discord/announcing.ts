/** Who is told of a message, and what of it they see. */
import type { APIUser } from 'discord.js'
import { memberOf } from './guild-json.ts'
import { may } from './permissions.ts'
import { type Channel, type Dispatch, directMessages, type World } from './world.ts'

const guildMessages = 1 << 9
const messageContent = 1 << 15

/** Tells of a message to those who have asked for its kind of channel, if the bot sees the channel. */
export function announce(
  world: World,
  channel: Channel,
  t: string,
  message: { readonly id: string; readonly channel_id: string; readonly author?: APIUser },
  channelType = true,
): void {
  if (!may(world, channel, 'ViewChannel')) return
  const { place } = channel
  if (place) {
    const typed = message.author ? { channel_type: place.type, member: memberOf(place.guild) } : {}
    const d = { ...message, guild_id: place.guild.id, ...typed }
    world.deliver({ t, d, intents: guildMessages, guildId: place.guild.id })
  } else {
    const typed = channelType && t !== 'MESSAGE_DELETE' ? { channel_type: 1 } : {}
    world.deliver({ t, d: { ...message, ...typed }, intents: directMessages })
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
