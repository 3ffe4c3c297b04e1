/** Bad input of every kind gets a clear answer, and nothing stored is harmed. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recordedEvents } from '../changes.ts'
import { type Finished, Home, until } from '../program.ts'
import { startEventStreams } from '../simulators/eventstreams/client.ts'

let home: Home
beforeEach(() => {
  home = new Home({ EVENTSTREAM_URL: 'http://127.0.0.1:9/nobody' })
})
afterEach(() => home.remove())

/** It ended as it should, with one line that says what to do. */
function expectOneLine({ code, stdout, stderr }: Finished, status: number, ...parts: string[]): void {
  expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({
    code: status,
    stdout: '',
    lines: 1,
  })
  for (const part of parts) expect(stderr).toContain(part)
}

describe('settings and arguments: exit 2', () => {
  test.each([
    [{ EVENTSTREAM_URL: 'not a url' }, 'EVENTSTREAM_URL takes a web address'],
    [{ STORE_URL: 'changes.db' }, 'STORE_URL takes sqlite: and a file'],
    [{ LOG_LEVEL: 'verbose' }, 'LOG_LEVEL takes debug, info, warn, error'],
    [{ SHUTDOWN_TIMEOUT_S: '-1' }, 'SHUTDOWN_TIMEOUT_S takes whole seconds'],
    [{ DISCORD_BOT_TOKEN: 'oh no' }, 'DISCORD_BOT_TOKEN does not look like a bot token'],
  ])('%o', async (env, message) => {
    expectOneLine(await home.run(['start'], { env }), 2, message)
    expectOneLine(await home.run(['ask', '!ping'], { env }), 2, message)
  })

  test('a misspelt setting in .env', async () => {
    writeFileSync(home.path('.env'), 'DISCORD_TOKEN=x\n')
    expectOneLine(await home.run(['start']), 2, '.env', 'DISCORD_TOKEN', 'did you mean DISCORD_BOT_TOKEN?')
  })

  test.each([[['fly']], [['start', '--fast']], [['ask']], [['ask', '']], [['ask', '!ping', 'extra']]])(
    '%o',
    async (args) => {
      const { code, stderr } = await home.run(args)
      expect(code).toBe(2)
      expect(stderr).not.toContain('at ')
    },
  )

  test('help and version are no mistakes', async () => {
    for (const args of [
      ['--help'],
      ['start', '--help'],
      ['ask', '--help'],
      ['chat', '--help'],
      ['--version'],
    ]) {
      const { code, stdout } = await home.run(args)
      expect(code).toBe(0)
      expect(stdout).not.toBe('')
    }
  })
})

describe('a database that cannot serve: exit 1, one line', () => {
  const start = (uid?: number) => home.run(['start'], uid === undefined ? {} : { uid })

  test('locked by another program', async () => {
    await home.run(['ask', '!ping'])
    const other = new Database(home.path('data/changes.db'))
    other.exec('BEGIN EXCLUSIVE')
    expectOneLine(await start(), 1, 'changes.db is locked by another program')
    other.close()
  })

  test('not a database', async () => {
    mkdirSync(home.path('data'))
    const text = 'Dear diary, this is no database at all, but it is longer than a header.'.repeat(20)
    writeFileSync(home.path('data/changes.db'), text)
    expectOneLine(await start(), 1, 'changes.db is not a database', 'STORE_URL')
  })

  test('of another program', async () => {
    mkdirSync(home.path('data'))
    const other = new Database(home.path('data/changes.db'))
    other.exec('CREATE TABLE recipes (name TEXT)')
    other.close()
    expectOneLine(await start(), 1, 'changes.db is the database of another program')
    const unharmed = new Database(home.path('data/changes.db'))
    expect(unharmed.prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(['recipes'])
    unharmed.close()
  })

  test('a folder in its place', async () => {
    mkdirSync(home.path('data/changes.db'), { recursive: true })
    expectOneLine(await start(), 1, 'changes.db cannot be opened')
  })

  // The superuser may write everything, so the program runs as nobody then.
  const nobody = process.getuid?.() === 0 ? 65534 : undefined
  test('read-only', async () => {
    await home.run(['ask', '!ping'])
    chmodSync(home.directory, 0o755)
    chmodSync(home.path('data/changes.db'), 0o444)
    chmodSync(home.path('data'), 0o555)
    expectOneLine(await start(nobody), 1, 'changes.db is read-only')
    chmodSync(home.path('data'), 0o755)
  })

  test('a folder that may not be made', async () => {
    chmodSync(home.directory, 0o555)
    expectOneLine(await start(nobody), 1, 'changes.db cannot be opened')
    chmodSync(home.directory, 0o755)
  })

  test('written by a newer version', async () => {
    await home.run(['ask', '!ping'])
    const newer = new Database(home.path('data/changes.db'))
    newer.pragma('user_version = 99')
    newer.close()
    expectOneLine(await start(), 1, 'was written by a newer wiki-change-stream')
  })
})

test('unreadable events go to the dead letters with their reason, and the stream goes on', async () => {
  const stream = await startEventStreams()
  try {
    home.start([], { EVENTSTREAM_URL: stream.streamUrl() })
    await stream.waitForConnection(1)
    const [first, second, third] = recordedEvents()
      .slice(0, 3)
      .map((line) => JSON.parse(line))
    await stream.publish([first])
    await stream.publishRaw('this is not JSON')
    await stream.publishRaw(JSON.stringify({ ...second, title: undefined }))
    await stream.publishRaw(JSON.stringify({ ...second, comment: 'x'.repeat(1_000_000), namespace: 'main' }))
    await stream.canary()
    await stream.canary({ bare: true })
    await stream.publish([second, { ...third, comment: 'y'.repeat(1_000_000) }])
    await until('three changes are stored', () => home.stored() === 3)

    const letters = home.sql<{ reason: string; raw: string }>(
      'SELECT reason, raw FROM dead_letters ORDER BY id',
    )
    expect(letters.map(({ reason }) => reason)).toEqual([
      'not JSON',
      'title is missing',
      'namespace is "main", not a whole number',
    ])
    expect(letters[0]?.raw).toBe('this is not JSON')
    expect(home.sql('SELECT length(comment) AS n FROM changes ORDER BY key')).toContainEqual({ n: 1_000_000 })
    expect(home.storedIds()).toContain(second.meta.id)
  } finally {
    await stream.close()
  }
})
