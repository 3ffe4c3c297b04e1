import { expect, test } from 'vitest'
import { aBatch, aChange, anUnreadable } from '../../../../test/changes.ts'
import { figuresIn, readExposition } from '../../../../test/exposition.ts'
import type { Answer } from '../../../answers/answer.ts'
import { CommandOutcomes } from '../../../answers/outcomes.ts'
import type { Appended } from '../../../contracts.ts'
import { Deliveries } from '../../../feeds/deliveries.ts'
import { Counters } from '../../../pipeline/counters.ts'
import { Traffic } from '../traffic.ts'
import { exposition } from './exposition.ts'
import { type Measured, metrics } from './metrics.ts'

const NOW = Date.UTC(2027, 4, 24, 12)
const appended = (given: Partial<Appended>): Appended => ({
  added: 0,
  duplicates: 0,
  buried: [],
  expired: 0,
  ...given,
})
const store = (
  span: { from: number; to: number } | null,
  states: ('open' | 'refilled' | 'lost')[] = [],
): Measured['store'] => ({
  span: async () => span,
  totals: async () => ({ changes: 12, bytes: 4096, deadLetters: 1 }),
  gaps: async () => states.map((state) => ({ source: 's', from: 0, to: 1, state, reason: 'x' })),
  space: async () => 1e9,
})
const measured = (given: Partial<Measured> = {}): Measured => ({
  counters: new Counters(['test']),
  source: { name: 'test', isConnected: () => true, held: () => 0 },
  bus: { waiting: async () => ({ batches: 0, events: 0 }) },
  isStoring: true,
  store: store(null),
  bot: () => 'off',
  commands: null,
  deliveries: null,
  traffic: new Traffic(['/a', '/b']),
  ...given,
})

const written = async (given: Partial<Measured>) => exposition(await metrics(measured(given), NOW))
const read = async (given: Partial<Measured> = {}) => figuresIn((await written(given)).text)

test('what came, and what became of it', async () => {
  const counters = new Counters(['test', 'other'])
  const batch = aBatch([aChange({}), anUnreadable()])
  counters.read(batch)
  counters.read(batch)
  counters.add(batch, appended({ added: 7, duplicates: 2 }), 3)
  const buried = ['malformed', 'too_large', 'malformed'] as const
  counters.add(batch, appended({ added: 1, buried, expired: 5 }), 60_000)
  const figures = await read({
    counters,
    source: { name: 'test', isConnected: () => false, held: () => 3 },
    bus: { waiting: async () => ({ batches: 2, events: 40 }) },
  })
  expect(figures).toMatchObject({
    'events_received_total{source="test"}': 4,
    'events_received_total{source="other"}': 0,
    changes_stored_total: 8,
    changes_duplicate_total: 2,
    changes_expired_total: 5,
    'dead_letters_total{reason="malformed"}': 2,
    'dead_letters_total{reason="too_large"}': 1,
    'dead_letters_total{reason="refused_by_store"}': 0,
    batches_stored_total: 2,
    'source_connected{source="test"}': 0,
    'queue_events{place="source"}': 3,
    'queue_events{place="bus"}': 40,
    queue_batches: 2,
    store_up: 1,
    store_changes: 12,
    store_bytes: 4096,
    store_available_bytes: 1e9,
    store_dead_letters: 1,
  })
  expect(figures).toMatchObject({
    'append_duration_seconds_bucket{le="0.0025"}': 0,
    'append_duration_seconds_bucket{le="0.005"}': 1,
    'append_duration_seconds_bucket{le="10"}': 1,
    'append_duration_seconds_bucket{le="+Inf"}': 2,
    append_duration_seconds_sum: 60.003,
    append_duration_seconds_count: 2,
  })
})

test('a source that nobody has named is no label', async () => {
  const counters = new Counters(['test'])
  counters.read({ ...aBatch([aChange()]), source: 'evil"} 1\n' })
  const { text } = await written({ counters })
  expect(text).not.toContain('evil')
  expect(figuresIn(text)).toHaveProperty('events_received_total{source="test"}', 0)
})

test('gaps by state, also those of which there are none; how far behind the present', async () => {
  const figures = await read({
    store: store({ from: NOW - 60_000, to: NOW - 1500 }, ['lost', 'lost', 'open']),
    bot: () => 'connected',
  })
  expect(figures).toMatchObject({
    'gaps{state="open"}': 1,
    'gaps{state="refilled"}': 0,
    'gaps{state="lost"}': 2,
    lag_seconds: 1.5,
    last_change_timestamp_seconds: (NOW - 1500) / 1000,
    'bot_state{state="connected"}': 1,
    'bot_state{state="off"}': 0,
  })
})

test('an empty store has no lag; a clock that is behind gives none below zero', async () => {
  expect(await read()).not.toHaveProperty('lag_seconds')
  expect(await read({ store: store({ from: NOW, to: NOW + 5000 }) })).toHaveProperty('lag_seconds', 0)
})

test('what was asked, by command and what became of it; no name that was made up becomes a label', async () => {
  const commands = new CommandOutcomes(['recent', 'feed add'])
  const found = { kind: 'pong' } as Answer
  const refusal = { kind: 'refusal' } as Answer
  await commands.of({ name: 'recent' }, async () => ({ found }))
  await commands.of({ name: 'feed add' }, async () => ({ found: refusal }))
  await commands.of(undefined, async () => ({ found: refusal }))
  const failing = commands.of({ name: 'recent' }, () => Promise.reject(new Error('broken')))
  await expect(failing).rejects.toThrow('broken')
  await commands.of({ name: 'evil"} 1' }, async () => ({ found }))
  const { text } = await written({ commands })
  expect(text).not.toContain('evil')
  expect(figuresIn(text)).toMatchObject({
    'commands_total{name="recent",outcome="answered"}': 1,
    'commands_total{name="recent",outcome="refused"}': 0,
    'commands_total{name="recent",outcome="failed"}': 1,
    'commands_total{name="feed add",outcome="refused"}': 1,
    'commands_total{name="none",outcome="refused"}': 1,
  })
  expect(Object.keys(await read()).filter((name) => name.startsWith('commands'))).toEqual([])
})

test('what feeds have posted', async () => {
  const deliveries = new Deliveries()
  deliveries.add('watch', 'refused')
  expect(await read({ deliveries })).toMatchObject({
    'feed_deliveries_total{kind="watch",outcome="refused"}': 1,
    'feed_deliveries_total{kind="digest",outcome="posted"}': 0,
  })
})

test('requests by route and class of status; an address that is none of ours is no label', async () => {
  const traffic = new Traffic(['/a', '/b'])
  traffic.begin('/a')(200)
  traffic.begin('/a')(503)
  traffic.begin('/a')(null)
  traffic.begin('/evil"} 1\n')(404)
  const end = traffic.begin('/b')
  const { text } = await written({ traffic })
  expect(text).not.toContain('evil')
  expect(figuresIn(text)).toMatchObject({
    'http_requests_total{route="/a",status="2xx"}': 1,
    'http_requests_total{route="/a",status="5xx"}': 1,
    'http_requests_total{route="/a",status="gone"}': 1,
    'http_requests_total{route="/b",status="2xx"}': 0,
    'http_requests_total{route="other",status="4xx"}': 1,
    'http_requests_in_flight{route="/a"}': 0,
    'http_requests_in_flight{route="/b"}': 1,
    'http_request_duration_seconds_count{route="/a"}': 3,
    'http_request_duration_seconds_count{route="/b"}': 0,
  })
  end(200)
  expect(await read({ traffic })).toMatchObject({ 'http_requests_in_flight{route="/b"}': 0 })
})

test('of a store that does not answer only that is said, and all else as ever', async () => {
  const gaps = () => Promise.reject(new Error('disk I/O error'))
  const figures = await read({ store: { ...store({ from: NOW, to: NOW }), gaps } })
  expect(figures).toMatchObject({ store_up: 0, changes_stored_total: 0 })
  expect(figures).not.toHaveProperty('store_changes')
  expect(figures).toHaveProperty('process_resident_memory_bytes')
})

test('every metric says what it is; the usual ones about the process are there', async () => {
  const { text, type } = await written({ store: store({ from: 0, to: 1 }) })
  expect(type).toMatch(/^text\/plain; version=0\.0\.4/)
  for (const { name, help, type } of readExposition(text).values()) {
    expect(help).toMatch(/\.$/)
    expect(name).toMatch(/^(wiki_change_stream|process|nodejs)_[a-z_]+$/)
    expect(name.endsWith('_total'), name).toBe(type === 'counter')
  }
  expect(await read()).toHaveProperty('process_resident_memory_bytes')
})
