import type { StoreReader } from '../../contracts.ts'
import { wait } from '../../flow/wait.ts'
import { content, problem, type Reply } from './reply.ts'

const LIVES = 'wiki-change-stream lives\n'

/** That the process lives: it answers this. */
export const liveness = (): Reply => content(LIVES)

export const isHealth = (text: string): boolean => text === LIVES

/** A store that has said nothing for so long, in ms, does not answer. */
const PATIENCE_MS = 2000

/** Whether requests may be sent here: the store answers, and the process is not about to stop. */
export async function readiness(
  store: Pick<StoreReader, 'lastArrival'>,
  draining: AbortSignal,
): Promise<Reply> {
  if (draining.aborted) return notNow('It is being stopped.')
  const answered = new AbortController()
  const answers = store.lastArrival().then(
    () => true,
    () => false,
  )
  const isReady = await Promise.race([answers, wait(PATIENCE_MS, answered.signal).then(() => false)])
  answered.abort()
  return isReady ? content('ready\n') : notNow('The store does not answer.')
}

const notNow = (detail: string): Reply => problem(503, detail, { 'retry-after': '5' })
