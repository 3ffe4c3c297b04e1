/** What is posted by itself, as those who ask on Discord may set it up. */
import {
  type APIChannel,
  type APIDMChannel,
  type APIUser,
  type ChannelType,
  DiscordAPIError,
  type REST,
  Routes,
} from 'discord.js'
import type { Posting } from '../../answers/feeds/posting.ts'
import type { Feeds } from '../../contracts.ts'
import { requestOf } from './parts.ts'
import { isThread, missingIn, missingOf } from './permissions.ts'
import { toEmbeds } from './render.ts'

/** What the bot needs to post by itself. */
export interface PostingOptions {
  readonly feeds: Feeds
  /** Speaks as the bot. */
  readonly rest: REST
}

/** Where something is asked. */
export type Spot =
  | { readonly kind: 'direct' | 'away' }
  | {
      readonly kind: 'channel'
      readonly guild: string
      readonly channel: string
      /** What the bot may do there, if that was said. */
      readonly permissions?: { readonly bits: bigint; readonly type: ChannelType }
    }

/** @param user who asks */
export const postingAt = (spot: Spot, user: string, { feeds, rest }: PostingOptions): Posting => ({
  feeds,
  here: spot.kind === 'channel' ? { channel: spot.channel } : spot.kind,
  async lackingIn(channel, what) {
    const isText = what === 'text'
    if (spot.kind !== 'channel') return null
    const { guild, permissions } = spot
    if (channel === spot.channel && permissions !== undefined)
      return missingOf(permissions.bits, { isThread: isThread(permissions.type), isText })
    return lackingIn(rest, guild, channel, isText)
  },
  async write(document) {
    try {
      const body = { recipient_id: user }
      const { id } = (await rest.post(Routes.userChannels(), { body })) as APIDMChannel
      for (const embed of toEmbeds(document))
        await rest.post(Routes.channelMessages(id), requestOf({ embeds: [embed] }, {}))
      return true
    } catch (error) {
      // Who shares no server with the bot, or takes no messages of those who do.
      if (error instanceof DiscordAPIError && (error.status === 403 || error.status === 400)) return false
      throw error
    }
  },
})

/** @throws {DiscordAPIError} what Discord says against being asked */
async function lackingIn(
  rest: REST,
  guild: string,
  channel: string,
  isText: boolean,
): Promise<readonly string[] | null> {
  try {
    const found = (await rest.get(Routes.channel(channel))) as APIChannel
    if (!('guild_id' in found) || found.guild_id !== guild) return null
    const { id } = (await rest.get(Routes.user())) as APIUser
    return await missingIn(rest, channel, id, { isText })
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error
    if (error.status === 404) return null
    // A channel that it may not see is not shown to it.
    if (error.status === 403) return ['View Channel']
    throw error
  }
}
