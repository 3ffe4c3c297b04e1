/** The simulator's own API, under `/control`: what a test asks of it and tells it to do. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import type { APIMessage } from 'discord.js'
import { post, setEndpoint } from './endpoint.ts'
import type { Gateway } from './gateway.ts'
import { changeChannel, changeRole, createGuild, createThread, deleteChannel, removeBot } from './guilds.ts'
import { recordOf } from './interactions.ts'
import { receive } from './messages.ts'
import type {
  ChannelChange,
  DirectMessage,
  Fault,
  GatewayFault,
  GuildOptions,
  InvalidRequests,
  PostOptions,
  Settings,
  Use,
} from './protocol.ts'
import { use } from './uses.ts'
import type { World } from './world.ts'

/** Answers one request of a test. */
export async function serveControl(
  world: World,
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '', world.origin)
  const action = `${request.method} ${url.pathname.replace('/control', '')}`
  const body = request.method === 'POST' ? await json(request) : undefined
  const { status, answer } = await act(world, gateway, action, url.searchParams, body).then(
    (done) => (done === undefined ? { status: 404, answer: action } : { status: 200, answer: done }),
    (error: Error) => ({ status: 400, answer: error.message }),
  )
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
}

async function act(
  world: World,
  gateway: Gateway,
  action: string,
  query: URLSearchParams,
  body: unknown,
): Promise<unknown> {
  switch (action) {
    case 'POST /dm':
      return directMessage(world, body as DirectMessage)
    case 'POST /say':
      return say(world, body as { userId: string; channelId: string; content: string })
    case 'POST /guilds':
      return createGuild(world, body as GuildOptions)
    case 'POST /threads':
      return createThread(world, text(body, 'channelId'), text(body, 'name'))
    case 'POST /channels':
      return changeChannel(world, text(body, 'channelId'), body as ChannelChange)
    case 'POST /roles':
      return changeRole(world, text(body, 'guildId'), text(body, 'roleId'), text(body, 'permissions'))
    case 'POST /channels/delete':
      return deleteChannel(world, text(body, 'channelId'))
    case 'POST /guilds/leave':
      return removeBot(world, text(body, 'guildId'))
    case 'POST /dms':
      return closeDms(world, text(body, 'userId'), (body as { closed: boolean }).closed)
    case 'POST /interactions':
      return recordOf(use(world, body as Use))
    case 'POST /endpoint':
      return setEndpoint(world, (body as { url: string | null }).url)
    case 'POST /post':
      return post(world, text(body, 'url'), body as PostOptions)
    case 'GET /interactions':
      return listed(world, query, () => interactions(world, query))
    case 'GET /messages':
      return listed(world, query, () => messages(world, query))
    case 'GET /requests':
      return listed(world, query, () => requests(world, query))
    case 'GET /violations':
      return listed(world, query, () => world.violations)
    case 'GET /connections':
      return listed(world, query, () => connections(world, query))
    case 'GET /commands':
      return world.commands
    case 'GET /settings':
      return world.settings
    case 'POST /settings':
      return configure(world, gateway, body as Partial<Settings>)
    case 'POST /faults':
      world.faults.arm(body as Fault)
      return {}
    case 'DELETE /faults':
      world.faults.clear()
      return {}
    case 'POST /gates':
      return openGate(world, (body as { name: string }).name)
    case 'GET /invalid':
      return invalidRequests(world)
    case 'POST /gateway':
      gateway.disturb(body as GatewayFault)
      return {}
    default:
      return undefined
  }
}

/** A list, once it is at least `count` long or `wait` milliseconds have passed. */
async function listed<T>(
  world: World,
  query: URLSearchParams,
  list: () => readonly T[],
): Promise<readonly T[]> {
  const count = Number(query.get('count') ?? 0)
  await world.until(() => list().length >= count, Number(query.get('wait') ?? 0))
  return list()
}

function messages(world: World, query: URLSearchParams) {
  const after = BigInt(query.get('after') ?? 0)
  const text = query.get('containing') ?? ''
  return [...world.channels.values()]
    .filter(({ id }) => id === (query.get('channel') ?? id))
    .flatMap((channel) => (query.get('ephemeral') === 'true' ? channel.ephemeral : channel.messages))
    .filter(
      (message) =>
        (query.get('by') !== 'bot' || message.author.id === world.bot.id) &&
        BigInt(message.id) > after &&
        (text === '' || contains(message, text)),
    )
}

/** Whether the text stands anywhere in what a reader would see. */
const contains = ({ content, embeds, components, attachments }: APIMessage, text: string): boolean =>
  JSON.stringify([content, embeds, components, attachments]).includes(JSON.stringify(text).slice(1, -1))

const requests = (world: World, query: URLSearchParams) =>
  world.requests.filter(
    ({ method, path }) =>
      method === (query.get('method') ?? method) && path.startsWith(query.get('path') ?? ''),
  )

const connections = (world: World, query: URLSearchParams) =>
  world.connections.filter((record) => query.get('live') !== 'true' || (record.established && !record.closed))

function directMessage(world: World, { userId, content, username, channelType = true }: DirectMessage) {
  const channel = world.channelWith(userId, username)
  return receive(world, world.user(userId), channel, content, channelType)
}

function say(
  world: World,
  { userId, channelId, content }: Record<'userId' | 'channelId' | 'content', string>,
) {
  const channel = world.channels.get(channelId)
  if (!channel?.place) throw new Error(`no such channel in a guild: ${channelId}`)
  return receive(world, world.user(userId), channel, content, true)
}

const interactions = (world: World, query: URLSearchParams) =>
  [...world.interactions.values()]
    .filter(({ id, final }) => id === (query.get('id') ?? id) && (final || query.get('final') !== 'true'))
    .map(recordOf)

/** When all of Discord goes down, the open connections go with it. */
function configure(world: World, gateway: Gateway, changes: Partial<Settings>): Settings {
  world.configure(changes)
  if (changes.down === 'everything') gateway.disturb({ action: 'drop' })
  return world.settings
}

/** Whoever waits at the gate goes on, and nobody waits there again. */
function openGate(world: World, name: string) {
  world.gates.add(name)
  world.changed()
  return {}
}

const invalidRequests = ({ invalid }: World): InvalidRequests => ({
  total: Object.values(invalid).reduce((sum, count) => sum + count, 0),
  byStatus: invalid,
})

function closeDms({ closed }: World, userId: string, isClosed: boolean) {
  if (isClosed) closed.add(userId)
  else closed.delete(userId)
  return {}
}

const text = (body: unknown, name: string): string => String((body as Record<string, unknown>)[name])
