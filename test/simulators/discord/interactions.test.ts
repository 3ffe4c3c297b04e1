/** Interactions with discord.js as it is, and what a user cannot do. */
import { type Client, Events, GatewayIntentBits, type Interaction } from 'discord.js'
import { describe, expect, test } from 'vitest'
import type { DiscordSimulator } from './client.ts'
import { checkAnswer } from './schema.ts'
import { alice, client, withCommands } from './testing.ts'

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
