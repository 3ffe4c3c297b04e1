/** What the gateway hangs up for, over connections that send what discord.js would not. */
import { expect, test } from 'vitest'
import { connect, discord, unlimited } from './testing.ts'

const identify = (token: string, more: object = {}) => ({
  op: 2,
  d: { token, intents: 4096, properties: {}, ...more },
})

test('closes with the code for what the client did', async () => {
  const reasons: [code: number, what: string, ...payloads: ((token: string) => unknown)[]][] = [
    [4001, 'an unknown opcode', () => ({ op: 99 })],
    [4002, 'no JSON', () => 'not JSON'],
    [4002, 'too long a payload', () => ({ op: 1, d: 'x'.repeat(4096) })],
    [4002, 'an identify without a token', () => ({ op: 2, d: { intents: 0 } })],
    [4003, 'a presence before identifying', () => ({ op: 3, d: {} })],
    [4004, 'a wrong token', () => identify('wrong')],
    [4005, 'a second identify', identify, identify],
    [4010, 'an impossible shard', (token) => identify(token, { shard: [2, 2] })],
    [4013, 'an intent that does not exist', (token) => identify(token, { intents: 2 ** 30 })],
    [4014, 'an intent that is not switched on', (token) => identify(token, { intents: 2 ** 15 })],
  ]
  const simulator = await discord({ identify: unlimited })
  for (const [code, what, ...payloads] of reasons) {
    const connection = await connect(simulator)
    for (const payload of payloads) connection.send(payload(simulator.token))
    expect(await connection.closed, what).toBe(code)
    expect((await simulator.violations()).at(-1), what).toMatchObject({
      kind: 'gateway',
      reason: expect.stringMatching(`^${code} `),
    })
    expect((await simulator.connections()).at(-1), what).toMatchObject({ closed: { code, by: 'discord' } })
  }
})

test('closes with 4012 for another version, and with 4008 after 120 payloads in a minute', async () => {
  const simulator = await discord()
  expect(await (await connect(simulator, 'v=6&encoding=json')).closed).toBe(4012)
  const { send, closed } = await connect(simulator)
  for (let count = 0; count <= 120; count += 1) send({ op: 1, d: null })
  expect(await closed).toBe(4008)
})

test('closes with 4009 without heartbeats, and answers those that come', async () => {
  const simulator = await discord({ heartbeatIntervalMs: 100 })
  const { send, next, closed } = await connect(simulator)
  send({ op: 1, d: null })
  await next(({ op }) => op === 11)
  expect(await closed).toBe(4009)
  expect(await simulator.connections()).toMatchObject([{ heartbeats: 1 }])
})

test('closes with 4007 for a resume from the future, and says op 9 for an unknown session', async () => {
  const simulator = await discord()
  const first = await connect(simulator)
  first.send(identify(simulator.token))
  const { session_id } = (await first.next(({ t }) => t === 'READY')).d
  const resume = { op: 6, d: { token: simulator.token, session_id, seq: 99 } }
  const second = await connect(simulator)
  second.send(resume)
  expect(await second.closed).toBe(4007)
  const third = await connect(simulator)
  third.send(resume)
  expect((await third.next(({ op }) => op === 9)).d).toBe(false)
})

test('a resume takes a session over from a connection that still seems open', async () => {
  const simulator = await discord()
  const first = await connect(simulator)
  first.send(identify(simulator.token))
  const { session_id } = (await first.next(({ t }) => t === 'READY')).d
  const second = await connect(simulator)
  second.send({ op: 6, d: { token: simulator.token, session_id, seq: 1 } })
  await second.next(({ t }) => t === 'RESUMED')
  expect(await first.closed).toBe(1000)
  await simulator.dm('210987654321098765', 'hello')
  expect((await second.next(({ t }) => t === 'MESSAGE_CREATE')).d).toMatchObject({ content: 'hello' })
})

test('wants as many shards as needed, and no more identifies at once than allowed', async () => {
  const simulator = await discord({ shards: 2 })
  const alone = await connect(simulator)
  alone.send(identify(simulator.token))
  expect(await alone.closed).toBe(4011)
  const [first, second] = [await connect(simulator), await connect(simulator)]
  first.send(identify(simulator.token, { shard: [0, 2] }))
  await first.next(({ t }) => t === 'READY')
  second.send(identify(simulator.token, { shard: [1, 2] }))
  await second.next(({ op }) => op === 9)
})
