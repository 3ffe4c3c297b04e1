import { expect, test } from 'vitest'
import { busConformance } from '../../conformance/bus.ts'
import { memoryBus } from '../../src/buses/memory.ts'
import { isRetryable } from '../../src/errors.ts'
import { aBatch } from '../changes.ts'
import { sabotaged, seededChance } from './bus.ts'

// With a chance that never strikes it is the bus it stands for.
const atRest = () => sabotaged(memoryBus(), () => 0.99)
busConformance('sabotaged at rest', async () => ({ open: atRest, remove: async () => {} }), {
  isDurable: 'the memory bus is behind it',
  isShared: 'the memory bus is behind it',
  poison: 'the memory bus is behind it',
  loss: 'the memory bus is behind it',
})

test('strikes in each of its ways', async () => {
  const bus = sabotaged(memoryBus(), seededChance(1))
  const stop = new AbortController()
  const attempts: number[] = []
  const subscribing = (async () => {
    for await (const delivery of bus.subscribe(stop.signal)) {
      attempts.push(delivery.attempt)
      delivery.ack()
    }
  })()
  const failures: string[] = []
  for (let i = 0; i < 100; i++) {
    try {
      await bus.publish(aBatch([], String(i)))
    } catch (error) {
      expect(isRetryable(error)).toBe(true)
      failures.push((error as Error).message)
    }
  }
  stop.abort()
  await bus.close()
  await subscribing
  expect(new Set(failures).size).toBe(2)
  expect(Math.max(...attempts)).toBeGreaterThan(1)
})
