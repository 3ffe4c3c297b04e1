import { isRetryable } from '../errors.ts'
import { Backoff } from './backoff.ts'
import { wait } from './wait.ts'

/** A person waits a little for what is busy or away; then they are told. */
const PATIENCE_MS = 5000

/** Calls again, for 5 s at most, as long as it fails in a way that may pass. Rejects as the last call did. */
export async function patiently<T>(call: () => Promise<T>): Promise<T> {
  const backoff = new Backoff(50, 500)
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!isRetryable(error) || performance.now() > deadline) throw error
      await wait(backoff.next())
    }
  }
}
