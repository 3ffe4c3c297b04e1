/** The main job: Wikimedia's changes, stored once, answered in direct messages and in the terminal. */
import type { APIMessage } from 'discord.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Change } from '../../src/change.ts'
import { readRecentChange } from '../../src/recentchange.ts'
import { recordedEvents } from '../changes.ts'
import { type Home, type Program, until } from '../program.ts'
import type { DiscordSimulator } from '../simulators/discord/client.ts'
import type { EventStreamsSimulator } from '../simulators/eventstreams/client.ts'
import { setStage, strikeStage } from '../stage.ts'

const USER = '80351110224678912'
const changes = recordedEvents().map((line) => readRecentChange(line, 'eventstreams') as Change)
/** The oracle: what a scope's list must show, newest first; of one time, what came later. */
const newest = (isIn: (change: Change) => boolean) =>
  changes
    .filter(isIn)
    .toReversed()
    .toSorted((a, b) => b.at - a.at)
const dayOf = (day: string) => changes.filter(({ at }) => new Date(at).toISOString().startsWith(day))

let stream: EventStreamsSimulator
let discord: DiscordSimulator
let home: Home
let program: Program

beforeAll(async () => {
  // Many answers in a short time: how the bot obeys Discord's limits is another test's matter.
  const routeLimits = { 'POST /channels/{channel_id}/messages': { limit: 1000, windowMs: 1000 } }
  ;({ stream, discord, home } = await setStage({ routeLimits }))
  program = home.start()
  await Promise.all([stream.waitForConnection(1), program.logged('bot: connected')])
  await stream.publish(recordedEvents())
  await until('all recorded events are stored', () => home.stored() === changes.length)
})

afterAll(async () => {
  expect(await discord.violations()).toEqual([])
  await strikeStage({ stream, discord, home })
})

/** All that a person sees of a message, as text. */
const textOf = (message: APIMessage) =>
  [
    message.content,
    ...message.embeds.flatMap(({ title, description, fields, footer }) => [
      title,
      description,
      ...(fields ?? []).map(({ name, value }) => `${name}: ${value}`),
      footer?.text,
    ]),
  ].join('\n')
/** Without what Markdown needs: names as they are. */
const plain = (text: string) => text.replaceAll('\\', '')
const ask = async (question: string, user = USER) => plain(textOf(await discord.ask(user, question)))

test('the log says in a few lines what it does, and no secret', () => {
  expect(program.log).toContain(`reads   ${stream.streamUrl()}`)
  expect(program.log).toContain(home.path('data/changes.db'))
  expect(program.log).not.toContain(discord.token)
})

test('it introduces itself to Wikimedia and asks for an event stream', async () => {
  const [request] = await stream.requests()
  expect(request?.userAgent).toMatch(/^wiki-change-stream\/[\d.]+ \(\S+\) node\/[\d.]+$/)
  expect(request?.headers.accept).toBe('text/event-stream')
})

test('asks Discord for no more intents than it needs', async () => {
  const [connection] = await discord.connections()
  // Servers, their messages (of which it is shown those that mention it), direct messages.
  expect(connection?.identify?.intents).toBe((1 << 0) | (1 << 9) | (1 << 12))
})

describe('in direct messages', () => {
  test('ping, in any case, also as the first message of a channel never seen, with and without channel_type', async () => {
    expect(await ask('!PiNg', '80351110224678001')).toContain('Pong')
    const { id, channel_id } = await discord.dm('80351110224678002', '!ping', { channelType: false })
    const [answer] = await discord.waitForMessages(channel_id, { after: id })
    expect(textOf(answer as APIMessage)).toContain('Pong')
  })

  test('setLang is kept, and decides what recent shows', async () => {
    expect(await ask('!setLang en')).toContain('everything in English')
    const text = await ask('!recent 0 5')
    const expected = newest(({ site }) => site.language === 'en').slice(0, 5)
    for (const change of expected) {
      expect(text).toContain(change.title)
      expect(text).toContain(change.user)
    }
    expect(text).not.toContain('testwiki')
    expect(text).toContain('!recent 5 5')
    const positions = expected.map(({ title }) => text.indexOf(title))
    expect(positions).toEqual(positions.toSorted((a, b) => a - b))
  })

  test('recent says what exactly changed, with the difference in bytes and a link to the diff', async () => {
    await ask('!setLang nowikisource')
    const text = await ask('!recent 0 1')
    const [change] = newest(({ site }) => site.wiki === 'nowikisource')
    expect(change?.title).toBe('Indeks:Turgenjev Den første kjærlighet.pdf')
    expect(text).toContain(`diff=${change?.revision.new}&oldid=${change?.revision.old}`)
    expect(text).toContain('+4')
  })

  test('stats of a day: its count and its breakdown', async () => {
    await ask('!setLang *')
    const day = dayOf('2026-08-04')
    const text = await ask('!stats 2026-08-04')
    expect(day).toHaveLength(10)
    expect(text).toContain('2026-08-04 · all wikis')
    expect(text).toContain('10 changes')
    const edits = day.filter(({ type }) => type === 'edit').length
    expect(text).toContain(`Edits: ${edits} (${edits * 10} %)`)
    const bots = day.filter(({ bot }) => bot).length
    expect(text).toContain(`Bots: ${bots} (${bots * 10} %)`)
    expect(text).toContain('15:00 to 16:00: 10')
  })

  test('stats without a day are those of today in UTC', async () => {
    expect(await ask('!stats')).toContain(`${new Date().toISOString().slice(0, 10)} (today, so far)`)
  })

  test.each([
    ['!stats yesterdayish', '“yesterdayish” is no day'],
    ['!stats 2026-02-30', '“2026-02-30” is no day'],
    ['!stats 2099-01-01', 'has not begun yet'],
    ['!recent 0 abc', '“abc” is no limit'],
    ['!recent 0 51', '“51” is no limit'],
    ['!recent -1', '“-1” is no offset'],
    ['!setLang', 'Which wikis do you mean?'],
    ['!frobnicate', 'I do not know “frobnicate”'],
    ['hello?', 'I do not know “hello?”'],
  ])('a wrong argument gets an answer that says what is accepted: %s', async (question, problem) => {
    const text = await ask(question)
    expect(text).toContain(problem)
    expect(text).toContain('Accepted: ')
    expect(text).toContain('Example: ')
  })

  test('setLang refuses what does not exist, offers the nearest, and changes nothing', async () => {
    await ask('!setLang de')
    const text = await ask('!setLang enwikki')
    expect(text).toContain('English Wikipedia')
    expect(await ask('!help')).toContain('everything in German')
  })

  test('50 results of the longest titles and comments come in pages, all of them, within all limits', async () => {
    const user = '80351110224678003'
    await ask('!setLang rutestwiki', user)
    const { id, channel_id } = await discord.dm(user, '!recent 0 50')
    await discord.waitForMessages(channel_id, { after: id, containing: '1 to 50, newest first' })
    const messages = await discord.waitForMessages(channel_id, { after: id })
    const lines = messages.flatMap(({ embeds }) =>
      embeds.flatMap(({ description }) => description?.split('\n') ?? []),
    )
    expect(lines).toHaveLength(50)
    expect(textOf(messages.at(-1) as APIMessage)).toContain(`page ${messages.length} of ${messages.length}`)
  })

  test('no result is an answer too', async () => {
    await ask('!setLang zuwiki')
    expect(await ask('!recent')).toContain('Nothing is stored yet')
  })

  test('hostile text pings nobody and breaks nothing', async () => {
    const [sample] = recordedEvents()
    const event = JSON.parse(sample as string)
    const at = Date.now()
    await stream.publish([
      {
        ...event,
        meta: { ...event.meta, id: crypto.randomUUID(), dt: new Date(at).toISOString() },
        title: '@everyone [x](https://evil.example) **b** `c`',
        title_url: undefined,
        user: '<@80351110224678912>',
        comment: '@here ](x) ||spoiler|| <t:0:R> https://evil.example \u202e \u0000',
      },
    ])
    await until(
      'it is stored',
      () => home.sql(`SELECT 1 FROM changes WHERE title LIKE '@everyone%'`).length === 1,
    )
    await ask('!setLang *')
    const message = await discord.ask(USER, '!recent 0 1')
    expect(message.mention_everyone).toBe(false)
    expect(message.mentions).toEqual([])
    expect(textOf(message)).not.toContain('](https://evil.example)')
  })
})

test('the same questions in the terminal give the same facts', async () => {
  await ask('!setLang en')
  const recent = await home.ask('!recent 0 5', USER)
  expect(recent).toMatchObject({ kind: 'recent', offset: 0, limit: 5, scope: { code: 'en' } })
  expect(recent.changes.map(({ id }: Change) => id)).toEqual(
    newest(({ site }) => site.language === 'en')
      .slice(0, 5)
      .map(({ id }) => id),
  )
  const stats = await home.ask('!stats 2026-08-04', 'somebody')
  expect(stats).toMatchObject({ day: '2026-08-04', scope: { code: '*' }, stats: { total: 10 } })
  const text = await home.run(['ask', '!stats 2026-08-04'])
  expect(text.code).toBe(0)
  expect(text.stdout).toContain('10 changes')
  const chat = await home.run(['chat', '--user', USER], { input: '!ping\n!recent 0 1\nexit\n' })
  expect(chat.stdout).toContain('Pong')
  expect(chat.stdout).toContain('Latest changes · everything in English')
})

test('a wrong argument in the terminal ends with status 2, and an answer', async () => {
  const { code, stdout } = await home.run(['ask', '!recent 0 abc'])
  expect(code).toBe(2)
  expect(stdout).toContain('limit one from 1 to 50')
})
