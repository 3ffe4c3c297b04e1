/** The reader's part: the stream read, framed and made into changes, then thrown away: `reader.ts URL COUNT`. */
import pino from 'pino'
import { eventStreams } from '../src/sources/eventstreams/source.ts'

const [url = '', count = ''] = process.argv.slice(2)
const stop = new AbortController()
const source = eventStreams({
  url,
  userAgent: 'bench/1.0 (local)',
  idleMs: 60_000,
  log: pino({ enabled: false }),
})
const started = performance.now()
let received = 0
for await (const { changes } of source.read(null, stop.signal)) {
  received += changes.count
  if (received >= Number(count)) stop.abort()
}
const cpu = process.cpuUsage()
process.stdout.write(
  `done ${JSON.stringify({ received, seconds: (performance.now() - started) / 1000, cpuSeconds: (cpu.user + cpu.system) / 1e6 })}\n`,
)
