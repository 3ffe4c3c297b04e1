/** The web face over a real socket. */
import { once } from 'node:events'
import { request as ask, createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import pino from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { figuresIn } from '../../../test/exposition.ts'
import { Counters } from '../../pipeline/counters.ts'
import { checkWeb } from './check.ts'
import { type WebOptions, web } from './face.ts'

const cleanup: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of cleanup.splice(0).reverse()) await end()
})

const store = {
  lastArrival: async () => 0,
  gaps: async () => [],
  span: async () => null,
  totals: async () => ({ changes: 0, bytes: 0, deadLetters: 0 }),
  space: async () => null,
} as unknown as WebOptions['store']

async function served(given: Partial<WebOptions> & { token?: string; port?: number } = {}) {
  const lines: string[] = []
  const write = (line: string) => lines.push((JSON.parse(line) as { msg: string }).msg)
  const { token = null, port = 0, ...options } = given
  const stop = new AbortController()
  const draining = new AbortController()
  const running = web({
    http: { host: '127.0.0.1', port, token, isPublic: false },
    store,
    counters: new Counters([]),
    bus: { waiting: async () => ({ batches: 0, events: 0 }) },
    isStoring: true,
    isForOperators: false,
    bot: () => 'off',
    commands: null,
    deliveries: null,
    source: { name: 'test', isConnected: () => true, held: () => 0 },
    interactions: null,
    draining: draining.signal,
    log: pino({}, { write }),
    ...options,
  }).run(stop.signal)
  cleanup.push(async () => {
    stop.abort()
    await running
  })
  const find = () =>
    lines.flatMap((line) => /listening on http:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1] ?? [])[0]
  return { lines, stop, draining, running, find, port: async () => Number(await vi.waitUntil(find, 5000)) }
}

interface Answer {
  readonly status: number | undefined
  readonly headers: Record<string, unknown>
  readonly text: string
}

function send(
  port: number,
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = ask({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

function expectProblem(answer: Answer, status: number): void {
  expect(answer.status).toBe(status)
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(JSON.parse(answer.text)).toEqual({
    type: 'about:blank',
    title: expect.any(String),
    status,
    detail: expect.any(String),
  })
}

test('health, readiness and metrics, each with the headers of something that is no page', async () => {
  const port = await (await served()).port()
  for (const path of ['/healthz', '/readyz', '/metrics', '/metrics?name=x', '/nothing']) {
    const { status, headers } = await send(port, path)
    expect(status).toBe(path === '/nothing' ? 404 : 200)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'cache-control': 'no-store',
    })
  }
  const { status, text, headers } = await send(port, '/healthz', { method: 'HEAD' })
  expect({ status, text }).toEqual({ status: 200, text: '' })
  expect(Number(headers['content-length'])).toBeGreaterThan(0)
})

test('what is wrong is said as a problem', async () => {
  const port = await (await served()).port()
  expectProblem(await send(port, '/nothing'), 404)
  expectProblem(await send(port, '//'), 404)
  expectProblem(await send(port, '/discord/interactions', { method: 'POST' }), 404)
  const wrongMethod = await send(port, '/metrics', { method: 'DELETE' })
  expectProblem(wrongMethod, 405)
  expect(wrongMethod.headers.allow).toBe('GET, HEAD')
  expectProblem(await send(port, '/metrics', { headers: { host: 'evil.example' } }), 403)
})

test('a token is asked for everything but health', async () => {
  const port = await (await served({ token: 'a token of ours' })).port()
  expect((await send(port, '/healthz')).status).toBe(200)
  expect((await send(port, '/readyz')).status).toBe(200)
  expectProblem(await send(port, '/metrics'), 401)
  expectProblem(await send(port, '/nothing'), 401)
})

test('not ready while the store does not answer, nor while it stops', async () => {
  const broken = { ...store, lastArrival: () => Promise.reject(new Error('gone')) }
  const unready = await send(await (await served({ store: broken })).port(), '/readyz')
  expectProblem(unready, 503)
  expect(unready.headers['retry-after']).toBeDefined()

  const { draining, port } = await served()
  expect((await send(await port(), '/readyz')).status).toBe(200)
  draining.abort()
  expectProblem(await send(await port(), '/readyz'), 503)
  expect((await send(await port(), '/healthz')).status).toBe(200)
})

test('a failure is said without its reason, which is logged', async () => {
  const bot = () => {
    throw new Error('a bot on fire')
  }
  const { lines, port } = await served({ bot })
  const answer = await send(await port(), '/metrics')
  expectProblem(answer, 500)
  expect(answer.text).not.toContain('fire')
  expect(lines).toContainEqual('web: GET /metrics: a bot on fire')
})

test('what is under way when it stops is answered, and idle connections do not hold it up', async () => {
  const { promise: isReady, resolve: getReady } = Promise.withResolvers<void>()
  const slow = { ...store, lastArrival: () => isReady.then(() => 1) }
  const { stop, running, port } = await served({ store: slow })
  const idle = connect(await port(), '127.0.0.1')
  idle.on('error', () => {})
  await once(idle, 'connect')
  const answering = send(await port(), '/readyz')
  const half = connect(await port(), '127.0.0.1')
  half.on('error', () => {})
  half.write('GET /healthz HTTP/1.1\r\n')
  await vi.waitUntil(() => half.bytesWritten > 0)
  // Once the request has come, the same connection's next one would be refused.
  expect((await send(await port(), '/healthz')).status).toBe(200)
  stop.abort()
  getReady()
  expect((await answering).status).toBe(200)
  await running
})

test('a port that is taken: said once, with the setting; listened on as soon as it is free', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const taken = (other.address() as AddressInfo).port
  expect(await checkWeb({ host: '127.0.0.1', port: taken, token: null, isPublic: false })).toMatchObject([
    { state: 'fail', detail: expect.stringContaining('HTTP_PORT') },
  ])
  const { lines, port } = await served({ port: taken })
  await vi.waitUntil(() => lines.length > 0)
  expect(lines).toEqual([expect.stringMatching(/^web: port \d+ of 127\.0\.0\.1 is taken .* HTTP_PORT/)])
  other.close()
  expect(await port()).toBe(taken)
  expect(await checkWeb({ host: '127.0.0.1', port: taken, token: 'hunter2', isPublic: false })).toMatchObject(
    [
      { state: 'ok', detail: expect.stringContaining('this program') },
      { state: 'warn', detail: expect.not.stringContaining('hunter2') },
    ],
  )
})

test('an address of another machine ends it with a line that names the setting', async () => {
  const http = { host: '192.0.2.1', port: 0, token: 'x', isPublic: false }
  const { running } = await served({ http }).then((face) => {
    cleanup.pop()
    return face
  })
  await expect(running).rejects.toThrow('HTTP_HOST 192.0.2.1 is no address of this machine')
})

test("Discord's requests: signed ones only, of a bounded length, without our token and under any name", async () => {
  const bodies: number[] = []
  const interactions = {
    async take(
      headers: Record<string, unknown>,
      body: Buffer,
      reply: (c: { type: string; body: string }) => Promise<void>,
    ) {
      bodies.push(body.length)
      if (headers['x-test'] === 'forged') return 'forged' as const
      if (headers['x-test'] === 'odd') return 'unanswered' as const
      await reply({ type: 'application/json', body: '{"type":1}' })
      return 'responded' as const
    },
  }
  const port = await (await served({ interactions, token: 'x' })).port()
  const post = (body: string, headers = {}) =>
    send(port, '/discord/interactions', {
      method: 'POST',
      body,
      headers: { host: 'bot.example.org', ...headers },
    })
  expect(await post('{}')).toMatchObject({ status: 200, text: '{"type":1}' })
  expectProblem(await post('{}', { 'x-test': 'forged' }), 401)
  expectProblem(await post('{}', { 'x-test': 'odd' }), 500)
  expectProblem(await send(port, '/discord/interactions'), 405)
  expect(bodies).toEqual([2, 2, 2])
  const long = await post('x'.repeat(300_000)).catch((error: NodeJS.ErrnoException) => error.code)
  // Cut off while still sending, or told.
  if (typeof long === 'object') expectProblem(long, 413)
  else expect(long).toMatch(/EPIPE|ECONNRESET/)
  expect(bodies).toHaveLength(3)
})

test('what is no request is told so, and ends its connection alone', async () => {
  const port = await (await served()).port()
  for (const [sent, status] of [
    ['GARBAGE\r\n\r\n', 400],
    [`GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 431],
  ] as const) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    socket.write(sent)
    await once(socket, 'close')
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status })
  }
  expect((await send(port, '/healthz')).status).toBe(200)
  expect(figuresIn((await send(port, '/metrics')).text)).toMatchObject({
    'http_requests_total{route="other",status="4xx"}': 2,
    'http_requests_total{route="/healthz",status="2xx"}': 1,
  })
})
