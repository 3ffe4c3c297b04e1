import { expect, test } from 'vitest'
import type { KnownGap, SeriesQuery, StoreReader } from '../contracts.ts'
import { DAY_MS, HOUR_MS } from './arguments.ts'
import { counted } from './counted.ts'

const DAY = Date.UTC(2026, 10, 24)
const all = { kind: 'all' } as const
const en = { kind: 'language', language: 'en' } as const

/** A store with a change in each hour for which `has` holds, and whose rows begin at `oldest`. */
function store(has: (at: number) => boolean, oldest: number, newest: number, gaps: readonly KnownGap[] = []) {
  return {
    series: async ({ scope, from, to, bucket }: SeriesQuery) => {
      const length = bucket === 'hour' ? HOUR_MS : DAY_MS
      return Array.from({ length: (to - from) / length }, (_, i) => {
        const at = from + i * length
        let humans = 0
        for (let hour = at; hour < at + length; hour += HOUR_MS) humans += has(hour) ? 1 : 0
        return { at, humans: scope.kind === 'all' ? humans : 0, bots: 0 }
      })
    },
    span: async () => ({ from: oldest, to: newest }),
    gaps: async () => gaps,
  } as Partial<StoreReader> as StoreReader
}

const known = async (reader: StoreReader, from: number, to: number, bucket: 'hour' | 'day') =>
  (await counted(reader, { scope: en, from, to, bucket })).map((piece) => piece.known).join(' ')
const gap = (from: number, to: number, state: KnownGap['state']): KnownGap => ({
  source: 's',
  from,
  to,
  state,
  reason: '',
})

test('hours from the first change to the last', async () => {
  const reader = store(
    (at) => at >= DAY + 2 * HOUR_MS && at <= DAY + 5 * HOUR_MS,
    DAY + 2.5 * HOUR_MS,
    DAY + 5.5 * HOUR_MS,
  )
  expect(await known(reader, DAY, DAY + 8 * HOUR_MS, 'hour')).toBe(
    'none none part whole whole part later later',
  )
})

test('counts whose rows are gone count as stored', async () => {
  const reader = store((at) => at >= DAY - 5 * DAY_MS + HOUR_MS, DAY - DAY_MS, DAY + HOUR_MS)
  expect(await known(reader, DAY - 7 * DAY_MS, DAY + DAY_MS, 'day')).toBe(
    'none none part whole whole whole whole part',
  )
  // What was before the hour in question tells that it is whole.
  expect(await known(reader, DAY - 3 * DAY_MS, DAY - 2 * DAY_MS, 'day')).toBe('whole')
})

test('gaps are missing, unless they turned out to be none', async () => {
  const always = () => true
  const gaps = [
    gap(DAY + 0.5 * HOUR_MS, DAY + 2 * HOUR_MS, 'lost'),
    gap(DAY + 1.5 * HOUR_MS, DAY + 2.1 * HOUR_MS, 'open'),
    gap(DAY + 4 * HOUR_MS, DAY + 5 * HOUR_MS, 'refilled'),
  ]
  const reader = store(always, DAY - 40 * DAY_MS, DAY + 30 * HOUR_MS, gaps)
  expect(await known(reader, DAY, DAY + 6 * HOUR_MS, 'hour')).toBe('part none part whole whole whole')
  expect(await known(reader, DAY, DAY + DAY_MS, 'day')).toBe('part')
})

test('a day without any change of any wiki was not followed', async () => {
  const reader = store((at) => at < DAY || at >= DAY + DAY_MS, DAY - 40 * DAY_MS, DAY + 2 * DAY_MS)
  expect(await known(reader, DAY - DAY_MS, DAY + 2 * DAY_MS, 'day')).toBe('whole none whole')
})

test('an empty store knows nothing', async () => {
  const reader = { ...store(() => false, 0, 0), span: async () => null }
  expect(
    (await counted(reader, { scope: all, from: DAY, to: DAY + HOUR_MS, bucket: 'hour' }))[0]?.known,
  ).toBe('none')
})
