/** `/api/changes/stream` of the real program, held against its document, and against the pages of the same changes. */
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHANGE_TYPES } from '../../src/change.ts'
import { recordedEvents } from '../changes.ts'
import { anEvent } from '../events.ts'
import { Contract, type OpenApi } from '../openapi.ts'
import { Home, type Program, until } from '../program.ts'
import { type EventStreamsSimulator, startEventStreams } from '../simulators/eventstreams/client.ts'
import { generateEvents } from '../simulators/eventstreams/generate.ts'

const HOUR = 3_600_000
const PATH = '/api/changes/stream'

let stream: EventStreamsSimulator
let home: Home
let program: Program
let web: string
let contract: Contract
/** The id of every change in the order of storing, by the id of its event. */
let whole: ReadonlyMap<string, string>

beforeAll(async () => {
  stream = await startEventStreams()
  const from = Date.now() - HOUR
  home = new Home({ EVENTSTREAM_URL: `${stream.streamUrl()}?since=${from}` })
  const recorded = recordedEvents().filter((_, i) => i % 10 === 0)
  // Hostile ones among them: what a frame of a stream is made of, in what people write.
  const generated = [...generateEvents({ seed: 5, count: 300, from })].map((event, i) =>
    i % 7 === 0 ? { ...event, comment: 'a\n\ndata: b\r\nid: 7\u2028\0', user: 'event: x\n' } : event,
  )
  await stream.publish([...generated, ...recorded, anEvent({ at: Date.now(), title: 'The last one' })])
  program = home.start()
  const { msg } = await program.logged(/web: listening on http/)
  web = /http:\S+(?=\/)/.exec(msg)?.[0] as string
  await until('all is stored', async () => (await paged('title=The last one')).size === 1)
  contract = new Contract((await (await fetch(`${web}/openapi.json`)).json()) as OpenApi)
  whole = await follow('', '0', home.stored())
})
afterAll(async () => {
  await home.remove()
  await stream.close()
})

/** The first `count` events behind a place, each held against the document: ids of changes by ids of events. */
async function follow(query: string, lastEventId: string, count: number): Promise<Map<string, string>> {
  const going = new AbortController()
  const response = await fetch(`${web}${PATH}${query && `?${query}`}`, {
    headers: { 'last-event-id': lastEventId },
    signal: going.signal,
  })
  expect({ query, status: response.status }).toEqual({ query, status: 200 })
  const type = response.headers.get('content-type') ?? ''
  const events: EventSourceMessage[] = []
  let head = ''
  const parser = createParser({ onEvent: (event) => events.push(event), onRetry: (ms) => (head = `${ms}`) })
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    if (head !== '' && events.length >= count) break
  }
  going.abort()
  for (const event of events) expect(contract.eventFault(PATH, type, event)).toBeNull()
  return new Map(events.map(({ id = '', data }) => [id, (JSON.parse(data) as { id: string }).id]))
}

/** All changes by pages, of the same query. */
async function paged(query: string): Promise<Set<string>> {
  const ids = new Set<string>()
  for (let before: string | null = ''; before !== null; ) {
    const end: string = before && `&before=${before}`
    const response = await fetch(`${web}/api/changes?limit=500${query && `&${query}`}${end}`)
    const page = (await response.json()) as { changes: { id: string }[]; next: string | null }
    for (const { id } of page.changes) ids.add(id)
    before = page.next
  }
  return ids
}

/** Queries that find something; any texts are asked below. */
const meaningful = fc
  .uniqueArray(
    fc.oneof(
      named('scope', fc.constantFrom('*', 'en', 'de', 'enwiki', 'wikidatawiki', 'commons.wikimedia.org')),
      named('type', fc.subarray([...CHANGE_TYPES], { minLength: 1 })),
      named('namespace', fc.subarray(['0', '1', 'user', '14'], { minLength: 1 })),
      named('title', fc.constantFrom('*', '*a*', 'Q*', '*:*')),
      named('user', fc.constantFrom('event: x', 'Example')),
      named('bot', fc.boolean()),
      named('minor', fc.boolean()),
      named('minBytes', fc.constantFrom('1', '100')),
    ),
    { maxLength: 2, selector: ([name]) => name },
  )
  .map((asked) => new URLSearchParams(asked).toString())

function named(name: string, values: fc.Arbitrary<unknown>): fc.Arbitrary<[string, string]> {
  return values.map((value) => [name, String(value)])
}

test('property: on the stream comes what the pages have, in the order of storing, behind any of its ids', async () => {
  let resumed = 0
  await fc.assert(
    fc.asyncProperty(meaningful, fc.nat(), async (query, at) => {
      const pages = await paged(query)
      const events = [...(await follow(query, '0', pages.size))]
      expect(events).toEqual([...whole].filter(([, id]) => pages.has(id)))
      expect(events).toHaveLength(pages.size)
      if (events.length === 0) return
      const place = at % events.length
      const rest = await follow(query, events[place]?.[0] ?? '', events.length - place - 1)
      expect([...rest]).toEqual(events.slice(place + 1))
      resumed += rest.size
    }),
    { numRuns: 60 },
  )
  expect(resumed).toBeGreaterThan(500)
}, 60_000)

test('property: whatever is asked of the stream, no failure, and every answer is as the document says', async () => {
  const statuses = new Map<number, number>()
  const anyId = fc.oneof(
    fc.constantFrom('', '0', '1', '9'.repeat(15), '9'.repeat(16), '8'.repeat(17), '-1', '1.5', '0x1', ' 1 '),
    fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
    fc.nat().map(String),
  )
  const asking = fc.tuple(fc.oneof(contract.queries(PATH), meaningful), fc.option(anyId))
  await fc.assert(
    fc.asyncProperty(asking, async ([query, lastEventId]) => {
      const going = new AbortController()
      const response = await fetch(`${web}${PATH}${query && `?${query}`}`, {
        headers: lastEventId === null ? {} : { 'last-event-id': lastEventId },
        signal: going.signal,
      })
      const type = response.headers.get('content-type') ?? ''
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      expect([200, 400]).toContain(response.status)
      if (response.status === 400) {
        expect(contract.fault(PATH, 400, type, await response.json())).toBeNull()
        return
      }
      const { value } = (await response.body?.getReader().read()) ?? {}
      expect(new TextDecoder().decode(value)).toMatch(/^retry: \d+\nid: \d+\n\n/)
      going.abort()
    }),
    { numRuns: 300 },
  )
  expect(statuses.get(200)).toBeGreaterThan(40)
  expect(statuses.get(400)).toBeGreaterThan(40)
  expect(program.lines.filter(({ level }) => level >= 50)).toEqual([])
}, 60_000)
