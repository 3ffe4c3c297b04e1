/** REST: what Discord refuses, and how it says so. */
import { beforeEach, expect, test } from 'vitest'
import type { DiscordSimulator } from './client.ts'
import { checkAnswer } from './schema.ts'
import { alice, client, discord, unlimited } from './testing.ts'

const postMessage = 'POST /channels/{channel_id}/messages'
let simulator: DiscordSimulator
let channel: string

beforeEach(async () => {
  simulator = await discord({ routeLimits: { [postMessage]: unlimited } })
  channel = (await simulator.dm(alice, 'hello')).channel_id
})

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${simulator.api}/v10${path}`, {
    method,
    headers: {
      authorization: `Bot ${simulator.token}`,
      'user-agent': 'DiscordBot (https://example.org, 1.0)',
      ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined }
}

const send = (body: unknown) => call('POST', `/channels/${channel}/messages`, body)
const embed = (more: object) => ({ embeds: [{ title: 'title', ...more }] })
const row = (...components: object[]) => ({ type: 1, components })
const button = (id: string | number, more: object = {}) => ({
  type: 2,
  style: 1,
  label: 'b',
  custom_id: `${id}`,
  ...more,
})
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i))
const select = (more: object) => ({
  type: 3,
  custom_id: 's',
  options: [{ label: 'a', value: 'a' }],
  ...more,
})
const v2 = (...components: object[]) => ({ flags: 1 << 15, components })
const text = (content: string) => ({ type: 10, content })

test('takes messages at each limit', async () => {
  // 2,000 code points, which are 4,000 UTF-16 units.
  const atLimits = [
    { content: '🦊'.repeat(2000) },
    { content: ' ok ', nonce: 'n'.repeat(25), allowed_mentions: { parse: [] } },
    {
      embeds: [
        { title: 't'.repeat(256), description: 'd'.repeat(4096), footer: { text: 'f'.repeat(1392) } },
        { author: { name: 'a'.repeat(256) }, url: 'https://en.wikipedia.org/wiki/A_(b)', color: 0xffffff },
      ],
    },
    embed({ fields: many(25, () => ({ name: 'n'.repeat(20), value: 'v'.repeat(200) })) }),
    { content: 'rows', components: many(5, (r) => row(...many(5, (b) => button(`${r}-${b}`)))) },
    {
      content: 'menu',
      components: [row(select({ options: many(25, (i) => ({ label: 'l', value: `${i}` })) }))],
    },
    v2(...many(39, () => text('x'.repeat(100))), text('x'.repeat(100))),
  ]
  for (const body of atLimits) expect(await send(body)).toMatchObject({ status: 200 })
  expect(await simulator.violations()).toEqual([])
})

const refused: [what: string, named: string, body: () => unknown][] = [
  ['2,001 characters', 'content[BASE_TYPE_MAX_LENGTH]: Must be 2000', () => ({ content: '🦊'.repeat(2001) })],
  ['content that is no text', 'content[STRING_TYPE_CONVERT]', () => ({ content: 5 })],
  ['nothing', '50006 Cannot send an empty message', () => ({ content: '' })],
  ['nothing but blanks', '50006', () => ({ content: ' \n ', embeds: [] })],
  ['a nonce of 26', 'nonce[BASE_TYPE_MAX_LENGTH]', () => ({ content: 'x', nonce: 'n'.repeat(26) })],
  ['11 embeds', 'embeds[BASE_TYPE_MAX_LENGTH]', () => ({ embeds: many(11, () => ({ title: 'x' })) })],
  ['a long title', 'embeds.0.title[BASE_TYPE_MAX_LENGTH]', () => embed({ title: 't'.repeat(257) })],
  ['a long description', 'embeds.0.description[', () => embed({ description: 'd'.repeat(4097) })],
  ['26 fields', 'embeds.0.fields[', () => embed({ fields: many(26, () => ({ name: 'n', value: 'v' })) })],
  ['a long field name', 'fields.0.name[', () => embed({ fields: [{ name: 'n'.repeat(257), value: 'v' }] })],
  [
    'a long field value',
    'fields.0.value[',
    () => embed({ fields: [{ name: 'n', value: 'v'.repeat(1025) }] }),
  ],
  ['an empty field name', 'name[BASE_TYPE_REQUIRED]', () => embed({ fields: [{ name: '', value: 'v' }] })],
  ['a blank field value', 'value[BASE_TYPE_REQUIRED]', () => embed({ fields: [{ name: 'n', value: ' ' }] })],
  ['a long footer', 'embeds.0.footer.text[', () => embed({ footer: { text: 'f'.repeat(2049) } })],
  ['a long author', 'embeds.0.author.name[', () => embed({ author: { name: 'a'.repeat(257) } })],
  ['an empty author', 'embeds.0.author.name[BASE_TYPE_REQUIRED]', () => embed({ author: { name: '' } })],
  ['an empty embed', 'embeds.0.description[BASE_TYPE_REQUIRED]', () => ({ embeds: [{}] })],
  ['a colour out of range', 'embeds.0.color[NUMBER_TYPE_MAX]', () => embed({ color: 0x1000000 })],
  ['a URL with a blank', 'embeds.0.url[URL_TYPE_INVALID_URL]', () => embed({ url: 'https://a.org/a b' })],
  ['a URL of no use', 'embeds.0.url[URL_TYPE_INVALID_SCHEME]', () => embed({ url: 'ftp://a.org/' })],
  ['a time that is none', 'embeds.0.timestamp[DATE_TIME_TYPE_PARSE]', () => embed({ timestamp: 'now' })],
  [
    '6,001 characters over all embeds',
    'embeds[MAX_EMBED_SIZE_EXCEEDED]',
    () => ({ embeds: many(2, (i) => ({ description: 'd'.repeat(3000 + i) })) }),
  ],
  [
    'parse and a list at once',
    'allowed_mentions[MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE]',
    () => ({ content: 'x', allowed_mentions: { parse: ['users'], users: [alice] } }),
  ],
  [
    'a kind of mention that does not exist',
    'allowed_mentions.parse.0[BASE_TYPE_CHOICES]: Value must be one of {users, roles, everyone}',
    () => ({ content: 'x', allowed_mentions: { parse: ['all'] } }),
  ],
  ['6 rows', 'components[BASE_TYPE', () => ({ content: 'x', components: many(6, (i) => row(button(i))) })],
  ['an empty row', 'components.0.components[BASE_TYPE_BAD', () => ({ content: 'x', components: [row()] })],
  ['6 buttons', 'components.0.components[', () => ({ content: 'x', components: [row(...many(6, button))] })],
  [
    'a long label',
    'components.0.components.0.label[',
    () => ({ content: 'x', components: [row(button(1, { label: 'l'.repeat(81) }))] }),
  ],
  [
    'a button that says nothing',
    'components.0.components.0.label[BASE_TYPE_REQUIRED]',
    () => ({ content: 'x', components: [row(button(1, { label: '' }))] }),
  ],
  [
    'a long custom_id',
    'custom_id[BASE_TYPE_BAD_LENGTH]: Must be between 1 and 100',
    () => ({ content: 'x', components: [row(button('i'.repeat(101)))] }),
  ],
  [
    'a custom_id twice',
    'components.1.components.0.custom_id[COMPONENT_CUSTOM_ID_DUPLICATED]',
    () => ({ content: 'x', components: [row(button(1)), row(button(1))] }),
  ],
  [
    'a button without custom_id',
    'custom_id[BUTTON_COMPONENT_CUSTOM_ID_REQUIRED]',
    () => ({ content: 'x', components: [row({ type: 2, style: 1, label: 'b' })] }),
  ],
  [
    'a link with custom_id',
    'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
    () => ({ content: 'x', components: [row(button(1, { style: 5, url: 'https://a.org' }))] }),
  ],
  [
    'a select beside a button',
    'components.0[COMPONENT_LAYOUT_WIDTH_EXCEEDED]',
    () => ({ content: 'x', components: [row(button(1), select({}))] }),
  ],
  [
    '26 options',
    'components.0.components.0.options[',
    () => ({
      content: 'x',
      components: [row(select({ options: many(26, (i) => ({ label: 'l', value: `${i}` })) }))],
    }),
  ],
  [
    'an option twice',
    'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
    () => ({
      content: 'x',
      components: [row(select({ options: many(2, () => ({ label: 'l', value: 'v' })) }))],
    }),
  ],
  [
    'a component that does not exist',
    'components.0[UNION_TYPE_CHOICES]: Value of field "type" must be one of (1, ',
    () => ({ content: 'x', components: [{ type: 99 }] }),
  ],
  ['v2 without its flag', 'components.0[UNION_TYPE_CHOICES]', () => ({ components: [text('x')] })],
  [
    'v2 with content',
    'content[MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2]',
    () => ({ ...v2(text('x')), content: 'x' }),
  ],
  [
    '41 components',
    'components[COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED]',
    () => v2({ type: 17, components: many(40, () => text('x')) }),
  ],
  [
    '4,001 characters in components',
    'components[COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED]',
    () => v2(text('x'.repeat(4000)), text('x')),
  ],
  [
    'a file that is not there',
    'attachments.0.id[ATTACHMENT_NOT_FOUND]',
    () => ({ content: 'x', attachments: [{ id: '0', filename: 'a.csv' }] }),
  ],
  [
    'a reply to nothing',
    'message_reference[REPLIES_UNKNOWN_MESSAGE]',
    () => ({ content: 'x', message_reference: { message_id: '1' } }),
  ],
]

test('refuses every limit that is passed, in Discord’s form, and records it', async () => {
  for (const [what, named, body] of refused) {
    const before = (await simulator.violations()).length
    const answer = await send(body())
    const violations = await simulator.violations()
    expect(answer.status, what).toBe(400)
    expect(violations, what).toHaveLength(before + 1)
    expect(violations.at(-1), what).toMatchObject({
      kind: 'form',
      where: `POST /channels/${channel}/messages`,
    })
    expect(violations.at(-1)?.reason, what).toContain(named)
  }
  expect(await simulator.messages(channel)).toHaveLength(1)
  expect((await send(embed({ title: 't'.repeat(257) }))).body).toEqual({
    code: 50035,
    message: 'Invalid Form Body',
    errors: {
      embeds: {
        0: {
          title: {
            _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 256 or fewer in length.' }],
          },
        },
      },
    },
  })
})

test('says as discord.js does what is wrong', async () => {
  const bot = client(simulator)
  bot.rest.setToken(simulator.token)
  const sent = bot.rest.post(`/channels/${channel}/messages`, { body: { content: 'x'.repeat(2001) } })
  await expect(sent).rejects.toThrow(
    'Invalid Form Body\ncontent[BASE_TYPE_MAX_LENGTH]: Must be 2000 or fewer in length.',
  )
})

test('does what its own document says, in each answer', async () => {
  const { body: message } = await send({
    content: 'x',
    embeds: [{ title: 't', fields: [{ name: 'n', value: 'v' }], footer: { text: 'f' } }],
    components: [row(button(1)), row(select({}))],
  })
  const calls: [method: string, template: string, path: string, body?: unknown][] = [
    ['GET', '/gateway', '/gateway'],
    ['GET', '/gateway/bot', '/gateway/bot'],
    ['GET', '/users/@me', '/users/@me'],
    ['GET', '/users/{user_id}', `/users/${alice}`],
    ['POST', '/users/@me/channels', '/users/@me/channels', { recipient_id: alice }],
    ['GET', '/applications/@me', '/applications/@me'],
    ['GET', '/oauth2/applications/@me', '/oauth2/applications/@me'],
    ['GET', '/channels/{channel_id}', `/channels/${channel}`],
    ['GET', '/channels/{channel_id}/messages', `/channels/${channel}/messages?limit=2`],
    [
      'POST',
      '/channels/{channel_id}/messages',
      `/channels/${channel}/messages`,
      v2({ type: 17, components: [text('x'), { type: 14 }] }),
    ],
    ['GET', '/channels/{channel_id}/messages/{message_id}', `/channels/${channel}/messages/${message.id}`],
    [
      'PATCH',
      '/channels/{channel_id}/messages/{message_id}',
      `/channels/${channel}/messages/${message.id}`,
      { content: 'y' },
    ],
    [
      'PUT',
      '/applications/{application_id}/commands',
      `/applications/${simulator.applicationId}/commands`,
      [{ name: 'ping', description: 'p' }],
    ],
    ['GET', '/applications/{application_id}/commands', `/applications/${simulator.applicationId}/commands`],
  ]
  for (const [method, template, path, body] of calls) {
    const answer = await call(method, path, body)
    expect(answer.status, `${method} ${path}`).toBe(200)
    expect(checkAnswer(template, method, 200, answer.body), `${method} ${path}`).toEqual([])
  }
  expect(await call('POST', `/channels/${channel}/typing`)).toMatchObject({ status: 204 })
  expect(await call('DELETE', `/channels/${channel}/messages/${message.id}`)).toMatchObject({ status: 204 })
  expect(await simulator.violations()).toEqual([])
})

test('edits, replies, and forgets', async () => {
  const [question] = await simulator.messages(channel)
  const reply = {
    content: 'one',
    message_reference: { message_id: question?.id },
    allowed_mentions: { parse: [] },
  }
  const { body: sent } = await send(reply)
  expect(sent).toMatchObject({ type: 19, referenced_message: { content: 'hello' }, mentions: [] })
  const path = `/channels/${channel}/messages/${sent.id}`
  expect((await call('PATCH', path, { content: 'two', embeds: [{ title: 't' }] })).body).toMatchObject({
    content: 'two',
    embeds: [{ title: 't' }],
    edited_timestamp: expect.any(String),
  })
  expect(await call('PATCH', path, { content: null, embeds: [] })).toMatchObject({ status: 400 })
  expect(
    await call('PATCH', `/channels/${channel}/messages/${question?.id}`, { content: 'x' }),
  ).toMatchObject({
    status: 403,
    body: { code: 50005 },
  })
  await call('DELETE', path)
  expect(await call('GET', path)).toMatchObject({ status: 404, body: { code: 10008 } })
  expect(await call('GET', '/channels/1')).toMatchObject({ status: 404, body: { code: 10003 } })
})

test('takes files, and refuses those that are too large', async () => {
  const withFile = (bytes: number) => {
    const form = new FormData()
    const body = { content: 'here', attachments: [{ id: '0', description: 'rows' }] }
    form.set('payload_json', JSON.stringify(body))
    form.set('files[0]', new Blob(['x'.repeat(bytes)], { type: 'text/csv' }), 'rows.csv')
    return form
  }
  const { body } = await send(withFile(100))
  expect(body.attachments).toMatchObject([{ filename: 'rows.csv', size: 100, description: 'rows' }])
  expect(await (await fetch(body.attachments[0].url)).text()).toHaveLength(100)
  expect(await send(withFile(10 * 1024 * 1024 + 1))).toMatchObject({ status: 413, body: { code: 40005 } })
  expect(await send(withFile(25 * 1024 * 1024 + 1))).toMatchObject({ status: 413, body: { code: 40005 } })
})

test('gives the same message for the same nonce', async () => {
  const body = { content: 'once', nonce: '1', enforce_nonce: true }
  const ids = [(await send(body)).body.id, (await send(body)).body.id]
  expect(new Set(ids).size).toBe(1)
  expect((await send({ content: 'twice', nonce: '1' })).body.id).not.toBe(ids[0])
})

test('records what would ping, and what does not', async () => {
  const words = `@everyone <@${alice}> <@&123>`
  expect((await send({ content: words })).body).toMatchObject({
    mention_everyone: true,
    mentions: [{ id: alice }],
    mention_roles: ['123'],
  })
  expect(await simulator.violations()).toMatchObject([
    { kind: 'ping', reason: expect.stringContaining(words) },
  ])
  const meek = await send({ content: words, allowed_mentions: { parse: [] } })
  expect(meek.body).toMatchObject({ mention_everyone: false, mentions: [], mention_roles: [] })
  const meant = await send({ content: words, allowed_mentions: { users: [alice] } })
  expect(meant.body).toMatchObject({ mention_everyone: false, mentions: [{ id: alice }] })
  await send({ embeds: [{ title: words }] })
  expect(await simulator.violations()).toHaveLength(1)
})

test('refuses callers and routes that it does not know', async () => {
  const path = '/users/@me'
  expect(await call('GET', path, undefined, { authorization: 'Bot x' })).toMatchObject({
    status: 401,
    body: { message: '401: Unauthorized', code: 0 },
  })
  expect(await call('GET', path, undefined, { 'user-agent': 'curl/8' })).toMatchObject({ status: 403 })
  expect(await call('GET', '/nowhere')).toMatchObject({
    status: 404,
    body: { message: '404: Not Found', code: 0 },
  })
  expect(await call('GET', '/channels/general')).toMatchObject({ status: 400, body: { code: 50035 } })
  expect(await call('GET', `/channels/${channel}/messages?limit=101`)).toMatchObject({
    status: 400,
    body: { errors: { limit: { _errors: [{ code: 'NUMBER_TYPE_MAX' }] } } },
  })
  const kinds = (await simulator.violations()).map(({ kind }) => kind)
  expect(kinds).toEqual(['unauthorized', 'user-agent', 'route', 'form', 'form'])
})

test('stores application commands, and refuses bad ones', async () => {
  const path = `/applications/${simulator.applicationId}/commands`
  const option = (name: string, required: boolean) => ({ type: 3, name, description: 'd', required })
  const recent = { name: 'recent', description: 'r', options: [option('a', true), option('b', false)] }
  const { body } = await call('PUT', path, [recent, { name: 'ping', description: 'p' }])
  expect(await simulator.commands()).toEqual(body)
  const bad: [named: string, commands: object[]][] = [
    ['0.name[APPLICATION_COMMAND_INVALID_NAME]', [{ name: 'setLang', description: 'd' }]],
    ['0.description[BASE_TYPE_REQUIRED]', [{ name: 'ping' }]],
    ['0.description[BASE_TYPE_MAX_LENGTH]', [{ name: 'ping', description: 'd'.repeat(101) }]],
    ['1[APPLICATION_COMMANDS_DUPLICATE_NAME]', many(2, () => recent)],
    [
      '0.options.1[APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID]',
      [{ ...recent, options: [option('a', false), option('b', true)] }],
    ],
    ['0.name_localizations.xx[BASE_TYPE_CHOICES]', [{ ...recent, name_localizations: { xx: 'x' } }]],
    ['[BASE_TYPE_MAX_LENGTH]', many(101, (i) => ({ name: `c${i}`, description: 'd' }))],
  ]
  await simulator.configure({ routeLimits: { 'PUT /applications/{application_id}/commands': unlimited } })
  for (const [named, commands] of bad) {
    expect(await call('PUT', path, commands), named).toMatchObject({ status: 400 })
    expect((await simulator.violations()).at(-1)?.reason).toContain(named)
  }
  expect(await simulator.commands()).toHaveLength(2)
})

test('limits each route, all of them, and the impatient', async () => {
  await simulator.configure({ routeLimits: {} })
  const answers = []
  for (let count = 0; count < 6; count += 1) answers.push(await send({ content: 'x' }))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429])
  const { headers, body } = answers[5] as (typeof answers)[number]
  expect(body).toEqual({
    code: 0,
    message: 'You are being rate limited.',
    retry_after: expect.any(Number),
    global: false,
  })
  expect(Object.fromEntries(headers)).toMatchObject({
    'retry-after': '5',
    'x-ratelimit-limit': '5',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-scope': 'user',
    'x-ratelimit-bucket': expect.stringMatching(/^[0-9a-f]{32}$/),
  })
  expect(answers[0]?.headers.get('x-ratelimit-remaining')).toBe('4')

  await simulator.configure({ globalLimit: { limit: 0, windowMs: 1000 } })
  const global = await call('GET', '/users/@me')
  expect(global).toMatchObject({ status: 429, body: { global: true } })
  expect(global.headers.get('x-ratelimit-global')).toBe('true')

  await simulator.configure({ globalLimit: unlimited, invalidRequests: { limit: 2, windowMs: 60_000 } })
  const banned = await call('GET', '/users/@me')
  expect(banned.headers.get('retry-after')).toBe('60')
  expect((await simulator.violations()).every(({ kind }) => kind === 'rate-limit')).toBe(true)
})

test('lets discord.js keep to the limits', async () => {
  await simulator.configure({ routeLimits: { [postMessage]: { limit: 2, windowMs: 300 } } })
  const bot = client(simulator)
  await bot.login(simulator.token)
  const user = await bot.users.createDM(alice)
  // discord.js knows of a bucket from its first answer on: a burst before that would run into a 429.
  await user.send('0')
  await Promise.all(many(5, (i) => user.send(`${i + 1}`)))
  const sent = await simulator.waitForMessages(channel, { count: 6 })
  expect(sent.map(({ content }) => content)).toEqual(['0', '1', '2', '3', '4', '5'])
  expect(await simulator.violations()).toEqual([])
})
