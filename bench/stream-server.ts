/**
 * Serves a file of frames to whoever connects, as fast as they read, then stays open: `stream-server.ts FILE`. Prints
 * its port, and for each connection the moment at which it came.
 */
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const file = process.argv[2]
if (file === undefined) throw new Error('which file?')
const server = createServer((_request, response) => {
  process.stdout.write(`connected ${Date.now()}\n`)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  createReadStream(file, { highWaterMark: 1 << 18 }).pipe(response, { end: false })
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`))
process.stdin.resume().on('end', () => process.exit(0))
