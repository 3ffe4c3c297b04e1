import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { type APIInteraction, InteractionResponseType, InteractionType, REST } from 'discord.js'
import type { CommandOutcomes } from '../../answers/outcomes.ts'
import type { Feeds, Notes, Preferences, StoreReader } from '../../contracts.ts'
import { messageOf } from '../../errors.ts'
import { respondTo } from './interactions.ts'
import type { Drawing } from './parts.ts'
import { type Content, encoded, type Responder } from './responder.ts'

export interface OverHttpOptions extends Drawing {
  /** The application's key, 32 bytes in hex. */
  readonly publicKey: string
  /** `https://discord.com/api`, or that of a compatible server. */
  readonly apiUrl: string
  readonly store: StoreReader & Preferences & Notes & Feeds
  readonly commands: CommandOutcomes
  /** The bot's; without one it cannot post by itself. */
  readonly token: string | null
}

/** What became of a request. `forged`: it is not of Discord; it sends such ones on purpose, to see them refused. */
type Outcome = 'responded' | 'forged' | 'unanswered'

/** Answers the interactions that Discord sends to an address of ours, in place of a connection to its gateway. */
export function discordOverHttp({ publicKey, apiUrl, store, token, draw, commands, log }: OverHttpOptions) {
  const key = ed25519Key(publicKey)
  const rest = new REST({ api: apiUrl, version: '10' })
  if (token !== null) rest.setToken(token)
  const posting = token === null ? {} : { posting: { feeds: store, rest } }
  return {
    /**
     * @param body as it came
     * @param reply sends the first response, as what answers the request
     * @returns once everything is said, also what follows the response. Never rejects
     */
    async take(
      headers: IncomingHttpHeaders,
      body: Buffer,
      reply: (content: Content) => Promise<void>,
    ): Promise<Outcome> {
      if (!isSigned(headers, body, key)) return 'forged'
      let outcome: Outcome = 'unanswered'
      const respond: Responder = async (response, files = []) => {
        const content = await encoded(response, files)
        outcome = 'responded'
        await reply(content)
      }
      try {
        const interaction = JSON.parse(body.toString('utf8')) as APIInteraction
        if (interaction.type === InteractionType.Ping) await respond({ type: InteractionResponseType.Pong })
        else await respondTo(interaction, { respond, rest, store, ...posting, draw, commands, log })
      } catch (error) {
        log.warn(`bot: what Discord sent over HTTP cannot be read: ${messageOf(error)}`)
      }
      return outcome
    },
  }
}

function ed25519Key(hex: string): KeyObject {
  const x = Buffer.from(hex, 'hex').toString('base64url')
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } })
}

/** What is signed is the time as it stands in its header, followed by the body as it came. */
function isSigned(headers: IncomingHttpHeaders, body: Buffer, key: KeyObject): boolean {
  const { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp } = headers
  if (typeof signature !== 'string' || typeof timestamp !== 'string') return false
  if (!/^[\da-f]{128}$/i.test(signature)) return false
  return verify(null, Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, 'hex'))
}
