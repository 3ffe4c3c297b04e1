import { expect, test } from 'vitest'
import { refusal } from './guard.ts'

const loopback = { host: '127.0.0.1', port: 8080, token: null, isPublic: false }
const status = (headers: Record<string, string>, http: Parameters<typeof refusal>[1]) =>
  refusal({ headers }, http)?.status ?? 'let in'

test.each(['127.0.0.1:8080', 'localhost:8080', 'LOCALHOST', '[::1]:8080', '127.8.8.8'])(
  'on this machine alone it is asked under its own name: %s',
  (host) => expect(status({ host }, loopback)).toBe('let in'),
)

test.each([
  'evil.example',
  'localhost.evil.example:8080',
  '127.0.0.1.nip.io',
  '10.0.0.7:8080',
  '',
  '127.0.0.1@evil.example',
])('a name that somebody else has made lead here is refused: “%s”', (host) =>
  expect(status({ host }, loopback)).toBe(403),
)

test('under another name with a token, or where anybody may read', () => {
  const host = 'changes.example.org'
  expect(status({ host }, { ...loopback, isPublic: true })).toBe('let in')
  expect(status({ host }, { ...loopback, host: '0.0.0.0', isPublic: true })).toBe('let in')
  const guarded = { ...loopback, token: 'right' }
  expect(status({ host }, guarded)).toBe(401)
  expect(status({ host, authorization: 'Bearer right' }, guarded)).toBe('let in')
})

const basic = (text: string | Buffer) => `Basic ${Buffer.from(text).toString('base64')}`

test.each([
  ['any user', basic('somebody:right')],
  ['no user', basic(':right')],
  ['a user beyond ASCII', basic('Jürgen 維基:right')],
  ['a user in another encoding', basic(Buffer.from('J\xfcrgen:right', 'latin1'))],
  ['a scheme in another case', basic('somebody:right').replace('Basic', 'bASIC')],
  ['without the padding', basic('ab:right').replaceAll('=', '')],
])('the token is also taken as the password that browsers ask for: %s', (_name, authorization) =>
  expect(status({ host: 'changes.example.org', authorization }, { ...loopback, token: 'right' })).toBe(
    'let in',
  ),
)

test('a token with colons is a password as well', () =>
  expect(status({ authorization: basic('a:b:c:') }, { ...loopback, token: 'b:c:' })).toBe('let in'))

test.each([
  'Bearer wrong',
  'Bearer righ',
  'Bearer right2',
  'Bearer ',
  'right',
  'Basic right',
  'Basic',
  'Basic ',
  'Basic =',
  'Basic ====',
  `Basic ${basic('x:right').slice(6)} `,
  `Basic !${basic('x:right').slice(6)}`,
  `Basic ${basic('x:right').slice(6)}-_`,
  `Basic ${basic('x:right').slice(6)}===`,
  basic('right'),
  basic('right:'),
  basic('x:'),
  basic(':'),
  basic('x:wrong'),
  basic('x: right'),
  basic('x:right\n'),
  basic('x:right:'),
  basic('x:ｒｉｇｈｔ'),
  basic(Buffer.from('x:right\xff', 'latin1')),
  `Digest ${basic('x:right').slice(6)}`,
  `Bearer ${basic('x:right').slice(6)}`,
  'Bearer right right',
  '',
])('the wrong token is none: “%s”', (authorization) => {
  const refused = refusal({ headers: { host: 'localhost', authorization } }, { ...loopback, token: 'right' })
  expect(refused?.status).toBe(401)
  expect(refused?.headers).toEqual({
    'www-authenticate': [
      'Bearer realm="wiki-change-stream"',
      'Basic realm="wiki-change-stream", charset="UTF-8"',
    ],
  })
  expect(String(refused?.body)).not.toContain('right')
})
