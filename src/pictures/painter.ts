import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Chart } from '../answers/document.ts'
import { messageOf } from '../errors.ts'
import type { Drawn } from './drawing.ts'

/** So long a process that draws is kept after it has drawn, in ms. */
const IDLE_MS = 30_000
/** What takes longer, in ms, is given up, and the process with it. */
const LONGEST_MS = 10_000

/**
 * Draws charts as PNG, in a process that is there only while it is needed: it takes 100 MB, of which a thread would
 * not give back the most part, and a fault of the native code in it ends no more than itself.
 */
export interface Painter {
  /** @throws {Error} in one line, where it cannot be drawn */
  draw(chart: Chart): Promise<Uint8Array>
  /** Lets go of the process; what is being drawn is given up. Idempotent. */
  close(): Promise<void>
}

export function painter(idleMs = IDLE_MS): Painter {
  let drawing: Drawing | undefined
  return {
    draw(chart) {
      if (drawing === undefined || drawing.isOver) drawing = new Drawing(idleMs)
      return drawing.draw(chart)
    },
    async close() {
      await drawing?.end('the program stops')
    },
  }
}

/** One life of the process. */
class Drawing {
  readonly #process: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #waiting: { resolve: (png: Uint8Array) => void; reject: (error: Error) => void }[] = []
  readonly #idleMs: number
  #isOver = false
  #timer: NodeJS.Timeout | undefined

  constructor(idleMs: number) {
    this.#idleMs = idleMs
    this.#process = fork(fileURLToPath(new URL('./child.js', import.meta.url)), {
      execArgv: ['--expose-gc', '--max-semi-space-size=4', '--v8-pool-size=1'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#ended = once(this.#process, 'close').catch(() => {})
    this.#process.on('message', (drawn: Drawn) => {
      const call = this.#waiting.shift()
      if ('png' in drawn) call?.resolve(drawn.png)
      else call?.reject(new Error(drawn.error))
      this.#watch()
    })
    this.#process.on('error', (error) => void this.end(messageOf(error)))
    this.#process.on(
      'exit',
      (code, signal) => void this.end(`the process that draws ended (${signal ?? code})`),
    )
  }

  get isOver(): boolean {
    return this.#isOver
  }

  draw(chart: Chart): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#process.send(chart)
      if (this.#waiting.length === 1) this.#watch()
    })
  }

  async end(why: string): Promise<void> {
    if (!this.#isOver) {
      this.#isOver = true
      clearTimeout(this.#timer)
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(why))
      this.#process.ref()
      this.#process.kill('SIGKILL')
    }
    await this.#ended
  }

  /** Ends the process when it has been idle for long, or has drawn at one picture for too long. */
  #watch(): void {
    clearTimeout(this.#timer)
    if (this.#isOver) return
    const isIdle = this.#waiting.length === 0
    const why = `a picture was not drawn within ${LONGEST_MS / 1000} s`
    this.#timer = setTimeout(() => void this.end(why), isIdle ? this.#idleMs : LONGEST_MS)
    // An idle process does not keep the program.
    const hold = isIdle ? 'unref' : 'ref'
    this.#timer.unref()
    this.#process[hold]()
    this.#process.channel?.[hold]()
  }
}
