/** Faults that a test can foretell: which channel meets what, and when. */
import { expect, test } from 'vitest'
import { Faults } from './faults.ts'
import { alice, caller, client, discord, unlimited } from './testing.ts'

const bob = '310987654321098765'

async function twoChannels() {
  const simulator = await discord({ routeLimits: { 'POST /channels/{channel_id}/messages': unlimited } })
  const [a, b] = [(await simulator.dm(alice, 'a')).channel_id, (await simulator.dm(bob, 'b')).channel_id]
  const call = caller(simulator)
  const path = (channel: string) => `/channels/${channel}/messages`
  const send = (channel: string, more: object = {}) => call('POST', path(channel), { content: 'x', ...more })
  const sent = async (channel: string) =>
    (await simulator.messages(channel)).filter(({ author }) => author.bot === true)
  return { simulator, a, b, path, send, sent }
}

test('strike one channel after so many requests, and no other', async () => {
  const { simulator, a, b, path, send } = await twoChannels()
  const body = { code: 10003, message: 'Unknown Channel' }
  await simulator.failRequests({ path: path(a), after: 2, times: 'always', status: 404, body })
  await simulator.failRequests({ path: path(a), after: 1, status: 503 })
  const statuses = []
  for (const channel of [a, b, a, a, b, a]) statuses.push((await send(channel)).status)
  expect(statuses).toEqual([200, 200, 503, 404, 200, 404])
})

test('strike at random, the same for each channel however the channels are mixed', () => {
  const luck = (order: readonly string[]) => {
    const faults = new Faults()
    faults.arm({ times: 'always', path: '/channels/', chance: 0.3, seed: 7, status: 500 })
    const met: Record<string, boolean[]> = { '/channels/1': [], '/channels/2': [] }
    for (const path of order) met[path]?.push(faults.meet('POST', path) !== undefined)
    return met
  }
  const one = Array.from({ length: 200 }, () => '/channels/1')
  const two = one.map(() => '/channels/2')
  const inTurn = one.flatMap(() => ['/channels/1', '/channels/2'])
  expect(luck([...one, ...two])).toEqual(luck(inTurn))
  const struck = Object.values(luck(inTurn)).map((met) => met.filter(Boolean).length)
  for (const count of struck) expect(count).toBeGreaterThan(40)
  for (const count of struck) expect(count).toBeLessThan(80)
})

test('hold a slow channel until the test lets it go', async () => {
  const { simulator, a, b, path, send, sent } = await twoChannels()
  await simulator.failRequests({ path: path(a), times: 'always', gate: 'slow' })
  const held = [send(a), send(a)]
  await simulator.waitForRequests({ path: path(a), count: 2 })
  expect((await send(b)).status).toBe(200)
  expect(await sent(a)).toEqual([])
  await simulator.openGate('slow')
  expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200])
  expect((await send(a)).status).toBe(200)
})

test('limit a channel as Discord does: whoever does not wait is told again', async () => {
  const { simulator, a, b, path, send } = await twoChannels()
  await simulator.failRequests({ path: path(a), rateLimit: { scope: 'shared', retryAfterMs: 60_000 } })
  const first = await send(a)
  expect(first).toMatchObject({ status: 429, body: { global: false, retry_after: expect.closeTo(60, 0) } })
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'retry-after': '60',
    'x-ratelimit-scope': 'shared',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-bucket': expect.any(String),
  })
  expect((await send(b)).status).toBe(200)
  expect(await simulator.violations()).toEqual([])
  expect((await send(a)).status).toBe(429)
  expect(await simulator.violations()).toMatchObject([{ kind: 'rate-limit' }])
  // What others have used up does not count against the bot.
  expect(await simulator.invalidRequests()).toEqual({ total: 0, byStatus: {} })

  await simulator.failRequests({ path: path(b), rateLimit: { scope: 'global', retryAfterMs: 60_000 } })
  const global = await send(b)
  expect(global).toMatchObject({ status: 429, body: { global: true } })
  expect(global.headers.get('x-ratelimit-global')).toBe('true')
  expect((await send(a)).body).toMatchObject({ global: true })
  expect(await simulator.invalidRequests()).toEqual({ total: 2, byStatus: { 429: 2 } })
  expect(await simulator.violations()).toHaveLength(1)
})

test('lose an answer, not the message: its nonce brings it back, in its channel, for a while', async () => {
  const { simulator, a, b, path, send, sent } = await twoChannels()
  const once = { nonce: '17', enforce_nonce: true }
  await simulator.failRequests({ path: path(a), cut: 'after' })
  await simulator.failRequests({ path: path(a), status: 502, body: 'bad gateway', served: true })
  await expect(send(a, once)).rejects.toThrow()
  expect((await send(a, once)).status).toBe(502)
  const { body } = await send(a, once)
  expect((await sent(a)).map(({ id }) => id)).toEqual([body.id])
  expect((await send(b, once)).body.id).not.toBe(body.id)
  await simulator.configure({ nonceMs: 0 })
  expect((await send(a, once)).body.id).not.toBe(body.id)
})

test('count what Discord would ban for', async () => {
  const { simulator, a, path, send } = await twoChannels()
  const body = { code: 50013, message: 'Missing Permissions' }
  await simulator.failRequests({ path: path(a), times: 2, status: 403, body })
  await simulator.failRequests({ path: path(a), after: 2, status: 401 })
  await simulator.failRequests({ path: path(a), after: 3, status: 404 })
  for (let count = 0; count < 5; count += 1) await send(a)
  expect(await simulator.invalidRequests()).toEqual({ total: 3, byStatus: { 401: 1, 403: 2 } })
})

test('are ridden out by discord.js: every message arrives once, and nothing is sent too early', async () => {
  const routeLimits = { 'POST /channels/{channel_id}/messages': { limit: 5, windowMs: 200 } }
  const simulator = await discord({ globalLimit: unlimited, routeLimits })
  const names = Array.from({ length: 5 }, (_, i) => ({ name: `c${i}` }))
  const { channels } = await simulator.createGuild({ name: 'g', channels: names })
  const faults = { times: 'always', method: 'POST', path: '/channels/' } as const
  await simulator.failRequests({
    ...faults,
    chance: 0.15,
    seed: 3,
    rateLimit: { scope: 'shared', retryAfterMs: 50 },
  })
  await simulator.failRequests({
    ...faults,
    chance: 0.1,
    seed: 4,
    status: 502,
    body: 'bad gateway',
    served: true,
  })
  const bot = client(simulator)
  bot.rest.setToken(simulator.token)
  const numbers = Array.from({ length: 8 }, (_, i) => i)
  const feed = async (channel: string) => {
    for (const number of numbers) {
      const body = { content: `${number}`, nonce: `${number}`, enforce_nonce: true }
      await bot.rest.post(`/channels/${channel}/messages`, { body })
    }
  }
  await Promise.all(channels.map(({ id }) => feed(id)))
  for (const { id } of channels) {
    expect((await simulator.messages(id)).map(({ content }) => Number(content))).toEqual(numbers)
  }
  expect(await simulator.violations()).toEqual([])
  expect(await simulator.invalidRequests()).toEqual({ total: 0, byStatus: {} })
  const met = (await simulator.requests()).filter(({ faulted }) => faulted).map(({ status }) => status)
  expect(new Set(met)).toEqual(new Set([429, 502]))
})
