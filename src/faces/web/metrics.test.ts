import { expect, test } from 'vitest'
import { aBatch, aChange } from '../../../test/changes.ts'
import type { Appended } from '../../contracts.ts'
import { Counters } from '../../pipeline/counters.ts'
import { exposition } from './exposition.ts'
import { metrics } from './metrics.ts'

const NOW = Date.UTC(2027, 4, 24, 12)
const appended = (given: Partial<Appended>): Appended => ({
  added: 0,
  duplicates: 0,
  buried: 0,
  expired: 0,
  ...given,
})
const store = (span: { from: number; to: number } | null, states: ('open' | 'refilled' | 'lost')[] = []) => ({
  span: async () => span,
  totals: async () => ({ changes: 12, bytes: 4096, deadLetters: 1 }),
  gaps: async () => states.map((state) => ({ source: 's', from: 0, to: 1, state, reason: 'x' })),
})

/** The lines that say numbers, by what stands before the number. */
async function read(measured: Parameters<typeof metrics>[0]): Promise<Record<string, number>> {
  const { text } = await exposition(await metrics(measured, NOW))
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value] = /^([\w:]+(?:\{.*\})?) (\S+)$/.exec(line) ?? []
      expect(name, line).not.toBe('')
      return [name.replace(/^wiki_change_stream_/, ''), value === '+Inf' ? Infinity : Number(value)]
    }),
  )
}

test('what came, and what became of it', async () => {
  const counters = new Counters()
  const batch = aBatch([aChange({})])
  counters.add(batch, appended({ added: 7, duplicates: 2 }), 3)
  counters.add(batch, appended({ added: 1, buried: 4, expired: 5 }), 60_000)
  const figures = await read({ counters, store: store(null), bot: () => 'off' })
  expect(figures).toMatchObject({
    changes_stored_total: 8,
    changes_duplicate_total: 2,
    changes_expired_total: 5,
    events_unreadable_total: 4,
    batches_stored_total: 2,
    store_changes: 12,
    store_bytes: 4096,
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

test('gaps by state, also those of which there are none; how far behind the present', async () => {
  const measured = {
    counters: new Counters(),
    store: store({ from: NOW - 60_000, to: NOW - 1500 }, ['lost', 'lost', 'open']),
    bot: () => 'connected' as const,
  }
  expect(await read(measured)).toMatchObject({
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
  const counters = new Counters()
  const bot = () => 'off' as const
  expect(await read({ counters, store: store(null), bot })).not.toHaveProperty('lag_seconds')
  const ahead = store({ from: NOW, to: NOW + 5000 })
  expect(await read({ counters, store: ahead, bot })).toHaveProperty('lag_seconds', 0)
})

test('every metric says what it is, once; the usual ones about the process are there', async () => {
  const measured = { counters: new Counters(), store: store({ from: 0, to: 1 }), bot: () => 'off' as const }
  const { text, type } = await exposition(await metrics(measured, NOW))
  expect(type).toMatch(/^text\/plain; version=0\.0\.4/)
  const named = [...text.matchAll(/^# TYPE (\S+) (?:counter|gauge|histogram)$/gm)].map(([, name]) => name)
  expect(new Set(named).size).toBe(named.length)
  expect([...text.matchAll(/^# HELP (\S+) \S.*\.$/gm)].map(([, name]) => name)).toEqual(named)
  for (const name of named) expect(name).toMatch(/^(wiki_change_stream|process|nodejs)_[a-z_]+$/)
  expect(await read(measured)).toHaveProperty('process_resident_memory_bytes')
})
