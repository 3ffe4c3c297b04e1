/** The bare loop: the same bytes read, framed and parsed as JSON, and nothing else: `bare.ts URL COUNT`. */
import http from 'node:http'

const [url = '', count = ''] = process.argv.slice(2)
const wanted = Number(count)
http.get(url, { headers: { 'user-agent': 'bench/1.0 (local)' } }, (response) => {
  const started = performance.now()
  const before = process.cpuUsage()
  let received = 0
  let carry: Buffer | undefined
  response.on('data', (chunk: Buffer) => {
    const bytes = carry === undefined ? chunk : Buffer.concat([carry, chunk])
    let at = 0
    for (let end = bytes.indexOf('\n\n'); end >= 0; end = bytes.indexOf('\n\n', at)) {
      const data = bytes.indexOf('data: ', at)
      if (data >= 0 && data < end) {
        JSON.parse(bytes.toString('utf8', data + 6, end))
        received++
      }
      at = end + 2
    }
    carry = bytes.subarray(at)
    if (received < wanted) return
    const cpu = process.cpuUsage(before)
    const seconds = (performance.now() - started) / 1000
    process.stdout.write(`done ${JSON.stringify({ seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6 })}\n`)
    response.destroy()
  })
})
