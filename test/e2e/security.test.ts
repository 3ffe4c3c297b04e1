/** Who is let in to the real program over HTTP, and what is made of requests that no client would send. */
import { createHash } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OpenApi } from '../openapi.ts'
import { Home, type Program, until } from '../program.ts'
import { asked, exchange, RawConnection, readAnswer } from '../raw-http.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'
import { generateEvents } from '../simulators/eventstreams/generate.ts'

const TOKEN = 'a-token-of:32-signs-and-more-or-less'
const COUNT = 200
const STREAM = '/api/changes/stream'
/** All that there is for GET, and the answer to it in the middle of the day. */
const PATHS = [
  '/',
  '/metrics',
  '/openapi.json',
  '/api/changes',
  STREAM,
  '/api/stats',
  '/api/series',
  '/api/top',
  '/api/scopes',
  '/api/status',
]

let stream: EventStreamsSimulator
/** On this machine alone, without a token. */
let own: { home: Home; program: Program; port: number }
/** For everybody with the token. */
let guarded: typeof own

async function start(home: Home, env = {}): Promise<typeof own> {
  const program = home.start([], env)
  const { msg } = await program.logged(/web: listening on http/)
  return { home, program, port: Number(/:(\d+)\//.exec(msg)?.[1]) }
}

/** Requests that are begun and not ended: a head, and a body. */
const slow: RawConnection[] = []

beforeAll(async () => {
  stream = await startEventStreams()
  const from = Date.now() - 600_000
  const EVENTSTREAM_URL = `${stream.streamUrl()}?since=${from - 1000}`
  await stream.publish(generateEvents({ seed: 1, count: COUNT, from }))
  ;[own, guarded] = await Promise.all([
    start(new Home({ EVENTSTREAM_URL })),
    start(new Home({ EVENTSTREAM_URL }), { HTTP_HOST: '0.0.0.0', HTTP_TOKEN: TOKEN }),
  ])
  for (const text of ['', 'GET /healthz HT', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: a']) {
    const connection = new RawConnection(own.port)
    connection.write(text)
    slow.push(connection)
  }
  await until('all is stored', () => own.home.stored() === COUNT && guarded.home.stored() === COUNT)
})
afterAll(async () => {
  for (const connection of slow) connection.close()
  await Promise.all([own.home.remove(), guarded.home.remove()])
  await stream.close()
})

const host = (name: string) => [`Host: ${name}`]

/** The head of an answer that does not end, and what came with it. */
async function begun(port: number, text: string) {
  const connection = new RawConnection(port)
  try {
    connection.write(text)
    await until('it is answered', () => connection.text.includes('\r\n\r\n'))
    return readAnswer(connection.text)
  } finally {
    connection.close()
  }
}

const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': expect.stringContaining('camera=()'),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

test('every kind of answer has the headers that keep it where it belongs, and lets no other origin read it', async () => {
  const { port } = own
  const etag = (await asked(port, '/api/scopes')).headers.get('etag')
  const answers = [
    ...(await Promise.all(
      [...PATHS.filter((path) => path !== STREAM), '/healthz', '/readyz', '/nothing', '/api/top?by=x'].map(
        (path) => asked(port, path, [...host('localhost'), 'Origin: https://evil.example']),
      ),
    )),
    await begun(port, `GET ${STREAM} HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\n\r\n`),
    await asked(port, STREAM, host('localhost'), 'HEAD'),
    await asked(port, '/api/scopes', [...host('localhost'), `If-None-Match: ${etag}`]),
    await asked(port, '/api/top', [...host('localhost'), 'Accept: text/html']),
    await asked(port, '/api/top', host('evil.example')),
    await asked(port, '/api/top', host('localhost'), 'POST'),
    await asked(port, `/api/top?by=${'x'.repeat(9000)}`),
    await asked(port, `/api/top?by=${'x'.repeat(20_000)}`),
    await asked(port, '/api/top', []),
    await asked(port, '/api/top', [...host('localhost'), 'Expect: the-unexpected']),
    readAnswer(await exchange(port, 'NO REQUEST\r\n\r\n')),
    await asked(guarded.port, '/api/top'),
  ]
  const statuses = new Set(answers.map(({ status }) => status))
  for (const status of [200, 304, 400, 401, 403, 404, 405, 406, 414, 431]) expect(statuses).toContain(status)
  for (const { status, headers } of answers) {
    const all = Object.fromEntries(headers)
    expect({ status, ...all }).toMatchObject(HEADERS)
    expect(all['content-security-policy']).toMatch(/^default-src '(?:none|self)';.* frame-ancestors 'none'/)
    // Over plain HTTP it means nothing, and a proxy with TLS says it by itself.
    expect(all).not.toHaveProperty('strict-transport-security')
    expect(all).not.toHaveProperty('x-powered-by')
    expect(Object.keys(all).filter((name) => name.startsWith('access-control-'))).toEqual([])
  }
})

test('a page of somebody else is not told by the browser what it asks for, and may not ask for more than that', async () => {
  const { port } = own
  for (const path of PATHS) {
    const preflight = await asked(
      port,
      path,
      [
        ...host('localhost'),
        'Origin: https://evil.example',
        'Access-Control-Request-Method: GET',
        'Access-Control-Request-Headers: authorization',
        'Access-Control-Request-Private-Network: true',
      ],
      'OPTIONS',
    )
    expect({ path, status: preflight.status }).toEqual({ path, status: 405 })
    expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  }
  // It changes nothing, and what comes back stays with the browser: links from elsewhere lead here.
  const crossSite = await asked(port, '/api/status', [
    ...host('localhost'),
    'Sec-Fetch-Site: cross-site',
    'Sec-Fetch-Mode: no-cors',
  ])
  expect(crossSite.status).toBe(200)
  expect(crossSite.headers.get('cross-origin-resource-policy')).toBe('same-origin')
})

test.each([
  ['the name of somebody else', host('evil.example')],
  ['one that begins like ours', host('localhost.evil.example:8080')],
  ['one that leads here', host('127.0.0.1.nip.io')],
  ['user information', host('localhost@evil.example')],
  ['user information of ours', host('evil.example@localhost')],
  ['a port that is none', host('localhost:80@evil.example')],
  ['nothing', host('')],
  ['a list', host('localhost, evil.example')],
  ['a network of our own', host('10.0.0.7')],
  ['all addresses', host('0.0.0.0')],
  ['another IPv6 address', host('[::2]')],
  ['brackets that do not end', host('[::1')],
  ['a number', host('2130706433')],
  ['a path', host('localhost/evil.example')],
  [
    'another name behind a proxy',
    [...host('evil.example'), 'X-Forwarded-Host: localhost', 'Forwarded: host=localhost'],
  ],
])('by a name that is not of this machine nothing is told: %s', async (_name, headers) => {
  for (const path of [...PATHS, '/nothing']) {
    const { status, body } = await asked(own.port, path, headers)
    expect({ path, status }).toEqual({ path, status: 403 })
    expect(body).not.toContain('localhost')
  }
  expect((await asked(own.port, '/healthz', headers)).status).toBe(200)
})

test('names of this machine', async () => {
  for (const name of [
    'localhost',
    `LOCALHOST:${own.port}`,
    '127.0.0.1',
    '127.1.2.3:1',
    '[::1]',
    '[::1]:8080',
  ])
    expect((await asked(own.port, '/api/status', host(name))).status).toBe(200)
})

test('the name in the address counts, not the one beside it', async () => {
  const { port } = own
  const status = async (target: string, headers = host('localhost')) =>
    (await asked(port, target, headers)).status
  expect(await status(`http://localhost:${port}/api/status`)).toBe(200)
  expect(await status(`http://127.0.0.1/api/top?by=wiki`, host('evil.example'))).toBe(200)
  expect(await status('http://evil.example/api/status')).toBe(403)
  expect(await status('http://localhost@evil.example/api/status')).toBe(403)
  expect(await status('http://evil.example@localhost/api/status')).toBe(403)
  expect(await status('http:///api/status')).toBe(403)
  expect(await status('http://localhost/nothing')).toBe(404)
  expect(await status('//evil.example/api/status')).toBe(404)
  expect(await status('ftp://localhost/api/status')).not.toBe(200)
})

test('no Host, and two of them', async () => {
  const { port } = own
  for (const path of ['/api/status', '/healthz']) {
    expect((await asked(port, path, [])).status).toBe(400)
    expect((await asked(port, path, [...host('localhost'), ...host('localhost')])).status).toBe(400)
    expect((await asked(port, path, [...host('localhost'), 'hOsT: evil.example'])).status).toBe(400)
  }
  const old = readAnswer(await exchange(port, 'GET /api/status HTTP/1.0\r\n\r\n'))
  expect(old.status).toBe(403)
  expect(readAnswer(await exchange(port, 'GET /healthz HTTP/1.0\r\n\r\n')).status).toBe(200)
})

test('without the token nobody learns what there is', async () => {
  const { port } = guarded
  const shown = async (path: string, headers: readonly string[] = [], method = 'GET') => {
    const answer = await asked(port, path, [...host('changes.example.org'), ...headers], method)
    return { ...answer, headers: Object.fromEntries([...answer.headers].filter(([name]) => name !== 'date')) }
  }
  const refused = await shown('/nothing')
  expect(refused).toMatchObject({
    status: 401,
    headers: {
      'www-authenticate':
        'Bearer realm="wiki-change-stream", Basic realm="wiki-change-stream", charset="UTF-8"',
    },
  })
  const { paths } = JSON.parse(
    (await asked(port, '/openapi.json', [...host('x'), `Authorization: Bearer ${TOKEN}`])).body,
  ) as OpenApi
  expect(new Set(PATHS)).toEqual(
    new Set(['/', ...Object.keys(paths).filter((path) => !['/healthz', '/readyz'].includes(path))]),
  )
  // What the page consists of, too; it is built or not.
  const { body: page } = await asked(port, '/', [...host('x'), `Authorization: Bearer ${TOKEN}`])
  const files = Array.from(page.matchAll(/(?:src|href)="\.?(\/[^"]+)"/g), ([, file = '']) => file)
  const others = [
    ...files,
    '/index.html',
    '/assets/',
    '/assets/index.js',
    '/../src/main.js',
    '/%2e%2e/package.json',
  ]
  const almostOpen = [
    '/healthz/',
    '/HEALTHZ',
    '//healthz',
    '/healthz%00',
    '/./healthz',
    '/readyz;x',
    '/healthz%3f',
  ]
  for (const path of [...PATHS, ...others, ...almostOpen, `/${'x'.repeat(9000)}`])
    expect({ path, answer: await shown(path) }).toEqual({ path, answer: refused })
  for (const path of ['/api/status', '/nothing'])
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])
      expect({ method, answer: await shown(path, [], method) }).toEqual({ method, answer: refused })
  for (const authorization of [
    'Bearer',
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(0, -1)}`,
    `Bearer ${TOKEN.toUpperCase()}`,
    `Basic ${Buffer.from(`${TOKEN}:`).toString('base64')}`,
    `Basic ${TOKEN}`,
  ]) {
    const headers = [`Authorization: ${authorization}`]
    for (const path of ['/', '/api/status', '/nothing'])
      expect({ authorization, answer: await shown(path, headers) }).toEqual({
        authorization,
        answer: refused,
      })
  }
  // Not from the address, a cookie, or a header of its own.
  expect((await shown(`/api/status?token=${TOKEN}`)).status).toBe(401)
  expect((await shown('/api/status', [`Cookie: token=${TOKEN}`, `X-Api-Key: ${TOKEN}`])).status).toBe(401)
  // The first one counts.
  const twice = ['Authorization: Bearer wrong', `Authorization: Bearer ${TOKEN}`]
  expect((await shown('/api/status', twice)).status).toBe(401)

  for (const path of ['/healthz', '/readyz', '/healthz?verbose']) expect((await shown(path)).status).toBe(200)
  for (const authorization of [
    `Bearer ${TOKEN}`,
    `Basic ${Buffer.from(`anybody:${TOKEN}`).toString('base64')}`,
  ]) {
    const headers = [`Authorization: ${authorization}`]
    expect((await shown('/api/status', headers)).status).toBe(200)
    expect((await shown('/nothing', headers)).status).toBe(404)
    const { status } = await begun(
      port,
      `GET ${STREAM} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`,
    )
    expect(status).toBe(200)
  }
  expect(guarded.program.log).not.toContain(TOKEN)
})

/** All that is stored, table by table. */
function stateOf(home: Home): Record<string, string> {
  const tables = home.sql<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
  )
  return Object.fromEntries(
    tables.map(({ name }) => {
      const rows = home.sql<object>(`SELECT * FROM "${name}"`).map((row) => JSON.stringify(row, bigToText))
      return [name, `${rows.length} ${createHash('sha256').update(rows.sort().join('\n')).digest('hex')}`]
    }),
  )
}
const bigToText = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)

test('nothing that can be asked for changes anything', async () => {
  const { home, port } = own
  const before = stateOf(home)
  expect(Object.keys(before)).toContain('changes')
  const queries = ['', '?scope=de', '?type=new&limit=5', '?by=user&hours=168', '?bucket=minute', '?q=germ']
  for (const path of PATHS)
    for (const query of queries) {
      for (const method of ['GET', 'HEAD']) {
        const head = `${method} ${path}${query} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`
        const { status } = await begun(port, `${head}X-HTTP-Method-Override: DELETE\r\n\r\n`)
        expect([200, 400, ...(path === '/' ? [503] : [])]).toContain(status)
      }
    }
  for (const method of [
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'MKCOL',
    'PROPFIND',
    'OPTIONS',
    'TRACE',
    'LINK',
    'QUERY',
  ])
    for (const path of PATHS) {
      const answer = await asked(port, path, [...host('localhost'), 'X-Secret: mirror'], method)
      expect({ method, path, status: answer.status, allow: answer.headers.get('allow') }).toEqual({
        method,
        path,
        status: 405,
        allow: 'GET, HEAD',
      })
      expect(answer.body).not.toContain('mirror')
    }
  expect(stateOf(home)).toEqual(before)
})

test('no way through it to other places', async () => {
  const { port } = own
  for (const target of ['localhost:22', 'evil.example:443', `127.0.0.1:${port}`]) {
    const text = await exchange(port, `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`)
    expect(text).not.toMatch(/^HTTP\/1\.1 2/)
  }
  const upgrade = await asked(port, '/healthz', [
    ...host('localhost'),
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c, websocket',
  ])
  expect(upgrade.status).toBe(200)
  expect(readAnswer(await exchange(port, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')).status).toBe(400)
})

const HIDDEN = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'
const chunked = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`

test.each([
  ['both lengths', `Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`],
  [
    'both lengths, the other way',
    `Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n${HIDDEN}`,
  ],
  ['two lengths', `Content-Length: 0\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`],
  ['a list of lengths', `Content-Length: 0, ${HIDDEN.length}\r\n\r\n${HIDDEN}`],
  ['a length with a sign', `Content-Length: +${HIDDEN.length}\r\n\r\n${HIDDEN}`],
  ['a length in hex', `Content-Length: 0x5\r\n\r\n12345${HIDDEN}`],
  ['a negative length', `Content-Length: -1\r\n\r\n${HIDDEN}`],
  ['an endless length', `Content-Length: 99999999999999999999\r\n\r\n${HIDDEN}`],
  ['chunks by another name', `Transfer-Encoding: xchunked\r\n\r\n${chunked(HIDDEN)}`],
  ['chunks not at the end', `Transfer-Encoding: chunked, identity\r\n\r\n${chunked(HIDDEN)}`],
  ['a space before the colon', `Transfer-Encoding : chunked\r\n\r\n${chunked(HIDDEN)}`],
  ['a folded line', `X: y\r\n Transfer-Encoding: chunked\r\n\r\n${chunked(HIDDEN)}`],
  ['a lone line feed', `X: y\nContent-Length: 0\r\n\r\n${HIDDEN}`],
  ['a lone carriage return', `X: y\rContent-Length: 0\r\n\r\n${HIDDEN}`],
  ['a NUL', `X: y\0z\r\n\r\n${HIDDEN}`],
  ['a length of a chunk that is none', `Transfer-Encoding: chunked\r\n\r\nzz\r\n${HIDDEN}`],
  ['a chunk with a lone line feed', `Transfer-Encoding: chunked\r\n\r\n5;\nx\r\nhello\r\n0\r\n\r\n${HIDDEN}`],
])(
  'a request that could be read in two ways is refused, and nothing behind it is answered: %s',
  async (_name, rest) => {
    for (const path of ['/healthz', '/api/status', STREAM, '/nothing']) {
      const text = await exchange(own.port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${rest}`)
      // A broken body may show only behind the head, which was good, and was answered.
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))
      expect({
        path,
        statuses,
        text: text.includes('wiki-change-stream lives') && path !== '/healthz',
      }).toEqual({
        path,
        statuses: expect.toSatisfy((all: number[]) => all.length > 0 && all.at(-1) === 400),
        text: false,
      })
    }
  },
)

test('what comes behind the request for a stream is not read', async () => {
  for (const behind of [HIDDEN, 'x', `POST / HTTP/1.1\r\nHost: evil.example\r\n\r\n`]) {
    const connection = new RawConnection(own.port)
    try {
      connection.write(`GET ${STREAM}?lastEventId=0 HTTP/1.1\r\nHost: localhost\r\n\r\n`)
      await until('it has begun', () => connection.text.includes('\nid: '))
      connection.write(behind)
      await until('changes have come', () => connection.text.split('\ndata: ').length > COUNT)
      expect(connection.text.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    } finally {
      connection.close()
    }
    // At once with it, so that it may be there before the stream is.
    const both = new RawConnection(own.port)
    try {
      both.write(`GET ${STREAM} HTTP/1.1\r\nHost: localhost\r\n\r\n${behind}`)
      await until('it is answered', () => both.text.includes('\r\n\r\n') || !both.isOpen)
      expect(both.text).not.toContain('wiki-change-stream lives')
      expect(both.text.match(/HTTP\/1\.1 /g) ?? []).toHaveLength(both.text === '' ? 0 : 1)
    } finally {
      both.close()
    }
  }
})

/** Requests with some bytes of theirs put in, left out, repeated or changed. */
const mangled = fc
  .tuple(
    fc.array(
      fc.constantFrom(
        `GET ${STREAM}?lastEventId=0 HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n`,
        'GET /api/changes?limit=2&type=new HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: "a", W/"b"\r\n\r\n',
        `GET ${STREAM} HTTP/1.1\r\nHost: [::1]\r\nLast-Event-ID: 7\r\nUpgrade: websocket\r\n\r\n`,
        'HEAD http://localhost/openapi.json HTTP/1.1\r\nHost: evil.example\r\nExpect: 100-continue\r\n\r\n',
        'POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello',
        'GET /readyz HTTP/1.0\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n1\r\na\r\n0\r\n\r\n',
        'OPTIONS * HTTP/1.1\r\nHost: localhost\r\nExpect: x\r\n\r\n',
      ),
      { minLength: 1, maxLength: 3 },
    ),
    fc.array(
      fc.record({
        at: fc.nat(400),
        drop: fc.nat(4),
        put: fc.oneof(
          fc.constant(''),
          fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength: 3 }),
          fc.constantFrom(
            '\r\n',
            '\n',
            '\0',
            ': ',
            ' ',
            '%',
            '?',
            '#',
            '//',
            '\r\nHost: localhost\r\n',
            'HTTP/1.1',
          ),
        ),
      }),
      { maxLength: 3 },
    ),
  )
  .map(([requests, changes]) => {
    let text = requests.join('')
    for (const { at, drop, put } of changes) {
      const place = at % text.length
      text = text.slice(0, place) + put + text.slice(place + drop)
    }
    return text
  })
  .filter((text) => text !== '')

test('property: whatever bytes come, they are answered or refused, and it goes on', async () => {
  const seen = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(mangled, async (text) => {
      const connection = new RawConnection(own.port)
      connection.write(text)
      connection.end()
      const answers = [...(await connection.ended()).matchAll(/^HTTP\/1\.1 (\d+) /gm)]
      for (const status of answers.map(([, status]) => Number(status))) {
        seen.set(status, (seen.get(status) ?? 0) + 1)
        expect(status).toBeLessThan(500)
      }
    }),
    { numRuns: 500 },
  )
  for (const status of [200, 400, 403, 404, 405]) expect(seen.get(status)).toBeGreaterThan(5)
  expect((await asked(own.port, '/healthz')).status).toBe(200)
  expect(own.program.lines.filter(({ level }) => level >= 50)).toEqual([])
}, 60_000)

test('line ends in what is asked make no lines of what is answered', async () => {
  const { port } = own
  for (const path of [
    '/api/changes?title=a%0d%0aSet-Cookie:%20a=b',
    '/api/stats?scope=%0d%0aSet-Cookie:%20a=b%0d%0a%0d%0a<script>',
    '/%0d%0aSet-Cookie:%20a=b',
    '/api/stats?%0d%0aSet-Cookie:%20a=b',
  ]) {
    const { headers, body } = await asked(port, path)
    expect(headers.has('set-cookie')).toBe(false)
    expect(headers.get('content-type')).toMatch(/^application\/(problem\+)?json$/)
    expect(body).not.toContain('\r\n')
  }
  // As they are, they end the request.
  const raw = await exchange(port, 'GET /api/stats?scope=a\r\nSet-Cookie: a=b\r\n\r\n')
  expect(raw).not.toContain('Set-Cookie')
  expect(own.program.log).not.toContain('Set-Cookie')
})

test('heads without end are not read', async () => {
  const { port } = own
  const head = 'GET /api/status HTTP/1.1\r\nHost: localhost\r\n'
  for (const rest of [
    `X: ${'y'.repeat(20_000)}\r\n\r\n`,
    `${'y'.repeat(20_000)}: x\r\n\r\n`,
    `${'X: y\r\n'.repeat(4000)}\r\n`,
    `Cookie: ${'a=b; '.repeat(5000)}\r\n\r\n`,
    `Authorization: Bearer ${'x'.repeat(20_000)}\r\n\r\n`,
  ])
    expect(readAnswer(await exchange(port, head + rest)).status).toBe(431)
})

test.each([
  [{ HTTP_HOST: '0.0.0.0' }],
  [{ HTTP_HOST: '0.0.0.0', HTTP_PUBLIC: 'no' }],
  [{ HTTP_HOST: '::' }],
  [{ HTTP_HOST: '[::]' }],
  [{ HTTP_HOST: '192.0.2.1' }],
  [{ HTTP_HOST: 'changes.example.org' }],
  [{ HTTP_HOST: 'localhost.example.org' }],
  [{ HTTP_HOST: '0.0.0.0', HTTP_TOKEN: '' }],
])('it does not start open to everybody unless somebody says so: %o', async (env) => {
  const { code, stderr, stdout } = await own.home.run(['start'], { env })
  expect(code).toBe(2)
  expect(stderr).toContain(`HTTP_HOST ${env.HTTP_HOST.replace(/[[\]]/g, '')} lets other machines in`)
  expect(stderr).toContain('set HTTP_TOKEN, or HTTP_PUBLIC=yes')
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stdout).toBe('')
})

test('said so, it answers under any name; with a token besides, to those who have it', async () => {
  const home = new Home({ EVENTSTREAM_URL: stream.streamUrl(), HTTP_HOST: '0.0.0.0', HTTP_PUBLIC: 'yes' })
  try {
    const open = await start(home)
    expect((await asked(open.port, '/api/status', host('changes.example.org'))).status).toBe(200)
    await open.program.stop()
    const both = await start(home, { HTTP_TOKEN: TOKEN })
    expect((await asked(both.port, '/api/status', host('changes.example.org'))).status).toBe(401)
    expect((await asked(both.port, '/api/status', host('localhost'))).status).toBe(401)
  } finally {
    await home.remove()
  }
})

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
)

// Where the machine has no IPv6 there is nothing to listen on.
test.runIf(hasIpv6)('on the loopback of IPv6', async () => {
  const home = new Home({ EVENTSTREAM_URL: stream.streamUrl(), HTTP_HOST: '[::1]' })
  try {
    const { port } = await start(home)
    const status = async (name: string) =>
      readAnswer(
        await exchange(port, `GET /api/status HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`, '::1'),
      ).status
    expect(await status(`[::1]:${port}`)).toBe(200)
    expect(await status('localhost')).toBe(200)
    expect(await status(`[::2]:${port}`)).toBe(403)
    expect(await status('evil.example')).toBe(403)
  } finally {
    await home.remove()
  }
})

test('who does not end a request is not waited for', async () => {
  for (const connection of slow) {
    await until('it is closed', () => !connection.isOpen, 25_000)
    expect(connection.text === '' || readAnswer(connection.text).status === 408).toBe(true)
  }
  // Of one that has said nothing, nothing is said; the others are told.
  expect(slow.filter(({ text }) => text !== '')).not.toHaveLength(0)
  expect((await asked(own.port, '/healthz')).status).toBe(200)
  expect(own.program.lines.filter(({ level }) => level >= 50)).toEqual([])
}, 40_000)
