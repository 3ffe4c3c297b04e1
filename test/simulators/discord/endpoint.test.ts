/** Interactions by HTTP: what Discord posts, what it takes for an answer, and what it finds wrong. */
import { createPublicKey, verify } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import type { DiscordSimulator } from './client.ts'
import type { Signature } from './protocol.ts'
import { alice, caller, multipart, withCommands } from './testing.ts'

type Answer = (response: ServerResponse, interaction: { readonly type: number }) => unknown

/** Whether Discord signed it, by nothing but the public key. */
function isSigned({ publicKey }: DiscordSimulator, { headers }: IncomingMessage, body: Buffer): boolean {
  const [signature, timestamp] = [headers['x-signature-ed25519'], headers['x-signature-timestamp']]
  if (!/^[0-9a-f]{128}$/.test(`${signature}`)) return false
  const x = Buffer.from(publicKey, 'hex').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  const message = Buffer.concat([Buffer.from(`${timestamp}`), body])
  return verify(null, message, key, Buffer.from(`${signature}`, 'hex'))
}

const json = (response: ServerResponse, body: object, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** A bot that answers PINGs and checks signatures, and answers the rest so. */
async function endpoint(simulator: DiscordSimulator, answer: Answer): Promise<string> {
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    if (!isSigned(simulator, request, body)) return response.writeHead(401).end()
    const interaction = JSON.parse(body.toString())
    return interaction.type === 1 ? json(response, { type: 1 }) : answer(response, interaction)
  })
  onTestFinished(() => void server.close().closeAllConnections())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/discord/interactions`
}

const recent = { name: 'recent', options: { wiki: 'x' } }
const message = { type: 4, data: { content: 'by HTTP' } }

test('are answered in the response, or with 202 by the callback; with files too', async () => {
  const { simulator, call } = await withCommands()
  const form = new Response(
    multipart({ type: 4, data: { content: 'file' } }, { 'files[0]': { name: 'a.csv', content: 'a,b' } }),
  )
  const bytes = Buffer.from(await form.arrayBuffer())
  const answers: Answer[] = [
    (response) => json(response, message),
    (response) => response.writeHead(200, Object.fromEntries(form.headers)).end(bytes),
    (response) => response.writeHead(202).end(),
    (response) => json(response, { type: 8, data: { choices: [{ name: 'n', value: 'v' }] } }),
  ]
  const url = await endpoint(simulator, (response, interaction) => answers.shift()?.(response, interaction))
  await simulator.setInteractionsUrl(url)
  const { body } = await call('GET', '/applications/@me')
  expect(body).toMatchObject({ interactions_endpoint_url: url, verify_key: simulator.publicKey })

  expect((await simulator.slash(alice, recent)).response?.message).toMatchObject({
    content: 'by HTTP',
    type: 20,
  })
  const [file] = (await simulator.slash(alice, recent)).response?.message?.attachments ?? []
  expect(await (await fetch(file?.url ?? '')).text()).toBe('a,b')
  const { id, token } = await simulator.interact({ kind: 'slash', userId: alice, ...recent })
  await expect.poll(() => answers).toHaveLength(1)
  expect((await call('POST', `/interactions/${id}/${token}/callback`, message)).status).toBe(204)
  expect(await simulator.autocomplete(alice, { ...recent, focused: 'wiki' })).toEqual([
    { name: 'n', value: 'v' },
  ])
  expect(await simulator.violations()).toEqual([])
})

test('edit and follow up by REST after a deferral', async () => {
  const { simulator } = await withCommands()
  const call = caller(simulator)
  const url = await endpoint(simulator, (response) => json(response, { type: 5, data: { flags: 64 } }))
  await simulator.setInteractionsUrl(url)
  const { id } = await simulator.interact({ kind: 'slash', userId: alice, ...recent })
  await expect.poll(async () => (await simulator.interactions())[0]?.response?.type).toBe(5)
  const [record] = await simulator.interactions()
  await call('PATCH', `/webhooks/${simulator.applicationId}/${record?.token}/messages/@original`, {
    content: 'done',
  })
  expect(await simulator.interactions()).toMatchObject([
    { id, final: true, response: { ephemeral: true, message: { content: 'done' } } },
  ])
})

test('are violations when they are answered late, wrongly, or not at all', async () => {
  const { simulator } = await withCommands({ interactionMs: 300 })
  const bad: [named: string, answer: Answer][] = [
    ['no answer within 300 ms', () => {}],
    ['answered 500', (response) => json(response, {}, 500)],
    ['fetch failed', (response) => response.destroy()],
    ['[UNION_TYPE_CHOICES]', (response) => json(response, { type: 99 })],
    [
      'data.content[BASE_TYPE_MAX_LENGTH]',
      (response) => json(response, { type: 4, data: { content: 'x'.repeat(2001) } }),
    ],
    ['50006', (response) => json(response, { type: 4, data: {} })],
    ['CONTENT_TYPE_INVALID', (response) => response.end(JSON.stringify(message))],
    ['50109', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{')],
    ['type[BASE_TYPE_CHOICES]', (response) => json(response, { type: 8, data: { choices: [] } })],
  ]
  let answer: Answer = () => {}
  const url = await endpoint(simulator, (response, interaction) => answer(response, interaction))
  await simulator.setInteractionsUrl(url)
  for (const [index, [named, next]] of bad.entries()) {
    answer = next
    await simulator.interact({ kind: 'slash', userId: alice, ...recent })
    const violations = await simulator.waitForViolations({ count: index + 1 })
    expect(violations.at(-1), named).toMatchObject({
      where: `POST ${url}`,
      reason: expect.stringContaining(named),
    })
  }
  expect(await simulator.messages()).toEqual([])
})

test('an address is taken only if it answers a PING and refuses wrong signatures', async () => {
  const { simulator } = await withCommands()
  const credulous = createServer((_, response) => void json(response, { type: 1 }))
  onTestFinished(() => void credulous.close())
  await once(credulous.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(credulous.address() as AddressInfo).port}/`
  await expect(simulator.setInteractionsUrl(url)).rejects.toThrow('of another key it answers 200 and not 401')
  await expect(simulator.setInteractionsUrl('http://127.0.0.1:9/')).rejects.toThrow('could not be verified')
  const careful = await endpoint(simulator, () => {})
  await simulator.setInteractionsUrl(careful)
  const status = async (signature: Signature, ageMs = 0) =>
    (await simulator.postSigned(careful, { signature, ageMs })).status
  const kinds = [
    'right',
    'of another key',
    'of another body',
    'of another time',
    'malformed',
    'missing',
  ] as const
  expect(await Promise.all(kinds.map((kind) => status(kind)))).toEqual([200, 401, 401, 401, 401, 401])
  // Whether something old is taken is the endpoint's own affair: this one does not look.
  expect(await status('right', 600_000)).toBe(200)
  await simulator.setInteractionsUrl(null)
  expect(await simulator.violations()).toEqual([])
})
