/** The real program over a MongoDB: it stores, answers, verifies, and resumes after a crash. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freshMongo, HAS_MONGODB, type MongoDatabase, NEEDS_MONGODB } from '../mongodb.ts'
import { Home, until } from '../program.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'
import { generateEvents } from '../simulators/eventstreams/generate.ts'

/** FerretDB reads every document for every question. */
const DEADLINE_MS = 60_000

describe.skipIf(!HAS_MONGODB)(`with a server${NEEDS_MONGODB}`, () => {
  let stream: EventStreamsSimulator
  let database: MongoDatabase
  let home: Home
  beforeEach(async () => {
    stream = await startEventStreams()
    database = freshMongo()
    home = new Home({ EVENTSTREAM_URL: stream.streamUrl(), STORE_URL: database.address.url })
  })
  afterEach(async () => {
    await home.remove()
    await stream.close()
    await database.drop()
  })

  const changes = () => database.client.db(database.address.database).collection('changes')
  const stored = (count: number) =>
    until(
      `${count} changes are stored`,
      async () => (await changes().estimatedDocumentCount()) === count,
      DEADLINE_MS,
    )
  const verified = async () => {
    const { code, stdout } = await home.run(['verify', '--json'])
    return { code, ...(JSON.parse(stdout) as { changes: number; differences: unknown[] }) }
  }

  test('starts, is asked, verifies; killed in the middle, it loses nothing and counts nothing twice', {
    timeout: 4 * DEADLINE_MS,
  }, async () => {
    const events = [...generateEvents({ seed: 11, count: 600, from: Date.now() })]
    const program = home.start()
    await stream.waitForConnection(1)
    await program.logged('(mongodb; new')
    await stream.publish(events.slice(0, 40))
    await stored(40)
    expect((await home.ask('!recent 0 5')).changes).toHaveLength(5)

    await stream.publish(events.slice(40, 400))
    await until(
      'it is in the middle of them',
      async () => (await changes().estimatedDocumentCount()) > 40,
      DEADLINE_MS,
    )
    await program.kill()
    await stream.publish(events.slice(400))
    home.start()
    await stored(events.length)
    await until('all is counted', async () => (await verified()).code === 0, DEADLINE_MS)
    expect(await verified()).toMatchObject({ code: 0, changes: events.length, differences: [] })
    const ids = (
      await changes()
        .find({}, { projection: { _id: 1 } })
        .toArray()
    ).map(({ _id }) => String(_id))
    expect(ids.toSorted()).toEqual(events.map(({ meta }) => meta.id).toSorted())
  })

  test('what cannot be reached is said in one line, without the password', async () => {
    const { code, stderr } = await home.run(['verify'], {
      env: { STORE_URL: 'mongodb://me:secret-of-mine@127.0.0.1:1/wiki' },
    })
    expect(code).toBe(1)
    expect(stderr).toContain('mongodb://127.0.0.1:1/wiki cannot be used')
    expect(stderr).not.toContain('secret-of-mine')
  })
})
