/** Backpressure, and the ways to stop: with the flow, at once, and at the deadline. */
import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Home, until } from '../program.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'

let stream: EventStreamsSimulator
let home: Home
let from: number
beforeEach(async () => {
  stream = await startEventStreams()
  from = Date.now() - 3_600_000
  home = new Home({ EVENTSTREAM_URL: `${stream.streamUrl()}?since=${from - 1000}` })
})
afterEach(async () => {
  await home.remove()
  await stream.close()
})

const generate = (count: number) => stream.generate({ seed: 1, count, from, perSecond: count / 3000 })

/** Another program's hold on the database: while it lasts nothing can be written. */
function lock(): () => void {
  const other = new Database(home.path('data/changes.db'), { timeout: 20_000 })
  other.exec('BEGIN EXCLUSIVE')
  return () => other.close()
}

test('SIGTERM under full load: exit 0, everything that was read is stored, and the rest follows later', async () => {
  await generate(60_000)
  const first = home.start()
  await until('it is under way', () => home.stored() > 0)
  expect(await first.stop()).toBe(0)
  expect(first.log).toContain('stopped; everything read is stored')
  const before = home.stored()
  expect(before).toBeLessThan(60_000)
  const second = home.start()
  await until('all is stored', () => home.stored() === 60_000)
  expect(await second.stop()).toBe(0)
  expect(new Set(home.storedIds()).size).toBe(60_000)
})

test('a slow store slows the reading, memory stays bounded, and nothing is dropped', async () => {
  const program = home.start()
  await stream.waitForConnection(1)
  const unlock = lock()
  await generate(150_000)
  const sent = async () => (await stream.connections())[0]?.bytes ?? 0
  // Once the socket's buffers are full, nothing more is read.
  let last = 0
  let movedAt = performance.now()
  await until('the reading has come to a stop', async () => {
    const now = await sent()
    if (now !== last) movedAt = performance.now()
    last = now
    return now > 0 && performance.now() - movedAt > 300
  })
  expect(last).toBeLessThan(60_000_000)
  expect(residentMb(program.pid)).toBeLessThan(400)
  await program.logged('locked by another program; waiting until it can be written again')
  unlock()
  await program.logged('the store takes changes again')
  await until('all is stored', () => home.stored() === 150_000)
})

const residentMb = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

test('a second signal stops at once what does not stop by itself', async () => {
  const program = home.start()
  await stream.waitForConnection(1)
  const unlock = lock()
  await generate(1000)
  await until('it has read', async () => ((await stream.connections())[0]?.events ?? 0) === 1000)
  program.signal('SIGTERM')
  await program.logged('SIGTERM: finishing what is under way')
  // An echo of the first signal, as npm sends one, is none: it is another one, a little later, that stops it.
  program.signal('SIGTERM')
  await until('a later signal is obeyed', () => {
    program.signal('SIGINT')
    return program.log.includes('again: stopped at once')
  })
  expect(await program.ended()).toBe(1)
  expect(program.log).toContain('SIGINT again: stopped at once')
  unlock()
  home.start()
  await until('nothing is lost by it', () => home.stored() === 1000)
})

test('the time-out stops it at once, too', async () => {
  const program = home.start([], { SHUTDOWN_TIMEOUT_S: '1' })
  await stream.waitForConnection(1)
  const unlock = lock()
  await generate(1000)
  await until('it has read', async () => ((await stream.connections())[0]?.events ?? 0) === 1000)
  expect(await program.stop()).toBe(1)
  expect(program.log).toContain('not done within 1 s')
  unlock()
})

test('without network it says so once, keeps trying, points to the demonstration, and goes on once there is some', async () => {
  await stream.refuse()
  const program = home.start()
  await program.logged(
    'it refuses connections; trying again until it works (for a look without network: npm start -s -- start --demo)',
  )
  await generate(10)
  await stream.accept()
  await program.logged('connected to')
  await until('it is stored', () => home.stored() === 10)
  expect(program.lines.filter(({ msg }) => msg.includes('refuses connections'))).toHaveLength(1)
  expect(await program.stop()).toBe(0)
})

test('the demonstration fills a database of its own, and can be asked', async () => {
  const program = home.start(['--demo'])
  await program.logged('stores')
  await until('something is stored', async () => {
    const { stdout } = await home.run(['ask', '--demo', '--json', '!recent 0 3'])
    return JSON.parse(stdout).changes.length === 3
  })
  expect(await program.stop()).toBe(0)
  expect(home.stored()).toBe(0)
  expect(
    home.sql<{ n: number }>('SELECT count(*) AS n FROM changes', 'data/demo.db')[0]?.n,
  ).toBeGreaterThanOrEqual(3)
})
