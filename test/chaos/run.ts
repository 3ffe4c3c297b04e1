/** The run: the program lives and dies, stream and database misbehave, and events keep coming. */
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { messageOf } from '../../src/errors.ts'
import { EARLIEST } from '../../src/recentchange.ts'
import { firstKey, KEYS_PER_MS } from '../../src/stores/sqlite/rows.ts'
import { Home, type Program } from '../program.ts'
import type { EventStreamsSimulator } from '../simulators/eventstreams/client.ts'
import type { Fault } from '../simulators/eventstreams/protocol.ts'
import { type Random, seededRandom } from '../simulators/eventstreams/random.ts'
import { Diary } from './diary.ts'
import { type Figures, faultsMet, tooLittle } from './figures.ts'
import { Issuer } from './issuer.ts'
import { compare, type Finding } from './oracle.ts'
import { type Ending, fates, type Life, lives } from './schedule.ts'

const EVENTS_PER_SECOND = 600
/** Fates are dealt so many connections ahead; those that are left at the end must not outlast the patience. */
const AHEAD = 3
/** So long without progress after the faults have ended, and it is no longer waited for. */
const PATIENCE_MS = 20_000
/**
 * Time in the stream runs so much faster than here, until it reaches the present at three quarters of the run. At
 * the same pace what the program reads again at each start, 5 s, would be more than most of its lives, and would heal
 * whatever it loses.
 */
const SPEED = 10
const LONG_OUTAGE_MS = 3000
const NEIGHBOURS_MS = 50
const DATABASE = 'data/changes.db'
const ENV = {
  EVENTSTREAM_IDLE_S: '1',
  LOG_LEVEL: 'debug',
  DISCORD_BOT_TOKEN: 'of-a-bot-that-nobody-answers',
  // Nobody listens there.
  DISCORD_API_URL: 'http://127.0.0.1:9/api',
}

/** What there was when the program was started. */
interface Start {
  readonly requests: number
  /** UTC ms. */
  readonly newestStored: number
}

/** One run against one simulator. Everything random about it comes from the seed. */
export class Run {
  readonly #diary = new Diary()
  readonly home: Home
  readonly #stream: EventStreamsSimulator
  readonly #issuer: Issuer
  readonly #lives: Iterator<Life, never>
  readonly #fateSource: Iterator<Fault, never>
  readonly #random: Random
  /** One of each connection, in their order. */
  readonly #fates: Fault[] = []
  readonly #programs: Program[] = []
  readonly #findings: Finding[] = []
  /** What was begun beside the lives. */
  readonly #lasting: Promise<void>[] = []
  readonly #starts: Start[] = []
  readonly #killedAt: number[] = []
  readonly #counts = {
    stops: 0,
    secondInstances: 0,
    questions: 0,
    switchovers: 0,
    switchoversInOutage: 0,
    longOutages: 0,
    resumesAmongNeighbours: 0,
  }
  #isLocked = false
  #isRefusing = false

  constructor(stream: EventStreamsSimulator, seed: number, minutes: number) {
    const start = Date.now()
    const from = start - (SPEED - 1) * 0.75 * minutes * 60_000
    const clock = () => Math.min(Date.now(), from + SPEED * (Date.now() - start))
    const random = (part: number) => seededRandom(seed + part * 2 ** 32)
    this.#stream = stream
    // All starts before the first change is stored must begin at the same time.
    this.home = new Home({ ...ENV, EVENTSTREAM_URL: `${stream.streamUrl()}?since=${from}` })
    const perSecond = EVENTS_PER_SECOND
    this.#issuer = new Issuer(stream, { seed, random: random(1), perSecond, clock, diary: this.#diary })
    this.#lives = lives(random(2))
    this.#fateSource = fates(random(3))
    this.#random = random(4)
  }

  /** How it stands, in one line. */
  get progress(): string {
    const [issued, stored, kills] = [this.#issuer.changes.size, this.home.stored(), this.#killedAt.length]
    return `${issued} issued, ${stored} stored, ${kills} kills, ${this.#findings.length} findings`
  }

  /** So many minutes of it, a little more where too little was seen, and then the comparison. */
  async run(minutes: number): Promise<{ figures: Figures; findings: readonly Finding[] }> {
    const stop = new AbortController()
    const background = [this.#issuer.run(stop.signal), this.#dealFates(stop.signal)]
    try {
      // Those in the background end only when they fail.
      await Promise.race([this.#live(minutes, stop.signal), ...background])
    } finally {
      stop.abort()
      await Promise.allSettled(background)
    }
    await Promise.all([...background, ...this.#lasting])
    const figures = await this.figures()
    await this.#catchUp()
    this.#findings.push(...compare(this.home.path(DATABASE), this.#issuer))
    return { figures, findings: this.#findings }
  }

  /** Ends whatever still runs. */
  async end(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.kill()))
  }

  async #live(minutes: number, stop: AbortSignal): Promise<void> {
    const start = performance.now()
    while (!stop.aborted && !(await this.#isEnough(minutes, (performance.now() - start) / 60_000))) {
      await this.#liveOnce(this.#lives.next().value)
    }
  }

  /** Goes on until enough was seen, but not for ever. */
  async #isEnough(minutes: number, passed: number): Promise<boolean> {
    if (passed < minutes) return false
    return passed > 1.5 * minutes || tooLittle(await this.figures(), minutes).length === 0
  }

  async #liveOnce(life: Life): Promise<void> {
    const { outageMs, switchesOver, from, ms, disturbance } = life
    if (switchesOver) {
      this.#switchover()
      this.#counts.switchoversInOutage++
    }
    if (outageMs >= LONG_OUTAGE_MS) this.#counts.longOutages++
    await sleep(outageMs)

    const { requests } = await this.#stream.waitFor({})
    this.#noteStart(requests)
    const program = this.#start()
    if (from === 'first request') {
      await this.#stream
        .waitFor({ requests: requests + 1 }, PATIENCE_MS)
        .catch(() => this.#find(`${program.pid} does not connect: ${program.log}`))
    }
    await sleep(disturbance.afterMs)
    this.#lasting.push(this.#disturb(life))
    await sleep(ms - disturbance.afterMs)
    await this.#finish(program, life.ending, life.graceMs)
  }

  #start(): Program {
    const program = this.home.start()
    this.#programs.push(program)
    this.#diary.note(`start of ${program.pid}`)
    return program
  }

  async #finish(program: Program, ending: Ending, graceMs: number): Promise<void> {
    this.#diary.note(`${ending} of ${program.pid}`)
    try {
      if (!isAlive(program))
        throw new Error(`it ended by itself with status ${await program.ended()}: ${program.log}`)
      if (ending !== 'SIGKILL') {
        // Before this line it does not listen to signals.
        await program.logged('reads')
        program.signal('SIGTERM')
      }
      if (ending === 'SIGTERM') {
        const status = await program.ended()
        if (status !== 0) throw new Error(`SIGTERM ended it with status ${status}: ${program.log}`)
        this.#counts.stops++
        return
      }
      if (ending === 'SIGKILL while it stops') await sleep(graceMs)
      if (isAlive(program)) this.#killedAt.push(Date.now())
    } catch (error) {
      this.#findings.push({
        kind: 'program',
        text: `${program.pid}: ${messageOf(error)}`,
        around: Date.now(),
      })
    }
    await program.kill()
  }

  #find(text: string): void {
    this.#findings.push({ kind: 'program', text, around: Date.now() })
  }

  async #disturb({ disturbance: { what, ms }, ending, graceMs }: Life): Promise<void> {
    // Shorter than the others: only a life that goes on after it can lose what it made the program drop.
    if (what === 'lock') await this.#lock(Math.round(ms / 2))
    else if (what === 'refuse') await this.#refuse(ms)
    else if (what === 'ask') await this.#ask()
    else if (what === 'second instance') {
      this.#counts.secondInstances++
      const second = this.#start()
      await sleep(ms)
      await this.#finish(second, ending, graceMs)
    } else if (what === 'switchover') this.#switchover()
    else if (what === 'order') {
      const unsentShows = this.#random.pick(['resolved', 'latest', 'asked'] as const)
      const backlogFirst = this.#random.pick(['eqiad', 'codfw', null] as const)
      this.#diary.note(`unsent topics shown as ${unsentShows}; backlog of ${backlogFirst} first`)
      await this.#stream.configure({ unsentShows, backlogFirst })
    }
  }

  #switchover(): void {
    this.#counts.switchovers++
    this.#issuer.switchover()
  }

  /** Another process that writes to the database for a while; none if there is no database yet. */
  async #lock(ms: number): Promise<void> {
    if (this.#isLocked || this.home.stored() === 0) return
    this.#isLocked = true
    const db = new Database(this.home.path(DATABASE), { timeout: 1000 })
    try {
      db.exec('BEGIN EXCLUSIVE')
      this.#diary.note(`database locked for ${ms} ms`)
      await sleep(ms)
      db.exec('COMMIT')
    } finally {
      db.close()
      this.#isLocked = false
    }
  }

  async #refuse(ms: number): Promise<void> {
    if (this.#isRefusing) return
    this.#isRefusing = true
    this.#diary.note(`connections refused for ${ms} ms`)
    await this.#stream.refuse()
    await this.#stream.faultOpen({ strike: { how: 'cut' } })
    await sleep(ms)
    await this.#stream.accept()
    this.#isRefusing = false
  }

  /** A count that is asked for at any moment is the count of that moment. */
  async #ask(): Promise<void> {
    this.#counts.questions++
    const day = new Date().toISOString().slice(0, 10)
    const from = Date.parse(day)
    const query = `SELECT count(*) AS n FROM changes WHERE key BETWEEN ${firstKey(from)} AND ${firstKey(from + 86_400_000) - 1}`
    const count = () => (this.home.stored() === 0 ? 0 : (this.home.sql<{ n: number }>(query)[0]?.n ?? 0))
    try {
      const least = count()
      const { total } = (await this.home.ask(`!stats ${day}`)).stats
      const most = count()
      if (!(least <= total && total <= most)) throw new Error(`${total}, but there were ${least} to ${most}`)
    } catch (error) {
      this.#find(`!stats: ${messageOf(error)}`)
    }
  }

  async #dealFates(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const { requests } = await this.#stream.waitFor({})
      if (requests > this.#fates.length) {
        throw new Error(
          `${requests - this.#fates.length + AHEAD} connections at once: nobody should ask so often`,
        )
      }
      while (this.#fates.length < requests + AHEAD) {
        const fate = this.#fateSource.next().value
        this.#fates.push(fate)
        this.#diary.note(`connection ${this.#fates.length} is to have ${JSON.stringify(fate)}`)
        await this.#stream.faultNext(fate)
      }
      await sleep(20)
    }
  }

  /** What is stored at a start, and whether the last events that are have neighbours that are not. */
  #noteStart(requests: number): void {
    if (this.home.stored() === 0) return
    const [row] = this.home.sql<{ newest: number; near: number }>(
      `WITH last AS (SELECT max(key) / ${KEYS_PER_MS} AS ms FROM changes)
       SELECT last.ms + ${EARLIEST} AS newest, count(*) AS near
       FROM last, changes WHERE key >= (last.ms - ${NEIGHBOURS_MS}) * ${KEYS_PER_MS} GROUP BY last.ms`,
    )
    if (row === undefined) return
    this.#starts.push({ requests, newestStored: row.newest })
    const issued = this.#issuer.countBetween(row.newest - NEIGHBOURS_MS, row.newest)
    if (issued > row.near) this.#counts.resumesAmongNeighbours++
  }

  /** No more faults: waits until everything is stored, or nothing moves any more. Stops the program. */
  async #catchUp(): Promise<void> {
    this.#diary.note('no more faults')
    await this.#stream.faultOpen({})
    const program = this.#start()
    const { changes, poison } = this.#issuer
    let had = 0
    for (let movedAt = performance.now(); performance.now() - movedAt < PATIENCE_MS; await sleep(200)) {
      const buried = this.home.sql('SELECT 1 FROM dead_letters').length
      const stored = this.home.stored()
      if (stored >= changes.size && buried >= poison.size) break
      if (stored + buried > had) movedAt = performance.now()
      had = stored + buried
    }
    await this.#finish(program, 'SIGTERM', 0)
  }

  /** What was seen so far. */
  async figures(): Promise<Figures> {
    const { changes, poison, counts } = this.#issuer
    const records = await this.#stream.requests()
    const lines = this.#programs.flatMap(({ lines }) => lines)
    const said = (text: string) => lines.filter(({ msg }) => msg.includes(text)).length
    const sent = records.reduce((sum, { events }) => sum + events, 0)
    const canaries = counts.canaries + counts.bareCanaries
    const met = records.flatMap((record, i) => faultsMet(this.#fates[i] ?? {}, record))
    const wasReading = (killedAt: number) =>
      records.some(({ endedBy, endedAt, events }) => {
        return endedBy === 'client' && events > 0 && Math.abs((endedAt ?? 0) - killedAt) < 300
      })
    const isOverlapping = ({ requests, newestStored }: Start) => {
      const { events = 0, lastEventId = null } = records[requests] ?? {}
      return events > 0 && lastEventId !== null && earliestAsked(lastEventId) < newestStored
    }
    return {
      ...counts,
      ...this.#counts,
      events: changes.size,
      poison: poison.size,
      storedUnderFaults: this.home.stored(),
      duplicatesSent: sent - changes.size - poison.size - canaries,
      kills: this.#killedAt.length,
      killsWhileReading: this.#killedAt.filter(wasReading).length,
      connections: records.filter(({ events }) => events > 0).length,
      overlappingResumes: this.#starts.filter(isOverlapping).length,
      watchdog: said('no byte for 1 s'),
      lockFelt: said('locked by another program'),
      refusalFelt: said('it refuses connections'),
      discordDown: said('Discord cannot be reached'),
      faults: Object.fromEntries(
        [...Map.groupBy(met, (name) => name)].map(([name, all]) => [name, all.length]),
      ),
    }
  }

  /** What was done when, with what the program and the stream say to it. */
  async history(): Promise<Diary> {
    this.#diary.noteConnections(await this.#stream.requests())
    for (const { pid, lines } of this.#programs) {
      for (const line of lines) {
        if ('time' in line) this.#diary.note(`${pid} says: ${line.msg}`, Date.parse(String(line.time)))
      }
    }
    return this.#diary
  }
}

function isAlive({ pid }: Program): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const earliestAsked = (lastEventId: string): number =>
  Math.min(...(JSON.parse(lastEventId) as { timestamp: number }[]).map(({ timestamp }) => timestamp))
