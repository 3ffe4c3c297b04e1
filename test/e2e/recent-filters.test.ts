/** `recent` with filters: the real program against the simulated Discord, and in the terminal. */
import type { APIMessage } from 'discord.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseFilter } from '../../src/answers/filter-words.ts'
import type { Change } from '../../src/change.ts'
import { matcher } from '../../src/filter.ts'
import { readRecentChange } from '../../src/recentchange.ts'
import { anEvent } from '../events.ts'
import type { Home, Program } from '../program.ts'
import type { DiscordSimulator } from '../simulators/discord/client.ts'
import type { InteractionRecord } from '../simulators/discord/protocol.ts'
import type { EventStreamsSimulator } from '../simulators/eventstreams/client.ts'
import { setStage, startWith, strikeStage } from '../stage.ts'

const USER = '80351110224678912'
const LONG = `Sehr langer Titel ${'mit vielen Wörtern '.repeat(9)}`.trim()
const NOW = Date.now()
const events = Array.from({ length: 120 }, (_, i) => {
  const [wiki, prefix] = i % 3 === 0 ? (['dewiki', 'Diskussion:'] as const) : (['enwiki', 'Talk:'] as const)
  const isTalk = i % 5 === 0
  const name = i % 7 === 0 ? 'M*A*S*H' : i % 7 === 1 ? LONG : i % 2 === 0 ? 'Foo bar' : 'Other'
  return anEvent({
    wiki,
    at: NOW - (120 - i) * 10_000,
    type: i % 4 === 0 ? 'new' : 'edit',
    namespace: isTalk ? 1 : 0,
    // Every title tells which one it is.
    title: `${isTalk ? prefix : ''}${name} nr${i}`,
    user: i % 6 === 0 ? 'A B' : i % 6 === 1 ? '@everyone' : 'Example',
    bot: i % 8 === 3,
    minor: i % 9 === 2,
    growth: (i * 37) % 900,
  })
})
const changes = events.map((event) => readRecentChange(event, 'eventstreams') as Change).toReversed()

let stream: EventStreamsSimulator
let discord: DiscordSimulator
let home: Home
let program: Program

beforeAll(async () => {
  // Many answers and starts in a short time: how the bot obeys Discord's limits is another test's matter.
  const routeLimits = {
    'POST /channels/{channel_id}/messages': { limit: 1000, windowMs: 1000 },
    'GET /gateway/bot': { limit: 1000, windowMs: 1000 },
  }
  ;({ stream, discord, home } = await setStage({ routeLimits }))
  program = await startWith({ stream, home }, events)
})
afterAll(async () => {
  expect(await discord.violations()).toEqual([])
  await strikeStage({ stream, discord, home })
})

/** Which of the changes a message lists, in its order. */
const listed = (message: Pick<APIMessage, 'embeds'> | undefined) => [
  ...new Set(
    [...(message?.embeds[0]?.description ?? '').matchAll(/nr(\d+)/g)].map(([, number]) => Number(number)),
  ),
]
/** Which ones pass the words of a filter, newest first. */
function passing(words: string, wiki?: string): number[] {
  const parsed = parseFilter(words)
  if ('bad' in parsed) throw new Error(words)
  const isMatch = matcher(parsed.filter)
  return changes
    .filter((change) => isMatch(change) && (wiki === undefined || change.site.wiki === wiki))
    .map(({ title }) => Number(/nr(\d+)$/.exec(title)?.[1]))
}
const shown = ({ response }: InteractionRecord) => response?.message as APIMessage | undefined

test('each filter as words, among offset, limit and scope', async () => {
  for (const words of [
    'type:new',
    'type:edit,log',
    'new',
    'new:no',
    'ns:talk',
    'ns:1',
    'user:"A B"',
    'user:a_b',
    'title:Foo*',
    'title:"foo bar nr4"',
    'title:M\\*A\\*S\\*H*',
    'bots:no',
    'bots:only',
    'minor:only',
    'minor:no',
    'min:500',
    'type:new ns:main user:"A B" bots:no minor:no min:100',
  ]) {
    const expected = passing(words)
    expect(expected.length, words).toBeGreaterThan(0)
    const answer = await discord.ask(USER, `!recent ${words}`)
    expect(listed(answer), words).toEqual(expected.slice(0, 10))
    expect(JSON.stringify(answer), words).not.toContain('did not work')
  }
  const words = 'bots:no min:100'
  const german = passing(words, 'dewiki')
  expect(german.length).toBeGreaterThan(8)
  for (const question of [
    '!recent 2 5 bots:no min:100 dewiki',
    '!recent bots:no 2 5 dewiki min:100',
    '!recent min:100 2 bots:no 5 German Wikipedia',
  ])
    expect(listed(await discord.ask(USER, question)), question).toEqual(german.slice(2, 7))
  expect(listed(await discord.ask(USER, '!recent bots:no min:100 dewiki'))).toEqual(german.slice(0, 10))
  expect(JSON.stringify(await discord.ask(USER, '!recent 0 5 bots:no min:100 dewiki'))).toContain(
    '!recent 5 5 bots:no min:100 dewiki',
  )
})

test('each filter as options of a slash command', async () => {
  for (const [options, words] of [
    [{ type: 'new' }, 'type:new'],
    [{ namespace: 'talk' }, 'ns:talk'],
    [{ namespace: 'Diskussion' }, 'ns:1'],
    [{ user: 'A B' }, 'user:"A B"'],
    [{ title: 'Foo*' }, 'title:Foo*'],
    [{ bots: 'no' }, 'bots:no'],
    [{ minor: 'only' }, 'minor:only'],
    [{ min: 500 }, 'min:500'],
    [{ new: 'only' }, 'new'],
    [{ new: 'no', bots: 'only', min: 200, limit: 3 }, 'new:no bots:only min:200'],
  ] as const) {
    const answer = shown(await discord.slash(USER, { name: 'recent', options }))
    const limit = 'limit' in options ? options.limit : 10
    expect(listed(answer), words).toEqual(passing(words).slice(0, limit))
  }
  const german = { namespace: 'talk', scope: 'dewiki' }
  const answer = shown(await discord.slash(USER, { name: 'recent', options: german }))
  expect(listed(answer)).toEqual(passing('ns:talk', 'dewiki').slice(0, 10))
  expect(answer?.embeds[0]?.description?.startsWith('Talk')).toBe(true)
})

test('suggestions: namespaces as the wikis call them, pages and people seen lately', async () => {
  const suggested = (options: Record<string, string>, focused: string) =>
    discord.autocomplete(USER, { name: 'recent', options, focused })
  expect(await suggested({ namespace: 'disk', scope: 'dewiki' }, 'namespace')).toMatchObject([
    { value: 'talk' },
  ])
  expect(await suggested({ namespace: 'user t' }, 'namespace')).toMatchObject([{ value: 'user_talk' }])
  const [second] = await suggested({ namespace: 'talk,user t' }, 'namespace')
  expect(second?.value).toBe('talk,user_talk')
  const [page] = await suggested({ title: 'm*a*s*h nr7', scope: 'enwiki' }, 'title')
  expect(page?.value).toBe('m*a*s*h nr7')
  const [star] = await suggested({ title: 'nr7' }, 'title')
  const found = await discord.slash(USER, { name: 'recent', options: { title: star?.value as string } })
  expect(star?.name).toContain('nr7')
  expect(listed(shown(found))).toHaveLength(1)
  expect(await suggested({ user: 'a' }, 'user')).toMatchObject([{ value: 'A B' }, { value: 'Example' }])
})

const buttonsOf = (message: APIMessage | undefined) =>
  (
    (message?.components ?? []) as unknown as {
      components: { label: string; custom_id: string; disabled?: boolean }[]
    }[]
  ).flatMap(({ components }) => components)

test.each([
  ['of few words', { bots: 'no' }, 'bots:no'],
  ['of many words', { title: `*${LONG.slice(0, 90)}*`, new: 'no' }, `title:"*${LONG.slice(0, 90)}*" new:no`],
])(
  'pages with a filter %s, there and back, across a restart, while new ones arrive',
  async (_what, options, words) => {
    const expected = passing(words)
    expect(expected.length).toBeGreaterThan(6)
    const press = async (message: APIMessage | undefined, label: string) => {
      const button = buttonsOf(message).find((each) => each.label.includes(label))
      expect(button?.disabled ?? false).toBe(false)
      expect(button?.custom_id.length).toBeLessThanOrEqual(100)
      return shown(await discord.press(USER, first?.id ?? '', button?.custom_id ?? ''))
    }
    const first = shown(await discord.slash(USER, { name: 'recent', options: { ...options, limit: 2 } }))
    expect(listed(first)).toEqual(expected.slice(0, 2))
    const second = await press(first, 'Older')
    expect(listed(second)).toEqual(expected.slice(2, 4))

    await program.stop()
    program = home.start()
    await Promise.all([program.logged('bot: connected'), stream.waitForConnection(1)])
    const third = await press(second, 'Older')
    expect(listed(third)).toEqual(expected.slice(4, 6))
    expect(listed(await press(third, 'Newer'))).toEqual(expected.slice(2, 4))
    expect(listed(await press(third, 'Newest'))).toEqual(expected.slice(0, 2))
  },
)

test('the last page says that nothing older is there', async () => {
  const expected = passing('title:"foo bar nr4"')
  const only = shown(await discord.slash(USER, { name: 'recent', options: { title: 'Foo bar nr4' } }))
  expect(listed(only)).toEqual(expected)
  expect(buttonsOf(only)).toEqual([])
  const none = await discord.ask(USER, '!recent title:"nowhere to be found"')
  expect(JSON.stringify(none)).toContain('Nothing like that is stored')
})

test('hostile and wrong values', async () => {
  for (const [question, said] of [
    ['!recent user:@everyone', 'by'],
    ['!recent type:foo', 'edit, new, log'],
    ['!recent ns:nowhere', 'by number, or by name'],
    ['!recent min:lots', 'number of bytes'],
    ['!recent bots:maybe', 'yes, no or only'],
    ['!recent type:edit new', 'exclude each other'],
    ['!recent user:"A B', 'is not closed'],
    ['!recent tpye:new', 'type:, ns:, user:'],
    ['!recent type:new type:edit', 'twice'],
    [`!recent title:"${'*a'.repeat(200)}"`, 'Nothing like that'],
    ['!recent title:"**bold** [x](https://evil.example) `a` <@1> ||s||"', 'Nothing like that'],
    ['!recent user:"x\'; DROP TABLE changes; --"', 'Nothing like that'],
    ['!recent title:\u202eabc\u0000', 'Nothing like that'],
  ] as const) {
    const answer = await discord.ask(USER, question)
    const text = JSON.stringify(answer.embeds).replaceAll('\\', '')
    expect(text, question).toContain(said)
    expect(answer.embeds[0]?.description ?? '', question).not.toMatch(/(?<!\\)\]\(https:\/\/evil/)
  }
  const refused = await discord.slash(USER, { name: 'recent', options: { namespace: 'nowhere' } })
  expect(JSON.stringify(refused.response?.message)).toContain('by number, or by name')
  expect(home.stored()).toBe(events.length)
})

test('in the terminal', async () => {
  const { stdout, code } = await home.run(['ask', '!recent 0 3 user:"A B" type:new enwiki'])
  expect(code).toBe(0)
  expect([...stdout.matchAll(/nr(\d+)/g)].map(([, number]) => Number(number))).toEqual(
    passing('user:"A B" type:new', 'enwiki').slice(0, 3),
  )
  const answer = await home.ask('!recent bots:only')
  expect(answer).toMatchObject({ kind: 'recent', filter: { isBot: true }, searchedTo: null })
  expect((await home.run(['ask', '!recent type:foo'])).code).toBe(2)
  const chat = await home.run(['chat'], { input: 'recent 0 1 bots:only\nrecent min:x\nexit\n' })
  expect(chat.stdout).toContain(`nr${passing('bots:only')[0]}`)
  expect(chat.stdout).toContain('number of bytes')
})
