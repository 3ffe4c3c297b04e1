import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { generateEvents } from '../test/simulators/eventstreams/generate.ts'

const TOPIC = 'eqiad.mediawiki.recentchange'

/** Writes `count` events as the frames of a stream, as the server would send them. Returns the bytes. */
export async function writeFrames(file: string, count: number, from: number): Promise<number> {
  const out = createWriteStream(file)
  let bytes = 0
  let text = ':ok\n\n'
  let offset = 6_400_000_000
  for (const event of generateEvents({ seed: 1, count, from })) {
    const timestamp = Date.parse(event.meta.dt)
    const id = `[{"topic":"${TOPIC}","partition":0,"timestamp":${timestamp + 1}},{"topic":"codfw.mediawiki.recentchange","partition":0,"offset":-1}]`
    const meta = { ...event.meta, topic: TOPIC, partition: 0, offset: offset++ }
    text += `event: message\nid: ${id}\ndata: ${JSON.stringify({ ...event, meta })}\n\n`
    if (text.length > 1 << 20) {
      bytes += Buffer.byteLength(text)
      if (!out.write(text)) await once(out, 'drain')
      text = ''
    }
  }
  bytes += Buffer.byteLength(text)
  out.end(text)
  await once(out, 'close')
  return bytes
}
