/** Answers with pictures: the real program against the simulated Discord. */
import { existsSync, readFileSync } from 'node:fs'
import type { APIMessage } from 'discord.js'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { COLORS, HEIGHT, WIDTH } from '../../src/pictures/option.ts'
import { readPng } from '../png.ts'
import { type Home, type Program, until } from '../program.ts'
import type { DiscordSimulator } from '../simulators/discord/client.ts'
import type { InteractionRecord } from '../simulators/discord/protocol.ts'
import type { EventStreamsSimulator } from '../simulators/eventstreams/client.ts'
import { generateEvents } from '../simulators/eventstreams/generate.ts'
import { setStage, startWith, strikeStage } from '../stage.ts'

const USER = '80351110224678912'
const COUNT = 1000
const DAYS = 10
let stream: EventStreamsSimulator
let discord: DiscordSimulator
let home: Home
let program: Program
let place: { channelId: string; guildId: string }

beforeEach(async () => {
  ;({ stream, discord, home } = await setStage())
  const guild = await discord.createGuild({ name: 'Patrol', channels: [{ name: 'changes' }] })
  place = { channelId: guild.channels[0]?.id as string, guildId: guild.id }
  // Ten days of changes, up to now.
  const from = Date.now() - DAYS * 86_400_000
  const perSecond = COUNT / (DAYS * 86_400)
  program = await startWith({ stream, home }, [...generateEvents({ seed: 4, count: COUNT, from, perSecond })])
})
afterEach(async () => {
  expect(await discord.violations()).toEqual([])
  await strikeStage({ stream, discord, home })
})

/** The picture that a message shows, which must have bars; and its description. */
async function pictureIn(message: APIMessage | undefined): Promise<string> {
  const [attachment, ...others] = message?.attachments ?? []
  expect(others).toEqual([])
  expect(attachment).toMatchObject({ content_type: 'image/png', width: 2 * WIDTH, height: 2 * HEIGHT })
  expect(message?.embeds.at(-1)?.image?.url).toBe(attachment?.url)
  const png = readPng(Buffer.from(await (await fetch(attachment?.url ?? '')).arrayBuffer()))
  expect(png.count(COLORS.people)).toBeGreaterThan(1000)
  expect(png.count(COLORS.bots)).toBeGreaterThan(1000)
  return attachment?.description ?? ''
}
const shown = ({ response }: InteractionRecord) => response?.message as APIMessage | undefined

test('a day and a trend, as messages and by slash commands, in servers and alone', async () => {
  expect(await pictureIn(await discord.ask(USER, '!stats yesterday'))).toMatch(
    /^Changes in each hour of .*, all wikis: \d+ changes, .*The 7 days before have on average \d+/,
  )
  expect(await pictureIn(await discord.ask(USER, '!trend 14'))).toMatch(
    /^Changes on each of 14 days to .*: 1,000 changes, .* not stored\.$/,
  )
  const stats = await discord.slash(USER, { name: 'stats', options: { day: 'yesterday' }, ...place })
  expect(await pictureIn(shown(stats))).toContain('all wikis')
  const trend = await discord.slash(USER, { name: 'trend', options: { days: 30, scope: 'en' } })
  expect(await pictureIn(shown(trend))).toContain('everything in English')
  expect(JSON.stringify(shown(trend)?.embeds)).toContain('Last 30 days')

  const refused = await discord.slash(USER, { name: 'trend', options: { days: 30, scope: 'xyzzy' } })
  expect(shown(refused)?.attachments).toEqual([])
  expect(JSON.stringify(await discord.ask(USER, '!trend 91'))).toContain('is no number of days')
})

test('what draws is not there before the first picture, and goes with the program', async () => {
  const drawing = () => readFileSync(`/proc/${program.pid}/task/${program.pid}/children`, 'utf8').trim()
  await discord.ask(USER, '!ping')
  await discord.ask(USER, '!recent')
  expect(drawing()).toBe('')
  await pictureIn(await discord.ask(USER, '!trend'))
  const pid = drawing()
  expect(pid).not.toBe('')
  // Also when the program is killed and can say no good-bye.
  await program.kill()
  await until('it has ended', () => !existsSync(`/proc/${pid}`))
})

test('figures of a day and of many, for other programs and on a terminal', async () => {
  const stats = await home.ask('!stats yesterday')
  expect(stats.hours).toHaveLength(24)
  expect(stats.hours.every(({ known }: { known: string }) => known === 'whole')).toBe(true)
  expect(stats.usual.days).toBe(7)
  expect(stats.hours.map(({ humans, bots }: Record<string, number>) => (humans ?? 0) + (bots ?? 0))).toEqual(
    stats.stats.hours,
  )
  const trend = await home.ask('!trend 14 *')
  const states = trend.days.map(({ known }: { known: string }) => known)
  expect(states).toEqual([...Array(3).fill('none'), 'part', ...Array(9).fill('whole'), 'part'])
  const { stdout } = await home.run(['ask', '!trend 14'])
  expect(stdout).toMatch(/People {2,}[▁-█ ·]{14} {2}to \d+\n/)
})
