import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Lane, Turns } from './turns.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Work that takes the thread for so long, in ms, of the clock of the test. */
const busyFor = (ms: number) => () => void vi.advanceTimersByTime(ms)

/** Does the same work over and over; counts how often. */
function worker(lane: Lane, ms: number) {
  const done = { times: 0 }
  const again = async (): Promise<void> => {
    await lane.run(busyFor(ms))
    done.times++
    return again()
  }
  void again()
  return done
}

test('one after another, in order; what fails holds up nobody', async () => {
  const lane = new Turns(() => 0).lane()
  const begun: string[] = []
  const done: string[] = []
  /** Lets the work go on that has its turn. */
  let goOn = () => {}
  const work = (name: string, fails = false) =>
    lane.run(async () => {
      begun.push(name)
      await new Promise<void>((resolve) => {
        goOn = resolve
      })
      done.push(name)
      if (fails) throw new Error(name)
      return name
    })
  const results = Promise.allSettled([work('a'), work('b', true), work('c')])
  expect(lane.waiting).toBe(3)
  for (const [i, name] of ['a', 'b', 'c'].entries()) {
    await vi.waitUntil(() => begun.includes(name))
    expect(begun).toHaveLength(i + 1)
    expect(done).toHaveLength(i)
    goOn()
  }
  expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(done).toEqual(['a', 'b', 'c'])
  expect(lane.waiting).toBe(0)
})

test('half of the time at most; while much comes in, a twenty-fifth; afterwards half again', async () => {
  let perSecond = 50
  let takenIn = 0
  let at = performance.now()
  const turns = new Turns(() => {
    takenIn += ((performance.now() - at) * perSecond) / 1000
    at = performance.now()
    return takenIn
  })
  const done = worker(turns.lane(), 4)
  const share = async () => {
    const [before, began] = [done.times, performance.now()]
    await vi.advanceTimersByTimeAsync(100_000)
    return ((done.times - before) * 4) / (performance.now() - began)
  }
  expect(await share()).toBeCloseTo(0.5, 1)
  perSecond = 100_000
  expect(await share()).toBeCloseTo(0.04, 2)
  perSecond = 50
  expect(await share()).toBeCloseTo(0.5, 1)
})

test('of several kinds each has its share of the time, however long its work takes', async () => {
  const turns = new Turns(() => 0)
  const long = worker(turns.lane(), 90)
  await vi.advanceTimersByTimeAsync(50_000)
  // What it has not used before it does not have now.
  const before = long.times
  const short = worker(turns.lane(), 10)
  await vi.advanceTimersByTimeAsync(50_000)
  expect(short.times / (long.times - before)).toBeCloseTo(9, 0)
})

test('it is known how long work waits', async () => {
  const lane = new Turns(() => 0).lane()
  expect(lane.delayMs).toBe(0)
  const { promise, resolve } = Promise.withResolvers<void>()
  const work = lane.run(() => promise)
  await vi.advanceTimersByTimeAsync(3000)
  expect(lane.delayMs).toBe(3000)
  resolve()
  await work
  await vi.advanceTimersByTimeAsync(1)
  expect(lane.delayMs).toBe(0)
})
