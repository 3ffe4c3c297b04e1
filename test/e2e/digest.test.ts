/** Digests: the real program against the simulated Discord. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addFeeds } from '../feeds.ts'
import { type Home, type Program, until } from '../program.ts'
import type { DiscordSimulator } from '../simulators/discord/client.ts'
import type { EventStreamsSimulator } from '../simulators/eventstreams/client.ts'
import { generateEvents } from '../simulators/eventstreams/generate.ts'
import { setStage, startWith, strikeStage } from '../stage.ts'

const COUNT = 600
const DAYS = 5
const DAY_MS = 86_400_000
let stream: EventStreamsSimulator
let discord: DiscordSimulator
let home: Home
let program: Program
let channels: string[]
let guildId: string

beforeEach(async () => {
  ;({ stream, discord, home } = await setStage({
    // Nobody starts so often as a test does.
    routeLimits: { 'GET /gateway/bot': { limit: 100, windowMs: 1000 } },
  }))
  const names = ['daily', 'german'].map((name) => ({ name }))
  const guild = await discord.createGuild({ name: 'Patrol', channels: names })
  guildId = guild.id
  channels = guild.channels.map(({ id }) => id)
  // Days of changes, up to now.
  const from = Date.now() - DAYS * DAY_MS
  program = await startWith({ stream, home }, [
    ...generateEvents({ seed: 4, count: COUNT, from, perSecond: COUNT / (DAYS * 86_400) }),
  ])
  await program.stop()
})
afterEach(async () => {
  expect((await discord.violations()).filter(({ kind }) => kind !== 'refused')).toEqual([])
  await strikeStage({ stream, discord, home })
})

async function start(): Promise<void> {
  program = home.start()
  await program.logged('bot: connected')
}

const OWNER = '80351110224678912'
const MANAGE_GUILD = String(1n << 5n)

test('is switched on, shown and switched off in a channel, by those who may', async () => {
  const [channelId = '', other = ''] = channels
  await start()
  const place = { channelId, guildId }
  const asked = async (name: string, options: Record<string, string> = {}, permissions = MANAGE_GUILD) =>
    (await discord.slash(OWNER, { name, options, ...place, permissions })).response
  expect(JSON.stringify(await asked('digest on', {}, '0'))).toContain('Manage Server')
  const on = await asked('digest on', { scope: 'dewiki' })
  expect(on?.ephemeral).toBe(true)
  expect(JSON.stringify(on)).toContain('German Wikipedia')
  expect(JSON.stringify(await asked('digest on', { channel: other }))).toContain(`<#${other}>`)
  await asked('digest on', { scope: 'enwiki' })
  const digests = () =>
    home.sql<{ channel: string; scope: string }>('SELECT channel, scope FROM feeds ORDER BY id')
  expect(digests()).toEqual([
    { channel: channelId, scope: 'enwiki' },
    { channel: other, scope: '*' },
  ])
  const shown = await asked('digest show')
  expect(shown?.ephemeral).toBe(false)
  expect(shown?.message?.attachments).toHaveLength(1)
  await asked('digest off')
  expect(digests()).toHaveLength(1)
  expect(JSON.stringify(await discord.ask(OWNER, '!digest on de'))).toContain('this conversation')
})

test('yesterday in figures, with what was busiest and a picture; once, whatever breaks', async () => {
  const [channel = '', other = ''] = channels
  await addFeeds(
    home,
    [
      { kind: 'digest', channel },
      { kind: 'digest', channel: other, scope: 'dewiki', language: 'de' },
    ],
    Math.floor(Date.now() / DAY_MS) - 2,
  )
  // Discord takes the message, and dies before it says so.
  await discord.failRequests({ method: 'POST', path: `/channels/${channel}/`, cut: 'after', times: 'always' })
  await start()
  await discord.waitForRequests({ method: 'POST', path: `/channels/${channel}/`, timeoutMs: 15_000 })
  await program.kill()
  await discord.clearFaults()
  await start()
  const [message] = await discord.waitForMessages(channel, { timeoutMs: 15_000 })
  const yesterday = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10)
  const [embed] = message?.embeds ?? []
  expect(embed?.title).toContain(yesterday)
  expect(embed?.description).toMatch(/changes\*\*\n📄 1\. [\s\S]*👤 1\. /)
  expect(JSON.stringify(embed?.fields)).toContain('days before')
  expect(message?.attachments[0]).toMatchObject({
    content_type: 'image/png',
    description: expect.any(String),
  })
  await discord.waitForMessages(other, { timeoutMs: 15_000 })

  await until('both are noted as posted', () => {
    return home.sql<{ n: number }>('SELECT count(*) AS n FROM feeds WHERE sending IS NULL')[0]?.n === 2
  })
  await program.stop()
  await start()
  await discord.ask('80351110224678912', '!ping')
  expect(await discord.messages(channel)).toHaveLength(1)
})
