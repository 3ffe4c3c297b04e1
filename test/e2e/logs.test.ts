/** The log of the real program: a line for what an operator acts on, and no flood of them, whatever goes wrong. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { figuresIn } from '../exposition.ts'
import { addFeeds, editsOf } from '../feeds.ts'
import { type Program, until } from '../program.ts'
import { type Stage, setStage, strikeStage } from '../stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => strikeStage(stage))

const told = (program: Program, isTold: (figures: Record<string, number>) => boolean) =>
  until('it tells so', async () => {
    const text = await (await fetch(`${await program.web()}metrics`)).text()
    return isTold(figuresIn(text))
  })

const linesWith = (program: Program, text: string) =>
  program.lines.filter(({ msg }) => msg.includes(text)).map(({ msg }) => msg)

test('what fails for many, or comes with every batch, is not said for each', async () => {
  const { discord, stream, home } = stage
  const names = ['a', 'b', 'c', 'd'].map((name) => ({ name }))
  const { channels } = await discord.createGuild({ name: 'Patrol', channels: names })
  await addFeeds(
    home,
    channels.map(({ id }) => ({ channel: id, scope: 'enwiki' })),
  )
  const program = home.start([], { DISCORD_PUBLIC_KEY: discord.publicKey })
  await Promise.all([program.logged('its slash commands are registered'), stream.waitForConnection(1)])
  await discord.failRequests({ method: 'POST', path: '/channels/', status: 500, times: 'always' })
  await stream.publish(editsOf(0, 3))
  await told(
    program,
    (figures) => (figures['feed_deliveries_total{kind="feed",outcome="failed"}'] ?? 0) >= 2 * channels.length,
  )
  expect(linesWith(program, 'could not be posted')).toEqual([
    'feeds: a message could not be posted: Internal Server Error; trying again',
  ])

  const endpoint = `${await program.web()}discord/interactions`
  for (let i = 0; i < 10; i++)
    expect((await discord.postSigned(endpoint, { body: 'not JSON' })).status).toBe(500)
  expect(linesWith(program, 'sent over HTTP cannot be read')).toHaveLength(1)

  const bad = 40
  for (let i = 1; i <= bad; i++) {
    await stream.publishRaw(`not JSON, number ${i}`)
    await told(program, (figures) => figures.store_dead_letters === i)
  }
  const lines = linesWith(program, 'dead letters')
  expect(lines[0]).toMatch(/: 1$/)
  // With every report there may be one.
  expect(lines.length).toBeLessThan(bad / 4)
})

test('what servers and wikis say stays in its line, and nothing of it commands a terminal', async () => {
  const hostile = 'gone\n[00:00:00] ERROR: made up\r\u001b[2J\u009b31m\u2028\u202e evil'
  const { discord, stream, home } = stage
  const program = home.start([], { LOG_FORMAT: 'pretty', LOG_LEVEL: 'debug' })
  await Promise.all([program.logged('its slash commands are registered'), stream.waitForConnection(1)])
  await stream.publishRaw(JSON.stringify({ type: hostile, title: hostile, meta: { domain: hostile } }))
  await program.logged('dead letters')
  const body = { message: hostile, code: 50001 }
  await discord.failRequests({ method: 'POST', path: '/channels/', status: 403, body, times: 1 })
  await discord.dm('80351110224678912', '!ping')
  await program.logged('an answer could not be sent')
  await stream.faultEvery({ answer: { status: 503, body: hostile } })
  await stream.faultOpen({
    strike: { how: 'error', error: { message: hostile, origin: hostile, name: hostile } },
  })
  await program.logged('it reports')
  await program.logged('HTTP 503')
  await program.stop()
  expect(linesWith(program, 'evil').length).toBeGreaterThan(2)
  for (const { msg } of program.lines) {
    expect(msg).toMatch(/^\[\d\d:\d\d:\d\d\] (DEBUG|INFO|WARN|ERROR): /)
    expect(msg).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  }
})

test('a bot whose connection is gone is told as such, and that it is back', async () => {
  const { discord, home } = stage
  const program = home.start()
  const isIn = (state: string) => told(program, (figures) => figures[`bot_state{state="${state}"}`] === 1)
  await isIn('connected')
  await discord.configure({ identify: { limit: 0, windowMs: 1000 } })
  await discord.disturbGateway({ action: 'invalidate', resumable: false })
  await isIn('connecting')
  await discord.configure({ identify: { limit: 1000, windowMs: 1000 } })
  await isIn('connected')
})
