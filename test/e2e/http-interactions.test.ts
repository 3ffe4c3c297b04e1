/** Slash commands without a connection to Discord: it posts them to the real program. */
import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { recordedEvents } from '../changes.ts'
import { type Env, Home, type Program, until } from '../program.ts'
import { type DiscordSimulator, startDiscord } from '../simulators/discord/client.ts'
import type { InteractionRecord } from '../simulators/discord/protocol.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'

const USER = '80351110224678912'
let stream: EventStreamsSimulator
let discord: DiscordSimulator
let home: Home
let program: Program
let url: string

beforeEach(async () => {
  ;[stream, discord] = await Promise.all([
    startEventStreams(),
    startDiscord({
      identify: { limit: 1000, windowMs: 1000 },
      // Nobody calls doctor so often as its test does.
      routeLimits: { 'GET /applications/{application_id}/commands': { limit: 100, windowMs: 1000 } },
    }),
  ])
  home = new Home({
    EVENTSTREAM_URL: stream.streamUrl(),
    DISCORD_API_URL: discord.api,
    DISCORD_PUBLIC_KEY: discord.publicKey,
    DISCORD_APP_ID: discord.applicationId,
    // Asked of everybody but Discord, which signs.
    HTTP_TOKEN: 'of-the-operators-alone',
  })
  // Once with the token, which registers the commands.
  const registering = home.start([], { DISCORD_BOT_TOKEN: discord.token })
  await registering.logged('its slash commands are registered')
  await registering.stop()
  await start()
})
afterEach(async () => {
  expect(await discord.violations()).toEqual([])
  await home.remove()
  await Promise.all([stream.close(), discord.close()])
})

async function start(env: Env = {}): Promise<void> {
  const before = (await stream.requests()).length
  program = home.start([], env)
  url = `${await program.web()}discord/interactions`
  await stream.waitFor({ requests: before + 1, open: 1 })
}

test('Discord takes the address: it is answered, and whoever else asks is not', async () => {
  await discord.setInteractionsUrl(url)
  expect(await discord.postSigned(url)).toMatchObject({ status: 200, body: '{"type":1}' })
  for (const signature of ['of another key', 'of another body', 'of another time', 'missing'] as const) {
    expect(await discord.postSigned(url, { signature })).toMatchObject({
      status: 401,
      type: 'application/problem+json',
    })
  }
  expect(program.log).toContain('to register them, it needs DISCORD_BOT_TOKEN')
})

test('commands, suggestions and buttons, without a connection to the gateway', async () => {
  await stream.publish(recordedEvents().slice(0, 60))
  await until('they are stored', () => home.stored() === 60)
  await discord.setInteractionsUrl(url)
  const shown = ({ response }: InteractionRecord) => JSON.stringify(response?.message)
  const titles = ({ response }: InteractionRecord) => response?.message?.embeds[0]?.description ?? ''

  expect(shown(await discord.slash(USER, { name: 'ping' }))).toContain('Pong')
  const recent = await discord.slash(USER, { name: 'recent', options: { limit: 3 } })
  expect(shown(recent)).toContain('1 to 3, newest first')
  const [row] = (recent.response?.message?.components ?? []) as {
    components: { label: string; custom_id: string }[]
  }[]
  const older = row?.components.find(({ label }) => label.includes('Older'))?.custom_id ?? ''
  const next = await discord.press(USER, recent.response?.message?.id ?? '', older)
  expect(titles(next)).not.toBe(titles(recent))
  expect(next.response?.message?.id).toBe(recent.response?.message?.id)
  expect(
    (await discord.autocomplete(USER, { name: 'setlang', options: { scope: 'deut' }, focused: 'scope' }))[0],
  ).toMatchObject({ value: 'de' })
  await discord.slash(USER, { name: 'setlang', options: { scope: 'de' } })
  expect(shown(await discord.slash(USER, { name: 'help' }))).toContain('German')

  const headers = { authorization: 'Bearer of-the-operators-alone' }
  const metrics = await (await fetch(new URL('/metrics', url), { headers })).text()
  expect(metrics).toContain('wiki_change_stream_bot_state{state="http"} 1')
  expect((await fetch(new URL('/metrics', url))).status).toBe(401)
})

test('feeds are for a bot that can post: not without its token', async () => {
  const guild = await discord.createGuild({ name: 'Patrol', channels: [{ name: 'changes' }] })
  const place = { guildId: guild.id, permissions: String(1n << 5n) }
  const add = () => discord.slash(USER, { name: 'feed add', options: { scope: 'enwiki' }, ...place })
  await discord.setInteractionsUrl(url)
  expect(JSON.stringify((await add()).response?.message)).toContain('I post nothing by myself here')
  await discord.setInteractionsUrl(null)
  await program.stop()
  await start({ DISCORD_BOT_TOKEN: discord.token })
  await discord.setInteractionsUrl(url)
  expect(JSON.stringify((await add()).response?.message)).toContain('Feed 1 is set up')
})

test('a long answer goes on in messages of its own', async () => {
  await stream.publish(recordedEvents().slice(0, 60))
  await until('they are stored', () => home.stored() === 60)
  await discord.setInteractionsUrl(url)
  const long = await discord.slash(USER, { name: 'recent', options: { limit: 50 } })
  const channel = long.response?.message?.channel_id
  await until('the last part is there', async () =>
    JSON.stringify(await discord.messages(channel)).includes('1 to 50, newest first'),
  )
})

test('what takes longer than Discord waits is announced, then said; also when it is asked to stop meanwhile', async () => {
  await program.stop()
  await start({ NODE_OPTIONS: `--import=${new URL('slow-ping.ts', import.meta.url).href}` })
  await discord.setInteractionsUrl(url)
  const { id } = await discord.interact({ kind: 'slash', userId: USER, name: 'ping' })
  const find = async () => (await discord.interactions()).find((each) => each.id === id)
  await until('it is announced', async () => (await find())?.response?.type === 5)
  const stopped = program.stop()
  writeFileSync(home.path('answer'), '')
  expect(await stopped).toBe(0)
  expect(JSON.stringify((await find())?.response?.message)).toContain('Pong')
})

test('doctor: where commands come to, and whose key that is', async () => {
  const discordFindings = async (env: Env = {}) => {
    const { stdout } = await home.run(['doctor', '--json'], { env })
    const { findings } = JSON.parse(stdout) as {
      findings: { check: string; state: string; detail: string }[]
    }
    return findings
      .filter(({ check }) => check === 'discord')
      .map(({ state, detail }) => `${state} ${detail}`)
      .join('\n')
  }
  const alone = await discordFindings()
  expect(alone).toMatch(/^warn .*over HTTP only/)
  expect(alone).toContain(`client_id=${discord.applicationId}&scope=applications.commands`)

  const token = { DISCORD_BOT_TOKEN: discord.token }
  expect(await discordFindings(token)).toMatch(/^warn slash commands come to this program over the gateway/m)
  await discord.setInteractionsUrl(url)
  expect(await discordFindings(token)).toContain(`ok slash commands go to ${url}`)
  expect(await discordFindings({ ...token, DISCORD_PUBLIC_KEY: '0'.repeat(64) })).toMatch(
    /^fail DISCORD_PUBLIC_KEY is not the key of the application/m,
  )
  expect(await discordFindings({ ...token, DISCORD_APP_ID: '123456789012345678' })).toMatch(
    /^fail DISCORD_APP_ID is not the application/m,
  )
  expect(await discordFindings({ ...token, DISCORD_PUBLIC_KEY: '' })).toMatch(
    /^fail slash commands go to .* set DISCORD_PUBLIC_KEY/m,
  )
})
