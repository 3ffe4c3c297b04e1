/** The HTTP API of the real program, held against the OpenAPI document that it serves. */
import { request as ask, get, type IncomingMessage } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHANGE_TYPES, type Change } from '../../src/change.ts'
import { changeJson } from '../../src/change-json.ts'
import { type Filter, matcher } from '../../src/filter.ts'
import { readRecentChange } from '../../src/recentchange.ts'
import { anEvent } from '../events.ts'
import { Contract, type OpenApi } from '../openapi.ts'
import { Home, type Program, until } from '../program.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'

const HOUR = 3_600_000
const NOW = Date.now()
const COUNT = 400
/** Some 10 seconds apart, up to now; their titles tell which one it is. */
const events = Array.from({ length: COUNT }, (_, i) =>
  anEvent({
    wiki: i % 3 === 0 ? 'dewiki' : i % 10 === 1 ? 'wikidatawiki' : 'enwiki',
    at: NOW - (COUNT - i) * 10_000,
    type: i % 4 === 0 ? 'new' : 'edit',
    namespace: i % 5 === 0 ? 1 : 0,
    title: `${i % 5 === 0 ? 'Talk:' : ''}Page ${i}`,
    user: i % 6 === 0 ? 'A B' : 'Example',
    bot: i % 8 === 3,
    minor: i % 9 === 2,
    growth: (i * 37) % 900,
  }),
)
const changes = events.map((event) => readRecentChange(event, 'eventstreams') as Change).toReversed()
/** What a client gets of changes that it has as objects. */
const asJson = (list: readonly Change[]) => JSON.parse(JSON.stringify(list.map(changeJson)))
const titles = (list: readonly { readonly title: string }[]) => list.map(({ title }) => title)

let stream: EventStreamsSimulator
let home: Home
let program: Program
let web: string
let contract: Contract

async function start(): Promise<void> {
  program = home.start()
  const { msg } = await program.logged(/web: listening on http/)
  web = /http:\S+(?=\/)/.exec(msg)?.[0] as string
}

beforeAll(async () => {
  stream = await startEventStreams()
  home = new Home({ EVENTSTREAM_URL: `${stream.streamUrl()}?since=${NOW - 2 * HOUR}` })
  await stream.publish(events)
  await start()
  await until('all is stored', () => home.stored() === COUNT)
  contract = new Contract((await (await fetch(`${web}/openapi.json`)).json()) as OpenApi)
})
afterAll(async () => {
  await home.remove()
  await stream.close()
})

/** What is answered, held against the document. */
// biome-ignore lint/suspicious/noExplicitAny: a JSON document
async function asked(address: string, status = 200): Promise<any> {
  const response = await fetch(web + address)
  const body = await response.json()
  expect({ address, status: response.status, body }).toMatchObject({ address, status })
  const [path = ''] = address.split('?')
  expect(contract.fault(path, status, response.headers.get('content-type') ?? '', body)).toBeNull()
  return body
}

test('the document names every route, and is one', async () => {
  expect(contract.document.openapi).toMatch(/^3\.1\./)
  expect(Object.keys(contract.document.paths).sort()).toEqual([
    '/api/changes',
    '/api/changes/stream',
    '/api/scopes',
    '/api/series',
    '/api/stats',
    '/api/status',
    '/api/top',
    '/healthz',
    '/metrics',
    '/openapi.json',
    '/readyz',
  ])
  expect(await asked('/openapi.json')).toEqual(contract.document)
})

test('changes, newest first, as they came', async () => {
  const { changes: page, next, previous, searchedTo } = await asked('/api/changes')
  expect(page).toEqual(asJson(changes.slice(0, 50)))
  expect({ previous, searchedTo }).toEqual({ previous: null, searchedTo: null })
  const { changes: second } = await asked(`/api/changes?limit=500&before=${next}`)
  expect(second).toEqual(asJson(changes.slice(50)))
})

test.each<[string, string, Filter]>([
  ['type=new', 'type', { types: ['new'] }],
  ['type=edit,log', 'types', { types: ['edit', 'log'] }],
  ['namespace=talk', 'namespace', { namespaces: [1] }],
  ['namespace=0,3', 'namespaces', { namespaces: [0, 3] }],
  ['user=a%20b', 'user', { user: 'A B' }],
  ['title=Talk:*5', 'title', { title: 'Talk:*5' }],
  ['bot=true', 'bots', { isBot: true }],
  ['bot=false&minor=true', 'minor, no bots', { isBot: false, isMinor: true }],
  ['minBytes=400', 'size', { minBytes: 400 }],
  ['type=new&namespace=1&user=A_B', 'several', { types: ['new'], namespaces: [1], user: 'A B' }],
])('changes with a filter: %s', async (query, _name, filter) => {
  const expected = changes.filter(matcher(filter))
  expect(expected.length).toBeGreaterThan(5)
  const { changes: found } = await asked(`/api/changes?limit=500&${query}`)
  expect(titles(found)).toEqual(titles(expected))
  const { changes: german } = await asked(`/api/changes?limit=500&scope=de&${query}`)
  expect(titles(german)).toEqual(titles(expected.filter(({ site }) => site.wiki === 'dewiki')))
})

test('the figures of a day, of pieces of time, of pages and users and wikis, and how it is', async () => {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  const today = changes.filter(({ at }) => day(at) === day(NOW))
  const stats = await asked(`/api/stats?day=${day(NOW)}&scope=enwiki`)
  const english = today.filter(({ site }) => site.wiki === 'enwiki')
  expect(stats).toMatchObject({ scope: 'enwiki', day: day(NOW), total: english.length })
  expect(stats.types).toEqual(
    Object.fromEntries(
      CHANGE_TYPES.map((type) => [type, english.filter((change) => change.type === type).length]),
    ),
  )
  expect(stats.hours.reduce((a: number, b: number) => a + b)).toBe(english.length)

  const from = Math.floor((NOW - 2 * HOUR) / HOUR) * HOUR
  const span = `from=${new Date(from).toISOString()}&to=${new Date(NOW + 1000).toISOString()}`
  for (const [bucket, length] of [
    ['minute', 60_000],
    ['hour', HOUR],
    ['day', 24 * HOUR],
  ] as const) {
    const { points } = await asked(`/api/series?scope=dewiki&bucket=${bucket}&${span}`)
    const inside = changes.filter(({ site }) => site.wiki === 'dewiki')
    const counted = points.map(({ at, total, bots }: { at: number; total: number; bots: number }) => {
      const mine = inside.filter((change) => change.at >= at && change.at < at + length)
      expect({ at, total, bots }).toEqual({ at, total: mine.length, bots: mine.filter((c) => c.bot).length })
      return total
    })
    expect(counted.reduce((a: number, b: number) => a + b)).toBe(inside.length)
  }

  const { entries } = await asked('/api/top?by=user&hours=3')
  expect(entries.map(({ name, changes: n }: { name: string; changes: number }) => [name, n])).toEqual([
    ['Example', changes.filter(({ user }) => user === 'Example').length],
    ['A B', changes.filter(({ user }) => user === 'A B').length],
  ])
  const { entries: wikis } = await asked('/api/top?by=wiki')
  expect(wikis.map(({ name }: { name: string }) => name).sort()).toEqual(['dewiki', 'enwiki', 'wikidatawiki'])
  expect((await asked('/api/top?limit=3')).entries).toHaveLength(3)

  const { scopes } = await asked('/api/scopes')
  expect(scopes.map(({ code }: { code: string }) => code)).toEqual([
    '*',
    'de',
    'en',
    'dewiki',
    'enwiki',
    'wikidatawiki',
  ])
  expect((await asked('/api/scopes?q=germ')).scopes[0]).toMatchObject({ code: 'de' })

  const status = await asked('/api/status')
  expect(status).toMatchObject({
    sources: [{ name: 'eventstreams', connected: true, lastEventAt: changes[0]?.at }],
    store: { kind: 'sqlite', changes: COUNT },
    gaps: [{ source: 'eventstreams', state: 'lost', to: changes.at(-1)?.at }],
    bot: { state: 'off' },
  })
})

test('page by page to the end, while new changes come: none is skipped, none comes twice', async () => {
  const before = home.stored()
  const pages: string[] = []
  let added = 0
  let newest: string | undefined
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await asked(`/api/changes?limit=30&scope=en${cursor && `&before=${cursor}`}`)
    newest ??= page.next
    pages.push(...titles(page.changes))
    cursor = page.next
    // Of now, and of a time that was paged through already.
    const at = Date.now()
    await stream.publish([
      anEvent({ at, title: `New ${added}` }),
      anEvent({ at: NOW - 15_000, title: `Late ${added}` }),
    ])
    added += 2
    await until('they are stored', () => home.stored() === before + added)
  }
  const english = changes.filter(({ site }) => site.wiki === 'enwiki')
  expect(pages).toEqual(titles(english))
  const back: string[] = []
  for (let cursor = newest; cursor != null; ) {
    const page = await asked(`/api/changes?limit=7&scope=en&after=${cursor}`)
    back.unshift(...titles(page.changes))
    cursor = page.previous
  }
  expect(new Set(back).size).toBe(back.length)
  expect(back.filter((title) => /^New|^Late/.test(title))).toHaveLength(added)
  expect(back.filter((title) => !/^New|^Late/.test(title))).toEqual(titles(english).slice(0, 29))
})

test.each([
  ['/api/changes?limit=0', 'limit', 'from 1 to 500'],
  ['/api/changes?limit=501', 'limit', 'from 1 to 500'],
  ['/api/changes?limit=ten', 'limit', 'ten'],
  ['/api/changes?limit=5&limit=6', 'limit', 'twice'],
  ['/api/changes?before=abc', 'before', 'next or previous'],
  ['/api/changes?before=9999999999999999', 'before', 'next or previous'],
  ['/api/changes?before=5&after=6', 'after', 'before'],
  ['/api/changes?type=edits,foo', 'type', 'categorize'],
  ['/api/changes?type=', 'type', 'categorize'],
  ['/api/changes?namespace=nowhere', 'namespace', 'numbers or names'],
  ['/api/changes?bot=maybe', 'bot', 'true or false'],
  ['/api/changes?user=', 'user', 'IP address'],
  ['/api/changes?minBytes=-5', 'minBytes', 'bytes from 1'],
  ['/api/changes?scope=nowikiatall', 'scope', 'enwiki'],
  ['/api/changes?titel=Foo', '“titel”', 'there are: scope, type'],
  ['/api/changes?title=%FF', undefined, 'UTF-8'],
  ['/api/changes?constructor=1', '“constructor”', 'there are'],
  ['/api/stats?day=2026-02-30', 'day', 'exists'],
  ['/api/stats?day=today', 'day', 'yyyy-mm-dd'],
  ['/api/stats?day=2060-01-01', 'day', 'begun'],
  ['/api/series?bucket=week', 'bucket', 'minute, hour or day'],
  ['/api/series?from=yesterday', 'from', 'UTC'],
  ['/api/series?from=2026-08-04&to=2026-08-03', 'from', 'before to'],
  ['/api/series?from=2020-01-01&bucket=hour', 'from', '744 hours'],
  ['/api/series?from=2020-01-01&bucket=minute', 'from', '180 minutes'],
  ['/api/series?from=0001-01-01', 'from', '2001'],
  ['/api/top?by=title', 'by', 'page, user or wiki'],
  ['/api/top?hours=0', 'hours', 'from 1 to 168'],
  ['/api/changes/stream?lastEventId=x', 'lastEventId', 'id of an event'],
  ['/api/changes/stream?scope=nowikiatall', 'scope', 'enwiki'],
  ['/api/status?verbose=1', '“verbose”', 'there is none'],
])('%s is refused: %s', async (address, parameter, said) => {
  const body = await asked(address, 400)
  expect(body.parameter).toBe(parameter)
  expect(body.detail).toContain(said)
})

test('an unknown scope is answered with what may be meant', async () => {
  expect((await asked('/api/stats?scope=enwki', 400)).nearest).toContain('enwiki')
})

/** A request as no browser makes it. */
function raw(path: string, { method = 'GET', headers = {}, body = '' }): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = ask(`${web}${path}`, { method, headers, agent: false }, (response) => {
      response.resume()
      resolve(response)
    })
    request.on('error', reject)
    request.end(body)
  })
}

test('methods, forms, bodies, lengths and origins that are not taken', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const { statusCode, headers } = await raw('/api/changes', { method })
    expect({ statusCode, allow: headers.allow }).toEqual({ statusCode: 405, allow: 'GET, HEAD' })
  }
  const head = await raw('/api/stats', { method: 'HEAD' })
  expect(head.statusCode).toBe(200)
  expect(Number(head.headers['content-length'])).toBeGreaterThan(100)
  expect((await raw('/api/changes/stream', { method: 'HEAD' })).headers['content-type']).toContain(
    'event-stream',
  )
  expect((await raw('/api/changes', { headers: { accept: 'text/html' } })).statusCode).toBe(406)
  expect((await raw('/api/changes/stream', { headers: { accept: 'text/html' } })).statusCode).toBe(406)
  expect((await raw('/api/changes', { headers: { accept: 'text/html, */*;q=0.1' } })).statusCode).toBe(200)
  expect((await raw('/api/changes', { headers: { 'content-length': '2' }, body: '{}' })).statusCode).toBe(400)
  expect((await raw(`/api/changes?title=${'a'.repeat(9000)}`, {})).statusCode).toBe(414)
  const long = await raw(`/api/changes?title=${'a'.repeat(30_000)}`, {})
  expect(long.statusCode).toBe(431)
  expect(long.headers['content-type']).toBe('application/problem+json')
  expect((await raw('/api/changes', { headers: { host: 'evil.example' } })).statusCode).toBe(403)
  expect((await raw('/api/nothing', {})).statusCode).toBe(404)
  const { headers } = await raw('/api/changes', { headers: { origin: 'https://evil.example' } })
  expect(headers['access-control-allow-origin']).toBeUndefined()
  expect(headers['content-type']).toBe('application/json')
  expect(headers['x-content-type-options']).toBe('nosniff')
  const wrongPlace = await raw('/api/changes/stream', { headers: { 'last-event-id': 'x' } })
  expect(wrongPlace.statusCode).toBe(400)
})

test('what somebody has already is not sent again', async () => {
  const address = `/api/stats?day=${new Date(NOW - 5 * 24 * HOUR).toISOString().slice(0, 10)}`
  const first = await fetch(web + address)
  expect(first.headers.get('cache-control')).toBe('private, max-age=300')
  const etag = first.headers.get('etag') as string
  const second = await raw(address, { headers: { 'if-none-match': `"other", W/${etag}` } })
  expect(second.statusCode).toBe(304)
  expect(second.headers.etag).toBe(etag)
  expect(second.headers['content-length']).toBeUndefined()
  expect((await raw(address, { headers: { 'if-none-match': '"other"' } })).statusCode).toBe(200)
  expect((await fetch(`${web}/api/stats`)).headers.get('cache-control')).toBe('private, no-cache')
})

test('property: whatever is asked, no failure, and every answer is as the document says', async () => {
  const paths = Object.keys(contract.document.paths).filter(
    (path) => path.startsWith('/api/') && path !== '/api/changes/stream',
  )
  const statuses = new Map<number, number>()
  const asking = fc
    .constantFrom(...paths)
    .chain((path) => contract.queries(path).map((query) => ({ path, query })))
  await fc.assert(
    fc.asyncProperty(asking, async ({ path, query }) => {
      const response = await fetch(`${web}${path}${query && `?${query}`}`)
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      expect([200, 400]).toContain(response.status)
      const type = response.headers.get('content-type') ?? ''
      expect(contract.fault(path, response.status, type, await response.json())).toBeNull()
    }),
    { numRuns: 400 },
  )
  // Else it would show nothing.
  expect(statuses.get(200)).toBeGreaterThan(40)
  expect(statuses.get(400)).toBeGreaterThan(40)
  expect(program.lines.filter(({ level }) => level >= 50)).toEqual([])
}, 60_000)

/** What comes on the stream. */
interface Following {
  readonly events: { readonly id: string; readonly title: string }[]
  lastId: string
  isOver: boolean
  close(): void
}

function follow(query = '', lastEventId?: string): Promise<Following> {
  return new Promise((resolve, reject) => {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    const request = get(`${web}/api/changes/stream${query}`, { headers, agent: false }, (response) => {
      expect(response.statusCode).toBe(200)
      expect(response.headers['content-type']).toContain('text/event-stream')
      const following: Following = {
        events: [],
        lastId: '',
        isOver: false,
        close: () => response.destroy(),
      }
      let text = ''
      response.setEncoding('utf8')
      response.on('error', () => {})
      response.on('close', () => {
        following.isOver = true
      })
      response.on('data', (chunk: string) => {
        text += chunk
        const blocks = text.split('\n\n')
        text = blocks.pop() as string
        for (const block of blocks) {
          const id = /^id: (\d+)$/m.exec(block)?.[1]
          if (id !== undefined) following.lastId = id
          const data = /^data: (.*)$/m.exec(block)?.[1]
          if (data !== undefined)
            following.events.push({ id: following.lastId, title: (JSON.parse(data) as Change).title })
        }
        if (following.lastId !== '') resolve(following)
      })
    })
    request.on('error', reject)
  })
}

test('the stream: as it is stored, with filters, and on behind any id over a restart of the program', async () => {
  const stored = home.stored()
  const all = await follow()
  const german = await follow('?scope=dewiki&title=Stream:*&bot=false')
  let published = 0
  const publish = async (count: number) => {
    const at = Date.now()
    const batch = Array.from({ length: count }, (_, i) => {
      const number = published + i
      const wiki = number % 2 === 0 ? 'dewiki' : 'enwiki'
      return anEvent({ wiki, at, title: `Stream:${number}`, bot: number % 4 === 0 })
    })
    published += count
    await stream.publish(batch)
    await until('they are stored', () => home.stored() === stored + published)
  }
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `Stream:${from + i}`)
  await publish(40)
  await until('all have come', () => all.events.length === 40)
  expect(titles(all.events)).toEqual(numbers(0, 40))
  await until('the German ones have come', () => german.events.length === 10)
  expect(titles(german.events)).toEqual(numbers(0, 40).filter((_, i) => i % 4 === 2))

  const stopping = program.stop()
  await until('the streams are ended', () => all.isOver && german.isOver)
  expect(await stopping).toBe(0)
  await start()
  await publish(25)
  const resumed = await follow('', all.lastId)
  const resumedByQuery = await follow(`?scope=dewiki&lastEventId=${german.lastId}`)
  await publish(15)
  await until('the rest has come', () => resumed.events.length === 40)
  expect(titles(resumed.events)).toEqual(numbers(40, 80))
  await until('the German rest has come', () => resumedByQuery.events.length >= 20)
  expect(titles(resumedByQuery.events)).toEqual(
    numbers(0, 80)
      .filter((_, i) => i % 2 === 0)
      .slice(-resumedByQuery.events.length),
  )

  const whole = await follow('', '0')
  await until('the whole history has come', () => whole.events.length === home.stored())
  expect(new Set(whole.events.map(({ id }) => id)).size).toBe(whole.events.length)
  // In the order of storing.
  expect(titles(whole.events).slice(0, COUNT)).toEqual(titles(changes).toReversed())
  for (const each of [resumed, resumedByQuery, whole]) each.close()
})
