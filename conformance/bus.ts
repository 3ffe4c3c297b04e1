/** What every bus must do, whatever is behind it. Each test names the sentence of `src/contracts.ts` that it proves. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Batch, Bus, Delivery, Waiting } from '../src/contracts.ts'
import { type AppError, isRetryable } from '../src/errors.ts'
import { aBatch, aChange, anUnreadable } from '../test/changes.ts'
import { until } from '../test/program.ts'

/** Where buses can be opened: all of them at the same place are one, as those of several processes are. */
export interface BusPlace {
  open(): Bus
  /** Another process takes the next delivery, and is killed while it has it. */
  dieHolding?(): Promise<void>
  /** Puts something there that no bus has written. */
  poison?(): Promise<void>
  /** Takes away what waits there, as its operator or a full memory does. */
  lose?(): Promise<void>
  /** Everything is gone. */
  remove(): Promise<void>
}

/**
 * What not every bus can do: outlive the process, be shared by several subscribers, come upon what it cannot read, lose
 * what it has answered for.
 */
type BusFeature = 'isDurable' | 'isShared' | 'poison' | 'loss'

/** @param waived what this bus cannot do, and why */
export function busConformance(
  name: string,
  makePlace: () => Promise<BusPlace>,
  waived: Readonly<Partial<Record<BusFeature, string>>> = {},
): void {
  const scenario = (feature: BusFeature, title: string, proof: () => Promise<void>) => {
    const reason = waived[feature]
    test.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (waived: ${reason})`, proof)
  }

  describe(`${name}: bus`, () => {
    let place: BusPlace
    let bus: Bus
    let stop: AbortController
    beforeEach(async () => {
      place = await makePlace()
      bus = place.open()
      stop = new AbortController()
    })
    afterEach(async () => {
      stop.abort()
      await bus.close()
      await place.remove()
    })
    const batch = (position: string) => aBatch([aChange()], position)
    /** Collects `count` deliveries, each given to `handle`. */
    const receive = async (count: number, handle: (delivery: Delivery) => void, from = bus) => {
      const seen: string[] = []
      for await (const delivery of from.subscribe(stop.signal)) {
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

    test('closed by many at once while much is under way: everybody is told, and what was answered for is kept', async () => {
      const delivered = new Set<string | null>()
      const storing = (async () => {
        for await (const delivery of bus.subscribe(stop.signal)) {
          delivered.add(delivery.batch.position)
          delivery.ack()
        }
      })()
      const publishing = Array.from({ length: 60 }, async (_, i) => {
        await bus.publish(batch(`${i}`))
        return `${i}`
      })
      await publishing[0]
      await Promise.all([bus.close(), bus.close(), bus.close()])
      const outcomes = await Promise.allSettled(publishing)
      await storing
      const answered = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      const missing = answered.filter((position) => !delivered.has(position))
      if (missing.length === 0) return
      expect(waived.isDurable).toBeUndefined()
      bus = place.open()
      const { batches } = await bus.waiting()
      await receive(batches, (delivery) => {
        delivered.add(delivery.batch.position)
        delivery.ack()
      })
      expect(missing.filter((position) => !delivered.has(position))).toEqual([])
    })

    scenario('isDurable', 'what it has answered for outlives it', async () => {
      for (const one of ['a', 'b', 'c']) await bus.publish(batch(one))
      await bus.close()
      bus = place.open()
      expect(await bus.waiting()).toEqual({ batches: 3, events: 3 })
      expect(await receive(3, (delivery) => delivery.ack())).toEqual(['a.1', 'b.1', 'c.1'])
    })

    scenario(
      'isDurable',
      'nothing is lost when a subscriber dies with what it has not acknowledged',
      async () => {
        for (const one of ['a', 'b', 'c']) await bus.publish(batch(one))
        await place.dieHolding?.()
        const seen = await receive(3, (delivery) => delivery.ack())
        expect(seen.toSorted()).toEqual(['a.2', 'b.1', 'c.1'])
        expect(await bus.waiting()).toEqual({ batches: 0, events: 0 })
      },
    )

    test('its position is that of the newest batch that waits; there is none where none waits', async () => {
      expect(await bus.position('test')).toBeNull()
      const published = Promise.all([bus.publish(batch('a')), bus.publish(batch('b'))])
      if (waived.isDurable === undefined) {
        await bus.publish(aBatch([aChange()]))
        await bus.publish({ ...batch('other'), source: 'other' })
        expect(await bus.position('test')).toBe('b')
        expect(await bus.position('nobody')).toBeNull()
        await receive(4, (delivery) => delivery.ack())
      } else {
        expect(await bus.position('test')).toBeNull()
        await receive(2, (delivery) => delivery.ack())
      }
      await published
      expect(await bus.position('test')).toBeNull()
    })

    scenario(
      'isShared',
      'subscribers share: each batch goes to one of them, and none waits for another',
      async () => {
        const all = Array.from({ length: 40 }, (_, i) => `${i}`)
        const other = place.open()
        for (const one of all) await bus.publish(batch(one))
        const enough = new AbortController()
        const taken: string[][] = [[], []]
        const count = () => taken.flat().length
        const store = async (from: Bus, mine: string[]) => {
          for await (const delivery of from.subscribe(enough.signal)) {
            mine.push(String(delivery.batch.position))
            // Each waits until the other one has something, too.
            while (taken.some(({ length }) => length === 0)) await new Promise(setImmediate)
            delivery.ack()
            if (count() === all.length) enough.abort()
          }
        }
        await Promise.all([store(bus, taken[0] as string[]), store(other, taken[1] as string[])])
        await other.close()
        expect(taken.flat().toSorted()).toEqual(all.toSorted())
        for (const mine of taken) expect(mine).toEqual(mine.toSorted((a, b) => Number(a) - Number(b)))
        expect(await bus.waiting()).toEqual({ batches: 0, events: 0 })
      },
    )

    scenario('poison', 'what it cannot read never blocks what comes after it', async () => {
      await bus.publish(batch('a'))
      await place.poison?.()
      await bus.publish(batch('b'))
      expect(await receive(2, (delivery) => delivery.ack())).toEqual(['a.1', 'b.1'])
      expect(await bus.waiting()).toEqual({ batches: 0, events: 0 })
    })

    scenario(
      'loss',
      'what is lost is told to whoever publishes, until they begin at what is stored',
      async () => {
        await bus.publish(batch('1'))
        await receive(1, (delivery) => delivery.ack())
        for (const one of ['2', '3']) await bus.publish(batch(one))
        await place.lose?.()
        // Whether it is noticed before this one is taken, or when it is delivered: it does not cover what is lost.
        const published = await bus
          .publish(batch('4'))
          .catch((error: AppError) => expect(error.code).toBe('lost'))
        if (published === undefined && (await bus.waiting()).batches === 1) {
          for await (const delivery of bus.subscribe(stop.signal)) {
            expect(delivery.batch.position).toBeNull()
            delivery.ack()
            break
          }
        }
        const other = place.open()
        expect(await other.position('test')).toBeNull()
        await other.close()
        await expect(bus.publish(batch('5')).then(() => bus.publish(batch('6')))).rejects.toMatchObject({
          code: 'lost',
        })
        for (const one of ['2', '3', '4']) await bus.publish(batch(one))
        expect(await bus.position('test')).toBe('4')
        expect(await receive(3, (delivery) => delivery.ack())).toEqual(['2.1', '3.1', '4.1'])
      },
    )
  })
}

/** @param makePlace a bus, and its server, which is restarted in good order and by a crash */
export function busRestartConformance(
  name: string,
  makePlace: () => Promise<{
    open(): Bus
    restart(): Promise<void>
    crash(): Promise<void>
    remove(): Promise<void>
  }>,
): void {
  test(`${name}: bus: goes on when its server restarts at a third and at half of 10,000 messages`, async () => {
    const place = await makePlace()
    const [publisher, subscriber] = [place.open(), place.open()]
    const stop = new AbortController()
    const [count, third, half] = [10_000, 3333, 5000]
    /** While the server was away. */
    const refusedAt = new Set<number>()
    try {
      const publishing = (async () => {
        for (let i = 0; i < count; i++) {
          if (i === third) void place.restart()
          if (i === half) void place.crash()
          await until('the bus takes it', async () => {
            const taken = await isTaken(publisher, aBatch([], `${i}`))
            if (!taken) refusedAt.add(i)
            return taken
          })
        }
      })()
      const seen: number[] = []
      const storing = (async () => {
        for await (const delivery of subscriber.subscribe(stop.signal)) {
          seen.push(Number(delivery.batch.position))
          delivery.ack()
          if (seen.at(-1) === count - 1) break
        }
      })()
      await Promise.all([publishing, storing])
      expect(refusedAt.size).toBeGreaterThan(0)
      // Some come twice, none comes late or never.
      const distinct = [...new Set(seen)]
      expect(distinct).toEqual(Array.from({ length: count }, (_, i) => i))
      expect(await subscriber.waiting()).toEqual({ batches: 0, events: 0 })
    } finally {
      stop.abort()
      await Promise.all([publisher.close(), subscriber.close()])
      await place.remove()
    }
  }, 120_000)
}

async function isTaken(bus: Bus, batch: Batch): Promise<boolean> {
  try {
    await bus.publish(batch)
    return true
  } catch (error) {
    if (isRetryable(error)) return false
    throw error
  }
}
