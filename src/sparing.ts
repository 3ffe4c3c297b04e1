import type { Log } from './log.ts'

/** So long, in ms, the same line is not said again. */
const SILENCE_MS = 60_000
/** Lines that are remembered; with more of them the oldest may come again at once. */
const MOST = 200

/**
 * A log for what may go wrong many times a second, once for each who asks: of warnings and errors, the same line is
 * said once, and then once a minute with how often it came meanwhile.
 */
export function sparing(log: Log): Log {
  const timers = new Map<string, NodeJS.Timeout>()
  const more = new Map<string, number>()

  function rest(line: string, say: (line: string) => void): void {
    const [oldest] = timers.keys()
    if (timers.size >= MOST && oldest !== undefined) forget(oldest)
    timers.set(line, setTimeout(() => wake(line, say), SILENCE_MS).unref())
  }

  function wake(line: string, say: (line: string) => void): void {
    const times = more.get(line) ?? 0
    forget(line)
    if (times === 0) return
    say(`${line} (${times === 1 ? 'once' : `${times} times`} more within a minute)`)
    rest(line, say)
  }

  function forget(line: string): void {
    clearTimeout(timers.get(line))
    timers.delete(line)
    more.delete(line)
  }

  /** As pino takes them: a line, or fields and a line. */
  const spared = (level: 'warn' | 'error') => (first: unknown, second?: unknown) => {
    const line = String(typeof first === 'string' ? first : second)
    if (timers.has(line)) {
      more.set(line, (more.get(line) ?? 0) + 1)
      return
    }
    if (typeof first === 'string') log[level](line)
    else log[level](first, line)
    rest(line, (again) => log[level](again))
  }

  return {
    debug: log.debug.bind(log),
    info: log.info.bind(log),
    warn: spared('warn') as Log['warn'],
    error: spared('error') as Log['error'],
  }
}
