/** Interactions by HTTP: Discord posts them to the bot, and what the bot answers is its first response. */
import { randomBytes } from 'node:crypto'
import { parseBody } from './body.ts'
import type { Interaction } from './interactions.ts'
import type { PostOptions, PostResult } from './protocol.ts'
import { invalidForm, Refusal } from './refusal.ts'
import { respond, toAnswer } from './responses.ts'
import { checkBody } from './schema.ts'
import { signed } from './signing.ts'
import type { World } from './world.ts'

const callbackPath = '/interactions/{interaction_id}/{interaction_token}/callback'
const PING = 1
const PONG = 1

/** Posts something to an interactions endpoint, signed as asked for. Without a body: a PING. */
export async function post(world: World, url: string, options: PostOptions): Promise<PostResult> {
  const { response, body } = await request(world, url, options)
  return { status: response.status, type: response.headers.get('content-type'), body: body.toString() }
}

/**
 * From now on interactions are posted there and not sent over the gateway; `null` takes that back. An error where
 * Discord would not take the address: it must answer a PING, and refuse what is not signed by Discord.
 */
export async function setEndpoint(world: World, url: string | null): Promise<object> {
  world.endpoint = null
  if (url === null) return {}
  const refused = (why: string) => new Error(`the interactions endpoint could not be verified: ${why}`)
  const pong = await post(world, url, {}).catch((error: Error) => {
    throw refused(error.message)
  })
  if (pong.status !== 200 || typeOf(pong.body) !== PONG) {
    throw refused(`a PING is answered with ${pong.status} ${pong.body}`)
  }
  for (const signature of ['of another key', 'malformed'] as const) {
    const { status } = await post(world, url, { signature })
    if (status !== 401) throw refused(`with a signature ${signature} it answers ${status} and not 401`)
  }
  world.endpoint = { url, post: (interaction, payload) => void deliver(world, url, interaction, payload) }
  return {}
}

/** Posts an interaction, and takes the answer for its first response if it is one and comes in time. */
async function deliver(world: World, url: string, interaction: Interaction, payload: object): Promise<void> {
  const where = `POST ${url}`
  try {
    const { response, body } = await request(world, url, { body: payload })
    // The response comes by the callback's route.
    if (response.status === 202) return
    if (response.status !== 200) throw new Error(`answered ${response.status} ${body}`)
    const { json, uploads } = await parseBody(body, response.headers.get('content-type') ?? '', [
      'application/json',
      'multipart/form-data',
    ])
    const issues = checkBody(callbackPath, 'POST', json)
    if (issues.length > 0) throw invalidForm(issues)
    respond({
      world,
      interaction: toAnswer(world, interaction.id, interaction.token),
      body: json,
      uploads,
      where,
    })
  } catch (error) {
    const { message, kind } = error as Error & Partial<Refusal>
    world.violation(error instanceof Refusal ? (kind ?? 'endpoint') : 'endpoint', where, message, payload)
  }
}

async function request(world: World, url: string, { body = ping(world), signature, ageMs }: PostOptions) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const { interactionMs } = world.settings
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Discord-Interactions/1.0 (+https://discord.com)',
        ...signed(text, signature, ageMs),
      },
      body: text,
      redirect: 'manual',
      signal: AbortSignal.timeout(interactionMs),
    })
    return { response, body: Buffer.from(await response.arrayBuffer()) }
  } catch (error) {
    const { name, message, cause } = error as Error
    const why = name === 'TimeoutError' ? `no answer within ${interactionMs} ms` : `${message}: ${cause}`
    throw new Error(why)
  }
}

const ping = (world: World) => ({
  id: world.nextId(),
  application_id: world.settings.applicationId,
  type: PING,
  token: randomBytes(80).toString('base64url'),
  user: world.user('80351110224678912', 'operator'),
  entitlements: [],
  version: 1,
})

function typeOf(body: string): unknown {
  try {
    return (JSON.parse(body) as { type?: unknown }).type
  } catch {
    return undefined
  }
}
