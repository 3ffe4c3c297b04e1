import { useEffect, useState } from 'preact/hooks'
import { returns } from '../live/contact.ts'
import { type Answers, addressOf, ask, type Parameters, type Problem, Refused } from './ask.ts'

export interface Polled<Answer> {
  /** The last one, also while it cannot be asked. */
  readonly answer: Answer | null
  /** Why it is refused, where it is. */
  readonly problem: Problem | null
}

/** Waits longer after each failure, up to so many times as long. */
const SLOWEST = 8

/**
 * Asks now, and again and again as long as the page is seen: at once when it is seen again, and when there is contact
 * again. What was answered to another question is forgotten.
 */
export function usePolled<Name extends keyof Answers>(
  name: Name,
  parameters: Parameters,
  everyMs: number,
): Polled<Answers[Name]> {
  const address = addressOf(name, parameters)
  const returned = returns.value
  const [got, setGot] = useState<Polled<Answers[Name]> & { readonly address: string }>(none(address))

  useEffect(() => {
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let failures = 0
    const again = async () => {
      clearTimeout(timer)
      if (document.visibilityState === 'hidden') return
      try {
        const answer = await ask(name, parameters, stop.signal)
        failures = 0
        setGot({ address, answer, problem: null })
      } catch (error) {
        if (stop.signal.aborted) return
        if (error instanceof Refused && error.isFinal) {
          setGot({ address, answer: null, problem: error.problem })
          return
        }
        failures++
      }
      clearTimeout(timer)
      if (!stop.signal.aborted) timer = setTimeout(again, everyMs * Math.min(2 ** failures, SLOWEST))
    }
    void again()
    document.addEventListener('visibilitychange', again, { signal: stop.signal })
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [address, everyMs, returned])

  return got.address === address ? got : none(address)
}

const none = (address: string) => ({ address, answer: null, problem: null })
