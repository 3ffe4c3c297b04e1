/**
 * Follows the changes with many connections, and asks besides: `api-clients.ts PORT FOLLOWERS QUERIES_PER_SECOND`. Prints
 * `connected` when all of them follow; for every line of its input, what it has seen since the one before.
 */
import { get } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'

const [port = 0, followers = 0, queriesPerSecond = 0] = process.argv.slice(2).map(Number)
/** Connections that are made at once. */
const AT_ONCE = 50

// Whoever asks is elsewhere: they take what the machine has left.
setPriority(19)

let delays: number[] = []
/** Connections on which a change has come. */
let served = new Set<Socket>()
let asked = 0
let answered = 0
let refused = 0
let closed = 0
const AT = Buffer.from('"at":')

function follow(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET /api/changes/stream HTTP/1.1\r\nhost: localhost\r\n\r\n')
    })
    socket.once('data', () => resolve(socket))
    socket.on('data', (chunk) => {
      // The oldest of those that come together: what waited longest.
      const place = chunk.indexOf(AT)
      const at = place === -1 ? Number.NaN : Number(chunk.toString('latin1', place + 5, place + 18))
      if (Number.isNaN(at)) return
      delays.push(Date.now() - at)
      served.add(socket)
    })
    socket.on('close', () => closed++)
    socket.on('error', reject)
  })
}

const QUERIES = [
  '/api/changes?limit=500',
  '/api/changes?type=new&bot=false&limit=50',
  '/api/changes?scope=en&title=*a*&limit=50',
  '/api/stats',
  '/api/series?bucket=hour&scope=en',
  '/api/series?bucket=minute',
  '/api/top?by=user&hours=1',
  '/api/status',
]

function query(): void {
  const path = QUERIES[asked++ % QUERIES.length] as string
  get({ port, host: '127.0.0.1', path }, (response) => {
    response.resume().on('end', () => {
      if (response.statusCode === 200) answered++
      else refused++
    })
  }).on('error', () => refused++)
}

const sockets: Socket[] = []
while (sockets.length < followers)
  sockets.push(
    ...(await Promise.all(Array.from({ length: Math.min(AT_ONCE, followers - sockets.length) }, follow))),
  )
if (queriesPerSecond > 0) setInterval(query, 1000 / queriesPerSecond)
process.stdout.write('connected\n')

createInterface({ input: process.stdin })
  .on('line', () => {
    const sorted = Float64Array.from(delays).sort()
    const result = {
      deliveries: sorted.length,
      served: served.size,
      p50Ms: sorted[sorted.length >> 1] ?? null,
      p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? null,
      answered,
      refused,
      closed,
    }
    delays = []
    served = new Set()
    answered = refused = 0
    process.stdout.write(`seen ${JSON.stringify(result)}\n`)
  })
  .on('close', () => process.exit(0))
