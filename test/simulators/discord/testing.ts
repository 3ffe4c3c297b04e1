/** What the simulator's own tests share. */
import { Client, type ClientOptions, GatewayIntentBits, Partials } from 'discord.js'
import { onTestFinished } from 'vitest'
import { type DiscordOptions, type DiscordSimulator, startDiscord } from './client.ts'

/** A user who writes to the bot. */
export const alice = '210987654321098765'

/** No limit worth the name. */
export const unlimited = { limit: 1e9, windowMs: 1000 }

/** A simulator for the length of a test. */
export async function discord(options?: DiscordOptions): Promise<DiscordSimulator> {
  const simulator = await startDiscord(options)
  onTestFinished(() => simulator.close())
  return simulator
}

/** discord.js, pointed at a simulator, for the length of a test; it does not wait 5 s between identifies. */
export function client({ api }: DiscordSimulator, options: Partial<ClientOptions> = {}): Client<true> {
  const bot = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.DirectMessages],
    partials: [Partials.Channel],
    allowedMentions: { parse: [] },
    ws: { buildIdentifyThrottler: async () => ({ waitForIdentify: async () => {} }) },
    rest: { api, version: '10' },
    ...options,
  })
  onTestFinished(() => bot.destroy())
  return bot as Client<true>
}

/** REST without discord.js. An empty `authorization` is left out. */
export function caller({ api, token }: DiscordSimulator) {
  return async (method: string, path: string, body?: unknown, { authorization = `Bot ${token}` } = {}) => {
    const response = await fetch(`${api}/v10${path}`, {
      method,
      headers: {
        ...(authorization && { authorization }),
        'user-agent': 'DiscordBot (https://example.org, 1.0)',
        ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parsed(text) }
  }
}

/** A body with files, each under the name of its field. */
export function multipart(
  body: object,
  files: Readonly<Record<string, { readonly name: string; readonly content: string | Buffer }>>,
): FormData {
  const form = new FormData()
  form.set('payload_json', JSON.stringify(body))
  for (const [field, { name, content }] of Object.entries(files)) {
    const part = typeof content === 'string' ? content : new Uint8Array(content)
    form.set(field, new Blob([part]), name)
  }
  return form
}

const commands = [
  {
    name: 'recent',
    description: 'r',
    options: [
      { type: 3, name: 'wiki', description: 'w', required: true, autocomplete: true },
      { type: 4, name: 'limit', description: 'l', min_value: 1, max_value: 10 },
    ],
  },
  { name: 'server', description: 's', contexts: [0], default_member_permissions: '32' },
  { name: 'channel', description: 'c', options: [{ type: 1, name: 'set', description: 's' }] },
]

/** A simulator with commands, for the length of a test, and REST to it. */
export async function withCommands(options: DiscordOptions = {}) {
  const simulator = await discord({
    routeLimits: { 'POST /interactions/{interaction_id}/{interaction_token}/callback': unlimited },
    ...options,
  })
  const call = caller(simulator)
  const path = `/applications/${simulator.applicationId}/commands`
  const { status } = await call('PUT', path, commands)
  if (status !== 200) throw new Error(`the commands are refused: ${status}`)
  return { simulator, call }
}

// biome-ignore lint/suspicious/noExplicitAny: whatever Discord answers
function parsed(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return text || undefined
  }
}

interface Received {
  readonly op: number
  readonly t: string | null
  readonly d: Readonly<Record<string, unknown>>
}

/** A gateway connection without discord.js. `next` is the first payload that matches, from the beginning on. */
export async function connect({ url }: DiscordSimulator, query = 'v=10&encoding=json') {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/gateway?${query}`)
  onTestFinished(() => socket.close())
  const received: Received[] = []
  const waiting = new Set<() => void>()
  const opened = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<number>()
  socket.addEventListener('open', () => opened.resolve())
  socket.addEventListener('close', ({ code }) => closed.resolve(code))
  socket.addEventListener('message', ({ data }) => {
    received.push(JSON.parse(data))
    for (const look of waiting) look()
  })
  await opened.promise
  return {
    closed: closed.promise,
    send: (payload: unknown) => socket.send(typeof payload === 'string' ? payload : JSON.stringify(payload)),
    next(matches: (payload: Received) => boolean): Promise<Received> {
      const { promise, resolve } = Promise.withResolvers<Received>()
      const look = () => {
        const found = received.find(matches)
        if (found) resolve(found)
      }
      waiting.add(look)
      look()
      return promise
    },
  }
}
