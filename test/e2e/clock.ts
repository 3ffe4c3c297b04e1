/**
 * `node --import test/e2e/clock.ts`: the program's clock is off by as many ms as stand in the file `CLOCK`, which may
 * change at any time, and its timers run `TIMER_SPEED` times as fast.
 */
import { readFileSync } from 'node:fs'

const { CLOCK, TIMER_SPEED } = process.env

if (CLOCK !== undefined) {
  const RealDate = Date
  const now = () => RealDate.now() + Number(readFileSync(CLOCK, 'utf8'))
  globalThis.Date = class extends RealDate {
    static override now = now

    constructor(...args: [] | [number]) {
      super(...(args.length === 0 ? ([now()] as const) : args))
    }
  } as DateConstructor
}

if (TIMER_SPEED !== undefined) {
  const { setTimeout } = globalThis
  globalThis.setTimeout = ((callback: () => void, ms = 0) =>
    setTimeout(callback, ms / Number(TIMER_SPEED))) as typeof setTimeout
}
