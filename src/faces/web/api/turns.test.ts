import { expect, test, vi } from 'vitest'
import { Breath, Turns } from './turns.ts'

test('one after another, in order; what fails holds up nobody', async () => {
  const turns = new Turns()
  const begun: string[] = []
  const done: string[] = []
  /** Lets the work go on that has its turn. */
  let goOn = () => {}
  const work = (name: string, fails = false) =>
    turns.run(async () => {
      begun.push(name)
      await new Promise<void>((resolve) => {
        goOn = resolve
      })
      done.push(name)
      if (fails) throw new Error(name)
      return name
    })
  const results = Promise.allSettled([work('a'), work('b', true), work('c')])
  expect(turns.waiting).toBe(3)
  for (const [i, name] of ['a', 'b', 'c'].entries()) {
    await vi.waitUntil(() => begun.includes(name))
    expect(begun).toHaveLength(i + 1)
    expect(done).toHaveLength(i)
    goOn()
  }
  expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(done).toEqual(['a', 'b', 'c'])
  expect(turns.waiting).toBe(0)
})

test('on a busy thread the rest is longer', async () => {
  const breath = new Breath()
  for (const until = performance.now() + 150; performance.now() < until; );
  const busy = breath.after(1)
  await vi.waitUntil(() => breath.after(1) < busy, 10_000)
})
