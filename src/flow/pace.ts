import { wait } from './wait.ts'

/** Turns for what many do at once: each comes `everyMs` after the one before, or at once where nobody waits. */
export function pacer(everyMs: number): (stop?: AbortSignal) => Promise<void> {
  let next = Number.NEGATIVE_INFINITY
  return (stop) => {
    const now = performance.now()
    next = Math.max(now, next + everyMs)
    return wait(next - now, stop)
  }
}
