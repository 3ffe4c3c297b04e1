/** No secret reaches a log, an error, an answer over HTTP or a file of the store, whatever goes wrong. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { addFeeds, editsOf } from '../feeds.ts'
import { type Env, type Program, until } from '../program.ts'
import { type Stage, setStage, strikeStage } from '../stage.ts'

const USER = '80351110224678912'
const SECRETS = {
  bot: 'MTIzNDU2Nzg5MDEyMzQ1Njc4.Hidden.not-to-be-told-by-anybody',
  http: 'sesame+open/to=nobody-else',
  stream: 'stream-password-7d1f',
  streamKey: 'stream-key-58ac',
  wrong: 'somebody-elses-secret-93b0',
}
const { wrong: _, ...OURS } = SECRETS
const ECHO = `you sent ${Object.values(OURS).join(' and ')}: Basic ${base64(`me:${SECRETS.stream}`)}`

let stage: Stage
let said: string[]
beforeEach(async () => {
  said = []
  stage = await setStage({ token: SECRETS.bot })
})
afterEach(() => strikeStage(stage))

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

/** How a secret may stand in something: as it is, as part of an address, or of what is in Base64 at any place. */
function formsOf(secret: string): string[] {
  const within = [0, 1, 2].map((before) => {
    const encoded = base64(`${'x'.repeat(before)}${secret}`).replace(/=+$/, '')
    // Its ends depend on what stands beside it.
    return encoded.slice(before === 0 ? 0 : 4, encoded.length - 2)
  })
  return [
    secret,
    encodeURIComponent(secret),
    ...within,
    ...within.map((each) => each.replaceAll('/', '_').replaceAll('+', '-')),
  ]
}

/** The secrets that are in a text. */
const toldIn = (text: string, secrets: readonly string[] = Object.values(SECRETS)) =>
  secrets.filter((secret) => formsOf(secret).some((form) => text.includes(form)))

const environment = (format: 'json' | 'pretty'): Env => ({
  EVENTSTREAM_URL: `${stage.stream.streamUrl().replace('http://', `http://me:${SECRETS.stream}@`)}?key=${SECRETS.streamKey}`,
  DISCORD_PUBLIC_KEY: stage.discord.publicKey,
  HTTP_TOKEN: SECRETS.http,
  LOG_LEVEL: 'debug',
  LOG_FORMAT: format,
})

/** Asks, and keeps what is answered. */
async function ask(address: string, init?: RequestInit): Promise<number> {
  const response = await fetch(address, init)
  said.push(JSON.stringify([...response.headers]), await response.text())
  return response.status
}

/** All that is in the program's directory. */
const filesOf = (directory: string): string =>
  readdirSync(directory, { recursive: true })
    .map((name) => join(directory, String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n')

async function expectKept(program: Program, others: readonly string[] = []): Promise<void> {
  await program.stop()
  const secrets = [...Object.values(SECRETS), ...others]
  expect(toldIn(program.log, secrets)).toEqual([])
  expect(toldIn(said.join('\n'), secrets)).toEqual([])
  expect(toldIn(filesOf(stage.home.directory), secrets)).toEqual([])
}

test('a secret would be seen, in any of its forms', () => {
  const { http } = SECRETS
  for (const text of [
    http,
    `?a=${encodeURIComponent(http)}`,
    base64(http),
    base64(`me:${http}`),
    base64(`you:${http}!`),
    base64(`a:${http}`),
  ])
    expect(toldIn(`{"x":"${text}"}`)).toEqual([http])
  expect(toldIn('sesame open')).toEqual([])
})

describe.each(['json', 'pretty'] as const)('logged as %s', (format) => {
  test('while everything works, and whoever asks over HTTP gives what they should not', async () => {
    const { discord, stream, home } = stage
    const program = home.start([], environment(format))
    await Promise.all([program.logged('its slash commands are registered'), stream.waitForConnection(1)])
    await stream.publish(editsOf(0, 5))
    await until('they are stored', () => home.stored() === 5)
    const web = await program.web()
    const wrong = [
      { authorization: `Bearer ${SECRETS.wrong}` },
      { authorization: `Basic ${base64(`me:${SECRETS.wrong}`)}` },
      { authorization: SECRETS.wrong, cookie: `token=${SECRETS.wrong}`, 'x-token': SECRETS.wrong },
    ]
    for (const headers of wrong) expect(await ask(`${web}metrics`, { headers })).toBe(401)
    const right = { authorization: `Bearer ${SECRETS.http}` }
    expect(await ask(`${web}metrics?token=${encodeURIComponent(SECRETS.http)}`, { headers: right })).toBe(200)
    expect(await ask(`${web}api/status`, { headers: right })).toBe(200)
    expect(await ask(`${web}${SECRETS.wrong}?token=${SECRETS.wrong}`, { headers: right })).toBe(404)
    expect(await ask(`${web}api/changes?token=x`, { headers: { ...right, cookie: SECRETS.wrong } })).toBe(400)
    expect(await ask(`${web}metrics`, { method: 'POST', headers: right, body: SECRETS.wrong })).toBe(405)
    expect(await ask(`${web}openapi.json`, { headers: right })).toBe(200)

    await discord.ask(USER, '!ping')
    await discord.slash(USER, { name: 'ping' })
    const { status, body } = await discord.postSigned(`${web}discord/interactions`, {
      body: `not JSON, ${SECRETS.wrong}`,
    })
    said.push(body)
    expect(status).toBe(500)
    const tokens = (await discord.interactions()).map(({ token }) => token)
    expect(tokens).toHaveLength(1)
    await expectKept(program, tokens)
  })

  test('while servers repeat what they were sent in what they say against it', async () => {
    const { discord, stream, home } = stage
    const { channels } = await discord.createGuild({ name: 'Patrol', channels: [{ name: 'changes' }] })
    await addFeeds(home, [{ channel: channels[0]?.id ?? '', scope: 'enwiki' }])
    const env = environment(format)
    const program = home.start([], env)
    await Promise.all([program.logged('its slash commands are registered'), stream.waitForConnection(1)])

    const webhook = 'https://discord.com/api/webhooks/112/of-a-Webhook_nobody-may-have'
    const body = { message: `${ECHO} ${webhook}`, code: 50006 }
    await discord.failRequests({ method: 'POST', path: '/channels/', status: 400, body, times: 1 })
    await discord.failRequests({ method: 'POST', path: '/interactions/', status: 400, body, times: 1 })
    await stream.publish(editsOf(0, 5))
    await program.logged('does not take a message of feed')
    await discord.interact({ kind: 'slash', userId: USER, name: 'ping' })
    await program.logged('an answer could not be sent')

    await stream.faultEvery({ answer: { status: 403, body: `<p>${ECHO}</p>` } })
    await stream.faultOpen({ strike: { how: 'cut' } })
    await program.logged('HTTP 403 you sent')
    await discord.failRequests({ path: '/users/@me', status: 403, body, times: 1 })
    for (const args of [['doctor'], ['doctor', '--json']]) {
      const { stdout, stderr } = await home.run(args, { env })
      expect(stdout).toContain('HTTP 403 you sent')
      said.push(stdout, stderr)
    }
    const tokens = (await discord.interactions()).map(({ token }) => token)
    await expectKept(program, [...tokens, 'of-a-Webhook_nobody-may-have'])
    expect(program.log).toContain('you sent … and … and … and …: Basic …')
  })

  test('while nothing can be reached, and the token is another one', async () => {
    const { discord, home, stream } = stage
    await discord.configure({ token: 'MTIzNDU2Nzg5MDEyMzQ1Njc4.Newer0.of-somebody-else-altogether' })
    const env = environment(format)
    const refused = home.start([], env)
    await refused.logged('Discord refuses the token')
    const { stdout, stderr } = await home.run(['doctor'], { env })
    expect(stdout).toContain('the token is refused')
    said.push(stdout, stderr)
    await expectKept(refused)

    await Promise.all([discord.close(), stream.close()])
    const alone = home.start([], env)
    await alone.logged('Discord cannot be reached')
    await alone.logged('it refuses connections')
    await expectKept(alone)
  })
})

test.each<Env>([
  { DISCORD_BOT_TOKEN: `Bot ${SECRETS.wrong}` },
  { DISCORD_APP_ID: SECRETS.wrong },
  { DISCORD_PUBLIC_KEY: SECRETS.wrong },
  { DISCORD_API_URL: `https://me:${SECRETS.wrong}@discord.example/api` },
  { DISCORD_API_URL: SECRETS.wrong },
  { EVENTSTREAM_URL: `ftp://me:${SECRETS.wrong}@stream.example/` },
  { STORE_URL: `mysql://me:${SECRETS.wrong}@db.example/changes` },
  { STORE_URL: `postgres://me:${SECRETS.wrong}@db.example` },
  { BUS_URL: `redis://:${SECRETS.wrong}@bus.example/zero` },
  { HTTP_TOKEN: `with spaces ${SECRETS.wrong}` },
  { HTTP_PORT: SECRETS.wrong },
  { HTTP_PUBLIC: SECRETS.wrong },
  { CONTACT: `${SECRETS.wrong}\n` },
  { LOG_LEVEL: SECRETS.wrong },
])('a wrong setting is named, and its value is not told: %o', async (env) => {
  const [name = ''] = Object.keys(env)
  for (const args of [['start'], ['doctor']]) {
    const { stdout, stderr, code } = await stage.home.run(args, { env })
    expect(code).toBe(args[0] === 'doctor' ? 1 : 2)
    expect(stdout + stderr).toContain(name)
    expect(toldIn(stdout + stderr)).toEqual([])
  }
})

test('nor is that of one in .env, misspelt or not', async () => {
  for (const line of [`DISCORD_TOKEN=${SECRETS.wrong}`, `HTTP_TOKEN="with spaces ${SECRETS.wrong}"`]) {
    writeFileSync(stage.home.path('.env'), `${line}\n`)
    const { stderr, code } = await stage.home.run(['start'])
    expect(code).toBe(2)
    expect(toldIn(stderr)).toEqual([])
  }
})
