import { expect, test } from 'vitest'
import { Batcher } from './batcher.ts'

const limits = { batchSize: 3, maxWeight: 100, lingerMs: 0 }

test('hands on what came, in order, in as large batches as came meanwhile', async () => {
  const batcher = new Batcher<number>(limits)
  const first = batcher.take()
  batcher.push(1, 1)
  expect(await first).toEqual([1])
  for (const item of [2, 3, 4]) batcher.push(item, 1)
  expect(await batcher.take()).toEqual([2, 3, 4])
})

test('makes the pusher wait while a batch is held back, by number or by weight', async () => {
  for (const weights of [[1, 1, 1], [100]]) {
    const batcher = new Batcher<number>(limits)
    for (const weight of weights) batcher.push(0, weight)
    let hasRoom = false
    const room = batcher.room().then(() => {
      hasRoom = true
    })
    await new Promise(setImmediate)
    expect(hasRoom).toBe(false)
    await batcher.take()
    await room
  }
})

test('gathers small batches for a while', async () => {
  const batcher = new Batcher<number>({ ...limits, lingerMs: 20 })
  batcher.push(1, 1)
  const taken = batcher.take()
  batcher.push(2, 1)
  expect(await taken).toEqual([1, 2])
})

test('gathers no longer than until there is enough', async () => {
  const batcher = new Batcher<number>({ ...limits, lingerMs: 1_000_000 })
  batcher.push(1, 1)
  const taken = batcher.take()
  batcher.push(2, 1)
  batcher.push(3, 1)
  expect(await taken).toEqual([1, 2, 3])
})

test('after the end gives what is left, then nothing; the pusher is let go', async () => {
  const batcher = new Batcher<number>(limits)
  for (const item of [1, 2, 3]) batcher.push(item, 1)
  const room = batcher.room()
  batcher.end()
  await room
  expect(await batcher.take()).toEqual([1, 2, 3])
  expect(await batcher.take()).toBeUndefined()
})

test('an error comes after what was read before it', async () => {
  const batcher = new Batcher<number>(limits)
  batcher.push(1, 1)
  batcher.end({ error: new Error('broken') })
  expect(await batcher.take()).toEqual([1])
  await expect(batcher.take()).rejects.toThrow('broken')
})
