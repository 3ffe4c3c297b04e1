import { DiscordAPIError, HTTPError, type REST, Routes } from 'discord.js'
import { messageOf } from '../../errors.ts'
import { Backoff } from '../../flow/backoff.ts'
import { wait } from '../../flow/wait.ts'
import type { Language } from '../../language/language.ts'
import { text } from '../../language/messages.ts'
import type { Log } from '../../log.ts'
import { type Part, requestOf } from './parts.ts'

/** How often a request is made that fails for a reason which may pass; with the back-off, half a minute in all. */
const ATTEMPTS = 6

/**
 * Sends an answer to `question`, part after part. Never rejects: a part that cannot be sent ends the answer, is
 * logged with Discord's reason, and is apologised for where it was refused for what is in it and not for who it is for.
 */
export async function sendAll(
  rest: REST,
  question: { readonly id: string; readonly channel_id: string },
  parts: readonly Part[],
  language: Language,
  log: Log,
  stop: AbortSignal,
): Promise<void> {
  const post = (part: Part, number: string) =>
    postOnce(rest, question.channel_id, part, `${question.id}.${number}`, stop)
  for (const [number, part] of parts.entries()) {
    try {
      await post(part, String(number))
    } catch (error) {
      log.warn(`bot: an answer could not be sent: ${reasonOf(error)}`)
      if (error instanceof DiscordAPIError && error.status === 400) {
        const content = text(language, 'face.refusedByDiscord')
        await post({ content }, '!').catch((second) =>
          log.warn(`bot: nor could an apology: ${reasonOf(second)}`),
        )
      }
      return
    }
  }
}

/**
 * Posts a message that is shown once: a request that is repeated after a lost answer carries the same nonce, by which
 * Discord knows it again.
 */
async function postOnce(
  rest: REST,
  channel: string,
  part: Part,
  nonce: string,
  stop: AbortSignal,
): Promise<void> {
  const backoff = new Backoff(500, 16_000)
  for (;;) {
    try {
      await rest.post(Routes.channelMessages(channel), requestOf(part, { nonce, enforce_nonce: true }))
      return
    } catch (error) {
      // discord.js repeats what is rate-limited by itself, but of broken connections only some.
      const mayPass = !(error instanceof DiscordAPIError) || error.status >= 500
      if (!mayPass || backoff.attempt >= ATTEMPTS - 1 || stop.aborted) throw error
      await wait(backoff.next(), stop)
    }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof DiscordAPIError)
    return `Discord answers ${error.status}, ${error.code}: ${messageOf(error)}`
  if (error instanceof HTTPError) return `Discord answers ${error.status}`
  return messageOf(error)
}
