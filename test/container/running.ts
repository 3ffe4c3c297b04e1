/** What the program does in its container, against a simulated stream and a simulated Discord. */
import assert from 'node:assert/strict'
import { COLORS } from '../../src/pictures/option.ts'
import { ROLES } from '../../src/roles.ts'
import { readPng } from '../png.ts'
import { until } from '../program.ts'
import { startPostgres } from '../services/postgres.ts'
import { startRedis } from '../services/redis.ts'
import { freePort } from '../services/server.ts'
import { startDiscord } from '../simulators/discord/client.ts'
import { startEventStreams } from '../simulators/eventstreams/client.ts'
import { generateEvents } from '../simulators/eventstreams/generate.ts'
import type { Service, Services } from './compose.ts'
import { Container } from './container.ts'
import type { Image } from './image.ts'
import { step } from './steps.ts'

const USER = '80351110224678912'
/** A service that runs, and where it is asked over HTTP. */
interface Started {
  readonly container: Container
  readonly web: string
}

const EVENTS = 1000
const MORE = 100

/** Says all steps. @throws at the first that fails; nothing runs any more then */
export async function checkRunning(image: Image, services: Services, volume: string): Promise<void> {
  await using cleanup = new AsyncDisposableStack()
  const stream = cleanup.use(await startEventStreams())
  // Bots start one after another here.
  const often = { limit: 1000, windowMs: 1000 }
  const discord = await startDiscord({ identify: often, routeLimits: { 'GET /gateway/bot': often } })
  cleanup.defer(() => discord.close())
  const start = async (name: string, args?: readonly string[], more = {}) => {
    const port = await freePort()
    const env = {
      // All share the network of this machine.
      HTTP_PORT: String(port),
      EVENTSTREAM_URL: stream.streamUrl(),
      DISCORD_API_URL: discord.api,
      DISCORD_BOT_TOKEN: discord.token,
      ...more,
    }
    const container = new Container(image, services[name] as Service, volume, env, args)
    cleanup.defer(() => container.kill())
    await until(`${name} is well`, () => container.isHealthy())
    return { container, web: `http://127.0.0.1:${port}` }
  }
  const stored = async (web: string) => (await json(`${web}/api/status`)).store.changes
  const happen = (count: number, seed: number) =>
    stream.publish(generateEvents({ seed, count, from: Date.now() - 86_400_000, perSecond: count / 86_400 }))

  const { container: first, web } = await step('it starts, and its HEALTHCHECK says that it is well', () =>
    start('app'),
  )
  await step('it is not root, has no capability, and writes nothing but its volume', async () => {
    const status = await first.exec(['cat', '/proc/1/status'])
    assert.match(status, /^Uid:(\t[1-9]\d*){4}$/m)
    assert.match(status, /^CapBnd:\t0+$/m)
    assert.match(status, /^CapEff:\t0+$/m)
    assert.match(status, /^NoNewPrivs:\t1$/m)
    await assert.rejects(first.exec(['touch', '/home/node/x']), /Read-only file system/)
    await first.exec(['sh', '-c', 'touch /data/x && rm /data/x'])
  })
  await step('it serves the dashboard, whole', async () => {
    const page = await (await fetch(web)).text()
    const files = [...page.matchAll(/(?:src|href)="(\/?[^":]+)"/g)].map(([, path]) => path as string)
    assert(files.length > 1, page)
    for (const path of files) assert.equal((await fetch(new URL(path, web))).status, 200, path)
  })
  await step('it stores what comes, and serves that', async () => {
    await happen(EVENTS, 4)
    await until('all is stored', async () => (await stored(web)) === EVENTS)
    assert.equal((await json(`${web}/api/changes?limit=10`)).changes.length, 10)
  })
  await step('ask "!ping"', async () =>
    assert.match(await first.exec(['wiki-change-stream', 'ask', '!ping']), /pong/i),
  )
  await step('the bot answers with a chart', async () => {
    await first.program.logged('bot: connected')
    const attachment = (await discord.ask(USER, '!trend 7'))?.attachments[0]
    const png = readPng(Buffer.from(await (await fetch(attachment?.url ?? '')).arrayBuffer()))
    assert(png.count(COLORS.people) > 100, 'nothing is drawn')
  })
  await step('at SIGTERM it leaves, with status 0', async () => assert.equal(await first.stop(), 0))

  await step('a new container of the same volume goes on where that was', async () => {
    const { container, web } = await start('app')
    assert.equal(await stored(web), EVENTS)
    assert.equal(await container.stop(), 0)
  })
  await step('split, over Redis: one reads, one stores, one answers, one shows', async () => {
    const redis = await startRedis()
    cleanup.defer(() => redis.remove())
    const parts = []
    for (const role of ROLES) parts.push(await start(role, undefined, { BUS_URL: redis.url }))
    const [, , bot, web] = parts as [Started, Started, Started, Started]
    await bot.container.program.logged('bot: connected')
    await happen(MORE, 5)
    await until('all is stored', async () => (await stored(web.web)) === EVENTS + MORE)
    assert.match(JSON.stringify(await discord.ask(USER, '!ping')), /pong/i)
    for (const { container } of parts) assert.equal(await container.stop(), 0)
  })
  await step('over PostgreSQL', async () => {
    const postgres = await startPostgres()
    cleanup.defer(() => postgres.remove())
    const { container, web } = await start('app', undefined, { STORE_URL: postgres.url })
    await happen(MORE, 6)
    await until('all is stored', async () => (await stored(web)) >= MORE)
    assert.equal(await container.stop(), 0)
  })
  await step('the demonstration runs', async () => {
    const { container, web } = await start('app', ['start', '--demo'])
    await until('changes come', async () => (await stored(web)) > 0)
    assert.equal(await container.stop(), 0)
  })
}

// biome-ignore lint/suspicious/noExplicitAny: a JSON document
const json = async (url: string): Promise<any> => (await fetch(url)).json()
