/** `top` and `status`: the real program against the simulated Discord, and in the terminal. */
import type { APIMessage } from 'discord.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anEvent } from '../events.ts'
import type { Home, Program } from '../program.ts'
import type { DiscordSimulator } from '../simulators/discord/client.ts'
import type { EventStreamsSimulator } from '../simulators/eventstreams/client.ts'
import { setStage, startWith, strikeStage } from '../stage.ts'

const USER = '80351110224678912'
const HOUR = 3_600_000
const NOW = Date.now()
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i))
/** So many changes each; some are older than a day. */
const events = [
  ...times(9, (i) => anEvent({ at: NOW - 30 * HOUR + i, title: 'Long ago', user: 'Elder' })),
  ...times(7, (i) => anEvent({ at: NOW - 20 * HOUR + i, title: 'Often', user: 'Bot', bot: true })),
  ...times(5, (i) => anEvent({ at: NOW - 3 * HOUR + i, title: '**Some** [page]', user: '@everyone' })),
  ...times(4, (i) => anEvent({ at: NOW - 2 * HOUR + i, title: 'Often', user: 'A B', wiki: 'dewiki' })),
  ...times(12, (i) =>
    anEvent({ at: NOW - HOUR / 2 + i, title: `Once ${i}`, user: `U${i}`, wiki: 'wikidatawiki' }),
  ),
]

let stream: EventStreamsSimulator
let discord: DiscordSimulator
let home: Home
let _program: Program

beforeAll(async () => {
  const routeLimits = { 'POST /channels/{channel_id}/messages': { limit: 1000, windowMs: 1000 } }
  ;({ stream, discord, home } = await setStage({ routeLimits }))
  _program = await startWith({ stream, home }, events)
})
afterAll(async () => {
  expect(await discord.violations()).toEqual([])
  await strikeStage({ stream, discord, home })
})

const linesOf = (message: APIMessage | undefined) =>
  (message?.embeds[0]?.description ?? '').replaceAll('\\', '').split('\n')
const ask = async (question: string) => linesOf(await discord.ask(USER, question))

test('pages, of the last day and of longer', async () => {
  const day = await ask('!top pages')
  expect(day).toHaveLength(10)
  expect(day[0]).toMatch(/^1\. .*Often.*enwiki.*7 changes · 100 % by bots$/)
  expect(day[1]).toMatch(/^2\. .*Some.* \[page\].*5 changes$/)
  expect(day[2]).toMatch(/^3\. .*Often.*dewiki.*4 changes$/)
  expect(day.join()).not.toContain('Long ago')
  expect((await ask('!top pages 40'))[0]).toMatch(/Long ago.*9 changes/)
  expect((await ask('!top pages 1'))[0]).toMatch(/Once 0.*1 change$/)
  const german = await ask('!top pages dewiki')
  expect(german).toHaveLength(1)
  expect(german[0]).toMatch(/Often.*4 changes$/)
})

test('users and wikis', async () => {
  const users = await ask('!top users 168')
  expect(users[0]).toMatch(/Elder.*9 changes/)
  expect(users[1]).toMatch(/Bot.*7 changes · 100 % by bots/)
  expect(users[2]).toMatch(/@.?everyone.*5 changes/)
  const wikis = await ask('!top wikis 168')
  expect(wikis).toHaveLength(3)
  expect(wikis[0]).toMatch(/English Wikipedia.*21 changes · 33 % by bots/)
  expect(wikis[1]).toMatch(/Wikidata.*12 changes/)
  expect(wikis[2]).toMatch(/German Wikipedia.*4 changes/)
})

test('by slash command', async () => {
  const record = await discord.slash(USER, { name: 'top', options: { by: 'wikis', hours: 1 } })
  const message = record.response?.message as APIMessage | undefined
  expect(linesOf(message)[0]).toMatch(/Wikidata.*12 changes/)
  expect(message?.embeds[0]?.title).toContain('last hour')
  const scoped = await discord.slash(USER, { name: 'top', options: { by: 'users', scope: 'en' } })
  expect(JSON.stringify(scoped.response?.message)).toContain('everyone')
})

test('wrong questions are told what is accepted', async () => {
  for (const question of ['!top', '!top everything', '!top pages 0', '!top pages 169', '!top pages xyzzy'])
    expect((await ask(question)).join(), question).toMatch(/Accepted: /)
  expect((await ask('!top pages frwiki')).join()).toContain('No changes in these hours are stored')
})

test('in the terminal', async () => {
  const answer = await home.ask('!top users 24 enwiki')
  expect(answer).toMatchObject({ kind: 'top', by: 'users', hours: 24, isWhole: true })
  expect(answer.entries).toMatchObject([
    { name: 'Bot', changes: 7, bots: 7 },
    { name: '@everyone', changes: 5, bots: 0 },
  ])
})

test('status tells for how long it has been running', async () => {
  const before = await discord.ask(USER, '!status')
  const field = before.embeds[0]?.fields?.find(({ name }) => name === 'Running for')
  expect(field?.value).toMatch(/^\d+ (?:second|minute)s?/)
  const slash = await discord.slash(USER, { name: 'status' })
  expect(JSON.stringify(slash.response?.message)).toContain('Running for')
  // A program that was started for one question has nothing to tell of that.
  expect(await home.ask('!status')).toMatchObject({ uptimeSeconds: null })
})
