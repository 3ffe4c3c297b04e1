/** Feeds and watched pages, set up on the simulated Discord with the real program. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Home, type Program, until } from '../program.ts'
import type { DiscordSimulator } from '../simulators/discord/client.ts'
import type { InteractionRecord } from '../simulators/discord/protocol.ts'
import type { EventStreamsSimulator } from '../simulators/eventstreams/client.ts'
import { generateEvents } from '../simulators/eventstreams/generate.ts'
import { setStage, strikeStage } from '../stage.ts'

/** Owns the servers, which is known of who writes a message. */
const OWNER = '80351110224678912'
const MEMBER = '90351110224678913'
const MANAGE_GUILD = String(1n << 5n)
/** View Channel and Send Messages, not Embed Links. */
const NO_EMBEDS = String((1n << 10n) | (1n << 11n))
const HOSTILE = '@everyone <@80351110224678912> **Foo** `rm` <#1>'
let stream: EventStreamsSimulator
let discord: DiscordSimulator
let home: Home
let program: Program
let guildId: string
let channelId: string
let otherChannelId: string
let mutedChannelId: string
/** What Discord refuses in a test because that is what is asked of it. */
let refusals: string[] = []
let stored: number

beforeEach(async () => {
  ;({ stream, discord, home } = await setStage({
    // A conversation, and quicker than people have one.
    routeLimits: { 'POST /channels/{channel_id}/messages': { limit: 100, windowMs: 1000 } },
  }))
  const guild = await discord.createGuild({
    name: 'Patrol',
    channels: [{ name: 'changes' }, { name: 'other' }, { name: 'muted', botPermissions: NO_EMBEDS }],
  })
  guildId = guild.id
  ;[channelId = '', otherChannelId = '', mutedChannelId = ''] = guild.channels.map(({ id }) => id)
  program = home.start()
  await Promise.all([program.logged('its slash commands are registered'), stream.waitForConnection(1)])
  await publish()
  stored = 40
  await until('they are stored', () => home.stored() === stored)
})
afterEach(async () => {
  const violations = await discord.violations()
  expect(violations.map(({ reason }) => reason)).toEqual(refusals)
  refusals = []
  await strikeStage({ stream, discord, home })
})

/** One edit of now. */
async function edit(title: string): Promise<void> {
  const [event] = generateEvents({ seed: stored + 100, count: 1, from: Date.now(), wikis: ['enwiki'] })
  await stream.publish([{ ...event, type: 'edit', title, bot: false, id: 9_000_000_000 + stored }])
  stored++
  await until('it is stored', () => home.stored() === stored)
}

/** 40 changes of English Wikipedia within the last 20 minutes, every fourth one of a page with a hostile title. */
async function publish(): Promise<void> {
  const from = Date.now() - 20 * 60_000
  const events = [...generateEvents({ seed: 4, count: 40, from, wikis: ['enwiki'] })].map((event, i) => ({
    ...event,
    meta: { ...event.meta, dt: new Date(from + i * 30_000).toISOString() },
    ...(i % 4 === 0 && { type: 'edit', title: HOSTILE, namespace: 0, bot: false }),
  }))
  await stream.publish(events)
}

async function restart(): Promise<void> {
  await program.stop()
  program = home.start()
  await program.logged('bot: connected')
}

const shown = ({ response }: InteractionRecord) => JSON.stringify(response?.message)
const manager = (channel = channelId) => ({ channelId: channel, guildId, permissions: MANAGE_GUILD })
const feeds = () =>
  home.sql<{ id: number; channel: string; state: string; filter: string }>('SELECT * FROM feeds')

test('a feed from its beginning to its end, by slash commands, over a restart', async () => {
  const slash = (name: string, options: Record<string, string | number> = {}) =>
    discord.slash(OWNER, { name, options, ...manager() })
  const add = await slash('feed add', { type: 'edit', bots: 'no', style: 'compact', scope: 'enwiki' })
  expect(add.response?.ephemeral).toBe(true)
  for (const part of ['Feed 1 is set up', `<#${channelId}>`, 'no bots', 'would have posted', '!feed pause 1'])
    expect(shown(add)).toContain(part)
  const elsewhere = await slash('feed add', { min: 100, channel: otherChannelId, scope: 'dewiki' })
  expect(shown(elsewhere)).toContain(`<#${otherChannelId}>`)
  const again = await slash('feed add', { type: 'edit', bots: 'no', scope: 'enwiki' })
  expect(shown(again)).toContain('Feed 1 posts exactly that')

  expect(shown(await slash('feed edit', { number: 2, title: 'Foo*' }))).toContain('title “Foo\\\\*”')
  const any = shown(await slash('feed edit', { number: 1, type: '*' }))
  expect(any).toContain('no bots')
  expect(any).not.toContain('edits')
  await restart()
  const list = shown(await slash('feed list'))
  for (const part of ['#1', '#2', `<#${otherChannelId}>`, `<@${OWNER}>`, 'at least 100 bytes', 'active'])
    expect(list).toContain(part)
  expect(shown(await slash('feed pause', { number: 1 }))).toContain('Feed 1 is paused')
  expect(feeds().map(({ state }) => state)).toEqual(['paused', 'active'])
  expect(shown(await slash('feed resume', { number: 1 }))).toContain('left out')
  expect(shown(await slash('feed preview', { number: 1 }))).toContain('Preview of feed 1')
  const numbers = await discord.autocomplete(OWNER, {
    name: 'feed remove',
    options: { number: '' },
    focused: 'number',
    ...manager(),
  })
  expect(numbers.map(({ value }) => value)).toEqual([1, 2])
  expect(shown(await slash('feed remove', { number: 1 }))).toContain('Feed 1 is removed')
  expect(feeds().map(({ id }) => id)).toEqual([2])
})

test('the same as messages, for those who may manage the server', async () => {
  const say = async (userId: string, question: string) => {
    const { id } = await discord.say(userId, channelId, `<@${discord.applicationId}> ${question}`)
    const [answer] = await discord.waitForMessages(channelId, { after: id })
    expect(answer?.mentions).toEqual([])
    expect(answer?.mention_everyone).toBe(false)
    return JSON.stringify(answer)
  }
  expect(await say(MEMBER, '!feed add enwiki')).toContain('Manage Server')
  expect(await say(OWNER, `!feed add ns:main bots:no channel:<#${otherChannelId}> enwiki`)).toContain(
    'Feed 1 is set up',
  )
  expect(await say(OWNER, '!feed edit 1 style:compact')).toContain('all in one list')
  expect(await say(OWNER, '!feed preview type:edit enwiki')).toContain('would have posted')
  expect(await say(OWNER, '!feed list')).toContain(`<#${otherChannelId}>`)
  expect(await say(MEMBER, '!feed remove 1')).toContain('Manage Server')
  expect(await say(OWNER, '!feed pause 1')).toContain('is paused')
  expect(await say(OWNER, '!feed resume 1')).toContain('goes on')
  expect(await say(OWNER, `!feed add channel:<#${mutedChannelId}> enwiki`)).toContain('Embed Links')
  refusals = ['10003 Unknown Channel']
  expect(await say(OWNER, '!feed add channel:<#123> enwiki')).toContain('do not find that channel')
  expect(await say(OWNER, '!feed remove 1')).toContain('is removed')
  expect(feeds()).toEqual([])
  // Alone with the bot, for oneself.
  expect(JSON.stringify(await discord.ask(MEMBER, '!feed add bots:no enwiki'))).toContain('direct messages')
  expect(JSON.stringify(await discord.ask(MEMBER, '!feed list'))).toContain('#2')
  expect(JSON.stringify(await discord.ask(OWNER, '!feed list'))).toContain('There are none')
})

test('not without Manage Server, not from another server, not where the bot was not added', async () => {
  await discord.slash(OWNER, { name: 'feed add', options: { scope: 'enwiki' }, ...manager() })
  const refused = await discord.slash(MEMBER, {
    name: 'feed add',
    options: { scope: 'dewiki' },
    ...{ channelId, guildId, permissions: '0' },
  })
  expect(refused.response?.ephemeral).toBe(true)
  expect(shown(refused)).toContain('Manage Server')

  const other = await discord.createGuild({ name: 'Other', channels: [{ name: 'changes' }] })
  const there = { channelId: other.channels[0]?.id as string, guildId: other.id, permissions: MANAGE_GUILD }
  for (const name of ['feed edit', 'feed pause', 'feed resume', 'feed remove', 'feed preview']) {
    const options = { number: 1, ...(name === 'feed edit' && { bots: 'no' }) }
    expect(shown(await discord.slash(OWNER, { name, options, ...there })), name).toContain('no feed “1”')
  }
  expect(shown(await discord.slash(OWNER, { name: 'feed list', ...there }))).toContain('There are none')

  const foreign = await discord.createGuild({ name: 'Foreign', channels: [{ name: 'general' }], bot: false })
  const away = { channelId: foreign.channels[0]?.id as string, guildId: foreign.id, userInstall: true }
  expect(
    shown(await discord.slash(MEMBER, { name: 'feed add', options: { scope: 'enwiki' }, ...away })),
  ).toContain('not added here')
  // A page is watched in direct messages all the same.
  const watched = await discord.slash(MEMBER, { name: 'watch', options: { page: 'enwiki:Foo' }, ...away })
  expect(shown(watched)).toContain('Watched')
  const { channel_id: direct } = await discord.dm(MEMBER, '!unwatch 2')
  await discord.waitForMessages(direct, { containing: 'No longer watched' })
  expect(JSON.stringify(await discord.messages(direct))).toContain('"Watched"')
  expect(feeds().map(({ id, channel, state }) => [id, channel, state])).toEqual([[1, channelId, 'active']])
})

test('where the bot lacks what it takes, that is named: here, in another channel, in a thread', async () => {
  const add = (place: object, options: Record<string, string> = {}) =>
    discord.slash(OWNER, {
      name: 'feed add',
      options: { ...options, scope: 'enwiki' },
      ...manager(),
      ...place,
    })
  expect(shown(await add({ channelId: mutedChannelId }))).toContain('Embed Links')
  expect(shown(await add({}, { channel: mutedChannelId }))).toContain('Embed Links')
  const thread = await discord.createThread(mutedChannelId, 'a thread')
  const lacks = shown(await add({}, { channel: thread.id }))
  expect(lacks).toContain('Send Messages in Threads, Embed Links')
  await discord.changeChannel(otherChannelId, { botPermissions: '0' })
  refusals = ['50001 Missing Access']
  expect(shown(await add({}, { channel: otherChannelId }))).toContain('View Channel')
  expect(feeds()).toEqual([])
  const open = await discord.createThread(channelId, 'another thread')
  expect(shown(await add({}, { channel: open.id }))).toContain(`<#${open.id}>`)
  expect(feeds().map(({ channel }) => channel)).toEqual([open.id])
})

test('what is too much is refused with its number, and a preview tells it before', async () => {
  const refused = await discord.slash(OWNER, { name: 'feed add', options: { scope: '*' }, ...manager() })
  expect(shown(refused)).toContain('40 in the')
  expect(shown(refused)).toContain('bots:no')
  const preview = await discord.slash(OWNER, {
    name: 'feed preview',
    options: { title: '@every*', scope: 'enwiki' },
    ...manager(),
  })
  expect(shown(preview)).toContain('10 in the')
  expect(preview.response?.message?.embeds[0]?.description?.match(/<t:\d+:R>/g)).toHaveLength(3)
  expect(preview.response?.message?.mention_everyone).toBe(false)
  expect(feeds()).toEqual([])
})

test('a page is watched in direct messages, wherever that is asked, over a restart', async () => {
  const pages = await discord.autocomplete(MEMBER, {
    name: 'watch',
    options: { page: '@every', scope: 'enwiki' },
    focused: 'page',
  })
  expect(pages).toEqual([{ name: HOSTILE, value: HOSTILE }])
  const { channel_id: direct } = await discord.dm(MEMBER, '!ping')
  const watched = await discord.slash(MEMBER, {
    name: 'watch',
    options: { page: 'https://en.wikipedia.org/wiki/Alan_Turing' },
    ...{ channelId, guildId, permissions: '0' },
  })
  expect(watched.response?.ephemeral).toBe(true)
  expect(shown(watched)).toContain('Watched')
  await discord.waitForMessages(direct, { containing: 'Alan Turing' })

  expect(JSON.stringify(await discord.ask(MEMBER, '!watch M*A*S*H enwiki'))).toContain('Watched')
  await restart()
  const list = await discord.slash(MEMBER, { name: 'watching' })
  for (const part of ['#1', 'Alan Turing', '#2', 'M\\\\*A\\\\*S\\\\*H']) expect(shown(list)).toContain(part)
  expect(shown(await discord.slash(OWNER, { name: 'unwatch', options: { page: '1' } }))).toContain(
    'do not watch',
  )
  expect(JSON.stringify(await discord.ask(MEMBER, '!unwatch 1'))).toContain('No longer watched')
  expect(shown(await discord.slash(MEMBER, { name: 'unwatch', options: { page: 'm*a*s*h' } }))).toContain(
    'No longer watched',
  )
  expect(feeds()).toEqual([])

  await discord.closeDms(MEMBER)
  refusals = ['50007 Cannot send messages to this user']
  const deaf = await discord.slash(MEMBER, { name: 'watch', options: { page: 'enwiki:Foo' }, ...manager() })
  expect(shown(deaf)).toContain('I cannot write to you')
  expect(feeds()).toEqual([])
})

test('what is set up is posted, from then on; not while it is paused, nor what came then', async () => {
  const slash = (name: string, options: Record<string, string | number>) =>
    discord.slash(OWNER, { name, options, ...manager() })
  await slash('feed add', { title: 'Alan *', channel: otherChannelId, scope: 'enwiki' })
  const { channel_id: direct } = await discord.dm(MEMBER, '!watch enwiki:Alan Turing')
  await discord.waitForMessages(direct, { containing: 'Watched' })
  await edit('Alan Turing')
  await discord.waitForMessages(otherChannelId, { containing: 'Alan Turing' })
  await discord.waitForMessages(direct, { containing: 'watch 2' })

  await slash('feed pause', { number: 1 })
  await edit('Alan Kay')
  await slash('feed resume', { number: 1 })
  await edit('Alan Perlis')
  await discord.waitForMessages(otherChannelId, { containing: 'Alan Perlis' })
  const posted = JSON.stringify(await discord.messages(otherChannelId))
  expect(posted).not.toContain('Alan Kay')
  expect(posted).not.toContain('@everyone')
})
