import type { Bus } from '../../src/contracts.ts'
import { retryableError } from '../../src/errors.ts'

/**
 * A bus that does everything a bus is allowed to do and nobody likes: it fails before and after it has taken a batch,
 * and delivers again what was acknowledged. Whatever is proven of the system must hold with it too.
 * @param chance a random number in [0, 1), from a seed
 */
export function sabotaged(bus: Bus, chance: () => number): Bus {
  return {
    async publish(batch) {
      if (chance() < 0.15) throw retryableError('sabotage: not published')
      await bus.publish(batch)
      if (chance() < 0.15) throw retryableError('sabotage: published, but nobody was told')
    },
    async *subscribe(stop) {
      for await (const delivery of bus.subscribe(stop)) {
        yield {
          ...delivery,
          ack() {
            if (chance() < 0.3) delivery.nack(0)
            else delivery.ack()
          },
        }
      }
    },
    position: (source) => bus.position(source),
    waiting: () => bus.waiting(),
    close: () => bus.close(),
  }
}

/** A repeatable chance (mulberry32). */
export function seededChance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}
