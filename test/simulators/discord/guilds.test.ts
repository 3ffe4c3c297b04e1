/** Guilds: what a bot is told of them, and what it may do there. */
import { Events, GatewayIntentBits } from 'discord.js'
import { expect, test } from 'vitest'
import { checkAnswer } from './schema.ts'
import { alice, caller, client, discord, unlimited } from './testing.ts'

const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits
const readOnly = String(1 << 10)

test('READY and GUILD_CREATE tell of guilds, also of one that comes later', async () => {
  const simulator = await discord()
  const guild = await simulator.createGuild({ name: 'early', channels: [{ name: 'general' }] })
  const bot = client(simulator)
  const joined: string[] = []
  bot.on(Events.GuildCreate, ({ name }) => joined.push(name))
  await bot.login(simulator.token)
  await expect.poll(() => bot.guilds.cache.get(guild.id)?.name).toBe('early')
  expect(bot.channels.cache.get(guild.channels[0]?.id ?? '')).toMatchObject({ name: 'general', type: 0 })
  await expect.poll(() => bot.isReady()).toBe(true)
  await simulator.createGuild({ id: '4194304', name: 'late', channels: [] })
  await expect.poll(() => joined).toEqual(['late'])
  expect(await simulator.violations()).toEqual([])
})

test('keeps words from a bot that is not mentioned, and gives them to one that is, or may read them', async () => {
  const simulator = await discord({ privilegedIntents: MessageContent, identify: unlimited })
  const { id, channels } = await simulator.createGuild({ name: 'g', channels: [{ name: 'general' }] })
  const channel = channels[0]?.id ?? ''
  const heard = async (intents: GatewayIntentBits[]) => {
    const bot = client(simulator, { intents })
    const words: string[] = []
    bot.on(Events.MessageCreate, (message) => {
      expect(message).toMatchObject({ guildId: id, member: { id: alice } })
      words.push(message.content)
    })
    await bot.login(simulator.token)
    await expect.poll(() => bot.isReady()).toBe(true)
    await simulator.say(alice, channel, 'secret')
    await simulator.say(alice, channel, `<@${simulator.applicationId}> hello`)
    await expect.poll(() => words).toHaveLength(2)
    await bot.destroy()
    return words
  }
  const mention = `<@${simulator.applicationId}> hello`
  expect(await heard([Guilds, GuildMessages])).toEqual(['', mention])
  expect(await heard([Guilds, GuildMessages, MessageContent])).toEqual(['secret', mention])
})

test('lets the bot write where it may, and answers as its own document says', async () => {
  const simulator = await discord()
  const { id, channels } = await simulator.createGuild({
    name: 'g',
    channels: [
      { name: 'open' },
      { name: 'news', botPermissions: readOnly },
      { name: 'dark', botPermissions: '0' },
    ],
  })
  const call = caller(simulator)
  const [open, news, dark] = channels.map((channel) => channel.id)
  const post = (channel: string | undefined) =>
    call('POST', `/channels/${channel}/messages`, { content: 'x' })
  expect(await post(open)).toMatchObject({ status: 200, body: { content: 'x' } })
  expect(await post(news)).toMatchObject({ status: 403, body: { code: 50013 } })
  expect(await post(dark)).toMatchObject({ status: 403, body: { code: 50001 } })
  expect(await post('1')).toMatchObject({ status: 404, body: { code: 10003 } })
  expect(await call('GET', '/guilds/1')).toMatchObject({ status: 404, body: { code: 10004 } })
  const guild = await call('GET', `/guilds/${id}`)
  expect(checkAnswer('/guilds/{guild_id}', 'GET', 200, guild.body)).toEqual([])
  const channel = await call('GET', `/channels/${news}`)
  expect(checkAnswer('/channels/{channel_id}', 'GET', 200, channel.body)).toEqual([])
  expect(channel.body).toMatchObject({ guild_id: id, name: 'news' })
  await expect(simulator.say(alice, '1', 'x')).rejects.toThrow('no such channel')
})
