/** The bot in the languages of those who ask it: the real program against the simulated Discord. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { recordedEvents } from '../changes.ts'
import type { Home, Program } from '../program.ts'
import type { DiscordSimulator } from '../simulators/discord/client.ts'
import type { InteractionRecord } from '../simulators/discord/protocol.ts'
import type { EventStreamsSimulator } from '../simulators/eventstreams/client.ts'
import { setStage, startWith, strikeStage } from '../stage.ts'

const USER = '80351110224678912'
const OTHER = '80351110224678913'
let stream: EventStreamsSimulator
let discord: DiscordSimulator
let home: Home
let program: Program

beforeEach(async () => {
  ;({ stream, discord, home } = await setStage())
  program = await startWith({ stream, home }, recordedEvents().slice(0, 60))
})
afterEach(async () => {
  expect(await discord.violations()).toEqual([])
  await strikeStage({ stream, discord, home })
})

const shown = ({ response }: InteractionRecord) => JSON.stringify(response?.message)
const slash = async (name: string, locale: string, options: Record<string, string | number> = {}) =>
  shown(await discord.slash(USER, { name, locale, options }))

test("everybody in the language of their own Discord, whatever others' is", async () => {
  expect(await slash('recent', 'de', { limit: 3 })).toContain('1 bis 3, neueste zuerst')
  expect(await slash('stats', 'de', { day: 'soon' })).toContain('„soon“ ist kein Tag.')
  expect(await slash('status', 'ru')).toContain('60 изменений')
  expect(await slash('help', 'es-419')).toContain('Qué puedes preguntar')
  expect(await slash('ping', 'fr')).toContain('La modification la plus récente')
  expect(await slash('ping', 'en-GB')).toContain('The newest change')
  // One that is not spoken here.
  expect(await slash('ping', 'ja')).toContain('The newest change')
})

test('in Arabic lines read from right to left, and what stands in them keeps its direction', async () => {
  const record = await discord.slash(USER, { name: 'recent', locale: 'ar', options: { limit: 10 } })
  const lines = record.response?.message?.embeds[0]?.description?.split('\n') ?? []
  expect(lines).toHaveLength(10)
  for (const line of lines) {
    // After the time, which Discord writes itself.
    expect(line).toMatch(/^<t:\d+:R> \u200f.*\u200f$/u)
    expect([...line.matchAll(/\u2068/g)].length).toBe([...line.matchAll(/\u2069/g)].length)
  }
  expect(record.response?.message?.embeds[0]?.footer?.text).toContain('الأجدد أولًا')
})

test('a language that was chosen comes before that of Discord, and outlives a restart', async () => {
  const chosen = await discord.slash(USER, { name: 'language', locale: 'ru', options: { language: 'uz' } })
  expect(shown(chosen)).toContain('Endi sizga javob tili')
  await program.stop()
  program = home.start()
  await program.logged('bot: connected')
  expect(await slash('help', 'ru')).toContain('Nimalarni soʻrash mumkin')
  const messages = await discord.ask(USER, '!recent 0 2')
  expect(JSON.stringify(messages)).toContain('avval yangilari')
  // It is theirs alone.
  expect(shown(await discord.slash(OTHER, { name: 'help', locale: 'ru' }))).toContain('О чём можно спросить')

  expect(await slash('language', 'ru', { language: 'auto' })).toContain('на языке вашего Discord')
  expect(await slash('help', 'ru')).toContain('О чём можно спросить')
})

test('a message in a server is answered in the language of the server', async () => {
  const guild = await discord.createGuild({
    name: 'Rondas',
    locale: 'es-ES',
    channels: [{ name: 'cambios' }],
  })
  const channelId = guild.channels[0]?.id as string
  const { id } = await discord.say(USER, channelId, `<@${discord.applicationId}> !ayuda`)
  const [answer] = await discord.waitForMessages(channelId, { after: id })
  expect(JSON.stringify(answer)).toContain('Qué puedes preguntar')
})

test('the slash commands have names and descriptions in the languages that Discord has', async () => {
  const commands = (await discord.commands()) as unknown as {
    name: string
    name_localizations?: Record<string, string>
    description_localizations?: Record<string, string>
    options?: { name: string; name_localizations?: Record<string, string> }[]
  }[]
  const recent = commands.find(({ name }) => name === 'recent')
  expect(recent?.name_localizations).toMatchObject({
    de: 'letzte',
    ru: 'последние',
    'es-419': 'recientes',
    ar: 'أحدث',
  })
  for (const locale of ['de', 'es-ES', 'es-419', 'fr', 'ru', 'ar']) {
    const called = (named: readonly { name: string; name_localizations?: Record<string, string> }[]) =>
      named.map(({ name, name_localizations }) => name_localizations?.[locale] ?? name)
    for (const named of [commands, ...commands.map(({ options = [] }) => options)])
      expect(new Set(called(named)).size).toBe(named.length)
    for (const { description_localizations: descriptions } of commands)
      expect(descriptions?.[locale]).toMatch(/^.{1,100}$/)
  }
})

test('on a terminal the environment decides, unless a language was chosen', async () => {
  await program.stop()
  const help = (env: Record<string, string>) => home.run(['ask', '!help', '--user', 'a'], { env })
  expect((await help({ LANG: 'fr_FR.UTF-8' })).stdout).toContain('Ce que vous pouvez demander')
  expect((await help({})).stdout).toContain('What you can ask')
  await home.run(['ask', '!language deutsch', '--user', 'a'])
  expect((await help({ LANG: 'fr_FR.UTF-8' })).stdout).toContain('Was du fragen kannst')
  const { stdout } = await home.run(['ask', '!stats soon', '--user', 'a', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'refusal', problem: '“soon” is no day.' })
})
