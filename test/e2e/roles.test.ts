/** The parts of the system as processes of their own, over one embedded database. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { anEvent } from '../events.ts'
import { figuresIn } from '../exposition.ts'
import { Home, type Program, until } from '../program.ts'
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

let titles = 0
/** One more change happens, and is stored; gives its title. */
async function happens(): Promise<string> {
  const title = `Change ${++titles}`
  const before = home.stored()
  await stream.publish([anEvent({ at: Date.now(), title })])
  await until('it is stored', () => home.stored() === before + 1)
  return title
}

async function startFlow(): Promise<Program> {
  const flow = home.start(['--roles', 'ingest,store'])
  await stream.waitForConnection(1)
  return flow
}

async function startBot(): Promise<Program> {
  const bot = home.start(['--roles', 'bot'])
  await bot.logged('bot: connected')
  return bot
}

const get = async (program: Program, path: string) => (await fetch(new URL(path, await program.web()))).json()
const metricsOf = async (program: Program) =>
  figuresIn(await (await fetch(new URL('/metrics', await program.web()))).text())
const recent = async () => JSON.stringify(await discord.ask(USER, '!recent'))

test('what one process stores another one answers and a third one shows', async () => {
  const [flow, bot, web] = [await startFlow(), await startBot(), home.start(['--roles', 'web'])]
  const title = await happens()
  expect(await recent()).toContain(title)
  expect(await get(web, '/api/changes')).toMatchObject({ changes: [{ title }] })
  expect(await get(web, '/api/status')).toMatchObject({
    sources: [{ name: 'eventstreams', connected: null, lagSeconds: expect.any(Number) }],
    store: { changes: 1 },
    bot: { state: 'elsewhere' },
  })
  // Each says how it goes, and only of what it does.
  expect(await metricsOf(flow)).toMatchObject({ changes_stored_total: 1, 'bot_state{state="elsewhere"}': 1 })
  expect(await metricsOf(bot)).toMatchObject({ 'commands_total{name="recent",outcome="answered"}': 1 })
  expect(Object.keys(await metricsOf(web)).filter((name) => /^(events|queue|changes)_/.test(name))).toEqual(
    [],
  )
  for (const [program, dashboard] of [
    [flow, 404],
    [bot, 404],
    [web, 200],
  ] as const) {
    expect((await fetch(new URL('/healthz', await program.web()))).status).toBe(200)
    expect((await fetch(new URL('/readyz', await program.web()))).status).toBe(200)
    expect((await fetch(await program.web())).status).toBe(dashboard)
  }
  // What was chosen in one process is known in the next.
  await discord.ask(USER, '!setLang dewiki')
  expect(JSON.stringify(await home.ask('!recent', USER))).not.toContain(title)
  expect(await Promise.all([flow, bot, web].map((program) => program.stop()))).toEqual([0, 0, 0])
})

test('a bot or a web that dies touches nothing else, and each is started again alone', async () => {
  const flow = await startFlow()
  const [bot, web] = [await startBot(), home.start(['--roles', 'web'])]
  await web.web()
  await bot.kill()
  await web.kill()
  const title = await happens()
  expect(await stream.connections()).toHaveLength(1)

  await startBot()
  const newWeb = home.start(['--roles', 'web'])
  expect(await recent()).toContain(title)
  expect(await get(newWeb, '/api/changes')).toMatchObject({ changes: [{ title }] })

  // And the other way round: they answer while nothing flows, and show what comes afterwards.
  await flow.kill()
  expect(await recent()).toContain(title)
  await stream.publish([anEvent({ at: Date.now(), title: 'Meanwhile' })])
  home.start(['--roles', 'ingest,store'])
  await until('it is stored', () => home.stored() === 2)
  expect(await recent()).toContain('Meanwhile')
  expect(await get(newWeb, '/api/changes')).toMatchObject({ changes: [{ title: 'Meanwhile' }, { title }] })
})

test('a process whose only face cannot go on ends, and says why', async () => {
  const bot = home.start(['--roles', 'bot'], { DISCORD_BOT_TOKEN: 'a.wrong.token-that-looks-right' })
  expect(await bot.ended()).toBe(1)
  expect(bot.log).toContain('Discord refuses the token')
  expect(bot.log).toContain('nothing that this process is for can go on')
})

test.each([
  ['ingest,nothing', 'takes some of ingest,store,bot,web; not "nothing"'],
  ['', 'takes some of ingest,store,bot,web'],
  ['ingest', 'there is no bus between processes'],
  ['store,web', 'there is no bus between processes'],
])('--roles %j is refused', async (roles, why) => {
  const { code, stderr } = await home.run(['start', '--roles', roles])
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(why) })
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('a bot without a token is refused where one was asked for', async () => {
  const { code, stderr } = await new Home().run(['start', '--roles', 'bot'])
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('DISCORD_BOT_TOKEN') })
})
