/** The bot when things go wrong between it and Discord, while changes are stored as before. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { COMMANDS } from '../../src/answers/answers.ts'
import { recordedEvents } from '../changes.ts'
import { type Home, type Program, until } from '../program.ts'
import type { DiscordSimulator } from '../simulators/discord/client.ts'
import type { EventStreamsSimulator } from '../simulators/eventstreams/client.ts'
import { setStage, strikeStage } from '../stage.ts'

const USER = '80351110224678912'
let stream: EventStreamsSimulator
let discord: DiscordSimulator
let home: Home
beforeEach(async () => {
  ;({ stream, discord, home } = await setStage())
})
afterEach(async () => {
  await strikeStage({ stream, discord, home })
})

let published = 0
/** Changes go on being stored. */
async function expectStoring(): Promise<void> {
  await stream.waitFor({ open: 1 })
  const before = home.stored()
  await stream.publish([recordedEvents()[published++] as string])
  await until('a change is stored', () => home.stored() === before + 1)
}

test('a wrong token ends the bot with one clear line, while ingest goes on', async () => {
  const program = home.start([], { DISCORD_BOT_TOKEN: 'a.wrong.token-that-looks-right' })
  const line = await program.logged('Discord refuses the token')
  expect(line.msg).toContain('DISCORD_BOT_TOKEN')
  await expectStoring()
  expect(program.lines.filter(({ msg }) => msg.startsWith('bot:'))).toHaveLength(1)
  expect(program.log).not.toContain('a.wrong.token')
  expect(await program.stop()).toBe(0)
})

test('a Discord that is down from the start is waited for', async () => {
  await discord.configure({ down: 'everything' })
  const program = home.start()
  await program.logged('bot: Discord cannot be reached')
  await expectStoring()
  await discord.configure({ down: 'nothing' })
  await program.logged('bot: connected')
  expect(JSON.stringify(await discord.ask(USER, '!ping'))).toContain('Pong')
})

test('a message that comes while the connection is down is answered once it is back, once', async () => {
  const program = home.start()
  await program.logged('bot: connected')
  for (const disturb of ['drop', 'reconnect'] as const) {
    await discord.disturbGateway({ action: disturb })
    const { id, channel_id } = await discord.dm(USER, '!ping')
    await discord.waitForMessages(channel_id, { after: id })
    // A second question proves that the first one is not answered again before it.
    const second = await discord.dm(USER, '!help')
    await discord.waitForMessages(channel_id, { after: second.id })
    const answers = await discord.waitForMessages(channel_id, { after: id, count: 2 })
    expect(answers.map(({ embeds }) => embeds[0]?.title)).toEqual([
      expect.stringContaining('Pong'),
      'What you can ask',
    ])
  }
})

test('a send that Discord refuses is logged with its reason, and the bot goes on', async () => {
  const program = home.start()
  await program.logged('bot: connected')
  const body = { code: 50007, message: 'Cannot send messages to this user' }
  await discord.failRequests({ method: 'POST', path: '/channels/', status: 403, body })
  await discord.dm(USER, '!ping')
  await program.logged(
    'an answer could not be sent: Discord answers 403, 50007: Cannot send messages to this user',
  )
  expect(JSON.stringify(await discord.ask(USER, '!ping'))).toContain('Pong')
})

test('an answer that Discord finds malformed is apologised for', async () => {
  const program = home.start()
  await program.logged('bot: connected')
  await discord.failRequests({
    method: 'POST',
    path: '/channels/',
    status: 400,
    body: { code: 50035, message: 'Invalid Form Body' },
  })
  expect((await discord.ask(USER, '!ping')).content).toContain('Discord refused my answer')
  await program.logged('Discord answers 400, 50035')
})

test('an answer whose confirmation is lost is not shown twice', async () => {
  const program = home.start()
  await program.logged('bot: connected')
  await discord.failRequests({ method: 'POST', path: '/channels/', cut: 'after' })
  const { id, channel_id } = await discord.dm(USER, '!ping')
  await discord.waitForRequests({ method: 'POST', path: '/channels/', count: 2, timeoutMs: 10_000 })
  await discord.waitForMessages(channel_id, { after: id })
  expect((await discord.messages(channel_id)).filter(({ author }) => author.bot === true)).toHaveLength(1)
})

test('a long answer obeys the rate limit, and arrives whole and in order', async () => {
  const program = home.start()
  await Promise.all([program.logged('bot: connected'), stream.waitForConnection(1)])
  await stream.publish(recordedEvents().slice(0, 60))
  await until('they are stored', () => home.stored() === 60)
  const { id, channel_id } = await discord.dm(USER, '!recent 0 50')
  await discord.waitForMessages(channel_id, {
    after: id,
    containing: '1 to 50, newest first',
    timeoutMs: 20_000,
  })
  const messages = await discord.waitForMessages(channel_id, { after: id })
  const pages = messages.map(({ embeds }) => /page (\d+) of/.exec(embeds[0]?.footer?.text ?? '')?.[1])
  expect(pages).toEqual(messages.map((_, i) => String(i + 1)))
  expect(messages.length).toBeGreaterThan(4)
})

test('a token that is revoked later ends the bot, not the rest', async () => {
  const program = home.start()
  await program.logged('bot: connected')
  await discord.disturbGateway({ action: 'close', code: 4004 })
  await program.logged('Discord refuses the token')
  await expectStoring()
})

test('stops in time while Discord is down', async () => {
  const program: Program = home.start()
  await program.logged('bot: connected')
  await discord.configure({ down: 'everything' })
  expect(await program.stop()).toBe(0)
})

test('its slash commands are registered, for everywhere, and only where Discord has others', async () => {
  const registrations = async () =>
    (await discord.requests()).filter(({ method, path }) => method === 'PUT' && path.endsWith('/commands'))
  const first = home.start()
  await first.logged('bot: its slash commands are registered')
  const commands = await discord.commands()
  expect(commands.map(({ name }) => name).toSorted()).toEqual(
    [...new Set(COMMANDS.map(({ name }) => name.split(' ')[0]?.toLowerCase()))].toSorted(),
  )
  for (const { contexts, integration_types } of commands) {
    expect(contexts).toEqual([0, 1, 2])
    expect(integration_types).toEqual([0, 1])
  }
  await first.stop()

  const second = home.start()
  await second.logged('bot: connected')
  await discord.waitForRequests({ method: 'GET', path: '/applications/', count: 2 })
  // An answer comes after that request, so nothing is still to come.
  await discord.ask(USER, '!ping')
  expect(await registrations()).toHaveLength(1)
  expect((await discord.violations()).filter(({ where }) => where.includes('commands'))).toEqual([])
})

test('without its slash commands the bot answers messages all the same', async () => {
  await discord.failRequests({
    method: 'GET',
    path: '/applications/',
    status: 403,
    body: { code: 50001, message: 'Missing Access' },
  })
  const program = home.start()
  await program.logged('bot: its slash commands could not be registered')
  expect(JSON.stringify(await discord.ask(USER, '!ping'))).toContain('Pong')
})

test('doctor says what is at Discord, what to do about it, and where the bot is added', async () => {
  const discordLines = async (env: Record<string, string> = {}) => {
    const { stdout, code } = await home.run(['doctor', '--json'], { env })
    const { findings } = JSON.parse(stdout) as {
      findings: { check: string; state: string; detail: string }[]
    }
    return { code, lines: findings.filter(({ check }) => check === 'discord') }
  }
  const before = await discordLines()
  expect(before.code).toBe(0)
  expect(before.lines.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'warn', 'ok'])
  expect(before.lines.at(-1)?.detail).toContain(
    `client_id=${discord.applicationId}&scope=bot+applications.commands&permissions=274877959168`,
  )
  const program = home.start()
  await program.logged('bot: its slash commands are registered')
  await program.stop()
  expect((await discordLines()).lines.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok'])

  const wrong = await discordLines({ DISCORD_BOT_TOKEN: 'a.wrong.token-that-looks-right' })
  expect(wrong.code).toBe(1)
  expect(wrong.lines).toEqual([
    { check: 'discord', state: 'fail', detail: expect.stringContaining('DISCORD_BOT_TOKEN') },
  ])
  await discord.configure({ down: 'everything' })
  const down = await discordLines()
  expect(down.lines).toEqual([
    { check: 'discord', state: 'fail', detail: expect.stringContaining('cannot be reached') },
  ])
})
