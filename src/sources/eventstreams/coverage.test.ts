import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Asked, Coverage } from './coverage.ts'

const NOW = Date.UTC(2026, 10, 24)
const FROM = NOW - 3_600_000
const ASKED = FROM - 5000

const asked = (topics: Record<string, number | null> = {}, toleranceMs = 0): Asked => ({
  storedTo: FROM,
  toleranceMs,
  of: (topic) => (topic in topics ? (topics[topic] as number | null) : ASKED),
})
const coverage = () => new Coverage(asked(), 'expired')

/** An id whose topics' newest events are of these times; `null`: the topic has nothing to send; a text: its offset. */
const id = (eqiad: number | null | string, codfw: number | null | string = null) =>
  JSON.stringify(
    [eqiad, codfw].map((at, i) => ({
      topic: ['eqiad', 'codfw'][i],
      partition: 0,
      ...(typeof at === 'number' ? { timestamp: at + 1 } : { offset: at === null ? -1 : Number(at) }),
    })),
  )

test('a first event that was there before proves that nothing is missing', () => {
  const connection = coverage()
  expect(connection.see(id(FROM - 10), NOW)).toEqual([])
  expect(connection.isDecided).toBe(true)
  expect(connection.see(id(FROM - 10, NOW), NOW)).toEqual([])
  expect(connection.undecided).toEqual([])
})

test('a first event that is later is a gap, lost where no other topic has anything to send', () => {
  const connection = coverage()
  const lost = { from: FROM, to: FROM + 600_000, state: 'lost', reason: 'expired' }
  expect(connection.see(id(FROM + 600_000), NOW)).toEqual([lost])
  expect(connection.see(id(FROM + 600_001), NOW)).toEqual([])
  // The other topic has nothing yet, but may still send something of before, from a server that says so wrongly.
  expect(connection.isDecided).toBe(false)
  expect(connection.see(id(FROM + 600_002, NOW - 5), NOW)).toEqual([])
  expect(connection.isDecided).toBe(true)
  expect(connection.undecided).toEqual([])
})

test("the new topic's run, sent first, is open until the old topic's begins", () => {
  const connection = coverage()
  const gap = { from: FROM, to: FROM + 600_000, reason: 'expired' }
  expect(connection.see(id('17', FROM + 600_000), NOW)).toEqual([{ ...gap, state: 'open' }])
  // However near to the present that run comes.
  expect(connection.see(id('17', NOW), NOW)).toEqual([])
  expect(connection.undecided).toEqual([{ ...gap, state: 'open' }])
  expect(connection.see(id(FROM - 3, NOW), NOW)).toEqual([{ ...gap, state: 'refilled' }])
  expect(connection.isDecided).toBe(true)
})

test('if both runs begin too late, it is lost, and ends where the earlier one begins', () => {
  const connection = coverage()
  connection.see(id('17', FROM + 600_000), NOW)
  const [news] = connection.see(id(FROM + 500_000, FROM + 600_000), NOW)
  expect(news).toMatchObject({ from: FROM, to: FROM + 500_000, state: 'lost' })
  expect(connection.isDecided).toBe(true)
})

test('what a connection could not decide, the next one does', () => {
  const before = coverage()
  before.see(id('17', FROM + 600_000), NOW)
  // It broke: the new topic is asked for what comes after its own run, the old one as before.
  const next = (storedTo = FROM + 700_000) =>
    new Coverage({ ...asked({ codfw: storedTo - 5000 }), storedTo }, 'expired', before.undecided)

  const refilled = next()
  expect(refilled.see(id('17', FROM + 699_000), NOW)).toEqual([])
  expect(refilled.undecided).toEqual(before.undecided)
  expect(refilled.see(id(FROM, FROM + 699_000), NOW)).toMatchObject([{ from: FROM, state: 'refilled' }])
  expect(refilled.isDecided).toBe(true)

  const lost = next()
  lost.see(id('17', FROM + 699_000), NOW)
  expect(lost.see(id(FROM + 650_000, FROM + 699_000), NOW)).toMatchObject([{ from: FROM, state: 'lost' }])
  expect(lost.isDecided).toBe(true)

  const again = next()
  const news = again.see(id('17', FROM + 900_000), NOW)
  expect(news).toMatchObject([{ from: FROM + 700_000, to: FROM + 900_000, state: 'open' }])
  expect(again.undecided.map(({ from }) => from)).toEqual([FROM, FROM + 700_000])
})

test('only the first event of a topic tells: a late one among those that follow hides nothing', () => {
  const connection = coverage()
  expect(connection.see(id(FROM + 600_000, '17'), NOW)).toMatchObject([{ state: 'open' }])
  expect(connection.see(id(FROM - 1, '17'), NOW)).toEqual([])
  expect(connection.undecided).toMatchObject([{ from: FROM, to: FROM + 600_000, state: 'open' }])
})

test('a topic that shows the time it was asked with has said nothing', () => {
  const connection = coverage()
  expect(connection.see(id(ASKED - 1, FROM + 600_000), NOW)).toMatchObject([{ state: 'open' }])
  expect(connection.see(id(FROM, FROM + 600_000), NOW)).toMatchObject([{ state: 'refilled' }])
})

test('a silent topic whose last event has long expired is no gap when it speaks again', () => {
  const connection = new Coverage(asked({ codfw: FROM - 30 * 86_400_000 }), 'expired')
  expect(connection.see(id('17', FROM + 1000), NOW)).toMatchObject([{ state: 'open' }])
  expect(connection.see(id(FROM, FROM + 1000), NOW)).toMatchObject([{ state: 'refilled' }])
})

test('an event from the future tells nothing', () => {
  const connection = coverage()
  expect(connection.see(id(NOW + 86_400_000), NOW)).toEqual([])
  expect(connection.see(id(FROM), NOW)).toEqual([])
  expect(connection.isDecided).toBe(true)
})

test('a server that is read from now on has lost what lies between', () => {
  const connection = new Coverage(asked({ eqiad: null, codfw: null }), 'refused')
  const lost = { from: FROM, to: NOW, state: 'lost', reason: 'refused' }
  expect(connection.see(id(NOW, '17'), NOW)).toEqual([lost])
  expect(connection.see(id(NOW + 1, NOW + 2), NOW)).toEqual([])
  expect(connection.isDecided).toBe(true)
})

test('a first start may find the first event a little later than it asked for', () => {
  const connection = new Coverage(asked({}, 60_000), 'expired')
  expect(connection.see(id(FROM + 59_000), NOW)).toEqual([])
  expect(connection.isDecided).toBe(true)
})

test.each(['', 'x', '{}', '[]', '[1]'])('an id that is none tells nothing: %s', (text) => {
  expect(coverage().see(text, NOW)).toEqual([])
})

test('property: whatever the order of the runs and the cuts, a gap is left exactly if the server lost something', () => {
  const ms = fc.integer({ min: 1, max: 10_000 })
  const shape = fc.record({
    /** The old topic's events after what is stored, then the new topic's, by their distances. */
    old: fc.array(ms, { maxLength: 5 }),
    fresh: fc.array(ms, { minLength: 1, maxLength: 5 }),
    expired: fc.boolean(),
    isFreshFirst: fc.boolean(),
    /** After how many events each connection breaks; the last one does not. */
    cuts: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 3 }),
  })
  fc.assert(
    fc.property(shape, ({ old, fresh, expired, isFreshFirst, cuts }) => {
      let clock = FROM
      const at = (distance: number) => (clock += distance)
      const logs = { eqiad: [FROM - 1, FROM, ...old.map(at)], codfw: fresh.map(at) }
      // The server forgets what is stored, and the outage's first event with it.
      const horizon = expired
        ? (old.length > 0 ? (logs.eqiad[2] as number) : (logs.codfw[0] as number)) + 1
        : 0
      const kept = (topic: 'eqiad' | 'codfw', from: number) =>
        logs[topic].filter((time) => time >= horizon && time >= from).map((time) => ({ topic, time }))

      const newest = { eqiad: FROM, codfw: FROM - 86_400_000 }
      const gaps = new Map<number, string>()
      let undecided = coverage().undecided
      for (const cut of [...cuts, Number.POSITIVE_INFINITY]) {
        const askedTimes = { eqiad: newest.eqiad - 5000, codfw: newest.codfw - 5000 }
        const connection = new Coverage(
          {
            storedTo: Math.max(newest.eqiad, newest.codfw),
            toleranceMs: 0,
            of: (topic) => askedTimes[topic as 'eqiad'],
          },
          'expired',
          undecided,
        )
        const runs = [kept('eqiad', askedTimes.eqiad), kept('codfw', askedTimes.codfw)]
        const has = { eqiad: (runs[0]?.length ?? 0) > 0, codfw: (runs[1]?.length ?? 0) > 0 }
        const sent: Record<string, number> = {}
        for (const { topic, time } of (isFreshFirst ? runs.reverse() : runs).flat().slice(0, cut)) {
          sent[topic] = time
          const shown = (name: 'eqiad' | 'codfw') => sent[name] ?? (has[name] ? '17' : null)
          for (const gap of connection.see(id(shown('eqiad'), shown('codfw')), clock)) {
            gaps.set(gap.from, gap.state)
          }
          newest[topic] = Math.max(newest[topic], time)
        }
        undecided = connection.undecided
      }
      const isSomethingLeft = runsLeft(logs, horizon)
      const left = [...gaps.values()].filter((state) => state !== 'refilled')
      expect(left).toEqual(expired && isSomethingLeft ? ['lost'] : [])
    }),
  )
})

/** Without anything to send the server cannot show that it has lost something. */
function runsLeft(logs: Record<string, number[]>, horizon: number): boolean {
  return Object.values(logs).some((times) => times.some((time) => time >= horizon))
}
