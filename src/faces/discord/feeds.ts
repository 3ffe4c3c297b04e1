/** Where feeds are posted: Discord's channels, and people's direct messages. */
import { type APIDMChannel, DiscordAPIError, type REST, RESTJSONErrorCodes, Routes } from 'discord.js'
import { DAY_MS } from '../../answers/arguments.ts'
import { chosen } from '../../answers/command.ts'
import { digestOf } from '../../answers/digest.ts'
import type { Feed, Notes, StoreReader } from '../../contracts.ts'
import { messageOf } from '../../errors.ts'
import type { Outlet, TargetRefusal } from '../../feeds/outlet.ts'
import { pacer } from '../../flow/pace.ts'
import { unlessStopped } from '../../flow/wait.ts'
import { languageOf } from '../../language/language.ts'
import { resolveScope } from '../../scope.ts'
import { endedMessage, feedMessage, messageCapacity, unshownMessage } from './feed-message.ts'
import { type Drawing, type Part, partsOf, requestOf } from './parts.ts'

export interface FeedOutletOptions extends Drawing {
  readonly rest: REST
  readonly token: string
  readonly store: StoreReader & Notes
}

/** Discord takes 50 requests a second of a bot ("Global Rate Limit"): some are left to those who ask. */
const POST_EVERY_MS = 1000 / 40

/** Posts as the bot. What Discord does not take of a message's form is told as a number. */
export function feedOutlet({ rest, token, store, draw, log }: FeedOutletOptions): Outlet {
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

  async function send(feed: Feed, message: Part, nonce: string): Promise<void> {
    const channel = await channelOf(feed)
    await rest.post(Routes.channelMessages(channel), requestOf(message, { nonce, enforce_nonce: true }))
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

  /** Waits for its turn; what goes wrong for good is a refusal, the rest is thrown. */
  async function attempt(work: () => Promise<void>, signal: AbortSignal): Promise<'posted' | TargetRefusal> {
    // While a rate limit lasts, discord.js waits and looks at no signal.
    const cut = <T>(promise: Promise<T>) => unlessStopped(promise, signal)
    await turn(signal)
    try {
      await cut(work())
      return 'posted'
    } catch (error) {
      const refusal = await cut(refusalOf(error))
      if (refusal === null) throw error
      return refusal
    }
  }

  return {
    capacity: (_feed, changes) => messageCapacity(changes),
    async post(feed, portion, nonce, signal) {
      try {
        return await attempt(() => send(feed, feedMessage(feed, portion), nonce), signal)
      } catch (error) {
        if (!isMalformed(error)) throw error
        log.error(`feeds: Discord does not take a message of feed ${feed.id}: ${messageOf(error)}`)
        return attempt(() => send(feed, unshownMessage(feed, portion), nonce), signal)
      }
    },
    async postDigest(feed, day, nonce, signal) {
      const found = resolveScope(feed.scope, await store.sites())
      if (!('scope' in found)) throw new Error(`${feed.scope} is no scope`)
      const language = languageOf(feed.language)
      const context = { store, now: Date.now() }
      const digest = await digestOf(chosen(found.scope, language), day * DAY_MS, context)
      const parts = await partsOf(digest, language, { draw, log, store })
      for (const [i, part] of parts.entries()) {
        const posted = await attempt(() => send(feed, part, `${nonce}.${i}`), signal)
        if (posted !== 'posted') return posted
      }
      return 'posted'
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

const isMalformed = (error: unknown): boolean => error instanceof DiscordAPIError && error.status === 400

/** A channel that became one without messages. */
const NO_TEXT_CHANNEL = RESTJSONErrorCodes.CannotSendMessagesInNonTextChannel
