/** Feeds as they are posted: the real program, the simulated stream and the simulated Discord. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addFeeds, editsOf, leftOutOf, linesOf, pagesIn } from '../feeds.ts'
import { type Home, type Program, until } from '../program.ts'
import type { DiscordSimulator } from '../simulators/discord/client.ts'
import type { EventStreamsSimulator } from '../simulators/eventstreams/client.ts'
import { setStage, strikeStage } from '../stage.ts'

const OWNER = '80351110224678912'
let stream: EventStreamsSimulator
let discord: DiscordSimulator
let home: Home
let program: Program
let channels: string[]
/** Discord's refusals that a test is about. */
let refusals: string[]

beforeEach(async () => {
  ;({ stream, discord, home } = await setStage())
  const names = ['changes', 'patrol', 'quiet'].map((name) => ({ name }))
  channels = (await discord.createGuild({ name: 'Patrol', channels: names })).channels.map(({ id }) => id)
  refusals = []
})
afterEach(async () => {
  const violations = await discord.violations()
  expect(violations.filter(({ kind }) => !refusals.includes(kind))).toEqual([])
  await strikeStage({ stream, discord, home })
})

let connections = 0
beforeEach(() => {
  connections = 0
})

async function start(): Promise<void> {
  program = home.start()
  connections++
  await Promise.all([program.logged('bot: connected'), stream.waitForConnection(connections)])
}

const pagesOf = async (channel = '') => pagesIn(await discord.messages(channel))
const told = (channel: string | undefined, pages: readonly number[]) =>
  until('all are told', async () => {
    const seen = await pagesOf(channel)
    return seen.length >= pages.length && pages.every((page) => seen.includes(page))
  })
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)

test('each feed has what it asks for, in its style, and goes on after a restart where it was', async () => {
  const [all = '', big = '', none = ''] = channels
  await addFeeds(home, [
    { channel: all, scope: 'enwiki' },
    { channel: big, scope: 'en', filter: { title: 'Page 1*' }, style: 'compact' },
    { channel: none, scope: 'dewiki' },
  ])
  await start()
  await stream.publish(editsOf(0, 12))
  await Promise.all([told(all, numbers(0, 12)), told(big, [1, 10, 11])])
  const [first] = await discord.messages(all)
  expect(first?.embeds[0]).toMatchObject({ footer: { text: 'feed 1' }, timestamp: expect.any(String) })
  const [compact] = await discord.messages(big)
  expect(compact?.embeds).toHaveLength(1)
  expect(compact?.embeds[0]?.description).toMatch(/^<t:\d+:t> /)

  await program.stop()
  await stream.publish(editsOf(12, 9))
  await start()
  await told(all, numbers(0, 21))
  expect(await pagesOf(all)).toEqual(numbers(0, 21))
  await told(big, [1, ...numbers(10, 10)])
  expect(await pagesOf(big)).toEqual([1, ...numbers(10, 10)])
  expect(await discord.messages(none)).toEqual([])
})

test('killed with a message under way that Discord has taken: it is the same message afterwards', async () => {
  const [channel = ''] = channels
  await addFeeds(home, [{ channel, scope: 'enwiki' }])
  await start()
  await discord.failRequests({ method: 'POST', path: `/channels/${channel}/`, cut: 'after', times: 'always' })
  await stream.publish(editsOf(0, 5))
  await discord.waitForRequests({ method: 'POST', path: `/channels/${channel}/` })
  await program.kill()
  await discord.clearFaults()
  await stream.publish(editsOf(5, 5))
  await start()
  await told(channel, numbers(0, 10))
  expect((await pagesOf(channel)).toSorted((a, b) => a - b)).toEqual(numbers(0, 10))
})

test('what comes quicker than a channel is posted to is counted', { timeout: 60_000 }, async () => {
  const [channel = ''] = channels
  await addFeeds(home, [{ channel, scope: 'enwiki' }])
  await start()
  await stream.publish(editsOf(0, 600))
  await until(
    'all are told or counted',
    async () => {
      const messages = await discord.messages(channel)
      return pagesIn(messages).length + leftOutOf(messages) >= 600
      // What is left after the last count, 100 at most, is posted whole.
    },
    28_000,
  )
  const messages = await discord.messages(channel)
  expect(new Set(pagesIn(messages)).size).toBe(pagesIn(messages).length)
  expect(pagesIn(messages).length + leftOutOf(messages)).toBe(600)
  expect(leftOutOf(messages)).toBeGreaterThan(0)
})

test('edits of one person of one page are one line', async () => {
  const [channel = ''] = channels
  await addFeeds(home, [{ channel, scope: 'enwiki', style: 'compact' }])
  await start()
  const [first, ...others] = editsOf(0, 4) as { revision: { old: number; new: number } }[]
  let revision = first?.revision.new ?? 0
  const next = others.map((edit) => {
    const old = revision
    revision = old + 1
    return { ...edit, title: 'Page 0', user: 'Me', revision: { old, new: revision } }
  })
  await stream.publish([{ ...first, title: 'Page 0', user: 'Me' }, ...next])
  await told(channel, [0])
  expect(linesOf(await discord.messages(channel))).toEqual([expect.stringContaining('**4×**')])
})

test('a channel that is limited, and one that does not answer, delay no other', async () => {
  const [limited = '', slow = '', other = ''] = channels
  refusals = ['rate-limit']
  await addFeeds(
    home,
    channels.map((channel) => ({ channel, scope: 'enwiki' })),
  )
  await start()
  const post = { method: 'POST' } as const
  await discord.failRequests({
    ...post,
    path: `/channels/${limited}/`,
    rateLimit: { scope: 'user', retryAfterMs: 2500 },
  })
  await discord.failRequests({ ...post, path: `/channels/${slow}/`, gate: 'slow' })
  await stream.publish(editsOf(0, 25))
  await told(other, numbers(0, 25))
  expect(await pagesOf(slow)).toEqual([])
  await discord.openGate('slow')
  await Promise.all([told(limited, numbers(0, 25)), told(slow, numbers(0, 25))])
  for (const channel of channels) expect(await pagesOf(channel)).toEqual(numbers(0, 25))
})

test('a channel that is gone or closed ends its feeds; who made them is told, the others go on', async () => {
  const [gone = '', closed = '', other = ''] = channels
  refusals = ['refused']
  await addFeeds(home, [
    { channel: gone, scope: 'enwiki' },
    { channel: gone, scope: 'enwiki', style: 'compact' },
    { channel: closed, scope: 'enwiki' },
    { channel: other, scope: 'enwiki' },
  ])
  await start()
  await discord.deleteChannel(gone)
  await discord.failRequests({
    method: 'POST',
    path: `/channels/${closed}/`,
    status: 403,
    body: { code: 50013, message: 'Missing Permissions' },
    times: 'always',
  })
  await stream.publish(editsOf(0, 3))
  await Promise.all([program.logged('feeds: 1, 2 ended'), program.logged('feeds: 3 ended')])
  await told(other, numbers(0, 3))
  const letters = async () =>
    (await discord.messages()).map(({ content }) => content).filter((content) => content !== '')
  await until('the owner is told', async () => (await letters()).length === 2)
  for (const channel of [gone, closed]) expect((await letters()).join()).toContain(`<#${channel}>`)
  const tries = async () =>
    (await discord.requests()).filter(({ path }) => path.includes(gone) || path.includes(closed)).length
  const before = await tries()
  await program.stop()
  await start()
  await stream.publish(editsOf(3, 3))
  await told(other, numbers(0, 6))
  expect(await tries()).toBe(before)
})

test('a 401 for one channel ends its feeds, and not the bot', async () => {
  const [strange = '', other = ''] = channels
  refusals = ['refused']
  await addFeeds(home, [
    { channel: strange, scope: 'enwiki' },
    { channel: other, scope: 'enwiki' },
  ])
  await start()
  await discord.failRequests({
    method: 'POST',
    path: `/channels/${strange}/`,
    status: 401,
    body: { code: 0, message: '401: Unauthorized' },
    times: 'always',
  })
  await stream.publish(editsOf(0, 2))
  await Promise.all([program.logged('feeds: 1 ended'), told(other, [0, 1])])
  await stream.publish(editsOf(2, 2))
  await told(other, numbers(0, 4))
  expect(JSON.stringify(await discord.ask(OWNER, '!ping'))).toContain('Pong')
})

test('a page that is watched, in direct messages; those of somebody who takes none end', async () => {
  refusals = ['refused']
  const other = '80351110224678913'
  await addFeeds(home, [
    { kind: 'watch', channel: null, scope: 'enwiki', filter: { title: 'Page 3' } },
    { kind: 'watch', channel: null, owner: other, scope: 'enwiki', filter: { title: 'Page 4' } },
  ])
  await discord.closeDms(other)
  await start()
  await stream.publish(editsOf(0, 6))
  await until('it is told', async () => pagesIn(await discord.messages()).includes(3))
  await program.logged('feeds: 2 ended')
  expect(pagesIn(await discord.messages())).toEqual([3])
})

test('what Discord does not take of a message is told as a number', async () => {
  const [channel = ''] = channels
  await addFeeds(home, [{ channel, scope: 'enwiki' }])
  await start()
  await discord.failRequests({
    method: 'POST',
    path: `/channels/${channel}/`,
    status: 400,
    body: { code: 50035, message: 'Invalid Form Body' },
  })
  await stream.publish(editsOf(0, 1))
  await until('it is told', async () => (await discord.messages(channel)).length === 1)
  expect((await discord.messages(channel))[0]?.content).toContain(
    '1 change that Discord does not let me show',
  )
  await program.logged('feeds: Discord does not take a message of feed 1')
})

test('hostile titles and summaries ping nobody and break nothing', async () => {
  const [channel = '', compact = ''] = channels
  await addFeeds(home, [
    { channel, scope: 'enwiki' },
    { channel: compact, scope: 'enwiki', style: 'compact' },
  ])
  await start()
  const evil = '@everyone <@80351110224678912> <#1> [x](https://evil.example) **b** `c` ||s||'
  const hostile = editsOf(0, 10).map((edit) => ({
    ...edit,
    title: evil.repeat(5),
    comment: evil.repeat(20),
    user: evil,
  }))
  await stream.publish(hostile)
  await until(
    'it is told',
    async () => (await discord.messages(compact)).length > 0 && (await discord.messages(channel)).length > 0,
  )
  for (const message of [...(await discord.messages(channel)), ...(await discord.messages(compact))])
    expect(message).toMatchObject({ mention_everyone: false, mentions: [], mention_roles: [] })
})

test('doctor says where feeds cannot be posted, and what the bot lacks there', async () => {
  const [sound = '', dumb = '', gone = ''] = channels
  await addFeeds(home, [
    { channel: sound, scope: 'enwiki' },
    { channel: dumb, scope: 'enwiki' },
    { channel: gone, scope: 'enwiki', state: 'active' },
    { channel: sound, scope: 'dewiki', state: 'refused' },
  ])
  await discord.changeChannel(dumb, {
    overwrites: [{ id: discord.applicationId, type: 1, deny: String(1n << 14n) }],
  })
  await discord.deleteChannel(gone)
  refusals = ['refused']
  const { stdout } = await home.run(['doctor', '--json'])
  expect(stdout).toContain('feed 4 ended')
  expect(stdout).toContain('its feeds’ channels in which it may post: 1 of 3')
  expect(stdout).toContain(`feed 2 cannot be posted to channel ${dumb}: the bot lacks there Embed Links`)
  expect(stdout).toContain(`feed 3 cannot be posted to channel ${gone}: it is gone`)
})
