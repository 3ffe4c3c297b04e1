/** Interactions wherever they can happen: guilds, threads, direct messages, private channels; and who may do them. */
import { expect, test } from 'vitest'
import type { DiscordSimulator } from './client.ts'
import type { Use } from './protocol.ts'
import { alice, caller, connect, discord, unlimited } from './testing.ts'

const bob = '310987654321098765'
const everywhere = { contexts: [0, 1, 2], integration_types: [0, 1] }
const feed = {
  name: 'feed',
  description: 'f',
  options: [
    {
      type: 1,
      name: 'add',
      description: 'a',
      options: [
        { type: 7, name: 'channel', description: 'c', channel_types: [0, 5], required: true },
        { type: 3, name: 'scope', description: 's', autocomplete: true },
        { type: 3, name: 'style', description: 's', choices: [{ name: 'Compact', value: 'compact' }] },
        { type: 6, name: 'user', description: 'u' },
      ],
    },
    { type: 2, name: 'watch', description: 'w', options: [{ type: 1, name: 'page', description: 'p' }] },
  ],
}
const commands = [
  { name: 'recent', description: 'r', ...everywhere },
  { name: 'guilds', description: 'g', contexts: [0], integration_types: [0] },
  { ...feed, contexts: [0], integration_types: [0, 1] },
]

/** A simulator with these commands, and a gateway connection that hears of each interaction. */
async function withGateway() {
  const simulator = await discord({
    routeLimits: {
      'POST /interactions/{interaction_id}/{interaction_token}/callback': unlimited,
      'POST /channels/{channel_id}/messages': unlimited,
      'POST /webhooks/{webhook_id}/{webhook_token}': unlimited,
    },
  })
  const call = caller(simulator)
  await call('PUT', `/applications/${simulator.applicationId}/commands`, commands)
  const gateway = await connect(simulator)
  gateway.send({ op: 2, d: { token: simulator.token, intents: 1, properties: {} } })
  await gateway.next(({ t }) => t === 'READY')
  const hear = async (use: Use) => {
    const { id } = await simulator.interact(use)
    // biome-ignore lint/suspicious/noExplicitAny: whatever Discord tells
    return (await gateway.next(({ d }) => d?.id === id)).d as any
  }
  return { simulator, call, hear }
}

const recent = { kind: 'slash', userId: alice, name: 'recent' } as const

test('say where they are, for whom the bot is installed, and in which languages', async () => {
  const { simulator, hear } = await withGateway()
  const guild = await simulator.createGuild({ name: 'g', locale: 'fr', channels: [{ name: 'a' }] })
  const strange = await simulator.createGuild({ name: 's', bot: false, channels: [{ name: 'b' }] })
  expect(await hear({ ...recent, guildId: guild.id, locale: 'de' })).toMatchObject({
    context: 0,
    locale: 'de',
    guild_locale: 'fr',
    authorizing_integration_owners: { 0: guild.id },
    channel: { id: guild.channels[0]?.id, permissions: expect.any(String) },
    member: { user: { id: alice } },
  })
  expect(await hear({ ...recent, guildId: guild.id, userInstall: true })).toMatchObject({
    authorizing_integration_owners: { 0: guild.id, 1: alice },
  })
  const alone = await hear({ ...recent, guildId: strange.id })
  expect(alone).toMatchObject({ context: 0, authorizing_integration_owners: { 1: alice } })
  const direct = await hear(recent)
  expect(direct).toMatchObject({
    context: 1,
    authorizing_integration_owners: { 0: '0' },
    user: { id: alice },
  })
  expect(direct).not.toHaveProperty('guild_locale')
  expect(await hear({ ...recent, privately: true })).toMatchObject({
    context: 2,
    authorizing_integration_owners: { 1: alice },
    channel: { type: 1, recipients: [{ username: 'friend' }] },
  })
  const thread = await simulator.createThread(guild.channels[0]?.id ?? '', 't')
  expect(await hear({ ...recent, channelId: thread.id })).toMatchObject({
    guild_id: guild.id,
    channel: { id: thread.id, type: 11, parent_id: guild.channels[0]?.id },
  })
  await expect(simulator.interact({ ...recent, locale: 'uz' })).rejects.toThrow('no locale uz')
  await expect(simulator.interact({ ...recent, name: 'guilds' })).rejects.toThrow('not offered in direct')
  const inStrange = { ...recent, name: 'guilds', guildId: strange.id }
  await expect(simulator.interact(inStrange)).rejects.toThrow('not installed for those in guilds')
})

test('are answered where the bot is not, and nowhere else', async () => {
  const { simulator, call, hear } = await withGateway()
  const { id, token, channel_id } = await hear({ ...recent, privately: true })
  const callback = { type: 4, data: { content: 'here' } }
  expect((await call('POST', `/interactions/${id}/${token}/callback`, callback)).status).toBe(204)
  expect(await simulator.messages(channel_id)).toMatchObject([{ content: 'here' }])
  const webhook = `/webhooks/${simulator.applicationId}/${token}`
  const codes = []
  for (let count = 0; count <= 5; count += 1)
    codes.push((await call('POST', webhook, { content: 'x' })).body.code)
  expect(codes.at(-1)).toBe(40094)
  expect(await simulator.messages(channel_id)).toHaveLength(6)
  expect((await call('GET', `/channels/${channel_id}`)).body.code).toBe(50001)
  expect((await call('POST', `/channels/${channel_id}/messages`, { content: 'x' })).body.code).toBe(50001)
})

test('have subcommands in groups, resolved channels and users, and only options that fit', async () => {
  const { simulator, hear } = await withGateway()
  const guild = await simulator.createGuild({
    name: 'g',
    channels: [{ name: 'a' }, { name: 'n', type: 5 }],
    roles: [{ name: 'r', permissions: '0' }],
  })
  const other = await simulator.createGuild({ name: 'o', channels: [{ name: 'x' }] })
  const [a] = guild.channels
  const add = { ...recent, name: 'feed add', guildId: guild.id }
  const channel = a?.id ?? ''
  const { data } = await hear({ ...add, options: { channel, user: bob, style: 'compact' } })
  expect(data).toMatchObject({
    name: 'feed',
    options: [{ type: 1, name: 'add', options: [{ type: 7, value: channel }, { type: 6 }, { type: 3 }] }],
    resolved: {
      channels: { [channel]: { id: channel, type: 0, name: 'a', permissions: expect.any(String) } },
      users: { [bob]: { id: bob } },
      members: { [bob]: { permissions: expect.any(String) } },
    },
  })
  expect(data.resolved.members[bob]).not.toHaveProperty('user')
  expect((await hear({ ...add, name: 'feed watch page' })).data.options).toEqual([
    { type: 2, name: 'watch', options: [{ type: 1, name: 'page', options: [] }] },
  ])
  const typing = {
    ...add,
    kind: 'autocomplete',
    options: { channel, scope: 'en' },
    focused: 'scope',
  } as const
  expect((await hear(typing)).data.options[0].options).toMatchObject([
    { value: channel },
    { value: 'en', focused: true },
  ])

  const thread = await simulator.createThread(channel, 't')
  const bad: [why: string, options: Record<string, string>, name?: string][] = [
    ['needs the option channel', {}],
    ['no such channel here', { channel: other.channels[0]?.id ?? '' }],
    ['no channel of type 0,5', { channel: thread.id }],
    ['is none of its choices', { channel, style: 'loud' }],
    ['needs a subcommand', {}, 'feed watch'],
  ]
  for (const [why, options, name = 'feed add'] of bad) {
    await expect(simulator.interact({ ...add, name, options }), why).rejects.toThrow(why)
  }
})

const row = (...components: object[]) => [{ type: 1, components }]
const next = row({ type: 2, style: 1, label: 'n', custom_id: 'next' })
const menu = row({
  type: 3,
  custom_id: 'menu',
  max_values: 2,
  options: ['a', 'b', 'c'].map((value) => ({ label: value, value })),
})

/** The message with which the bot answers. */
async function answered(
  { simulator, call }: { simulator: DiscordSimulator; call: ReturnType<typeof caller> },
  use: Use,
  data: object,
) {
  const { id, token } = await simulator.interact(use)
  await call('POST', `/interactions/${id}/${token}/callback`, { type: 4, data })
  const record = (await simulator.interactions()).find((interaction) => interaction.id === id)
  return record?.response?.message?.id ?? ''
}

test('by buttons are for those who see them', async () => {
  const world = await withGateway()
  const { simulator, hear } = world
  const guild = await simulator.createGuild({ name: 'g', channels: [{ name: 'a' }] })
  const open = await answered(world, { ...recent, guildId: guild.id }, { content: 'x', components: next })
  const hidden = await answered(
    world,
    { ...recent, guildId: guild.id },
    { content: 'x', components: next, flags: 64 },
  )
  const direct = await answered(world, recent, { content: 'x', components: next })
  const alone = await answered(world, { ...recent, privately: true }, { content: 'x', components: next })
  const press = (messageId: string, userId: string) =>
    ({ kind: 'press', userId, messageId, customId: 'next' }) as const
  // Whether another may page is the bot's to decide where everyone sees the message.
  expect(await hear(press(open, bob))).toMatchObject({ member: { user: { id: bob } }, message: { id: open } })
  await expect(simulator.interact(press(hidden, bob))).rejects.toThrow(`is not shown to ${bob}`)
  await expect(simulator.interact(press(direct, bob))).rejects.toThrow('the direct messages of another')
  await expect(simulator.interact(press(alone, bob))).rejects.toThrow('the direct messages of another')
  expect(await hear(press(hidden, alice))).toMatchObject({ context: 0 })
  expect(await hear(press(alone, alice))).toMatchObject({
    context: 2,
    authorizing_integration_owners: { 1: alice },
  })
})

test('by menus carry what was chosen', async () => {
  const world = await withGateway()
  const message = await answered(world, recent, { content: 'x', components: menu })
  const choose = (values: string[]) =>
    world.hear({ kind: 'press', userId: alice, messageId: message, customId: 'menu', values })
  expect((await choose(['a', 'c'])).data).toMatchObject({ component_type: 3, values: ['a', 'c'] })
  await expect(choose([])).rejects.toThrow('takes 1 to 2')
  await expect(choose(['d'])).rejects.toThrow('has no d')
})
