/** What every bus must do, whatever is behind it. Each test names the sentence of `src/contracts.ts` that it proves. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Batch, Bus, Delivery, Waiting } from '../src/contracts.ts'
import { aBatch, aChange, anUnreadable } from '../test/changes.ts'

export function busConformance(name: string, makeBus: () => Promise<Bus>): void {
  describe(`${name}: bus`, () => {
    let bus: Bus
    let stop: AbortController
    beforeEach(async () => {
      bus = await makeBus()
      stop = new AbortController()
    })
    afterEach(async () => {
      stop.abort()
      await bus.close()
    })
    const batch = (position: string) => aBatch([aChange()], position)
    /** Collects `count` deliveries, each given to `handle`. */
    const receive = async (count: number, handle: (delivery: Delivery) => void) => {
      const seen: string[] = []
      for await (const delivery of bus.subscribe(stop.signal)) {
        seen.push(`${delivery.batch.position}.${delivery.attempt}`)
        handle(delivery)
        if (seen.length === count) break
      }
      return seen
    }

    test('delivers what is published, whole and in order', async () => {
      const batches = ['a', 'b', 'c'].map(batch)
      const published = Promise.all(batches.map((one) => bus.publish(one)))
      const received: Batch[] = []
      await receive(3, (delivery) => {
        received.push(delivery.batch)
        delivery.ack()
      })
      await published
      expect(received).toEqual(batches)
    })

    test('delivers what was published before anybody subscribed', async () => {
      const published = bus.publish(batch('early'))
      expect(await receive(1, (delivery) => delivery.ack())).toEqual(['early.1'])
      await published
    })

    test('delivers again what was not acknowledged, before anything later', async () => {
      const published = Promise.all([bus.publish(batch('a')), bus.publish(batch('b'))])
      const seen = await receive(4, (delivery) => {
        if (delivery.batch.position === 'a' && delivery.attempt < 3) delivery.nack(1)
        else delivery.ack()
      })
      await published
      expect(seen).toEqual(['a.1', 'a.2', 'a.3', 'b.1'])
    })

    test('says how much waits, until it is acknowledged', async () => {
      const published = Promise.all([
        bus.publish(aBatch([aChange(), aChange(), anUnreadable()], 'a')),
        bus.publish(batch('b')),
      ])
      const said: Waiting[] = []
      for await (const delivery of bus.subscribe(stop.signal)) {
        said.push(await bus.waiting())
        if (said.length === 1) delivery.nack(0)
        else delivery.ack()
        if (said.length === 3) break
      }
      await published
      expect(said).toEqual([
        { batches: 2, events: 4 },
        { batches: 2, events: 4 },
        { batches: 1, events: 1 },
      ])
      expect(await bus.waiting()).toEqual({ batches: 0, events: 0 })
    })

    test('a subscriber that leaves without acknowledging leaves the batch to the next one', async () => {
      const published = bus.publish(batch('a'))
      await receive(1, () => {})
      const [again] = await receive(1, (delivery) => delivery.ack())
      await published
      expect(again).toMatch(/^a\./)
    })

    test('ack is idempotent', async () => {
      const published = Promise.all([bus.publish(batch('a')), bus.publish(batch('b'))])
      const seen = await receive(2, (delivery) => {
        delivery.ack()
        delivery.ack()
      })
      await published
      expect(seen).toEqual(['a.1', 'b.1'])
    })

    test('a subscription ends when it is stopped, also while nothing comes', async () => {
      const received = receive(1, () => {})
      stop.abort()
      expect(await received).toEqual([])
    })

    test('close is idempotent, and refuses what is published later', async () => {
      await bus.close()
      await bus.close()
      await expect(bus.publish(batch('late'))).rejects.toThrow(/closed/)
    })
  })
}
