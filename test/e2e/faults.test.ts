/** Faults of the stream, the disk and the clock, from outside and in the midst of things: nothing lost, nothing twice. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setInterval } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recordedEvents } from '../changes.ts'
import { Home, type Program, until } from '../program.ts'
import { startDiscord } from '../simulators/discord/client.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'
import { type GeneratedEvent, generateEvents } from '../simulators/eventstreams/generate.ts'
import { read } from '../simulators/eventstreams/reader.ts'

/** Given to the program, whose clock and timers then obey the test. */
const CLOCK_PRELOAD = { NODE_OPTIONS: `--import=${new URL('clock.ts', import.meta.url).href}` }
const HOUR_MS = 3_600_000

let stream: EventStreamsSimulator
let home: Home
let issued: string[]
let seed: number
const cleanup: (() => unknown)[] = []
beforeEach(async () => {
  stream = await startEventStreams()
  home = new Home({ EVENTSTREAM_URL: stream.streamUrl() })
  issued = []
  seed = 0
})
afterEach(async () => {
  await home.remove()
  await stream.close()
  for (const step of cleanup.splice(0).toReversed()) await step()
})

/** Publishes events of the present. */
async function issue(count: number, change = (event: GeneratedEvent): object => event): Promise<void> {
  const events = [...generateEvents({ seed: ++seed, count, from: Date.now() - 100, perSecond: 1e5 })]
  issued.push(...events.map(({ meta }) => meta.id))
  await stream.publish(events.map(change))
}

const allStored = () => until('all is stored', () => home.stored() === issued.length, 30_000)

/** What is stored is what was issued, each once, and all that is counted and noted agrees with it. */
async function expectExactly(): Promise<void> {
  expect(home.storedIds().toSorted()).toEqual(issued.toSorted())
  const { code, stdout } = await home.run(['verify'])
  expect(code, stdout).toBe(0)
  expect(home.sql('SELECT "from", "to", state FROM gaps')).toEqual([])
}

/** Publishes a few events every few ms while something else goes on. */
async function underLoad(during: () => Promise<unknown>): Promise<void> {
  let isOver = false
  const ended = during().finally(() => {
    isOver = true
  })
  for await (const _ of setInterval(20)) {
    if (isOver) break
    await issue(10)
  }
  await ended
}

/** So many more events have come while something was wrong. */
async function untilIssued(more: number): Promise<void> {
  const before = issued.length
  await until(`${more} more are issued`, () => issued.length >= before + more)
}

/** Warnings, but for those that a run over a sabotaged bus has of its own. */
const warnings = (program: Program) =>
  program.lines.filter(({ level, msg }) => level >= 40 && !msg.startsWith('sabotage')).map(({ msg }) => msg)

describe('the connection', () => {
  test('cut at every byte of a frame', async () => {
    // One with characters of two to four bytes between two others; they have offsets, so they are sent as they are.
    const events = recordedEvents()
      .slice(500, 503)
      .map((line) => JSON.parse(line))
    events[1].comment = 'ä漢🌍'
    issued = events.map(({ meta }) => meta.id)
    await stream.publish(events)
    const url = `${stream.streamUrl()}?since=${events[0].meta.dt}`
    const reading = await read(url)
    await reading.until(({ frames }) => frames.length === 3)
    reading.close()
    const [start, end] = [2, 3].map((frames) => {
      const text = reading.text.split('\n\n').slice(0, frames).join('\n\n')
      return Buffer.byteLength(`${text}\n\n`)
    }) as [number, number]

    for (let bytes = start; bytes <= end; bytes++)
      await stream.faultNext({ strike: { how: 'cut', after: { bytes } } })
    const env = { ...CLOCK_PRELOAD, TIMER_SPEED: '1000', EVENTSTREAM_IDLE_S: '99999', EVENTSTREAM_URL: url }
    const program = home.start([], env)
    await until('all three are stored', () => home.stored() === 3, 60_000)
    expect((await stream.requests()).length).toBeGreaterThan(end - start)
    await expectExactly()
    expect(home.sql('SELECT reason FROM dead_letters')).toEqual([])
    expect(warnings(program)).toEqual([])
  }, 90_000)

  test('closed or cut every second under live events', async () => {
    const program = home.start()
    await stream.waitForConnection(1)
    for (const [how, closed] of [
      ['close', 3],
      ['cut', 6],
    ] as const) {
      await stream.faultOpen({ strike: { how } })
      await stream.faultEvery({ strike: { how, after: { ms: 1000 } } })
      await underLoad(() => stream.waitFor({ closed }, 20_000))
    }
    await stream.faultEvery({})
    await allStored()
    await expectExactly()
    expect(warnings(program)).toEqual([])
  }, 60_000)
})

describe('the disk', () => {
  test('a database that is locked for seconds under live events', async () => {
    const program = home.start()
    await stream.waitForConnection(1)
    await issue(10)
    await allStored()
    const other = new Database(home.path('data/changes.db'))
    other.exec('BEGIN EXCLUSIVE')
    await underLoad(async () => {
      await program.logged('changes.db: locked by another program; waiting until it can be written again')
      // At most ten every 20 ms: two seconds or more.
      await untilIssued(1000)
      other.close()
      await program.logged('the store takes changes again')
    })
    await allStored()
    await expectExactly()
    expect(warnings(program)).toHaveLength(1)
  })

  const isRoot = process.getuid?.() === 0
  /** A file system of its own for the program's data, gone after the test. */
  function mount(args: readonly string[]): string {
    const place = mkdtempSync(join(tmpdir(), 'wcs-disk-'))
    cleanup.push(() => rmdirSync(place))
    execFileSync('mount', [...args, place], { stdio: 'pipe' })
    cleanup.push(() => spawnSync('umount', [place]))
    rmSync(home.path('data'), { force: true })
    symlinkSync(place, home.path('data'))
    return place
  }

  test('a full one: it waits, and says so once', async ({ skip }) => {
    skip(!isRoot, 'only root may mount a file system')
    const disk = mount(['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs'])
    const program = home.start()
    await stream.waitForConnection(1)
    await issue(10)
    await allStored()
    const ballast = join(disk, 'ballast')
    fill(ballast)
    await underLoad(async () => {
      await program.logged('changes.db: no space left on the disk; waiting until it can be written again')
      await untilIssued(300)
      rmSync(ballast)
      await program.logged('the store takes changes again')
    })
    await allStored()
    await expectExactly()
    expect(warnings(program)).toHaveLength(1)
    expect(await program.stop()).toBe(0)
  })

  test('a broken one, which its file system makes read-only: it waits, and goes on after a restart', async ({
    skip,
  }) => {
    const hasTools = ['mkfs.ext4', 'losetup'].every((tool) => spawnSync(tool, ['-V']).error === undefined)
    skip(!isRoot || !hasTools || !existsSync('/dev/loop-control'), 'needs root, ext4 and loop devices')
    const image = join(tmpdir(), `wcs-disk-${process.pid}.img`)
    cleanup.push(() => rmSync(image))
    writeFileSync(image, '')
    truncateSync(image, 64 * 1024 * 1024)
    execFileSync('mkfs.ext4', ['-q', '-F', image])
    const disk = mount(['-o', 'loop,errors=remount-ro', image])
    const device = execFileSync('findmnt', ['-n', '-o', 'SOURCE', disk]).toString().trim()
    const breakDisk = `/sys/fs/ext4/${basename(device)}/trigger_fs_error`
    skip(!existsSync(breakDisk), 'this kernel breaks no ext4 on demand')
    const program = home.start()
    await stream.waitForConnection(1)
    await issue(10)
    await allStored()
    writeFileSync(breakDisk, 'a test')
    await underLoad(() => program.logged(/changes\.db: .*; waiting until it can be written again/))
    expect(warnings(program)).toHaveLength(1)
    await program.kill()

    execFileSync('umount', [disk])
    execFileSync('mount', ['-o', 'loop', image, disk])
    home.start()
    await allStored()
    await expectExactly()
  })

  /** Writes a file as large as the disk lets it be. */
  function fill(file: string): void {
    const target = openSync(file, 'w')
    try {
      for (const size of [1 << 20, 4096]) {
        try {
          for (;;) writeSync(target, Buffer.alloc(size))
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        }
      }
    } finally {
      closeSync(target)
    }
  }
})

describe('time', () => {
  /** Puts the program's clock so many ms off, at once. */
  function setClock(ms: number): void {
    writeFileSync(home.path('clock.new'), String(ms))
    renameSync(home.path('clock.new'), home.path('clock'))
  }

  test.each([
    ['back and forth', [0, -HOUR_MS, HOUR_MS, 0]],
    ['set right after a start too early', [-HOUR_MS, 0]],
    ['set right after a start too late', [HOUR_MS, 0]],
  ])('the clock steps by hours: %s', async (_how, offsets) => {
    // Some of the past, of which a program that begins an hour ago gets what it asks for.
    const from = Date.now() - HOUR_MS - 60_000
    const past = [...generateEvents({ seed: 99, count: 120, from, perSecond: 1 })]
    await stream.publish(past)
    const env = { ...CLOCK_PRELOAD, TIMER_SPEED: '10', CLOCK: home.path('clock') }
    let opened = 0
    setClock(offsets[0] as number)
    let program = home.start([], env)
    const { since } = await stream.waitForConnection(1)
    issued = past.filter(({ meta }) => meta.dt >= (since as string)).map(({ meta }) => meta.id)
    for (const offset of offsets) {
      await stream.waitForConnection(++opened)
      await issue(3)
      await allStored()
      setClock(offset)
      await issue(3)
      await allStored()
      await stream.faultOpen({ strike: { how: 'close' } })
      await issue(3)
      await stream.waitForConnection(++opened)
      await allStored()
      expect(await program.stop()).toBe(0)
      const [row] = home.sql<{ position: string }>('SELECT position FROM sources')
      for (const { timestamp } of JSON.parse(row?.position ?? '').topics)
        expect(timestamp).toBeLessThan(Date.now())
      // What comes meanwhile comes from the topic that has been silent so far.
      await stream.switchover(opened % 4 === 2 ? 'codfw' : 'eqiad')
      await issue(3)
      program = home.start([], env)
    }
    await allStored()
    await expectExactly()
  })

  test('an event from tomorrow', async () => {
    const first = home.start()
    await stream.waitForConnection(1)
    const tomorrow = new Date(Date.now() + 24 * HOUR_MS).toISOString()
    await issue(3)
    await issue(1, (event) => ({ ...event, meta: { ...event.meta, dt: tomorrow } }))
    await allStored()
    await first.kill()
    await issue(3)
    home.start()
    await allStored()
    await issue(3)
    await allStored()
    await expectExactly()
  })
})

describe('events', () => {
  test('very large ones: what cannot be held is put to the dead letters, and everything else is stored', async () => {
    const program = home.start()
    await stream.waitForConnection(1)
    await issue(5)
    await issue(1, (event) => ({ ...event, comment: 'm'.repeat(1 << 20) }))
    await issue(5)
    const [huge] = generateEvents({ seed: 99, count: 1, from: Date.now() })
    await stream.publish([{ ...huge, comment: 'x'.repeat(17 << 20) }])
    await issue(5)
    await allStored()
    await program.stop()
    // Within what is asked for again: it comes once more, and counts once.
    home.start()
    await issue(1)
    await allStored()
    await expectExactly()
    expect(home.sql('SELECT reason FROM dead_letters')).toEqual([{ reason: 'larger than 16 MB' }])
  })

  test('poison in the middle of a large batch', async () => {
    const [odd, deep] = generateEvents({ seed: 99, count: 2, from: Date.now() })
    const nested = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
    const poison = [
      'this is not JSON',
      '{"meta":{}}',
      JSON.stringify({ ...odd, title: 7 }),
      // Can be read, but not written.
      JSON.stringify({ ...deep, type: 'log', log_params: 0 }).replace(
        '"log_params":0',
        `"log_params":${nested}`,
      ),
    ]
    for (const text of poison) {
      await issue(700)
      await stream.publishRaw(text)
    }
    await issue(700)
    home.start([], { EVENTSTREAM_URL: `${stream.streamUrl()}?since=${Date.now() - 60_000}` })
    await allStored()
    await expectExactly()
    expect(home.sql('SELECT reason FROM dead_letters ORDER BY id')).toEqual([
      { reason: 'not JSON' },
      { reason: expect.stringContaining('type is') },
      { reason: 'title is 7, not a text' },
      { reason: expect.stringContaining('Maximum call stack size exceeded') },
    ])
  })
})

test('SIGTERM under full load, with a Discord that was down all the while', async () => {
  const discord = await startDiscord()
  cleanup.push(() => discord.close())
  await discord.configure({ down: 'everything' })
  const [count, from] = [60_000, Date.now() - HOUR_MS]
  const env = {
    EVENTSTREAM_URL: `${stream.streamUrl()}?since=${from - 1000}`,
    DISCORD_API_URL: discord.api,
    DISCORD_BOT_TOKEN: discord.token,
  }
  const first = home.start([], env)
  await first.logged('bot: Discord cannot be reached')
  const generated = stream.generate({ seed: 1, count, from, perSecond: count / 3000 })
  await until('it is under way', () => home.stored() > 0)
  expect(await first.stop()).toBe(0)
  expect(first.log).toContain('stopped; everything read is stored')
  expect(home.stored()).toBeLessThan(count)
  await generated
  home.start([], env)
  await until('all is stored', () => home.stored() === count, 30_000)
  expect(new Set(home.storedIds()).size).toBe(count)
  expect((await home.run(['verify'])).code).toBe(0)
})
