import { expect, test } from 'vitest'
import { busOf, storeOf } from './config.ts'
import { hiding, secretsIn } from './secrets.ts'

const settings = (given: {
  discordToken?: string
  token?: string
  eventStreamUrl?: string
  busUrl?: string
  storeUrl?: string
}) => ({
  store: storeOf(given.storeUrl ?? 'sqlite:a.db', '/tmp'),
  discordToken: given.discordToken ?? null,
  http: { host: '127.0.0.1', port: 0, token: given.token ?? null, isPublic: false },
  eventStreamUrl: given.eventStreamUrl ?? 'https://stream.example/a',
  bus: busOf(given.busUrl ?? 'memory:'),
})

test('secrets are hidden in each form in which they are sent', () => {
  const hide = hiding(
    secretsIn(
      settings({
        discordToken: 'MTEy.token.of-a-bot',
        token: 'a+token/of=ours',
        busUrl: 'redis://me:word%2Bof%2Bredis@bus.example/0',
        eventStreamUrl: 'https://me:hush%2Bhush@stream.example/a?key=keykeykey&since=2026-11-01',
      }),
    ),
  )
  const basic = Buffer.from('me:hush+hush').toString('base64')
  for (const secret of [
    'MTEy.token.of-a-bot',
    'a+token/of=ours',
    'a%2Btoken%2Fof%3Dours',
    'hush+hush',
    basic,
    'keykeykey',
    'word+of+redis',
    'word%2Bof%2Bredis',
  ])
    expect(hide(`no: ${secret}, and ${secret}!`)).toBe('no: …, and …!')
  expect(hide('since 2026-11-01, says me')).toBe('since 2026-11-01, says me')
})

test('so are addresses that let one write in our name', () => {
  const hide = hiding([])
  expect(hide('POST https://discord.com/api/v10/webhooks/11/a-Token_1/messages/@original: 404')).toBe(
    'POST https://discord.com/api/v10/webhooks/11/…/messages/@original: 404',
  )
  expect(hide('/interactions/12/abc/callback')).toBe('/interactions/12/…/callback')
  expect(hide('web: POST /discord/interactions: broken')).toBe('web: POST /discord/interactions: broken')
})

test('what is short, or not set, hides nothing', () => {
  expect(secretsIn(settings({ token: 'web' }))).toEqual([])
  expect(secretsIn(settings({ eventStreamUrl: 'https://100%:100%@a.example/' }))).toHaveLength(1)
  expect(hiding(secretsIn(settings({ token: 'web' })))('web: listening')).toBe('web: listening')
})

test('the password of a store is hidden, wherever it stands in its address', () => {
  for (const storeUrl of [
    'postgres://me:pa%2Fss%2Fword@db/wcs',
    'postgres://me@db/wcs?password=pa%2Fss%2Fword',
  ])
    expect(hiding(secretsIn(settings({ storeUrl })))('no: pa/ss/word, pa%2Fss%2Fword')).toBe('no: …, …')
})

test('so is the password of a MongoDB, of several servers', () => {
  const url = 'mongodb://me:word%2Bof%2Bmongo@a.example,b.example:27018/wiki'
  const hide = hiding(secretsIn(settings({ storeUrl: url })))
  expect(hide('word+of+mongo, word%2Bof%2Bmongo')).toBe('…, …')
})
