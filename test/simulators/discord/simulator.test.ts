/** The simulator against discord.js as it is. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type Client, DiscordAPIError, Events, GatewayIntentBits } from 'discord.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { DiscordSimulator } from './client.ts'
import { alice, client, discord, unlimited } from './testing.ts'

/** A bot that repeats what it is told. */
async function parrot(simulator: DiscordSimulator): Promise<Client<true>> {
  const bot = client(simulator)
  bot.on(Events.MessageCreate, async (message) => {
    if (!message.author.bot) await message.channel.send(`heard: ${message.content}`)
  })
  await bot.login(simulator.token)
  return bot
}

describe('the gateway', () => {
  test('logs a bot in, and tells it of a message in a channel it does not know', async () => {
    const simulator = await discord()
    const bot = await parrot(simulator)
    const answer = await simulator.ask(alice, '!ping')

    expect(answer.content).toBe('heard: !ping')
    expect(answer.author).toMatchObject({ id: bot.user.id, bot: true })
    const [connection] = await simulator.waitForConnections()
    expect(connection?.identify).toMatchObject({ intents: 4097 })
    expect(await simulator.violations()).toEqual([])
  })

  test('sends direct messages with and without channel_type', async () => {
    const simulator = await discord()
    const bot = client(simulator)
    const raw: { content: string; channel_type?: number }[] = []
    bot.on(Events.Raw as never, ({ t, d }: { t: string; d: (typeof raw)[number] }) => {
      if (t === 'MESSAGE_CREATE') raw.push(d)
    })
    const { promise: told, resolve } = Promise.withResolvers<string>()
    bot.on(Events.MessageCreate, ({ content }) => resolve(content))
    await bot.login(simulator.token)
    const { channel_id } = await simulator.dm(alice, 'without', { channelType: false })
    await simulator.dm(alice, 'with')

    // discord.js drops the first form: that is why a bot needs to look at `raw`, and to fetch the channel.
    expect((await bot.channels.fetch(channel_id))?.isDMBased()).toBe(true)
    expect(await told).toBe('with')
    expect(raw.map(({ content, channel_type }) => [content, channel_type])).toEqual([
      ['without', undefined],
      ['with', 1],
    ])
  })

  test('tells nothing to a bot without the intent', async () => {
    const simulator = await discord()
    const bot = client(simulator, { intents: [GatewayIntentBits.Guilds] })
    const heard: string[] = []
    bot.on(Events.Raw as never, ({ t }: { t: string }) => heard.push(t))
    await bot.login(simulator.token)
    await simulator.dm(alice, '!ping')
    await simulator.disturbGateway({ action: 'reconnect' })
    await simulator.waitForConnections()
    await expect.poll(() => heard).toContain('RESUMED')
    expect(heard).not.toContain('MESSAGE_CREATE')
  })

  test.each([
    ['a broken connection', { action: 'drop' }],
    ['op 7', { action: 'reconnect' }],
    ['a close with 4000', { action: 'close', code: 4000 }],
  ] as const)('loses no message over %s', async (_, fault) => {
    const simulator = await discord()
    await parrot(simulator)
    const { channel_id } = await simulator.dm(alice, 'one')
    await simulator.waitForMessages(channel_id)
    await simulator.configure({ down: 'gateway' })
    await simulator.disturbGateway(fault)
    await simulator.dm(alice, 'two')
    await simulator.configure({ down: 'nothing' })
    await simulator.dm(alice, 'three')

    const answers = await simulator.waitForMessages(channel_id, { count: 3 })
    expect(answers.map(({ content }) => content)).toEqual(['heard: one', 'heard: two', 'heard: three'])
    const [live] = await simulator.waitForConnections()
    expect(live).toMatchObject({ path: '/gateway/resume', identify: null })
    expect(await simulator.violations()).toEqual([])
  })

  test('doubts a session: the bot resumes it over the same connection', async () => {
    const simulator = await discord()
    await parrot(simulator)
    await simulator.disturbGateway({ action: 'invalidate', resumable: true })
    expect((await simulator.ask(alice, 'still there?')).content).toBe('heard: still there?')
    const [live, ...others] = await simulator.connections()
    expect(live).toMatchObject({ identify: expect.anything(), resume: expect.anything(), closed: null })
    expect(others).toEqual([])
  })

  test('invalidates a session, so that the bot identifies anew', async () => {
    const simulator = await discord({ identify: unlimited })
    await parrot(simulator)
    await simulator.disturbGateway({ action: 'invalidate', resumable: false })
    const [live] = await simulator.waitForConnections()
    expect(live).toMatchObject({ path: '/gateway', resume: null })
    expect((await simulator.ask(alice, 'again')).content).toBe('heard: again')
  })

  test('goes down and comes back', async () => {
    const simulator = await discord()
    await parrot(simulator)
    await simulator.configure({ down: 'everything' })
    await expect(fetch(`${simulator.api}/v10/gateway`)).rejects.toThrow()
    await simulator.configure({ down: 'nothing' })
    expect((await simulator.ask(alice, 'back?')).content).toBe('heard: back?')
  })

  test('leaves heartbeats unanswered: the bot notices and resumes', async () => {
    const simulator = await discord({ heartbeatIntervalMs: 200, ackHeartbeats: false })
    await parrot(simulator)
    const records = await simulator.connections()
    expect(records).toHaveLength(1)
    await expect.poll(async () => (await simulator.connections())[0]?.closed?.by).toBe('bot')
    await simulator.configure({ ackHeartbeats: true })
    await simulator.waitForConnections()
    expect((await simulator.ask(alice, 'alive?')).content).toBe('heard: alive?')
  })

  test('refuses a wrong token', async () => {
    const simulator = await discord()
    await expect(client(simulator).login('not.the.token')).rejects.toThrow('invalid token')
    const violation = { kind: 'unauthorized', where: 'GET /gateway/bot', reason: '401: Unauthorized' }
    expect(await simulator.violations()).toMatchObject([violation])
  })

  test('refuses privileged intents that are not switched on', async () => {
    const intents = [GatewayIntentBits.DirectMessages, GatewayIntentBits.MessageContent]
    const simulator = await discord()
    await expect(client(simulator, { intents }).login(simulator.token)).rejects.toThrow('disallowed intents')
    await simulator.configure({ privilegedIntents: GatewayIntentBits.MessageContent, identify: unlimited })
    const bot = client(simulator, { intents })
    await bot.login(simulator.token)
    expect(bot.application.flags.has('GatewayMessageContentLimited')).toBe(true)
  })
})

describe('faults', () => {
  test('refuse a direct message', async () => {
    const simulator = await discord()
    const bot = client(simulator)
    await bot.login(simulator.token)
    const body = { code: 50007, message: 'Cannot send messages to this user' }
    await simulator.failRequests({ method: 'POST', path: '/channels/', status: 403, body })
    const user = await bot.users.createDM(alice)
    const error = await user.send('hello').catch((reason: DiscordAPIError) => reason)
    expect(error).toBeInstanceOf(DiscordAPIError)
    expect(error).toMatchObject({ code: 50007, status: 403 })
    expect(await user.send('hello again')).toMatchObject({ content: 'hello again' })
    expect(await simulator.violations()).toEqual([])
    expect(await simulator.requests()).toContainEqual(
      expect.objectContaining({
        status: 403,
        faulted: true,
        body: expect.objectContaining({ content: 'hello' }),
      }),
    )
  })

  test('answer 500, which discord.js rides out', async () => {
    const simulator = await discord()
    await parrot(simulator)
    await simulator.failRequests({ times: 2, method: 'POST', status: 500, body: 'upstream connect error' })
    expect((await simulator.ask(alice, 'hello')).content).toBe('heard: hello')
  })

  test('delay a request, and cut its connection before or after it took effect', async () => {
    const simulator = await discord()
    const { channel_id } = await simulator.dm(alice, 'hello')
    const send = (content: string) =>
      fetch(`${simulator.api}/v10/channels/${channel_id}/messages`, {
        method: 'POST',
        headers: {
          authorization: `Bot ${simulator.token}`,
          'user-agent': 'DiscordBot (https://example.org, 1.0)',
          'content-type': 'application/json',
        },
        body: JSON.stringify({ content }),
      })
    await simulator.failRequests({ times: 'always', cut: 'before' })
    await expect(send('lost')).rejects.toThrow()
    await simulator.clearFaults()
    await simulator.failRequests({ cut: 'after' })
    await expect(send('arrived')).rejects.toThrow()
    await simulator.failRequests({ delayMs: 100 })
    const before = performance.now()
    await send('late')
    expect(performance.now() - before).toBeGreaterThan(90)
    const sent = await simulator.waitForMessages(channel_id, { count: 2 })
    expect(sent.map(({ content }) => content)).toEqual(['arrived', 'late'])
  })
})

describe('the program', () => {
  test.each<[how: string, end: (child: ChildProcessByStdio<Writable, Readable, null>) => void]>([
    ['SIGTERM', (child) => child.kill('SIGTERM')],
    ['SIGINT', (child) => child.kill('SIGINT')],
    ['the end of its input', (child) => child.stdin.end()],
  ])('says where it listens, and ends with 0 on %s', async (_, end) => {
    const main = fileURLToPath(new URL('main.ts', import.meta.url))
    const child = spawn(process.execPath, [main, '--port', '0', '--with-parent'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const { url, api } = JSON.parse((await once(createInterface(child.stdout), 'line'))[0])
    expect(api).toBe(`${url}/api`)
    end(child)
    expect(await once(child, 'exit')).toEqual([0, null])
    await expect(fetch(url)).rejects.toThrow()
  })

  test('can be closed twice, and takes no unknown setting', async () => {
    const simulator = await discord()
    await expect(simulator.configure({ speed: 1 } as never)).rejects.toThrow('no such setting: speed')
    await Promise.all([simulator.close(), simulator.close()])
    expect(() => process.kill(simulator.pid, 0)).toThrow()
  })

  test('ends a wait at its deadline, and says what there was', async () => {
    const simulator = await discord()
    const { channel_id } = await simulator.dm(alice, 'hello')
    await expect(simulator.waitForMessages(channel_id, { timeoutMs: 50 })).rejects.toThrow('waited 50 ms')
  })
})
