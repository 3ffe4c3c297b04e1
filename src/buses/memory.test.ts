import { expect, test } from 'vitest'
import { busConformance } from '../../conformance/bus.ts'
import { aBatch } from '../../test/changes.ts'
import { memoryBus } from './memory.ts'

busConformance('memory', async () => ({ open: memoryBus, remove: async () => {} }), {
  isDurable: 'nothing outlives its process',
  isShared: 'one process has one store',
  poison: 'what it hands on was never bytes',
  loss: 'publish waits until the batch is stored',
})

test('is a rendezvous: publish waits until the batch is stored', async () => {
  const bus = memoryBus()
  const stop = new AbortController()
  let published = false
  const publishing = bus.publish(aBatch([], 'a')).then(() => {
    published = true
  })
  for await (const delivery of bus.subscribe(stop.signal)) {
    await new Promise(setImmediate)
    expect(published).toBe(false)
    delivery.ack()
    break
  }
  await publishing
  await bus.close()
})

test('close lets go of whoever waits', async () => {
  const bus = memoryBus()
  const publishing = bus.publish(aBatch([], 'a'))
  await bus.close()
  await expect(publishing).rejects.toThrow('the bus is closed')
})
