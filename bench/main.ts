/**
 * `npm run bench`: how fast changes go from the socket to committed rows, as one JSON document on standard output.
 * Each figure is the median of several runs, each in processes of its own; the machine is named, since figures of
 * different machines cannot be compared.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import { median, startChild, usageOf } from './children.ts'
import { writeFrames } from './frames.ts'

const { values } = parseArgs({
  options: { events: { type: 'string', default: '300000' }, runs: { type: 'string', default: '5' } },
})
const events = Number(values.events)
const runs = Number(values.runs)
const script = (name: string) => join(import.meta.dirname, name)
const progress = (text: string) => process.stderr.write(`${text}\n`)

interface Run {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakMb?: number
  readonly bytes?: number
}

const folder = mkdtempSync(join(tmpdir(), 'wcs-bench-'))
try {
  const frames = join(folder, 'frames.sse')
  progress(`generating ${events} events`)
  const bytes = await writeFrames(frames, events, Date.now() - events * 25)
  const server = startChild([script('stream-server.ts'), frames])
  const url = `http://127.0.0.1:${await server.line('port')}/v2/stream/recentchange`

  const whole: Run[] = []
  const reader: Run[] = []
  const writer: Run[] = []
  for (let run = 1; run <= runs; run++) {
    whole.push(await wholePath(url, server))
    reader.push(await part(['reader.ts', url, String(events)]))
    writer.push(await part(['writer.ts', join(folder, `writer-${run}.db`), String(events), '5000']))
    progress(`run ${run} of ${runs}: ${Math.round(events / (whole.at(-1) as Run).seconds)} events/s`)
  }
  await server.end()
  const report = {
    date: new Date().toISOString(),
    machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
    events,
    runs,
    bytesPerEvent: Math.round(bytes / events),
    wholePath: { ...figures(whole), peakMb: rounded(median(whole.map(({ peakMb }) => peakMb ?? 0))) },
    bytesOnDiskPerChange: rounded(median(whole.map((run) => (run.bytes ?? 0) / events))),
    readerAlone: figures(reader),
    storeAlone: figures(writer),
  }
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The real program reads the stream into a new database: from its connection until the last row is committed. */
async function wholePath(url: string, server: ReturnType<typeof startChild>): Promise<Run> {
  const place = mkdtempSync(join(folder, 'whole-'))
  const connected = server.line('connected')
  const child = startChild([script('../src/main.ts'), 'start'], { cwd: place, env: { EVENTSTREAM_URL: url } })
  const pid = child.process.pid as number
  const started = Number(await connected)
  const db = new Database(join(place, 'data/changes.db'), { readonly: true })
  // The last row is the newest one, or nearly: count only when it is there.
  const total = db.prepare('SELECT sum(count) FROM rollups WHERE site = 0').pluck()
  while (total.get() !== events) await new Promise((resolve) => setTimeout(resolve, 5))
  const seconds = (Date.now() - started) / 1000
  const { cpuSeconds, peakMb } = usageOf(pid)
  if (db.prepare('SELECT count(*) FROM changes').pluck().get() !== events) throw new Error('rows are missing')
  db.close()
  await child.end()
  const bytes = statSync(join(place, 'data/changes.db')).size
  rmSync(place, { recursive: true })
  return { seconds, cpuSeconds, peakMb, bytes }
}

async function part([name = '', ...args]: readonly string[]): Promise<Run> {
  const child = startChild([script(name), ...args])
  const result = JSON.parse(await child.line('done')) as Run
  await child.end()
  return result
}

function figures(of: readonly Run[]) {
  return {
    eventsPerSecond: Math.round(events / median(of.map(({ seconds }) => seconds))),
    cpuSecondsPerMillion: rounded((median(of.map(({ cpuSeconds }) => cpuSeconds)) / events) * 1e6),
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
