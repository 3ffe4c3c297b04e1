/** Sends generated events at a steady rate to whoever connects, each with the present time: `paced-server.ts COUNT PER_SECOND`. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generateEvents } from '../test/simulators/eventstreams/generate.ts'

const [count = '', perSecond = ''] = process.argv.slice(2)
const events = [...generateEvents({ seed: 3, count: Number(count), from: Date.now() })]
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(':ok\n\n')
  const started = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = Math.min(
      events.length,
      Math.floor(((performance.now() - started) * Number(perSecond)) / 1000),
    )
    for (; sent < due; sent++) {
      const now = Date.now()
      const event = events[sent] as (typeof events)[number]
      const meta = { ...event.meta, dt: new Date(now).toISOString() }
      const id = JSON.stringify([{ topic: 'eqiad.mediawiki.recentchange', partition: 0, timestamp: now + 1 }])
      response.write(`event: message\nid: ${id}\ndata: ${JSON.stringify({ ...event, meta })}\n\n`)
    }
    if (sent === events.length) clearInterval(timer)
  }, 1)
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`))
process.stdin.resume().on('end', () => process.exit(0))
