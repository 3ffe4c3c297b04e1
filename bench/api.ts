/**
 * What those who ask over HTTP cost: `api.ts FOLLOWERS EVENTS`. How late changes are at 50 a second with so many
 * following them, what memory each of those takes, and how fast so many events are taken in while they follow and ask,
 * against nobody doing so.
 */
import { once } from 'node:events'
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { startChild, usageOf } from './children.ts'
import { writeFrames } from './frames.ts'

const [followers = 2000, events = 300_000] = process.argv.slice(2).map(Number)
const PER_SECOND = 50
/** Questions a second besides: all that is answered in some milliseconds, and searches. */
const QUERIES_PER_SECOND = 20
const MEASURED_MS = 20_000
const FLAGS = ['--expose-gc', '--max-semi-space-size=8', '--v8-pool-size=1']
const script = (name: string) => join(import.meta.dirname, name)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const folder = mkdtempSync(join(tmpdir(), 'wcs-api-'))
try {
  const following = await follow()
  const frames = join(folder, 'frames.sse')
  await writeFrames(frames, events, Date.now() - events * 25)
  const alone = await ingest(frames, 0)
  const loaded = await ingest(frames, followers)
  const result = {
    ...following,
    ingestPerSecond: alone.perSecond,
    ingestPerSecondUnderLoad: loaded.perSecond,
    ingestLost: 1 - loaded.perSecond / alone.perSecond,
    queriesRefused: loaded.refused,
  }
  process.stdout.write(`done ${JSON.stringify(result)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(0)

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

async function startProgram(url: string) {
  const port = await freePort()
  const place = mkdtempSync(join(folder, 'run-'))
  const env = { EVENTSTREAM_URL: url, HTTP_PORT: String(port) }
  const child = startChild([...FLAGS, script('../src/main.js'), 'start'], { cwd: place, env })
  // With its API loaded, which is not what a client costs.
  while (!(await fetch(`http://127.0.0.1:${port}/api/status`).catch(() => undefined))?.ok) await pause(20)
  return { port, pid: child.process.pid as number, end: child.end, file: join(place, 'data/changes.db') }
}

async function startClients(port: number, count: number, queries: number) {
  const child = startChild([script('api-clients.ts'), String(port), String(count), String(queries)])
  await child.line('connected')
  const seen = async () => {
    const line = child.line('seen')
    child.process.stdin?.write('\n')
    return JSON.parse(await line) as Record<string, number>
  }
  return { seen, end: child.end }
}

/** How late changes are, and what followers take of memory. */
async function follow() {
  const server = startChild([script('paced-server.ts'), '10000', String(PER_SECOND)])
  const program = await startProgram(`http://127.0.0.1:${await server.line('port')}/`)
  const one = await startClients(program.port, 1, 0)
  await pause(5000)
  const before = usageOf(program.pid).residentMb
  const clients = await startClients(program.port, followers, 0)
  await pause(3000)
  await clients.seen()
  const cpuBefore = usageOf(program.pid).cpuSeconds
  await pause(MEASURED_MS)
  const { p50Ms = Number.NaN, p99Ms = Number.NaN, deliveries = 0, closed = 0 } = await clients.seen()
  const { residentMb, cpuSeconds } = usageOf(program.pid)
  if (closed > 0 || deliveries < followers)
    throw new Error(`${closed} were dropped, ${deliveries} deliveries`)
  await Promise.all([one.end(), clients.end()])
  await Promise.all([program.end(), server.end()])
  return {
    p50Ms,
    p99Ms,
    kBPerFollower: ((residentMb - before) * 1024) / followers,
    coreShare: ((cpuSeconds - cpuBefore) * 1000) / MEASURED_MS,
  }
}

/** How fast the program takes in all events, from the first byte until the last one can be read. */
async function ingest(frames: string, count: number) {
  const connected = Promise.withResolvers<ServerResponse>()
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(':ok\n\n')
    connected.resolve(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const program = await startProgram(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const clients = count === 0 ? null : await startClients(program.port, count, QUERIES_PER_SECOND)
  const response = await connected.promise
  const db = new Database(program.file, { readonly: true })
  const total = db.prepare("SELECT value FROM counters WHERE name = 'rows'").pluck()
  const began = performance.now()
  createReadStream(frames, { highWaterMark: 1 << 18 }).pipe(response, { end: false })
  while (total.get() !== events) await pause(5)
  const perSecond = (events * 1000) / (performance.now() - began)
  const refused = (await clients?.seen())?.refused ?? 0
  db.close()
  await clients?.end()
  await program.end()
  server.closeAllConnections()
  server.close()
  return { perSecond, refused }
}
