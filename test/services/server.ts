import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { leftovers } from '../leftovers.ts'
import { until } from '../program.ts'

const START_DEADLINE_MS = 60_000
const STOP_DEADLINE_MS = 10_000

/** As whom a server runs; `undefined`: as whoever runs this. */
export type User = { readonly uid: number; readonly gid: number } | undefined

/** How a server is run. */
export interface Recipe {
  readonly name: string
  readonly as?: User
  /** Made in its folder, once, before it starts. */
  prepare?(folder: string): Promise<void>
  command(folder: string, port: number): readonly string[]
  /** Whether it answers. */
  isReady(port: number): Promise<boolean>
  /** At which it ends in good order, without waiting for those that are connected. */
  readonly stopSignal: NodeJS.Signals
  url(port: number): string
}

/** A real server on a free port of loopback, with its data in a folder of its own. */
export class Server {
  readonly url: string
  readonly #recipe: Recipe
  readonly #port: number
  readonly #folder: string
  #child: ChildProcess | null = null
  #said = ''

  private constructor(recipe: Recipe, port: number) {
    this.#recipe = recipe
    this.#port = port
    this.url = recipe.url(port)
    this.#folder = mkdtempSync(join(tmpdir(), `wcs-${recipe.name}-`))
    if (recipe.as) chownSync(this.#folder, recipe.as.uid, recipe.as.gid)
    leftovers.add(this)
  }

  /** @throws {Error} with what it said, where it does not start */
  static async started(recipe: Recipe): Promise<Server> {
    const server = new Server(recipe, await freePort())
    try {
      await recipe.prepare?.(server.#folder)
      await server.start()
      return server
    } catch (error) {
      await server.remove()
      throw error
    }
  }

  /** Starts it, also again with the data it has; resolves once it answers. */
  async start(): Promise<void> {
    const [program, ...args] = this.#recipe.command(this.#folder, this.#port)
    const child = spawn(program as string, args, {
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C is for those who use it: they may need it while they stop.
      detached: true,
      ...this.#recipe.as,
    })
    this.#child = child
    const keep = (chunk: Buffer) => {
      this.#said = (this.#said + chunk).slice(-4000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', keep)
    const isAnswering = async () => {
      if (child.exitCode !== null || child.pid === undefined)
        throw new Error(`${this.#recipe.name} does not start: ${this.#said}`)
      return this.#recipe.isReady(this.#port)
    }
    await until(`${this.#recipe.name} answers`, isAnswering, START_DEADLINE_MS)
  }

  /** Ends it and keeps its data: in good order, or as a crash does. */
  async stop(signal: NodeJS.Signals = this.#recipe.stopSignal): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'close')
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS)
    await ended
    clearTimeout(timer)
  }

  /** A crash takes its data with it; then it starts again. */
  async forget(): Promise<void> {
    await this.stop('SIGKILL')
    for (const name of readdirSync(this.#folder)) rmSync(join(this.#folder, name), { recursive: true })
    await this.start()
  }

  /** Ends it and removes its data. Idempotent. */
  async remove(): Promise<void> {
    await this.stop()
    this.drop()
  }

  /** The same at once, without waiting for anything. */
  drop(): void {
    leftovers.delete(this)
    this.#child?.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A port of loopback on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
