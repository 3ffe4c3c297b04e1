/** The bot in a server and by slash commands: the real program against the simulated Discord. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { recordedEvents } from '../changes.ts'
import { type Home, type Program, until } from '../program.ts'
import type { DiscordSimulator } from '../simulators/discord/client.ts'
import type { InteractionRecord } from '../simulators/discord/protocol.ts'
import type { EventStreamsSimulator } from '../simulators/eventstreams/client.ts'
import { setStage, startWith, strikeStage } from '../stage.ts'

const USER = '80351110224678912'
const MANAGE_GUILD = String(1n << 5n)
let stream: EventStreamsSimulator
let discord: DiscordSimulator
let home: Home
let program: Program
let channelId: string
let guildId: string

beforeEach(async () => {
  ;({ stream, discord, home } = await setStage())
  const guild = await discord.createGuild({ name: 'Patrol', channels: [{ name: 'changes' }] })
  guildId = guild.id
  channelId = guild.channels[0]?.id as string
  program = await startWith({ stream, home }, recordedEvents().slice(0, 60))
})
afterEach(async () => {
  expect(await discord.violations()).toEqual([])
  await strikeStage({ stream, discord, home })
})

const shown = ({ response }: InteractionRecord) => JSON.stringify(response?.message)
const inServer = (permissions = '0') => ({ channelId, guildId, permissions })

test('every command, in a server and in direct messages', async () => {
  for (const place of [{}, inServer()]) {
    expect(shown(await discord.slash(USER, { name: 'ping', ...place }))).toContain('Pong')
    expect(shown(await discord.slash(USER, { name: 'help', ...place }))).toContain('What you can ask')
    expect(shown(await discord.slash(USER, { name: 'status', ...place }))).toContain('60 changes')
    expect(shown(await discord.slash(USER, { name: 'stats', ...place }))).toContain('No changes on this day')
    const recent = await discord.slash(USER, { name: 'recent', options: { limit: 3 }, ...place })
    expect(shown(recent)).toContain('1 to 3, newest first')
    expect(recent.response?.ephemeral).toBe(false)
  }
})

test("a server's choice and a person's, each where it belongs", async () => {
  const refused = await discord.slash(USER, { name: 'setlang', options: { scope: 'de' }, ...inServer() })
  expect(refused.response?.ephemeral).toBe(true)
  expect(shown(refused)).toContain('Manage Server')
  const chosen = await discord.slash(USER, {
    name: 'setlang',
    options: { scope: 'de' },
    ...inServer(MANAGE_GUILD),
  })
  expect(chosen.response?.ephemeral).toBe(true)
  await discord.slash(USER, { name: 'setlang', options: { scope: 'enwiki' } })

  expect(shown(await discord.slash(USER, { name: 'help', ...inServer() }))).toContain('German')
  expect(shown(await discord.slash(USER, { name: 'help' }))).toContain('English Wikipedia')

  // Also after a restart, and for those who mention the bot; others are not listened to.
  await program.stop()
  program = home.start()
  await program.logged('bot: connected')
  const unheard = await discord.say(USER, channelId, '!help')
  const { id } = await discord.say(USER, channelId, `<@${discord.applicationId}> !help`)
  const [answer] = await discord.waitForMessages(channelId, { after: id })
  expect(JSON.stringify(answer)).toContain('German')
  expect(await discord.waitForMessages(channelId, { after: unheard.id })).toHaveLength(1)
})

test('suggestions for what is being typed', async () => {
  const scopes = (scope: string) =>
    discord.autocomplete(USER, { name: 'setlang', options: { scope }, focused: 'scope' })
  expect((await scopes('deut'))[0]).toMatchObject({ value: 'de' })
  expect((await scopes('commons'))[0]).toMatchObject({ value: 'commonswiki' })
  expect(await scopes('')).toHaveLength(25)
  const days = await discord.autocomplete(USER, { name: 'stats', options: { day: '' }, focused: 'day' })
  expect(days[0]?.name).toContain('(today)')
})

test('pages by buttons, after a restart too', async () => {
  const titles = (record: InteractionRecord) => record.response?.message?.embeds[0]?.description ?? ''
  const button = (record: InteractionRecord, label: string) => {
    const [row] = (record.response?.message?.components ?? []) as {
      components: { label: string; custom_id: string }[]
    }[]
    return row?.components.find((each) => each.label.includes(label))?.custom_id ?? ''
  }
  const first = await discord.slash(USER, { name: 'recent', options: { limit: 5 }, ...inServer() })
  const message = first.response?.message?.id ?? ''
  const second = await discord.press(USER, message, button(first, 'Older'), inServer())
  expect(titles(second)).not.toBe(titles(first))
  expect(second.response?.message?.id).toBe(message)

  await program.stop()
  program = home.start()
  await program.logged('bot: connected')
  const third = await discord.press(USER, message, button(second, 'Older'), inServer())
  const back = await discord.press(USER, message, button(third, 'Newer'), inServer())
  expect(titles(back)).toBe(titles(second))
  expect(titles(await discord.press(USER, message, button(back, 'Newest'), inServer()))).toBe(titles(first))
})

test('a long answer comes in parts, an error for the person alone', async () => {
  const long = await discord.slash(USER, { name: 'recent', options: { limit: 50 }, ...inServer() })
  await until('the last part is there', async () =>
    JSON.stringify(await discord.messages(channelId)).includes('1 to 50, newest first'),
  )
  expect(long.response?.ephemeral).toBe(false)
  const wrong = await discord.slash(USER, { name: 'stats', options: { day: 'soon' }, ...inServer() })
  expect(wrong.response?.ephemeral).toBe(true)
  expect(shown(wrong)).toContain('“soon” is no day')
})
