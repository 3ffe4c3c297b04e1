/** What Discord sends over HTTP: who it is, and what is said to it. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { publicKey, signed } from '../../../test/simulators/discord/signing.ts'
import { CommandOutcomes } from '../../answers/outcomes.ts'
import type { Store } from '../../contracts.ts'
import { discordOverHttp } from './over-http.ts'

/** Asked for nothing but the scope that somebody chose. */
const store = { scopeOf: async () => null, languageOf: async () => null } as unknown as Store
let log: string[]
let api: Server
/** What was sent by REST, and how often each is refused first. */
let requests: string[]
let refusals: number

beforeEach(async () => {
  log = []
  requests = []
  refusals = 0
  api = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    response.writeHead(refusals-- > 0 ? 404 : 200, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  await vi.waitUntil(() => api.listening)
})
afterEach(() => {
  api.close()
})

function endpoint(given = store) {
  const write = (line: string) => log.push((JSON.parse(line) as { msg: string }).msg)
  return discordOverHttp({
    publicKey,
    apiUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}/api`,
    store: given,
    token: null,
    draw: async () => Buffer.from('a picture'),
    commands: new CommandOutcomes([]),
    log: pino({}, { write }),
  })
}

async function take(body: string, headers: Record<string, string>, given = store) {
  const replies: { type: string; body: unknown }[] = []
  const lowered = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const outcome = await endpoint(given).take(lowered, Buffer.from(body), async (content) => {
    replies.push({ type: content.type, body: JSON.parse(String(content.body)) })
  })
  return { outcome, replies }
}

const PING = '{"type":1}'
const help = JSON.stringify({
  id: '1',
  application_id: '2',
  token: 'abc',
  type: 2,
  user: { id: '77' },
  authorizing_integration_owners: { 1: '77' },
  data: { id: '3', type: 1, name: 'help', options: [] },
})

test('Discord asks whether somebody is there', async () => {
  expect(await take(PING, signed(PING))).toEqual({
    outcome: 'responded',
    replies: [{ type: 'application/json', body: { type: 1 } }],
  })
})

test.each(['of another key', 'of another body', 'of another time', 'malformed', 'missing'] as const)(
  'a signature that is %s is not of Discord',
  async (kind) => {
    expect(await take(PING, signed(PING, kind))).toEqual({ outcome: 'forged', replies: [] })
    expect(log).toEqual([])
  },
)

test('the bytes are signed, not what they mean', async () => {
  expect((await take(`${PING} `, signed(PING))).outcome).toBe('forged')
  const text = '{"type":1,"name":"Ωμέγα 🦉"}'
  expect((await take(text, signed(text))).outcome).toBe('responded')
})

test('a command is answered in the response itself', async () => {
  const { outcome, replies } = await take(help, signed(help))
  expect(outcome).toBe('responded')
  expect(replies).toMatchObject([{ body: { type: 4, data: { allowed_mentions: { parse: [] } } } }])
  expect(JSON.stringify(replies)).toContain('What you can ask')
  expect(requests).toEqual([])
})

test('what follows goes by REST, again if it has overtaken the response', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    refusals = 2
    const slow = { ...store, scopeOf: () => new Promise((resolve) => setTimeout(resolve, 2500, null)) }
    const taken = take(help, signed(help), slow as unknown as typeof store)
    const done = vi.fn()
    void taken.then(done)
    while (done.mock.calls.length === 0) {
      await vi.advanceTimersByTimeAsync(100)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect((await taken).replies).toMatchObject([{ body: { type: 5 } }])
    expect(requests).toEqual(Array(3).fill('PATCH /api/v10/webhooks/2/abc/messages/@original'))
    expect(log).toEqual([])
  } finally {
    vi.useRealTimers()
  }
})

test('what cannot be read or is of no known kind is not responded to', async () => {
  expect(await take('{"type":', signed('{"type":'))).toEqual({ outcome: 'unanswered', replies: [] })
  expect(await take('{"type":99}', signed('{"type":99}'))).toEqual({ outcome: 'unanswered', replies: [] })
  expect(log).toHaveLength(1)
})
