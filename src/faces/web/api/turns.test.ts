import { expect, test } from 'vitest'
import { wait } from '../../../flow/wait.ts'
import { Breath, Turns } from './turns.ts'

test('one after another, in order; what fails holds up nobody', async () => {
  const turns = new Turns()
  const done: string[] = []
  let working = 0
  const work = (name: string, fails = false) =>
    turns.run(async () => {
      expect(++working).toBe(1)
      await wait(2)
      working--
      done.push(name)
      if (fails) throw new Error(name)
      return name
    })
  const results = Promise.allSettled([work('a'), work('b', true), work('c')])
  expect(turns.waiting).toBe(3)
  expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(done).toEqual(['a', 'b', 'c'])
  expect(turns.waiting).toBe(0)
})

test('on a busy thread the rest is longer', async () => {
  const breath = new Breath()
  for (const until = performance.now() + 150; performance.now() < until; );
  const busy = breath.after(1)
  await wait(400)
  expect(breath.after(1)).toBeLessThan(busy)
})
