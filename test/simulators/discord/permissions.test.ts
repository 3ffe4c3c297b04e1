/** What the bot may do, as Discord computes it, and what it is told where it may not. */
import { Events, PermissionFlagsBits } from 'discord.js'
import { expect, test } from 'vitest'
import { checkAnswer } from './schema.ts'
import { alice, caller, client, discord, multipart, unlimited } from './testing.ts'

const { ViewChannel, SendMessages, EmbedLinks, AttachFiles, ReadMessageHistory, SendMessagesInThreads } =
  PermissionFlagsBits
const bits = (...flags: bigint[]) => String(flags.reduce((all, flag) => all | flag, 0n))
const reader = bits(ViewChannel, ReadMessageHistory)
const writer = bits(ViewChannel, ReadMessageHistory, SendMessages)
const routeLimits = {
  'POST /channels/{channel_id}/messages': unlimited,
  'GET /channels/{channel_id}': unlimited,
}

async function guildWith(options: Parameters<Awaited<ReturnType<typeof discord>>['createGuild']>[0]) {
  const simulator = await discord({ routeLimits })
  const guild = await simulator.createGuild(options)
  const call = caller(simulator)
  const send = async (channel: string | undefined, body: object = { content: 'x' }) => {
    const answer = await call('POST', `/channels/${channel}/messages`, body)
    return answer.status === 200 ? 200 : answer.body.code
  }
  return { simulator, guild, call, send, ids: guild.channels.map(({ id }) => id) }
}

test('come of roles and overwrites: everyone’s, then the roles’, then the bot’s own', async () => {
  const id = '4194304'
  const deny = (whose: string, type: 0 | 1 = 0) => ({ id: whose, type, deny: bits(SendMessages) })
  const allow = (whose: string, type: 0 | 1 = 0) => ({ id: whose, type, allow: bits(SendMessages) })
  const { send, ids, simulator } = await guildWith({
    id,
    name: 'g',
    botPermissions: writer,
    roles: [
      { id: '11', name: 'muted', permissions: '0', bot: true },
      { id: '12', name: 'feeds', permissions: '0', bot: true },
      { id: '13', name: 'others', permissions: '8' },
    ],
    channels: [
      { name: 'as the guild' },
      { name: 'denied to everyone', overwrites: [deny(id)] },
      { name: 'allowed to a role', overwrites: [deny(id), allow('12')] },
      { name: 'allowed to one role, denied to another', overwrites: [allow('12'), deny('11')] },
      { name: 'allowed to a role it does not have', overwrites: [deny(id), allow('13')] },
      { name: 'denied to the bot', overwrites: [allow('12'), deny('1125087391500112012', 1)] },
      { name: 'hidden', overwrites: [{ id, type: 0, deny: bits(ViewChannel) }, allow('12')] },
    ],
  })
  const codes = []
  for (const channel of ids) codes.push(await send(channel))
  expect(codes).toEqual([200, 50013, 200, 200, 50013, 50013, 50001])
  await simulator.changeRole(id, '11', '8')
  for (const channel of ids) expect(await send(channel)).toBe(200)
})

test('decide over embeds, files and replies', async () => {
  const { simulator, send, ids, call } = await guildWith({
    name: 'g',
    channels: [
      { name: 'words only', botPermissions: bits(ViewChannel, SendMessages) },
      { name: 'all', botPermissions: bits(ViewChannel, SendMessages, EmbedLinks, AttachFiles) },
    ],
  })
  const embeds = [{ title: 't' }]
  const file = () => multipart({}, { 'files[0]': { name: 'a', content: 'a' } })
  const [words, all] = ids
  expect(await send(words, { content: 'x', embeds })).toBe(200)
  expect(await send(words, { embeds })).toBe(50013)
  expect(await send(words, file())).toBe(50013)
  expect(await send(words, { content: 'x', message_reference: { message_id: '1' } })).toBe(160002)
  expect(await send(all, { embeds })).toBe(200)
  expect(await send(all, file())).toBe(200)
  expect(await simulator.messages(words)).toMatchObject([{ content: 'x', embeds: [] }])
  // Without READ_MESSAGE_HISTORY nothing of what was said is there for the bot.
  const [message] = await simulator.messages(all)
  expect((await call('GET', `/channels/${all}/messages`)).body).toEqual([])
  expect((await call('GET', `/channels/${all}/messages/${message?.id}`)).body.code).toBe(50001)
})

test('in a thread are those of its channel, with a writing of their own', async () => {
  const { simulator, send, ids, call } = await guildWith({
    name: 'g',
    channels: [
      { name: 'a', botPermissions: bits(ViewChannel, SendMessagesInThreads) },
      { name: 'b', type: 5, botPermissions: writer },
    ],
  })
  const [inA, inB] = [
    await simulator.createThread(ids[0] ?? '', 't'),
    await simulator.createThread(ids[1] ?? '', 'u'),
  ]
  expect([await send(ids[0]), await send(inA.id)]).toEqual([50013, 200])
  expect([await send(ids[1]), await send(inB.id)]).toEqual([200, 50013])
  const { body } = await call('GET', `/channels/${inA.id}`)
  expect(body).toMatchObject({ type: 11, parent_id: ids[0], name: 't', thread_metadata: { archived: false } })
  expect(checkAnswer('/channels/{channel_id}', 'GET', 200, body)).toEqual([])
})

test('can be lost, with a channel, a guild, or a user; the gateway tells of it', async () => {
  const { simulator, guild, send, ids, call } = await guildWith({
    name: 'g',
    channels: [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
  })
  const bot = client(simulator)
  const told: string[] = []
  bot.on(Events.Raw as never, ({ t }: { t: string }) => told.push(t))
  await bot.login(simulator.token)
  const [a, b, c] = ids as [string, string, string]
  const thread = await simulator.createThread(b, 't')
  await simulator.changeChannel(a, { botPermissions: reader })
  await simulator.deleteChannel(b)
  expect(await Promise.all([send(a), send(b), send(thread.id), send(c)])).toEqual([50013, 10003, 10003, 200])
  await simulator.changeChannel(a, { botPermissions: '0' })
  await simulator.removeBot(guild.id)
  expect([await send(a), await send(c)]).toEqual([50001, 50001])
  expect((await call('GET', `/guilds/${guild.id}`)).body.code).toBe(10004)
  await expect
    .poll(() => told.filter((t) => /CHANNEL|THREAD|GUILD_DELETE/.test(t)))
    .toEqual([
      'THREAD_CREATE',
      'CHANNEL_UPDATE',
      'THREAD_DELETE',
      'CHANNEL_DELETE',
      'CHANNEL_UPDATE',
      'GUILD_DELETE',
    ])

  const dm = (await simulator.dm(alice, 'hello')).channel_id
  await simulator.closeDms(alice)
  expect(await send(dm)).toBe(50007)
  await simulator.closeDms(alice, false)
  expect(await send(dm)).toBe(200)
})

test('are what a doctor reads: channel, guild, roles and the bot as a member, each as Discord’s document says', async () => {
  const { simulator, guild, ids, call } = await guildWith({
    name: 'g',
    channels: [{ name: 'a', botPermissions: reader }],
    roles: [{ name: 'feeds', permissions: writer, bot: true }],
  })
  const get = async (template: string, path: string) => {
    const { status, body } = await call('GET', path)
    expect([status, checkAnswer(template, 'GET', 200, body)], path).toEqual([200, []])
    return body
  }
  const channel = await get('/channels/{channel_id}', `/channels/${ids[0]}`)
  expect(channel.permission_overwrites).toMatchObject([{ id: simulator.applicationId, type: 1 }])
  const roles = await get('/guilds/{guild_id}/roles', `/guilds/${guild.id}/roles`)
  expect(roles.map(({ name }: { name: string }) => name)).toEqual([
    '@everyone',
    'wiki-change-stream',
    'feeds',
  ])
  expect(roles[1]).toMatchObject({ managed: true, tags: { bot_id: simulator.applicationId } })
  expect((await get('/guilds/{guild_id}', `/guilds/${guild.id}`)).roles).toEqual(roles)
  const member = '/guilds/{guild_id}/members/{user_id}'
  const path = `/guilds/${guild.id}/members`
  const own = await get(member, `${path}/${simulator.applicationId}`)
  expect(own.roles).toEqual(roles.slice(1).map(({ id }: { id: string }) => id))
  await simulator.dm(alice, 'hello')
  expect((await get(member, `${path}/${alice}`)).user.id).toBe(alice)
  expect((await call('GET', `${path}/1`)).body.code).toBe(10007)
  expect(await get('/guilds/{guild_id}/channels', `/guilds/${guild.id}/channels`)).toEqual([channel])
})
