/** A simulator of Wikimedia's EventStreams server, as a program. Prints where it listens, as one line of JSON. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { listenForOrders, publishLines } from './control.ts'
import { EventStreamsServer } from './server.ts'

/** The names in the URL, and what their topics are called without the datacentre. */
const STREAMS = [
  'recentchange=mediawiki.recentchange',
  'mediawiki.recentchange=mediawiki.recentchange',
  'revision-create=mediawiki.revision-create',
  'mediawiki.page_change.v1=mediawiki.page_change.v1',
]

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    stream: { type: 'string', multiple: true, default: STREAMS },
    events: { type: 'string', multiple: true, default: [] },
    'connection-limit': { type: 'string', default: '2' },
    'with-parent': { type: 'boolean', default: false },
  },
})

const server = new EventStreamsServer(Object.fromEntries(values.stream.map((each) => each.split('=', 2))))
server.configure({ connectionLimit: Number(values['connection-limit']) })
for (const file of values.events) publishLines(server, readFileSync(file))

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0))
// The parent holds the other end of standard input: whatever kills it closes that, and nothing is left behind.
if (values['with-parent']) process.stdin.resume().on('end', () => process.exit(0))

const url = await server.listen(Number(values.port))
const control = await listenForOrders(server)
process.stdout.write(`${JSON.stringify({ url, control })}\n`)
