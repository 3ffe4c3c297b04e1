/** The thread of searches: takes questions from `searches.ts` at any time, and works on all of them by turns. */
import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../errors.ts'
import { SqliteReader } from './reader.ts'
import { type Asked, type Found, LIMITS_MS, stepsOf } from './searches.ts'
import type { Steps } from './steps.ts'

const port = parentPort
if (port === null) throw new Error('searcher.ts is for thread.js, which searches.ts starts')

// On Linux a priority is a thread's own: where all cores are busy, what is searched for gives way to what comes in.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL)

interface Work {
  readonly asked: Asked
  readonly steps: Steps<unknown>
  /** ms spent on it. */
  spent: number
}

const reader = new SqliteReader((workerData as { file: string }).file)
const working: Work[] = []
/** Counting names takes memory: one after another. */
const waiting: Asked[] = []
let isTurning = false

port.on('message', (asked: Asked | 'close') => {
  if (asked === 'close') {
    working.length = waiting.length = 0
    reader.close()
    port.close()
    return
  }
  if (asked.question.method === 'top' && working.some(isTop)) waiting.push(asked)
  else begin(asked)
  turnOn()
})

const isTop = ({ asked }: Work): boolean => asked.question.method === 'top'

const begin = (asked: Asked): void => {
  working.push({ asked, steps: stepsOf(reader, asked.question), spent: 0 })
}

/** One turn after another, while there is work; messages come in between. */
function turnOn(): void {
  if (isTurning || working.length === 0) return
  isTurning = true
  setImmediate(() => {
    isTurning = false
    const work = working.shift()
    if (work !== undefined) turn(work)
    turnOn()
  })
}

function turn(work: Work): void {
  const { asked, steps } = work
  const began = performance.now()
  const found = step(work)
  work.spent += performance.now() - began
  if (found === null) {
    working.push(work)
    return
  }
  port?.postMessage({ id: asked.id, ...found } satisfies Found)
  steps.return(undefined)
  const next = isTop(work) ? waiting.shift() : undefined
  if (next !== undefined) begin(next)
}

function step({ asked, steps, spent }: Work): { result: unknown } | { error: string } | null {
  try {
    const step = steps.next(spent > LIMITS_MS[asked.question.method])
    return step.done ? { result: step.value } : null
  } catch (error) {
    return { error: messageOf(error) }
  }
}
