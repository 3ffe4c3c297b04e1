/** What Prometheus reads of the real program while everything happens that it counts. */
import { get } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { COMMANDS } from '../../src/answers/answers.ts'
import { UNREADABLE_KINDS } from '../../src/change.ts'
import { figuresIn, readExposition } from '../exposition.ts'
import { addFeeds, editsOf } from '../feeds.ts'
import { type Program, until } from '../program.ts'
import { type Stage, setStage, startWith, strikeStage } from '../stage.ts'

const USER = '80351110224678912'
let stage: Stage
beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => strikeStage(stage))

const expositionOf = async (program: Program) => (await fetch(`${await program.web()}metrics`)).text()
const figuresOf = async (program: Program) => figuresIn(await expositionOf(program))

/** Until these numbers are told. */
const told = (program: Program, figures: Record<string, number>) =>
  until(`it tells ${JSON.stringify(figures)}`, async () => {
    const now = await figuresOf(program)
    return Object.entries(figures).every(([name, value]) => now[name] === value)
  })

/** Asks by exactly this address; `fetch` would tidy it up. */
const ask = (web: string, path: string, method = 'GET') =>
  new Promise<number | undefined>((resolve, reject) => {
    const { hostname, port } = new URL(web)
    get({ hostname, port, path, method, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    }).on('error', reject)
  })

test('questions by command and outcome, however they are asked', async () => {
  const { discord } = stage
  const program = await startWith(stage, editsOf(0, 5))
  for (const question of ['!recent', '!RECENT 0 5', '!recent a b c', '!frobnicate "} 1', '!feed list'])
    await discord.ask(USER, question)
  await discord.slash(USER, { name: 'recent' })
  await discord.slash(USER, { name: 'stats', options: { day: 'someday' } })
  await told(program, {
    'commands_total{name="recent",outcome="answered"}': 3,
    'commands_total{name="recent",outcome="refused"}': 1,
    'commands_total{name="stats",outcome="refused"}': 1,
    'commands_total{name="feed list",outcome="answered"}': 1,
    'commands_total{name="none",outcome="refused"}': 1,
    'commands_total{name="top",outcome="answered"}': 0,
    'bot_state{state="connected"}': 1,
  })
})

test('messages of feeds by kind and outcome', async () => {
  const { discord, home, stream } = stage
  const names = ['open', 'closed'].map((name) => ({ name }))
  const [open = '', closed = ''] = (
    await discord.createGuild({ name: 'Patrol', channels: names })
  ).channels.map(({ id }) => id)
  await addFeeds(home, [
    { channel: open, scope: 'enwiki' },
    { channel: closed, scope: 'enwiki', kind: 'watch' },
  ])
  // As often as discord.js asks by itself.
  await discord.failRequests({ method: 'POST', path: `/channels/${open}/`, status: 500, times: 4 })
  await discord.deleteChannel(closed)
  const program = home.start()
  await Promise.all([program.logged('bot: connected'), stream.waitForConnection(1)])
  await stream.publish(editsOf(0, 1))
  await told(program, {
    'feed_deliveries_total{kind="feed",outcome="posted"}': 1,
    'feed_deliveries_total{kind="feed",outcome="failed"}': 1,
    'feed_deliveries_total{kind="feed",outcome="refused"}': 0,
    'feed_deliveries_total{kind="watch",outcome="refused"}': 1,
    'feed_deliveries_total{kind="watch",outcome="posted"}': 0,
    'feed_deliveries_total{kind="digest",outcome="posted"}': 0,
  })
})

test('requests by route and status, and streams that are followed', async () => {
  const program = stage.home.start()
  const web = await program.web()
  await fetch(`${web}api/scopes`)
  await fetch(`${web}api/scopes`, { method: 'DELETE' })
  await fetch(`${web}api/stats?scope=nowhere`)
  const following = new AbortController()
  await fetch(`${web}api/changes/stream`, { signal: following.signal })
  await told(program, {
    'http_requests_total{route="/api/scopes",status="2xx"}': 1,
    'http_requests_total{route="/api/scopes",status="4xx"}': 1,
    'http_requests_total{route="/api/stats",status="4xx"}': 1,
    'http_requests_in_flight{route="/api/changes/stream"}': 1,
    'http_requests_total{route="/api/changes/stream",status="2xx"}': 0,
    // The one that tells it.
    'http_requests_in_flight{route="/metrics"}': 1,
  })
  following.abort()
  await told(program, {
    'http_requests_in_flight{route="/api/changes/stream"}': 0,
    'http_requests_total{route="/api/changes/stream",status="2xx"}': 1,
  })
})

test('no label is anybody’s text', async () => {
  const { discord, stream } = stage
  const program = await startWith(stage, editsOf(0, 5))
  const web = await program.web()
  const hostile = ['evil', 'evil"} 1', 'evil\\', '__proto__', '$evil', 'recent"} 9']
  for (const [i, text] of hostile.entries()) {
    // Discord takes only so many messages to one person.
    const user = `8035111022467891${i}`
    await ask(web, `/${encodeURIComponent(text)}`)
    await ask(web, `/api/${text.replaceAll(' ', '%20')}?route=${encodeURIComponent(text)}`, 'POST')
    await ask(web, `//metrics/../${encodeURIComponent(text)}`)
    await discord.ask(user, `!${text}`)
    await discord.ask(user, `!recent ${text}`)
    await stream.publishRaw(JSON.stringify({ type: text, meta: { domain: text }, [text]: text }))
  }
  await told(program, { store_dead_letters: hostile.length })
  const families = readExposition(await expositionOf(program))
  const labels = new Map<string, Set<string>>()
  for (const { name, series } of families.values()) {
    for (const each of series) {
      for (const [label, value] of Object.entries(each.labels)) {
        const key = `${name} ${label}`.replace('wiki_change_stream_', '')
        labels.set(key, (labels.get(key) ?? new Set()).add(value))
      }
    }
  }
  const found = Object.fromEntries(Array.from(labels, ([key, values]) => [key, [...values]]))
  expect(found).toMatchObject({
    'commands_total name': [...COMMANDS.map(({ name }) => name), 'none'],
    'commands_total outcome': ['answered', 'refused', 'failed'],
    'dead_letters_total reason': UNREADABLE_KINDS,
    'events_received_total source': ['eventstreams'],
    'http_requests_total status': ['1xx', '2xx', '3xx', '4xx', '5xx', 'gone'],
  })
  for (const route of found['http_requests_total route'] ?? [])
    expect(route).toMatch(/^(\/[a-z/.]+|dashboard|other)$/)
  expect(JSON.stringify(found)).not.toMatch(/evil|proto/)
  expect(found['http_requests_in_flight route']).toEqual(found['http_requests_total route'])
})
