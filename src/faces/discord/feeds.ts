/** Where feeds are posted: Discord's channels, and people's direct messages. */
import {
  type APIDMChannel,
  DiscordAPIError,
  type REST,
  RESTJSONErrorCodes,
  type RESTPostAPIChannelMessageJSONBody,
  Routes,
} from 'discord.js'
import type { Feed } from '../../contracts.ts'
import { messageOf } from '../../errors.ts'
import type { Outlet, TargetRefusal } from '../../feeds/outlet.ts'
import { pacer } from '../../flow/pace.ts'
import { unlessStopped } from '../../flow/wait.ts'
import type { Log } from '../../log.ts'
import { endedMessage, feedMessage, messageCapacity, unshownMessage } from './feed-message.ts'

export interface FeedOutletOptions {
  readonly rest: REST
  readonly token: string
  readonly log: Log
}

/** Discord takes 50 requests a second of a bot ("Global Rate Limit"): some are left to those who ask. */
const POST_EVERY_MS = 1000 / 40

/** Posts as the bot. What Discord does not take of a message's form is told as a number. */
export function feedOutlet({ rest, token, log }: FeedOutletOptions): Omit<Outlet, 'postDigest'> {
  const turn = pacer(POST_EVERY_MS)
  /** People's direct channels, by person. */
  const direct = new Map<string, string>()

  async function channelOf({ target, owner }: Feed): Promise<string> {
    if (target.kind === 'channel') return target.channel
    const known = direct.get(owner)
    if (known !== undefined) return known
    const { id } = (await rest.post(Routes.userChannels(), { body: { recipient_id: owner } })) as APIDMChannel
    direct.set(owner, id)
    return id
  }

  async function send(feed: Feed, message: RESTPostAPIChannelMessageJSONBody, nonce: string): Promise<void> {
    const body = { ...message, nonce, enforce_nonce: true, allowed_mentions: { parse: [] } }
    await rest.post(Routes.channelMessages(await channelOf(feed)), { body })
  }

  /** `null` for what may pass. A 401 may be about this target or about the bot as a whole. */
  async function refusalOf(error: unknown): Promise<TargetRefusal | null> {
    if (!(error instanceof DiscordAPIError)) return null
    if (error.status === 401) {
      // discord.js forgets the token at a 401.
      rest.setToken(token)
      await rest.get(Routes.user())
    }
    const isFinal = [401, 403, 404].includes(error.status) || error.code === NO_TEXT_CHANNEL
    return isFinal ? { refused: `Discord answers ${error.status}: ${error.message}` } : null
  }

  return {
    capacity: (_feed, changes) => messageCapacity(changes),
    async post(feed, portion, nonce, signal) {
      // While a rate limit lasts, discord.js waits and looks at no signal.
      const cut = <T>(work: Promise<T>) => unlessStopped(work, signal)
      await turn(signal)
      try {
        await cut(send(feed, feedMessage(feed, portion), nonce))
        return 'posted'
      } catch (error) {
        const refusal = await cut(refusalOf(error))
        if (refusal !== null) return refusal
        if (!(error instanceof DiscordAPIError) || error.status !== 400) throw error
        log.error(`feeds: Discord does not take a message of feed ${feed.id}: ${error.message}`)
        await cut(send(feed, unshownMessage(feed, portion), nonce))
        return 'posted'
      }
    },
    async tell(owner, feeds, reason) {
      const [feed] = feeds
      if (feed === undefined) return
      try {
        const person: Feed = { ...feed, owner, target: { kind: 'direct' } }
        const nonce = `ended.${feed.id.toString(36)}.${Date.now().toString(36)}`
        await send(person, endedMessage(feeds, reason), nonce)
      } catch (error) {
        await refusalOf(error).catch(() => {})
        log.warn(`feeds: ${owner} could not be told that feeds have ended: ${messageOf(error)}`)
      }
    },
  }
}

/** A channel that became one without messages. */
const NO_TEXT_CHANNEL = RESTJSONErrorCodes.CannotSendMessagesInNonTextChannel
