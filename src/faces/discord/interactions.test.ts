/** Interactions as Discord sends them, and what is said back, each body held to Discord's own document. */
import type { APIInteraction, RawFile, REST } from 'discord.js'
import pino from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { aBatch, aChange } from '../../../test/changes.ts'
import { bodyTypes, checkBody } from '../../../test/simulators/discord/schema.ts'
import { CommandOutcomes } from '../../answers/outcomes.ts'
import type { Notes, Preferences, StoreReader } from '../../contracts.ts'
import { openSqliteStore } from '../../stores/sqlite/store.ts'
import { respondTo } from './interactions.ts'
import { byCallback } from './responder.ts'

const CALLBACK = '/interactions/{interaction_id}/{interaction_token}/callback'
const ORIGINAL = '/webhooks/{webhook_id}/{webhook_token}/messages/@original'
const FOLLOW_UP = '/webhooks/{webhook_id}/{webhook_token}'
const MANAGE_GUILD = String(1n << 5n)
const GUILD = '41771983423143937'

interface Sent {
  readonly route: string
  readonly body: {
    readonly type?: number
    readonly data?: Record<string, unknown>
    readonly [field: string]: unknown
  }
  readonly files: readonly RawFile[]
}

interface Button {
  readonly label: string
  readonly custom_id: string
  readonly disabled: boolean
}

const cleanup: (() => Promise<void>)[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const end of cleanup.splice(0)) await end()
})

/** A store in memory's place: some changes in a file that goes with the test. */
async function someStore(count: number): Promise<StoreReader & Preferences & Notes> {
  const { mkdtempSync, rmSync } = await import('node:fs')
  const { tmpdir } = await import('node:os')
  const folder = mkdtempSync(`${tmpdir()}/wcs-interactions-`)
  const store = openSqliteStore(`${folder}/changes.db`)
  cleanup.push(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const changes = Array.from({ length: count }, (_, i) => aChange({ title: `Page ${i}` }))
  await store.append(aBatch(changes))
  return store
}

/** What is said to one interaction, in order. */
async function said(interaction: object, store: StoreReader & Preferences & Notes): Promise<Sent[]> {
  const sent: Sent[] = []
  const record = (path: string, method: string) => async (route: string, options: Omit<Sent, 'route'>) => {
    const body = JSON.parse(JSON.stringify(options.body))
    const template = route.startsWith('/interactions') ? CALLBACK : path
    expect(bodyTypes(template, method)).toContain('application/json')
    expect(checkBody(template, method, body), JSON.stringify(body)).toEqual([])
    sent.push({ route, body, files: options.files ?? [] })
  }
  const rest = { post: record(FOLLOW_UP, 'post'), patch: record(ORIGINAL, 'patch') } as unknown as REST
  const given = interaction as APIInteraction
  const draw = async () => Buffer.from('a picture')
  await respondTo(given, {
    rest,
    store,
    draw,
    commands: new CommandOutcomes([]),
    log: pino({ enabled: false }),
    respond: byCallback(rest, given),
  })
  return sent
}

const base = { id: '1', application_id: '2', token: 'abc', version: 1, locale: 'en-GB' }
const alone = { ...base, user: { id: '77' }, authorizing_integration_owners: { 1: '77' } }
const inServer = (permissions: string) => ({
  ...base,
  guild_id: GUILD,
  member: { user: { id: '77' }, permissions },
  authorizing_integration_owners: { 0: GUILD },
})
const slash = (name: string, options: Record<string, string | number> = {}) => ({
  type: 2,
  data: {
    id: '3',
    type: 1,
    name,
    options: Object.entries(options).map(([option, value]) => ({
      name: option,
      type: typeof value === 'number' ? 4 : 3,
      value,
    })),
  },
})
const text = (sent: Sent | undefined) => JSON.stringify(sent?.body)

test('a command is answered at once, with the options that were given', async () => {
  const store = await someStore(3)
  const [answer, ...more] = await said({ ...alone, ...slash('recent', { limit: 2 }) }, store)
  expect(more).toEqual([])
  expect(answer?.route).toBe('/interactions/1/abc/callback')
  expect(answer?.body.type).toBe(4)
  expect(text(answer)).toContain('Page 2')
  expect(text(answer)).not.toContain('Page 0')
  expect(answer?.body.data?.allowed_mentions).toEqual({ parse: [] })
  expect(answer?.body.data?.flags).toBeUndefined()
})

test('a long answer goes on in further messages', async () => {
  const store = await someStore(25)
  const sent = await said({ ...alone, ...slash('recent', { limit: 25 }) }, store)
  expect(sent.map(({ route }) => route)).toEqual([
    '/interactions/1/abc/callback',
    '/webhooks/2/abc',
    '/webhooks/2/abc',
  ])
  expect(text(sent[2])).toContain('Page 0')
})

test('in a server, settings and errors are for the person alone; who may not manage it is told', async () => {
  const store = await someStore(1)
  const set = slash('setlang', { scope: 'dewiki' })
  const [refused] = await said({ ...inServer('0'), ...set }, store)
  expect(refused?.body.data?.flags).toBe(64)
  expect(text(refused)).toContain('Manage Server')
  expect(await store.scopeOf(`server ${GUILD}`)).toBeNull()

  const [done] = await said({ ...inServer(MANAGE_GUILD), ...set }, store)
  expect(done?.body.data?.flags).toBe(64)
  expect(text(done)).toContain('this server')
  expect(await store.scopeOf(`server ${GUILD}`)).toBe('dewiki')
  expect(await store.scopeOf('77')).toBeNull()

  const [wrong] = await said({ ...inServer('0'), ...slash('stats', { day: 'soon' }) }, store)
  expect(wrong?.body.data?.flags).toBe(64)
  const [open] = await said({ ...inServer('0'), ...slash('stats') }, store)
  expect(open?.body.data?.flags).toBeUndefined()
  expect(text(open)).toContain('de.wikipedia.org')
})

test('a person who brings the bot to a server sets their own choice there', async () => {
  const store = await someStore(1)
  const brought = { ...inServer(MANAGE_GUILD), authorizing_integration_owners: { 1: '77' } }
  await said({ ...brought, ...slash('setlang', { scope: 'fr' }) }, store)
  expect(await store.scopeOf('77')).toBe('fr')
  expect(await store.scopeOf(`server ${GUILD}`)).toBeNull()
})

test('what takes longer than two seconds is announced, then said', async () => {
  const store = await someStore(1)
  vi.useFakeTimers()
  const { promise: isReady, resolve: getReady } = Promise.withResolvers<void>()
  const slow: typeof store = { ...store, recent: (query) => isReady.then(() => store.recent(query)) }
  const saying = said({ ...alone, ...slash('recent') }, slow)
  await vi.advanceTimersByTimeAsync(2000)
  getReady()
  const sent = await saying
  expect(sent.map(({ route, body }) => [route, body.type])).toEqual([
    ['/interactions/1/abc/callback', 5],
    ['/webhooks/2/abc/messages/@original', undefined],
  ])
  expect(text(sent[1])).toContain('Page 0')
})

test('a picture comes with the first response, or where that was late with what is said then', async () => {
  const store = await someStore(1)
  const day = new Date(aChange().at).toISOString().slice(0, 10)
  const stats = { ...alone, ...slash('stats', { day }) }
  const picture = [{ name: 'chart.png', data: Buffer.from('a picture'), contentType: 'image/png' }]
  const [atOnce] = await said(stats, store)
  expect(atOnce?.files).toEqual(picture)
  expect(atOnce?.body.data?.attachments).toMatchObject([{ id: '0', description: expect.any(String) }])

  vi.useFakeTimers()
  const { promise: isReady, resolve: getReady } = Promise.withResolvers<void>()
  const slow: typeof store = {
    ...store,
    dayStats: (scope, day) => isReady.then(() => store.dayStats(scope, day)),
  }
  const saying = said(stats, slow)
  await vi.advanceTimersByTimeAsync(2000)
  getReady()
  const [, late] = await saying
  expect(late?.route).toBe('/webhooks/2/abc/messages/@original')
  expect(late?.files).toEqual(picture)
  expect(late?.body.attachments).toEqual(atOnce?.body.data?.attachments)
})

test('a store that fails is apologised for', async () => {
  const store = await someStore(1)
  const broken = { ...store, recent: () => Promise.reject(new Error('gone')) }
  const [answer] = await said({ ...inServer('0'), ...slash('recent') }, broken)
  expect(text(answer)).toContain('Something went wrong')
  expect(answer?.body.data?.flags).toBe(64)
})

test('suggests while an option is typed', async () => {
  const store = await someStore(1)
  const typing = (name: string, option: string, value: string) => ({
    ...alone,
    type: 4,
    data: { id: '3', type: 1, name, options: [{ name: option, type: 3, value, focused: true }] },
  })
  const choices = async (interaction: object) => {
    const [answer] = await said(interaction, store)
    expect(answer?.body.type).toBe(8)
    return answer?.body.data?.choices as { name: string; value: string }[]
  }
  expect((await choices(typing('setlang', 'scope', 'deut')))[0]).toEqual({
    name: 'everything in German (Deutsch)',
    value: 'de',
  })
  expect(await choices(typing('setlang', 'scope', ''))).toHaveLength(25)
  expect((await choices(typing('stats', 'day', '')))[0]?.name).toContain('(today)')
  expect(await choices(typing('recent', 'offset', '1'))).toEqual([])
})

test('pages by buttons, there and back, while changes arrive, and to the newest', async () => {
  const store = await someStore(25)
  const buttons = (sent: Sent | undefined) => {
    const [row] = (sent?.body.data?.components ?? []) as { components: Button[] }[]
    return row?.components ?? []
  }
  const enabled = (sent: Sent | undefined) =>
    buttons(sent).flatMap(({ label, disabled }) => (disabled ? [] : [label]))
  const press = async (sent: Sent | undefined, label: string) => {
    const id = buttons(sent).find((button) => button.label === label)?.custom_id
    const [answer] = await said(
      { ...alone, type: 3, data: { component_type: 2, custom_id: id }, message: { id: '9' } },
      store,
    )
    expect(answer?.body.type).toBe(7)
    return answer
  }
  const pages = (sent: Sent | undefined) =>
    [...(text(sent)?.matchAll(/Page (\d+)/g) ?? [])].map(([, n]) => Number(n))
  const unique = (sent: Sent | undefined) => [...new Set(pages(sent))]

  const [first] = await said({ ...alone, ...slash('recent') }, store)
  expect(enabled(first)).toEqual(['Older ▶'])
  const second = await press(first, 'Older ▶')
  expect(unique(second)).toEqual([14, 13, 12, 11, 10, 9, 8, 7, 6, 5])
  expect(enabled(second)).toEqual(['⏮ Newest', '◀ Newer', 'Older ▶'])
  const third = await press(second, 'Older ▶')
  expect(unique(third)).toEqual([4, 3, 2, 1, 0])
  expect(enabled(third)).toEqual(['⏮ Newest', '◀ Newer'])
  expect(unique(await press(third, '◀ Newer'))).toEqual(unique(second))
  expect(unique(await press(second, '◀ Newer'))).toEqual(unique(first))
  expect(enabled(await press(second, '◀ Newer'))).toEqual(['⏮ Newest', 'Older ▶'])
  expect(unique(await press(third, '⏮ Newest'))).toEqual(unique(first))
})

test('a button of another time is answered, to the person alone', async () => {
  const store = await someStore(1)
  const [answer] = await said(
    { ...alone, type: 3, data: { component_type: 2, custom_id: 'something else' }, message: { id: '9' } },
    store,
  )
  expect(answer?.body).toMatchObject({ type: 4, data: { flags: 64 } })
})

/** A press of a button with this id. */
const pressed = (custom_id: string) => ({
  ...alone,
  type: 3,
  data: { component_type: 2, custom_id },
  message: { id: '9' },
})
const idsOf = (sent: Sent | undefined) =>
  ((sent?.body.data?.components ?? []) as { components: Button[] }[]).flatMap(({ components }) =>
    components.map(({ custom_id }) => custom_id),
  )

test('a page that takes longer than two seconds is announced, then put in its place', async () => {
  const store = await someStore(25)
  vi.useFakeTimers()
  for (const [customId, routes] of [
    ['recent older 5 - * bots:no', ['/interactions/1/abc/callback', '/webhooks/2/abc/messages/@original']],
    ['recent older 5 - * type:no', ['/interactions/1/abc/callback', '/webhooks/2/abc']],
  ] as const) {
    const { promise: isReady, resolve: getReady } = Promise.withResolvers<void>()
    const slow: typeof store = { ...store, languageOf: (who) => isReady.then(() => store.languageOf(who)) }
    const saying = said(pressed(customId), slow)
    await vi.advanceTimersByTimeAsync(2000)
    getReady()
    const sent = await saying
    expect(sent.map(({ route }) => route)).toEqual(routes)
    expect(sent[0]?.body).toEqual({ type: 6 })
    expect(text(sent[1])).toContain(customId.endsWith('bots:no') ? 'Page 24' : 'I do not know that button')
  }
})

test('a search that was not finished says how far it came, with a button that goes on from there', async () => {
  const store = await someStore(1)
  const searchedTo = Date.UTC(2026, 7, 4, 11, 5)
  const queries: unknown[] = []
  const searching: typeof store = {
    ...store,
    recent: async (query) => {
      queries.push(query)
      return { changes: [], next: '12345', previous: null, searchedTo }
    },
  }
  const [answer] = await said({ ...alone, ...slash('recent', { user: 'A B', new: 'only' }) }, searching)
  expect(text(answer)).toContain('new pages · by “A B”')
  expect(text(answer)).toContain('looked as far as 4 Aug 2026 11:05 UTC')
  const older = idsOf(answer).find((id) => id.includes('older')) ?? ''
  expect(older).toBe('recent older 10 12345 * type:new user:"A B"')
  await said(pressed(older), searching)
  expect(queries[1]).toEqual({
    scope: { kind: 'all' },
    filter: { types: ['new'], user: 'A B' },
    limit: 10,
    before: '12345',
  })
})

test('a filter that does not fit into a button is kept by the store; without that there are no buttons', async () => {
  const store = await someStore(25)
  const title = `${'Page '.repeat(18)}*`
  const question = { ...alone, ...slash('recent', { title: `*`, user: 'Example', limit: 2 }) }
  const [short] = await said(question, store)
  expect(idsOf(short).join()).toContain('user:Example title:*')

  const many: typeof store = { ...store, recent: ({ filter: _, ...query }) => store.recent(query) }
  const long = { ...alone, ...slash('recent', { title, user: 'Example', limit: 2 }) }
  const [kept] = await said(long, many)
  expect(idsOf(kept)).toHaveLength(3)
  for (const id of idsOf(kept)) {
    expect(id.length).toBeLessThanOrEqual(100)
    expect(id).toMatch(/^recent \w+ 2 \S+ \* #[\w-]{16}$|^recent \w+ 2 {2}\* #[\w-]{16}$/)
  }
  const older = idsOf(kept).find((id) => id.includes('older')) ?? ''
  expect((await said(pressed(older), many))[0]?.body.type).toBe(7)
  // Of a note that is gone.
  const [gone] = await said(pressed(older.replace(/#.*/, '#AAAAAAAAAAAAAAAA')), many)
  expect(gone?.body).toMatchObject({ type: 4, data: { flags: 64 } })

  const full: typeof store = { ...many, keepNote: () => Promise.reject(new Error('no space left')) }
  const [bare] = await said(long, full)
  expect(text(bare)).toContain('Page 24')
  expect(idsOf(bare)).toEqual([])
})
