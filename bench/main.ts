/**
 * `npm run bench`: how fast changes go from the socket to committed rows, what the store costs, how long pictures take,
 * and what feeds cost. Each rate is the median of several runs, taken in turn and each in processes of its own; `--json`
 * prints one JSON document. `--rows` is how large the store grows for the questions asked of it, `--quick` leaves that
 * part out; `--hour SPEED` measures nothing but the memory of an hour at 50 events a second, so many
 * times as fast: with 1 it takes that hour.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import { median, startChild, usageOf } from './children.ts'
import { writeFrames } from './frames.ts'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '5' },
    rows: { type: 'string', default: '10000000' },
    quick: { type: 'boolean', default: false },
    hour: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const events = Number(values.events)
const runs = Number(values.runs)
const script = (name: string) => join(import.meta.dirname, name)
/** As `npm start` runs it. */
const FLAGS = ['--expose-gc', '--max-semi-space-size=8', '--v8-pool-size=1']
const progress = (text: string) => process.stderr.write(`${text}\n`)

interface Run {
  readonly events: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakMb?: number
  readonly writtenBytes?: number
}

const folder = mkdtempSync(join(tmpdir(), 'wcs-bench-'))
try {
  const report = {
    date: new Date().toISOString(),
    machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
    ...(values.hour === undefined ? await everything() : { hour: await hour(Number(values.hour)) }),
  }
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : `${table(report)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function everything() {
  return {
    ...(await rates()),
    pictures: await medians(['pictures.ts', '50'], 'pictures'),
    feeds: await medians(['feeds.ts', '10000', '20000'], '10,000 feeds'),
    api: await medians(['api.ts', '2000', '500000'], '2,000 followers'),
    ...(values.quick ? {} : { latency: await latency(), hour: await hour(40), growth: await growth() }),
  }
}

async function rates() {
  const frames = join(folder, 'frames.sse')
  progress(`generating ${events} events`)
  const bytes = await writeFrames(frames, events, Date.now() - events * 25)
  const server = startChild([script('stream-server.ts'), frames])
  const url = `http://127.0.0.1:${await server.line('port')}/v2/stream/recentchange`
  const all = {
    wholePath: [],
    bareLoop: [],
    readerAlone: [],
    storeAlone: [],
    naive: [],
    naiveBatched: [],
  } as Record<string, Run[]>
  for (let run = 1; run <= runs; run++) {
    const file = (name: string) => join(folder, `${name}-${run}.db`)
    all.wholePath?.push(await wholePath(url, server))
    all.bareLoop?.push(await part(events, ['bare.ts', url, String(events)]))
    all.readerAlone?.push(await part(events, ['reader.ts', url, String(events)]))
    all.storeAlone?.push(await part(300_000, ['writer.ts', file('writer'), '300000', '1000']))
    all.naive?.push(await part(10_000, ['naive.ts', file('naive'), '10000', '1']))
    all.naiveBatched?.push(await part(events, ['naive.ts', file('batched'), String(events), '1000']))
    for (const name of ['writer', 'naive', 'batched']) rmSync(file(name), { force: true })
    progress(
      `run ${run} of ${runs}: ${Object.entries(all)
        .map(([name, list]) => `${name} ${Math.round(rate(list.at(-1) as Run))}/s`)
        .join(', ')}`,
    )
  }
  await server.end()
  const whole = all.wholePath as Run[]
  const ratio = (other: Run[] = []) =>
    rounded(median(whole.map((run, i) => rate(run) / rate(other[i] as Run))))
  return {
    events,
    runs,
    bytesPerEvent: Math.round(bytes / events),
    ...Object.fromEntries(Object.entries(all).map(([name, list]) => [name, figures(list)])),
    peakMb: rounded(median(whole.map(({ peakMb }) => peakMb ?? 0))),
    bytesWrittenPerChange: Math.round(median(whole.map(({ writtenBytes }) => writtenBytes ?? 0)) / events),
    ratios: {
      toBareLoop: ratio(all.bareLoop),
      toNaive: ratio(all.naive),
      toNaiveBatched: ratio(all.naiveBatched),
    },
  }
}

/** The real program reads the stream into a new database: from its connection until the last row is committed. */
async function wholePath(url: string, server: ReturnType<typeof startChild>): Promise<Run> {
  const place = mkdtempSync(join(folder, 'whole-'))
  const connected = server.line('connected')
  const child = startChild([...FLAGS, script('../src/main.js'), 'start'], {
    cwd: place,
    env: { EVENTSTREAM_URL: url },
  })
  const started = Number(await connected)
  const db = new Database(join(place, 'data/changes.db'), { readonly: true })
  const total = db.prepare("SELECT value FROM counters WHERE name = 'rows'").pluck()
  while (total.get() !== events) await new Promise((resolve) => setTimeout(resolve, 5))
  const seconds = (Date.now() - started) / 1000
  const usage = usageOf(child.process.pid as number)
  if (db.prepare('SELECT count(*) FROM changes').pluck().get() !== events) throw new Error('rows are missing')
  db.close()
  await child.end()
  rmSync(place, { recursive: true })
  return { events, seconds, ...usage }
}

/** From an event being sent until it can be read, at 200 a second, in ms. */
async function latency() {
  progress('latency at 200 events/s')
  const count = 2000
  const { db, end } = await paced(count, 200)
  const at = (key: number) => Math.floor(key / 4096) + Date.UTC(2001, 0, 15)
  const delays: number[] = []
  const total = db.prepare("SELECT value FROM counters WHERE name = 'rows'").pluck()
  let seen = 0
  while (seen < count) {
    const now = total.get() as number
    if (now > seen) {
      const keys = db
        .prepare('SELECT key FROM changes ORDER BY key DESC LIMIT ?')
        .pluck()
        .all(now - seen) as number[]
      for (const key of keys) delays.push(Date.now() - at(key))
      seen = now
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await end()
  const sorted = delays.toSorted((a, b) => a - b)
  return { p50Ms: sorted[count >> 1], p99Ms: sorted[Math.floor(count * 0.99)] }
}

/** Memory while an hour's worth of 50 events a second comes, so many times as fast. */
async function hour(speed: number) {
  progress(`an hour of 50 events/s, ${speed} times as fast`)
  // Compiles what is not yet in Node's cache, to the last file that is loaded: that is not what is to be measured.
  if (values.hour !== undefined) {
    const first = await paced(200, 50)
    await stored(first.db, 200)
    await first.end()
  }
  const { db, pid, end } = await paced(180_000, 50 * speed)
  const memory: number[] = []
  for (let quarter = 1; quarter <= 4; quarter++) {
    await stored(db, quarter * 45_000)
    memory.push(Math.round(usageOf(pid).residentMb))
    progress(`quarter ${quarter}: ${memory.at(-1)} MB`)
  }
  await end()
  return { residentMbByQuarter: memory }
}

/** Waits until so many changes are stored. */
async function stored(db: Database.Database, count: number): Promise<void> {
  const total = db.prepare("SELECT value FROM counters WHERE name = 'rows'").pluck()
  while ((total.get() as number) < count) await new Promise((resolve) => setTimeout(resolve, 100))
}

async function paced(count: number, perSecond: number) {
  const place = mkdtempSync(join(folder, 'paced-'))
  const server = startChild([script('paced-server.ts'), String(count), String(perSecond)])
  const env = { EVENTSTREAM_URL: `http://127.0.0.1:${await server.line('port')}/` }
  const child = startChild([...FLAGS, script('../src/main.js'), 'start'], { cwd: place, env })
  const file = join(place, 'data/changes.db')
  const opened = () => {
    try {
      return new Database(file, { readonly: true, fileMustExist: true })
    } catch {
      return undefined
    }
  }
  let db = opened()
  while (db?.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'counters'").get() === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    db?.close()
    db = opened()
  }
  const end = async () => {
    db.close()
    await Promise.all([child.end(), server.end()])
    rmSync(place, { recursive: true })
  }
  return { db, pid: child.process.pid as number, end }
}

/** What a part tells of itself, in medians. */
async function medians([name = '', ...args]: readonly string[], what: string) {
  progress(what)
  const found: Record<string, number>[] = []
  for (let run = 1; run <= runs; run++) {
    const child = startChild([...FLAGS, script(name), ...args])
    found.push(JSON.parse(await child.line('done')) as Record<string, number>)
    await child.end()
  }
  const names = Object.keys(found[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, rounded(median(found.map((run) => run[name] ?? 0)))]))
}

async function growth() {
  progress(`a store of ${values.rows} rows`)
  const file = join(folder, 'growth.db')
  const child = startChild([script('growth.ts'), file, values.rows])
  const result = JSON.parse(await child.line('done')) as Record<string, number>
  await child.end()
  return Object.fromEntries(Object.entries(result).map(([name, value]) => [name, rounded(value)]))
}

async function part(count: number, [name = '', ...args]: readonly string[]): Promise<Run> {
  const child = startChild([script(name), ...args])
  const result = JSON.parse(await child.line('done')) as Omit<Run, 'events'>
  await child.end()
  return { ...result, events: count }
}

function rate(run: Run): number {
  return run.events / run.seconds
}

function figures(of: readonly Run[]) {
  return {
    eventsPerSecond: Math.round(median(of.map(rate))),
    cpuSecondsPerMillion: rounded(median(of.map(({ cpuSeconds, events }) => (cpuSeconds / events) * 1e6))),
  }
}

function rounded(value: number): number {
  return Math.abs(value) < 1 ? Math.round(value * 10_000) / 10_000 : Math.round(value * 100) / 100
}

/** The report as lines of name and value. */
function table(report: object, prefix = ''): string {
  return Object.entries(report)
    .map(([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? table(value, `${prefix}${name}.`)
        : `${`${prefix}${name}`.padEnd(36)} ${value}`,
    )
    .join('\n')
}
