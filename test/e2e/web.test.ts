/** What an operator asks the real program over HTTP. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { figuresIn } from '../exposition.ts'
import { Home, until } from '../program.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'
import { generateEvents } from '../simulators/eventstreams/generate.ts'

let stream: EventStreamsSimulator
let home: Home
beforeEach(async () => {
  stream = await startEventStreams()
  home = new Home({ EVENTSTREAM_URL: stream.streamUrl() })
})
afterEach(async () => {
  await home.remove()
  await stream.close()
})

let seed = 0
/** Publishes `count` events a tenth of a second apart, the first one at `from`. */
async function publish(count: number, from: number): Promise<void> {
  const events = [...generateEvents({ seed: ++seed, count, from })].map((event, i) => ({
    ...event,
    meta: { ...event.meta, dt: new Date(from + i * 100).toISOString() },
  }))
  await stream.publish(events)
}
const stored = (count: number) => until(`${count} are stored`, () => home.stored() === count)

/** Numbers by name and labels, without the prefix. */
async function metricsOf(web: string): Promise<Record<string, number>> {
  return figuresIn(await (await fetch(`${web}metrics`)).text())
}

test('health, readiness, and metrics with the gap and the lag after an outage', async () => {
  const last = Date.now() - 1_800_000
  const before = home.start([], { EVENTSTREAM_URL: `${stream.streamUrl()}?since=${last - 10_000}` })
  await stream.waitForConnection(1)
  await publish(100, last - 9_900)
  await stored(100)
  const figures = await metricsOf(await before.web())
  expect(figures).toMatchObject({
    'events_received_total{source="eventstreams"}': 100,
    changes_stored_total: 100,
    store_changes: 100,
    'gaps{state="lost"}': 0,
    'bot_state{state="off"}': 1,
  })
  expect(figures.lag_seconds).toBeGreaterThan(1700)
  expect(figures.lag_seconds).toBeLessThan(2700)
  await before.stop()

  await publish(50, last + 60_000)
  await stream.expire(last + 600_000)
  await publish(20, last + 600_000)
  const at = Date.now() - 5000
  await publish(10, at)
  const program = home.start()
  await stored(130)
  const web = await program.web()
  const after = await until('the gap is told', async () => {
    const now = await metricsOf(web)
    return now['gaps{state="lost"}'] === 1 && now
  })
  expect(after).toMatchObject({
    changes_stored_total: 30,
    store_changes: 130,
    'gaps{state="open"}': 0,
    'gaps{state="refilled"}': 0,
    last_change_timestamp_seconds: (at + 900) / 1000,
    'dead_letters_total{reason="malformed"}': 0,
    'source_connected{source="eventstreams"}': 1,
    'queue_events{place="bus"}': 0,
    'queue_events{place="source"}': 0,
    store_up: 1,
  })
  expect(after.lag_seconds).toBeLessThan(1700)
  expect(after.position_age_seconds).toBeLessThan(60)
  expect(after.append_duration_seconds_count).toBe(after.batches_stored_total)
  expect(after.process_resident_memory_bytes).toBeGreaterThan(10_000_000)
  expect((await fetch(`${web}healthz`)).status).toBe(200)
  expect((await fetch(`${web}readyz`)).status).toBe(200)
  expect((await fetch(`${web}nothing`)).headers.get('content-type')).toBe('application/problem+json')
})

test('events that cannot be read are counted by what is wrong with them, each once', async () => {
  const web = await home.start().web()
  await stream.waitForConnection(1)
  await stream.publishRaw('this is not JSON')
  await stream.publishRaw('this is not JSON')
  await stream.publishRaw('{"type":"edit","title":"</reason>","meta":{"domain":"\\"} 1"}}')
  await publish(10, Date.now())
  await stored(10)
  expect(await metricsOf(web)).toMatchObject({
    'events_received_total{source="eventstreams"}': 13,
    'dead_letters_total{reason="malformed"}': 1,
    'dead_letters_total{reason="missing_field"}': 1,
    'dead_letters_total{reason="invalid_field"}': 0,
    store_dead_letters: 2,
  })
})

test('asked to stop, it ends with the web', async () => {
  const program = home.start()
  const web = await program.web()
  await stream.waitForConnection(1)
  await publish(10, Date.now())
  await stored(10)
  expect(await program.stop()).toBe(0)
  await expect(fetch(`${web}healthz`)).rejects.toThrow('fetch failed')
})

test('a token is asked for, and never told', async () => {
  const token = 'c0ffee-c0ffee-c0ffee'
  const program = home.start([], { HTTP_HOST: '0.0.0.0', HTTP_TOKEN: token, LOG_LEVEL: 'debug' })
  const web = (await program.web()).replace('0.0.0.0', '127.0.0.1')
  const refused = await fetch(`${web}metrics`)
  expect(refused.status).toBe(401)
  // A browser asks for a password by this, and sends it from then on.
  expect(refused.headers.get('www-authenticate')).toContain(
    'Basic realm="wiki-change-stream", charset="UTF-8"',
  )
  const password = (text: string) => `Basic ${Buffer.from(`me:${text}`).toString('base64')}`
  const told = async (path: string, authorization: string) => {
    const response = await fetch(web + path, { headers: { authorization } })
    await response.body?.cancel()
    return response.status
  }
  for (const path of ['metrics', 'api/status', 'api/changes/stream', 'openapi.json']) {
    expect(await told(path, `Bearer ${token}`)).toBe(200)
    expect(await told(path, password(token))).toBe(200)
    expect(await told(path, password(`${token}0`))).toBe(401)
  }
  expect((await fetch(`${web}healthz`)).status).toBe(200)
  const headers = { authorization: password(token) }
  expect(await (await fetch(`${web}openapi.json`, { headers })).json()).toMatchObject({
    security: [{ token: [] }, { password: [] }],
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        password: { type: 'http', scheme: 'basic' },
      },
    },
  })
  await program.stop()
  expect(program.log).not.toContain(token)
})

test('a port that is taken stops nothing but the web, which begins when it is free', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const HTTP_PORT = String((other.address() as AddressInfo).port)
  try {
    const program = home.start([], { HTTP_PORT })
    const line = await program.logged(/web: port \d+ of 127\.0\.0\.1 is taken by another program/)
    expect(line.msg).toContain('HTTP_PORT')
    await stream.waitForConnection(1)
    await publish(10, Date.now())
    await stored(10)
    const sick = await home.run(['doctor', '--json'], { env: { HTTP_PORT } })
    expect(sick.code).toBe(1)
    expect(JSON.parse(sick.stdout).findings).toContainEqual(
      expect.objectContaining({ check: 'web', state: 'fail', detail: expect.stringContaining('HTTP_PORT') }),
    )

    other.close()
    expect((await fetch(`${await program.web()}healthz`)).status).toBe(200)
    const { stdout } = await home.run(['doctor', '--json'], { env: { HTTP_PORT } })
    expect(JSON.parse(stdout).findings).toContainEqual(
      expect.objectContaining({ check: 'web', state: 'ok', detail: expect.stringContaining('this program') }),
    )
  } finally {
    other.close()
  }
})

test.each([
  [{ HTTP_PORT: 'http' }, 'HTTP_PORT takes a port'],
  [{ HTTP_HOST: '0.0.0.0' }, 'HTTP_PUBLIC=yes'],
  [{ DISCORD_PUBLIC_KEY: 'not a key' }, 'DISCORD_PUBLIC_KEY takes'],
])('wrong settings are one line, and status 2: %o', async (env, said) => {
  const { code, stderr } = await home.run(['start'], { env })
  expect(code).toBe(2)
  expect(stderr).toContain(said)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})
