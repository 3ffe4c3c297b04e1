import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createGunzip } from 'node:zlib'
import { wait } from '../flow/wait.ts'

const RECORDING = fileURLToPath(new URL('../../examples/recording.ndjson.gz', import.meta.url))
const EVENTS_PER_SECOND = 8
const TOPIC = 'demo.mediawiki.recentchange'

/** A running demonstration. */
export interface DemoStream {
  /** What to give as EVENTSTREAM_URL. */
  readonly url: string
  close(): void
}

/**
 * Serves the bundled recording on a free loopback port as an event stream that never ends: over and over, each event
 * with the present time and an id of its own. Whoever reads it cannot tell it from a live one, so a demonstration
 * goes the very same way through the program.
 */
export async function startDemoStream(): Promise<DemoStream> {
  const stop = new AbortController()
  const server = createServer((_request, response) => {
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    play(response, AbortSignal.any([stop.signal, gone.signal])).catch((error: unknown) =>
      response.destroy(error as Error),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v2/stream/recentchange`,
    close() {
      stop.abort()
      server.close()
      server.closeAllConnections()
    },
  }
}

async function play(response: ServerResponse, stop: AbortSignal): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  response.write(':ok\n\n')
  while (!stop.aborted) {
    const input = createReadStream(RECORDING)
    for await (const line of createInterface({ input: input.pipe(createGunzip()) })) {
      // Irregular, as people are.
      await wait((-Math.log(1 - Math.random()) * 1000) / EVENTS_PER_SECOND, stop)
      if (stop.aborted) break
      response.write(frame(line, Date.now()))
    }
    input.destroy()
  }
}

function frame(line: string, now: number): string {
  const event = JSON.parse(line) as { meta: Record<string, unknown>; timestamp: number }
  event.meta = { ...event.meta, id: crypto.randomUUID(), dt: new Date(now).toISOString(), topic: TOPIC }
  event.timestamp = Math.floor(now / 1000)
  const id = JSON.stringify([{ topic: TOPIC, partition: 0, timestamp: now + 1 }])
  return `event: message\nid: ${id}\ndata: ${JSON.stringify(event)}\n\n`
}
