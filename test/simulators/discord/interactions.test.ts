/** Interactions with discord.js as it is, and what the simulator refuses of a bot that does them wrong. */
import { type Client, Events, GatewayIntentBits, type Interaction } from 'discord.js'
import { describe, expect, test } from 'vitest'
import type { DiscordOptions, DiscordSimulator } from './client.ts'
import { checkAnswer } from './schema.ts'
import { alice, caller, client, discord, unlimited } from './testing.ts'

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

async function withCommands(options: DiscordOptions = {}) {
  const simulator = await discord({
    routeLimits: { 'POST /interactions/{interaction_id}/{interaction_token}/callback': unlimited },
    ...options,
  })
  const call = caller(simulator)
  const path = `/applications/${simulator.applicationId}/commands`
  expect(await call('PUT', path, commands)).toMatchObject({ status: 200 })
  return { simulator, call }
}

/** A bot that does this with each interaction. */
async function bot(
  simulator: DiscordSimulator,
  act: (interaction: Interaction) => Promise<unknown>,
  intents = [GatewayIntentBits.Guilds],
) {
  const connected: Client<true> = client(simulator, { intents })
  connected.on(Events.InteractionCreate, (interaction) => void act(interaction))
  await connected.login(simulator.token)
  await expect.poll(() => connected.isReady()).toBe(true)
}

const button = (id: string, disabled = false) => ({
  type: 1,
  components: [{ type: 2, style: 1, label: id, custom_id: id, disabled }],
})

describe('discord.js', () => {
  test('answers a command in direct messages and in a guild', async () => {
    const { simulator, call } = await withCommands()
    const guild = await simulator.createGuild({ name: 'g', channels: [{ name: 'general' }] })
    await bot(simulator, async (interaction) => {
      if (!interaction.isChatInputCommand()) return
      const { commandName, locale, guildId } = interaction
      const sub = interaction.options.getSubcommand(false)
      await interaction.reply(JSON.stringify([commandName, sub, locale, guildId]))
    })
    const alone = await simulator.slash(alice, { name: 'recent', options: { wiki: 'enwiki' }, locale: 'de' })
    expect(alone.response).toMatchObject({
      type: 4,
      ephemeral: false,
      message: { content: '["recent",null,"de",null]', type: 20 },
    })
    expect(await simulator.messages(alone.channelId)).toEqual([alone.response?.message])
    const there = await simulator.slash(alice, { name: 'channel set', guildId: guild.id })
    expect(there.response?.message?.content).toBe(`["channel","set","en-US","${guild.id}"]`)
    const path = `/channels/${there.channelId}/messages/${there.response?.message?.id}`
    const { body } = await call('GET', path)
    expect(checkAnswer('/channels/{channel_id}/messages/{message_id}', 'GET', 200, body)).toEqual([])
    expect(await simulator.violations()).toEqual([])
  })

  test('defers unseen by others, edits, and follows up', async () => {
    const { simulator } = await withCommands()
    await bot(simulator, async (interaction) => {
      if (!interaction.isChatInputCommand()) return
      await interaction.deferReply({ flags: 64 })
      await interaction.editReply('done')
      const { id } = await interaction.fetchReply()
      await interaction.followUp(`after ${id}`)
    })
    const { id, response, channelId } = await simulator.slash(alice, {
      name: 'recent',
      options: { wiki: 'x' },
    })
    expect(response).toMatchObject({ type: 5, ephemeral: true, message: { content: 'done', flags: 64 } })
    const [followup] = await simulator.waitForMessages(channelId)
    expect(followup?.content).toBe(`after ${response?.message?.id}`)
    expect(await simulator.messages(channelId, { ephemeral: true })).toEqual([response?.message])
    expect(await simulator.interactions()).toMatchObject([{ id, followups: [{ id: followup?.id }] }])
    expect(await simulator.violations()).toEqual([])
  })

  test('suggests, and changes a message when its button is pressed', async () => {
    const { simulator } = await withCommands()
    await bot(simulator, async (interaction) => {
      if (interaction.isAutocomplete()) {
        const { name, value } = interaction.options.getFocused(true)
        await interaction.respond([{ name: `${name} ${value}`, value: 'v' }])
      } else if (interaction.isChatInputCommand()) {
        await interaction.reply({ content: 'page 1', components: [button('next'), button('off', true)] })
      } else if (interaction.isButton()) {
        const { resource } = await interaction.update({
          content: 'page 2',
          components: [],
          withResponse: true,
        })
        await interaction.followUp(`${resource?.message?.content}`)
      }
    })
    const options = { wiki: 'enw' }
    const choices = await simulator.autocomplete(alice, { name: 'recent', options, focused: 'wiki' })
    expect(choices).toEqual([{ name: 'wiki enw', value: 'v' }])
    const { response, channelId } = await simulator.slash(alice, { name: 'recent', options })
    const message = response?.message?.id ?? ''
    await expect(simulator.press(alice, message, 'off')).rejects.toThrow('no enabled button off')
    await expect(simulator.press(alice, '1', 'next')).rejects.toThrow('no message 1')
    const pressed = await simulator.press(alice, message, 'next')
    expect(pressed.response).toMatchObject({ type: 7, message: { id: message, content: 'page 2' } })
    const [, followup] = await simulator.waitForMessages(channelId, { count: 2 })
    expect(followup?.content).toBe('page 2')
    await expect(simulator.press(alice, message, 'next')).rejects.toThrow('no enabled button next')
    expect(await simulator.violations()).toEqual([])
  })
})

test('reaches a bot without intents, which defers an update of its message', async () => {
  const { simulator } = await withCommands()
  const { id: guildId } = await simulator.createGuild({ name: 'g', channels: [{ name: 'general' }] })
  const act = async (interaction: Interaction) => {
    if (interaction.isChatInputCommand()) {
      await interaction.reply({ content: 'page 1', components: [button('next')], flags: 64 })
    } else if (interaction.isButton()) {
      await interaction.deferUpdate()
      await interaction.editReply('page 2')
    }
  }
  await bot(simulator, act, [])
  const { response } = await simulator.slash(alice, { name: 'channel set', guildId })
  const message = response?.message?.id ?? ''
  const pressed = await simulator.press(alice, message, 'next')
  expect(pressed.response).toMatchObject({
    type: 6,
    ephemeral: true,
    message: { id: message, content: 'page 2' },
  })
  expect(await simulator.messages()).toEqual([])
  expect(await simulator.violations()).toEqual([])
})

test('a form is shown, sent, and answered', async () => {
  const { simulator, call } = await withCommands()
  const input = { type: 4, custom_id: 'title', label: 'Title', style: 1, min_length: 2 }
  await bot(simulator, async (interaction) => {
    if (interaction.isChatInputCommand()) {
      const components = [{ type: 1, components: [input] }]
      await interaction.showModal({ customId: 'form', title: 'Form', components } as never)
    } else if (interaction.isModalSubmit()) {
      await interaction.reply(`${interaction.customId}: ${interaction.fields.getTextInputValue('title')}`)
    }
  })
  const { id, response } = await simulator.slash(alice, { name: 'channel set' })
  expect(response).toMatchObject({ type: 9, message: null, modal: { custom_id: 'form' } })
  await expect(simulator.submitModal(alice, id, {})).rejects.toThrow('the form needs title')
  await expect(simulator.submitModal(alice, id, { title: 'x' })).rejects.toThrow('outside 2 to 4000')
  await expect(simulator.submitModal(alice, id, { title: 'xx', no: '' })).rejects.toThrow(
    'the form has no no',
  )
  await expect(simulator.submitModal(alice, '1', {})).rejects.toThrow('not answered with a form')
  const { response: answer, channelId } = await simulator.submitModal(alice, id, { title: 'Berlin' })
  expect(answer).toMatchObject({ type: 4, message: { content: 'form: Berlin' } })
  const { body } = await call('GET', `/channels/${channelId}/messages/${answer?.message?.id}`)
  expect(checkAnswer('/channels/{channel_id}/messages/{message_id}', 'GET', 200, body)).toEqual([])
  expect(await simulator.violations()).toEqual([])
})

test('the first follow-up after a deferral takes its place', async () => {
  const { simulator, call } = await withCommands()
  const { id, token } = await simulator.interact({ kind: 'slash', userId: alice, name: 'channel set' })
  await call('POST', `/interactions/${id}/${token}/callback`, { type: 5 })
  expect(await simulator.interactions()).toMatchObject([
    { final: false, response: { type: 5, message: { flags: 128 } } },
  ])
  const { body } = await call('POST', `/webhooks/${simulator.applicationId}/${token}`, { content: 'x' })
  expect(await simulator.interactions()).toMatchObject([
    { final: true, response: { message: { id: body.id, content: 'x', flags: 0 } }, followups: [] },
  ])
})

test('a user cannot do what Discord’s clients would not offer', async () => {
  const { simulator } = await withCommands()
  const bad: [why: string, name: string, options?: Record<string, string | number>][] = [
    ['no such command: /nothing', 'nothing'],
    ['/recent needs the option wiki', 'recent'],
    ['/recent has no option page', 'recent', { wiki: 'x', page: 1 }],
    ['must be of type 3', 'recent', { wiki: 1 }],
    ['must be of type 4', 'recent', { wiki: 'x', limit: 1.5 }],
    ['is outside 1 to 10', 'recent', { wiki: 'x', limit: 11 }],
    ['/server is not offered in direct messages', 'server'],
    ['no such subcommand', 'channel get'],
    ['needs a subcommand', 'channel'],
  ]
  for (const [why, name, options = {}] of bad) {
    await expect(simulator.slash(alice, { name, options }), why).rejects.toThrow(why)
  }
  const { id: guildId } = await simulator.createGuild({ name: 'g', channels: [{ name: 'general' }] })
  const server = { kind: 'slash', userId: alice, name: 'server', guildId } as const
  await expect(simulator.interact(server)).rejects.toThrow('is not offered without permissions 32')
  expect(await simulator.interact({ ...server, permissions: '32' })).toMatchObject({ response: null })
  const focused = { name: 'recent', options: { limit: 1 }, focused: 'limit' }
  await expect(simulator.autocomplete(alice, focused)).rejects.toThrow('has no autocomplete')
  const slow = simulator.slash(alice, { name: 'recent', options: { wiki: 'x' }, timeoutMs: 20 })
  await expect(slow).rejects.toThrow('waited 20 ms')
})

describe('a response is refused', () => {
  const give = ({ interact }: DiscordSimulator) =>
    interact({ kind: 'slash', userId: alice, name: 'recent', options: { wiki: 'x' } })
  const message = { type: 4, data: { content: 'x' } }

  test('when it is late, a second one, or for a token that is not', async () => {
    const { simulator, call } = await withCommands()
    const { id, token } = await give(simulator)
    const original = `/webhooks/${simulator.applicationId}/${token}/messages/@original`
    const followup = `/webhooks/${simulator.applicationId}/${token}`
    const respond = () =>
      call('POST', `/interactions/${id}/${token}/callback`, message, { authorization: '' })
    expect(await call('POST', `/interactions/${id}/x/callback`, message)).toMatchObject({ status: 404 })
    expect(await call('GET', original)).toMatchObject({ status: 404, body: { code: 10015 } })
    expect(await respond()).toMatchObject({ status: 204 })
    expect(await respond()).toMatchObject({ status: 400, body: { code: 40060 } })
    expect(await call('PATCH', original, { content: 'y' })).toMatchObject({ body: { content: 'y' } })
    expect(await call('POST', followup, { content: '' })).toMatchObject({ body: { code: 50006 } })
    expect(await call('DELETE', original)).toMatchObject({ status: 204 })
    expect(await call('GET', original)).toMatchObject({ status: 404, body: { code: 10008 } })
    await simulator.configure({ interactionTokenMs: -1, interactionMs: -1 })
    expect(await call('POST', followup, { content: 'x' })).toMatchObject({ body: { code: 50027 } })
    const late = await give(simulator)
    const answer = await call('POST', `/interactions/${late.id}/${late.token}/callback`, message)
    expect(answer).toMatchObject({ status: 404, body: { code: 10062 } })
    expect((await simulator.violations()).at(-1)?.reason).toBe('10062 Unknown interaction')
  })

  test('when it does not fit the interaction, or is beyond a limit', async () => {
    const { simulator, call } = await withCommands()
    const options = { wiki: 'x' }
    const typing = { kind: 'autocomplete', userId: alice, name: 'recent', options, focused: 'wiki' } as const
    const choices = (count: number, more: object = {}) => ({
      type: 8,
      data: { choices: Array.from({ length: count }, () => ({ name: 'n', value: 'v', ...more })) },
    })
    const [command, suggestion] = [await give(simulator), await simulator.interact(typing)]
    const bad: [to: typeof command, body: object, named: string][] = [
      [command, choices(1), 'type[BASE_TYPE_CHOICES]'],
      [command, { type: 6 }, 'type[BASE_TYPE_CHOICES]'],
      [command, { type: 4, data: { content: 'x'.repeat(2001) } }, 'data.content[BASE_TYPE_MAX_LENGTH]'],
      [command, { type: 4, data: { content: '' } }, '50006'],
      [command, { type: 99 }, '[UNION_TYPE_CHOICES]'],
      [suggestion, message, 'type[BASE_TYPE_CHOICES]'],
      [suggestion, choices(1, { value: 1 }), 'data.choices.0.value[STRING_TYPE_CONVERT]'],
      [suggestion, choices(26), 'data.choices[BASE_TYPE_MAX_LENGTH]'],
      [suggestion, choices(1, { name: 'n'.repeat(101) }), 'data.choices.0.name['],
      [suggestion, choices(1, { value: 'v'.repeat(101) }), 'data.choices.0.value['],
    ]
    for (const [{ id, token }, body, named] of bad) {
      const answer = await call('POST', `/interactions/${id}/${token}/callback`, body)
      expect(answer.status, named).toBe(400)
      expect((await simulator.violations()).at(-1)?.reason).toContain(named)
    }
    const path = `/interactions/${command.id}/${command.token}/callback?with_response=true`
    const { status, body } = await call('POST', path, message)
    const template = '/interactions/{interaction_id}/{interaction_token}/callback'
    expect([status, checkAnswer(template, 'POST', 200, body)]).toEqual([200, []])
  })

  test('with files it is taken, and the global limit does not count', async () => {
    const { simulator, call } = await withCommands()
    await simulator.configure({ globalLimit: { limit: 0, windowMs: 1000 } })
    const { id, token } = await give(simulator)
    const form = new FormData()
    form.set(
      'payload_json',
      JSON.stringify({ type: 4, data: { attachments: [{ id: '0', filename: 'a.csv' }] } }),
    )
    form.set('files[0]', new Blob(['a,b'], { type: 'text/csv' }), 'a.csv')
    expect(await call('POST', `/interactions/${id}/${token}/callback`, form)).toMatchObject({ status: 204 })
    const [record] = await simulator.interactions()
    expect(record?.response?.message?.attachments).toMatchObject([{ filename: 'a.csv', size: 3 }])
  })
})
