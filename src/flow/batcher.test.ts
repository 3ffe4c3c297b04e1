import { expect, test } from 'vitest'
import { Batcher } from './batcher.ts'

const limits = { batchSize: 3, maxWeight: 100, lingerMs: 0 }

class Numbers extends Batcher<number[]> {
  constructor(given = limits) {
    super(given, () => [])
  }
  push(item: number, weight: number): void {
    this.batch.push(item)
    this.added(1, weight)
  }
}

test('hands on what came, in order, in as large batches as came meanwhile', async () => {
  const batcher = new Numbers()
  const first = batcher.take()
  batcher.push(1, 1)
  expect(await first).toEqual([1])
  for (const item of [2, 3, 4]) batcher.push(item, 1)
  expect(await batcher.take()).toEqual([2, 3, 4])
})

test('makes who fills it wait while a batch is held back, by number or by weight', async () => {
  for (const weights of [[1, 1, 1], [100]]) {
    const batcher = new Numbers()
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

test('says how much it holds back', async () => {
  const batcher = new Numbers()
  expect(batcher.held).toBe(0)
  for (const item of [1, 2]) batcher.push(item, 1)
  expect(batcher.held).toBe(2)
  await batcher.take()
  expect(batcher.held).toBe(0)
})

test('gathers small batches for a while', async () => {
  const batcher = new Numbers({ ...limits, lingerMs: 20 })
  batcher.push(1, 1)
  const taken = batcher.take()
  batcher.push(2, 1)
  expect(await taken).toEqual([1, 2])
})

test('gathers no longer than until there is enough', async () => {
  const batcher = new Numbers({ ...limits, lingerMs: 1_000_000 })
  batcher.push(1, 1)
  const taken = batcher.take()
  batcher.push(2, 1)
  batcher.push(3, 1)
  expect(await taken).toEqual([1, 2, 3])
})

test('after the end gives what is left, then nothing; who fills it is let go', async () => {
  const batcher = new Numbers()
  for (const item of [1, 2, 3]) batcher.push(item, 1)
  const room = batcher.room()
  batcher.end()
  await room
  expect(await batcher.take()).toEqual([1, 2, 3])
  expect(await batcher.take()).toBeUndefined()
})

test('an error comes after what was read before it', async () => {
  const batcher = new Numbers()
  batcher.push(1, 1)
  batcher.end({ error: new Error('broken') })
  expect(await batcher.take()).toEqual([1])
  await expect(batcher.take()).rejects.toThrow('broken')
})

test('a batch without items is taken too', async () => {
  const batcher = new Numbers()
  batcher.added(0, 0)
  expect(await batcher.take()).toEqual([])
})
