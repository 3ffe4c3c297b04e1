/** The real program over a real PostgreSQL server: what it stores, answers, recounts, and resumes after every death. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDatabase, HAS_POSTGRES, NEEDS_POSTGRES, type TestDatabase } from '../postgres.ts'
import { Home, until } from '../program.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'
import { type GeneratedEvent, generateEvents } from '../simulators/eventstreams/generate.ts'

const PASSWORD = 'not-to-be-seen-anywhere'

describe.skipIf(!HAS_POSTGRES)(`over PostgreSQL${NEEDS_POSTGRES}`, () => {
  let stream: EventStreamsSimulator
  let database: TestDatabase
  let home: Home
  beforeEach(async () => {
    ;[stream, database] = await Promise.all([startEventStreams(), createDatabase()])
    home = new Home({
      EVENTSTREAM_URL: stream.streamUrl(),
      // The server lets in whoever comes from this machine, with any password.
      STORE_URL: Object.assign(new URL(database.url), { password: PASSWORD }).href,
    })
  })
  afterEach(async () => {
    await home.remove()
    await Promise.all([stream.close(), database.drop()])
  })

  async function storedIds(): Promise<string[]> {
    const [made] = await database.sql<{ is: boolean }>("SELECT to_regclass('changes') IS NOT NULL AS is")
    if (!made?.is) return []
    return (await database.sql<{ id: string }>('SELECT id FROM changes')).map(({ id }) => id)
  }
  const stored = (count: number) =>
    until(`${count} changes are stored`, async () => (await storedIds()).length >= count)
  /** The stored set is the issued set, each once, and every count is what a recount gives. */
  async function expectExactly(...issued: readonly GeneratedEvent[][]): Promise<void> {
    expect((await storedIds()).toSorted()).toEqual(
      issued
        .flat()
        .map(({ meta }) => meta.id)
        .toSorted(),
    )
    const { code, stdout } = await home.run(['verify', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ sound: true, changes: issued.flat().length })
    expect(code).toBe(0)
  }

  test('stores, answers and recounts; the password is nowhere to be seen', async () => {
    const program = home.start()
    await stream.waitForConnection(1)
    const events = [...generateEvents({ seed: 1, count: 300, from: Date.now() })]
    await stream.publish(events)
    await stored(events.length)
    const recent = await home.run(['ask', '!recent', '--json'])
    expect(JSON.parse(recent.stdout)).toMatchObject({ kind: 'recent' })
    const doctor = await home.run(['doctor'])
    expect(doctor.stdout).toContain('300 changes')
    // Page by page over HTTP: how this store says where a page ends is taken back there.
    const paged: string[] = []
    for (let before = ''; ; ) {
      const page = await fetch(`${await program.web()}api/changes?limit=70${before}`)
      const { changes, next } = (await page.json()) as { changes: { id: string }[]; next: string | null }
      paged.push(...changes.map(({ id }) => id))
      if (next === null) break
      before = `&before=${next}`
    }
    expect(paged.toSorted()).toEqual(events.map(({ meta }) => meta.id).toSorted())
    await expectExactly(events)
    expect(await program.stop()).toBe(0)
    const { host, pathname } = new URL(database.url)
    expect(program.log).toContain(`stores  postgres://${host}${pathname} (postgres`)
    for (const text of [program.log, recent.stdout, recent.stderr, doctor.stdout, doctor.stderr])
      expect(text).not.toContain(PASSWORD)
  })

  test('a killed process and cut connections lose nothing, and nothing counts twice', async () => {
    const from = Date.now() - 600_000
    const backlog = [...generateEvents({ seed: 2, count: 6000, from, perSecond: 10 })]
    await stream.publish(backlog)
    const env = { EVENTSTREAM_URL: `${stream.streamUrl()}?since=${new Date(from - 1000).toISOString()}` }
    await stream.faultEvery({ strike: { how: 'cut', after: { bytes: 1_500_003 } } })
    let kills = 0
    for (let before = 0; before < backlog.length; kills++) {
      const program = home.start([], env)
      await stored(Math.min(backlog.length, before + 1000))
      await database.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      )
      await stored(Math.min(backlog.length, before + 2000))
      await program.kill()
      before = (await storedIds()).length
    }
    expect(kills).toBeGreaterThanOrEqual(2)
    await expectExactly(backlog)
  })
})
