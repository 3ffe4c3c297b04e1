import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSettings, SETTING_NAMES } from './config.ts'
import { AppError } from './errors.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wcs-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function failure(env: NodeJS.ProcessEnv): string {
  try {
    readSettings(env, folder)
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).code).toBe('usage')
    return (error as AppError).message
  }
  throw new Error('was accepted')
}

test('needs nothing', () => {
  expect(readSettings({}, folder)).toMatchObject({
    discordToken: null,
    eventStreamUrl: 'https://stream.wikimedia.org/v2/stream/recentchange',
    store: { kind: 'sqlite', path: join(folder, 'data/changes.db') },
    bus: { kind: 'memory' },
    http: { host: '127.0.0.1', port: 8080, token: null, isPublic: false },
    discordPublicKey: null,
    shutdownTimeoutMs: 15_000,
  })
})

test('stores in a PostgreSQL server where it is told so', () => {
  const url = 'postgresql://me:word@db.example:5433/changes?sslmode=require'
  expect(readSettings({ STORE_URL: url }, folder).store).toEqual({ kind: 'postgres', url })
  for (const STORE_URL of ['postgres://me:word@db.example', 'postgres://me:word@db.example:99999/x']) {
    expect(failure({ STORE_URL })).toContain('postgres://name:password@host/database')
    expect(failure({ STORE_URL })).not.toContain('word@db')
  }
})

test('listens for other machines only with a token, or where anybody may read', () => {
  for (const HTTP_HOST of [
    '0.0.0.0',
    '::',
    '[::]',
    '192.168.1.7',
    'changes.example.org',
    '127.0.0.1.example.org',
  ]) {
    const message = failure({ HTTP_HOST })
    expect(message).toContain('set HTTP_TOKEN, or HTTP_PUBLIC=yes')
    expect(readSettings({ HTTP_HOST, HTTP_TOKEN: 'x' }, folder).http.token).toBe('x')
    expect(readSettings({ HTTP_HOST, HTTP_PUBLIC: 'yes' }, folder).http.isPublic).toBe(true)
    expect(failure({ HTTP_HOST, HTTP_PUBLIC: 'no' })).toBe(message)
  }
  for (const HTTP_HOST of ['127.0.0.1', '127.5.5.5', 'localhost', 'LOCALHOST', '::1', '[::1]'])
    expect(readSettings({ HTTP_HOST }, folder).http.token).toBeNull()
  expect(readSettings({ HTTP_HOST: '[::1]', HTTP_PORT: '0' }, folder).http).toMatchObject({
    host: '::1',
    port: 0,
  })
})

test('takes a bus of Redis: with its password for the client, and without it for people', () => {
  const { bus } = readSettings({ BUS_URL: 'redis://me:pass@host:7000/2?stream=wiki&maxlen=500' }, folder)
  expect(bus).toEqual({
    kind: 'redis',
    address: {
      url: 'redis://me:pass@host:7000/2',
      place: 'redis://…@host:7000/2 (wiki)',
      stream: 'wiki',
      maxLength: 500,
    },
  })
  expect(readSettings({ BUS_URL: 'rediss://host' }, folder).bus).toMatchObject({
    address: { url: 'rediss://host', stream: 'changes', maxLength: 100_000 },
  })
})

test('takes a store in MongoDB, also by the names of the original', () => {
  const addressOf = (env: NodeJS.ProcessEnv) => {
    const { store } = readSettings(env, folder)
    return store.kind === 'mongodb' ? store.address : null
  }
  expect(addressOf({ STORE_URL: 'mongodb+srv://me:a%2Bb@host.example/?tls=true' })).toEqual({
    url: 'mongodb+srv://me:a%2Bb@host.example/?tls=true',
    database: 'wiki-change-stream',
    secrets: ['a%2Bb', 'a+b'],
  })
  expect(addressOf({ MONGO_DB_HOST: 'mongo' })).toMatchObject({
    url: 'mongodb://mongo:27017/',
    database: 'wiki-change-stream',
  })
  const original = {
    MONGO_DB_HOST: 'mongo',
    MONGO_DB_PORT: '27018',
    MONGO_DB_DATABASE: 'wiki',
    MONGO_DB_USER: 'me',
    MONGO_DB_PASSWORD: 'p@ss/word',
  }
  expect(addressOf(original)).toMatchObject({
    url: 'mongodb://me:p%40ss%2Fword@mongo:27018/wiki?authSource=admin',
    database: 'wiki',
  })
  expect(addressOf({ ...original, STORE_URL: 'sqlite:a.db' })).toBeNull()
})

test('introduces itself as Wikimedia wants it: name/version (contact) library/version', () => {
  expect(readSettings({ CONTACT: 'me@example.org' }, folder).userAgent).toMatch(
    /^wiki-change-stream\/\d+\.\d+\.\d+ \(me@example\.org\) node\/\d+/,
  )
})

test('reads .env; the environment comes first; an empty value is none', () => {
  writeFileSync(
    join(folder, '.env'),
    'DISCORD_BOT_TOKEN=from.the.file\nLOG_LEVEL=debug\nOTHER_PROGRAM=1\nHTTP_PROXY=x\n',
  )
  const settings = readSettings({ LOG_LEVEL: 'error', CONTACT: '' }, folder)
  expect(settings.discordToken).toBe('from.the.file')
  expect(settings.log.level).toBe('error')
  expect(settings.userAgent).toContain('https://')
})

test('.env.sample names every setting, and says its default', () => {
  const text = readFileSync(new URL('../.env.sample', import.meta.url), 'utf8')
  const sample = parseEnv(text.replaceAll(/^#(?=[A-Z_]+=)/gm, ''))
  expect(Object.keys(sample).toSorted()).toEqual(SETTING_NAMES.toSorted())
  expect(readSettings(sample, folder)).toEqual(readSettings({}, folder))
})

const STORE_TAKES =
  'STORE_URL takes sqlite: and a file, such as sqlite:data/changes.db, or postgres://name:password@host/database, or mongodb://name:password@host/database'
const BUS_TAKES =
  'BUS_URL takes memory:, or redis://host:6379/0 with ?stream=NAME&maxlen=BATCHES where wanted (rediss: for TLS)'

test.each([
  [{ EVENTSTREAM_URL: 'stream.wikimedia.org' }, 'EVENTSTREAM_URL takes a web address (https://…)'],
  [{ EVENTSTREAM_URL: 'file:///etc/passwd' }, 'EVENTSTREAM_URL takes a web address (https://…)'],
  [{ STORE_URL: 'oracle://x' }, STORE_TAKES],
  [{ STORE_URL: 'mongodb://host/a/b' }, STORE_TAKES],
  [{ MONGO_DB_USER: 'me' }, 'MONGO_DB_USER needs MONGO_DB_HOST'],
  [{ MONGO_DB_HOST: 'a b' }, 'MONGO_DB_HOST takes the name or the address of a machine'],
  [{ MONGO_DB_HOST: 'a', MONGO_DB_PORT: '0' }, 'MONGO_DB_PORT takes a port from 1 to 65535'],
  [{ MONGO_DB_HOST: 'a', MONGO_DB_DATABASE: 'a.b' }, 'MONGO_DB_DATABASE takes the name of a database'],
  [{ BUS_URL: 'rabbit:' }, BUS_TAKES],
  [{ BUS_URL: 'redis://host/zero' }, BUS_TAKES],
  [{ BUS_URL: 'redis://host/0?maxlen=0' }, BUS_TAKES],
  [{ BUS_URL: 'redis://host/0?stream=a%20b' }, BUS_TAKES],
  [{ BUS_URL: 'redis://host/0?limit=5' }, BUS_TAKES],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL takes debug, info, warn, error'],
  [{ SHUTDOWN_TIMEOUT_S: '0' }, 'SHUTDOWN_TIMEOUT_S takes whole seconds from 1 on'],
  [{ SHUTDOWN_TIMEOUT_S: 'soon' }, 'SHUTDOWN_TIMEOUT_S takes whole seconds from 1 on'],
  [{ HTTP_PORT: '65536' }, 'HTTP_PORT takes a port from 1 to 65535, 0 for a free one'],
  [{ HTTP_PORT: '80a' }, 'HTTP_PORT takes a port from 1 to 65535, 0 for a free one'],
  [{ HTTP_HOST: 'http://here' }, 'HTTP_HOST takes an address or a name of this machine, such as 127.0.0.1'],
  [{ HTTP_PUBLIC: 'true' }, 'HTTP_PUBLIC takes yes or no'],
  [{ HTTP_TOKEN: 'two words' }, 'HTTP_TOKEN takes letters, digits and signs without spaces'],
  [{ DISCORD_APP_ID: 'my bot' }, 'DISCORD_APP_ID takes the "Application ID" of the developer portal: digits'],
  [
    { DISCORD_PUBLIC_KEY: 'abc' },
    'DISCORD_PUBLIC_KEY takes the "Public Key" of the developer portal: 64 hexadecimal digits',
  ],
  [{ CONTACT: 'x\ny' }, 'CONTACT takes an e-mail address or a page of yours'],
])('names a wrong setting and what it takes: %o', (env, message) => {
  expect(failure(env)).toBe(message)
})

test('names all that are wrong, in one line', () => {
  const message = failure({ LOG_LEVEL: 'x', LOG_FORMAT: 'y' })
  expect(message).toBe('LOG_LEVEL takes debug, info, warn, error; LOG_FORMAT takes auto, pretty, json')
})

test('never shows a secret', () => {
  const message = failure({ DISCORD_BOT_TOKEN: 'my secret with spaces' })
  expect(message).toContain('DISCORD_BOT_TOKEN')
  expect(message).not.toContain('secret')
})

test('takes a misspelt name in .env for what it is', () => {
  writeFileSync(join(folder, '.env'), 'DISCORD_TOKEN=abc\nLOGLEVEL=debug\n')
  const message = failure({})
  expect(message).toContain('there is no setting DISCORD_TOKEN; did you mean DISCORD_BOT_TOKEN?')
  expect(message).toContain('there is no setting LOGLEVEL; did you mean LOG_LEVEL?')
})
