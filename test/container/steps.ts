import { setImmediate } from 'node:timers/promises'

/** Does one step, and says how it went and how long it took. */
export async function step<T>(what: string, act: () => T | Promise<T>): Promise<T> {
  const start = performance.now()
  const say = (sign: string) =>
    process.stdout.write(`${sign} ${what} (${((performance.now() - start) / 1000).toFixed(1)} s)\n`)
  try {
    const result = await act()
    // Signals that came while a tool ran are heard only now.
    await setImmediate()
    say('✓')
    return result
  } catch (error) {
    say('✗')
    throw error
  }
}
