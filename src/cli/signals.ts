import type { Log } from '../log.ts'

/**
 * A terminal sends Ctrl-C to the whole process group, and npm passes it on to its child once more: what comes so
 * soon after the first signal, in ms, is its echo and no second wish.
 */
const ECHO_MS = 300

/**
 * Aborted at the first SIGTERM or SIGINT. A second one, or `timeoutMs` after the first, ends the process at once
 * with status 1: nothing is lost by that, since a position is saved only with what it covers.
 */
export function shutdownSignal(log: Log, timeoutMs: number): AbortSignal {
  const controller = new AbortController()
  let firstAt = Number.NaN
  const onSignal = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      firstAt = performance.now()
      log.info(`${signal}: finishing what is under way (once more to stop at once)`)
      controller.abort()
      setTimeout(() => force(`not done within ${timeoutMs / 1000} s`), timeoutMs).unref()
    } else if (performance.now() - firstAt > ECHO_MS) {
      force(`${signal} again`)
    }
  }
  const force = (why: string) => {
    log.warn(`${why}: stopped at once; what was not stored will be read again`)
    process.exit(1)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  return controller.signal
}
