/** The real program as a child process, in a directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { leftovers } from './leftovers.ts'

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url))
const DEADLINE_MS = 15_000

/** What a test gives the program: nothing of the machine's own settings gets through. */
export type Env = Readonly<Record<string, string>>

/** With SABOTAGE set, the same tests run over a bus that fails and delivers twice. */
const SABOTAGE = process.env.SABOTAGE
const PRELOAD = new URL('./sabotage/preload.ts', import.meta.url).href

function spawnProgram(args: readonly string[], cwd: string, given: Env, uid?: number): ChildProcess {
  const sabotage = SABOTAGE === undefined ? [] : ['--import', PRELOAD]
  const env = SABOTAGE === undefined ? given : { ...given, SABOTAGE }
  return spawn(process.execPath, [...sabotage, MAIN, ...args], {
    cwd,
    // Tests run side by side, so each program takes a free port.
    env: { PATH: process.env.PATH ?? '', HTTP_PORT: '0', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid }),
  })
}

/** How a finished run ended. */
export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A line of the program's log (JSON lines, since it does not run on a terminal). */
export interface LogLine {
  readonly level: number
  readonly msg: string
}

/** A directory for the program, as a user would have one. Removed, with all processes in it, by `remove`. */
export class Home {
  readonly directory = mkdtempSync(join(tmpdir(), 'wcs-e2e-'))
  readonly #env: Env
  readonly #running = new Set<Program>()
  #isRemoved = false

  constructor(env: Env = {}) {
    this.#env = env
    leftovers.add(this)
  }

  path(...names: string[]): string {
    return join(this.directory, ...names)
  }

  /** Runs a command to its end. */
  async run(
    args: readonly string[],
    options: { env?: Env; input?: string; uid?: number } = {},
  ): Promise<Finished> {
    const child = spawnProgram(args, this.directory, { ...this.#env, ...options.env }, options.uid)
    child.stdin?.end(options.input ?? '')
    const [stdout, stderr, code] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      within(once(child, 'close'), `${args.join(' ')} does not end`).then(([code]) => code as number | null),
    ]).finally(() => child.kill('SIGKILL'))
    return { code, stdout, stderr }
  }

  /** The facts of an answer, by `ask --json`. */
  // biome-ignore lint/suspicious/noExplicitAny: a JSON document
  async ask(question: string, user = 'console'): Promise<any> {
    const { stdout, stderr } = await this.run(['ask', question, '--user', user, '--json'])
    if (stdout === '') throw new Error(`ask ${question}: ${stderr}`)
    return JSON.parse(stdout)
  }

  /** Starts the system. */
  start(args: readonly string[] = [], env: Env = {}): Program {
    // A test that has timed out runs on, and would leave behind what it starts then.
    if (this.#isRemoved) throw new Error('the test is over')
    const program = new Program(spawnProgram(['start', ...args], this.directory, { ...this.#env, ...env }))
    this.#running.add(program)
    return program
  }

  /** Asks the database itself, beside the program. */
  sql<T>(query: string, file = 'data/changes.db'): T[] {
    const db = new Database(this.path(file), { readonly: true, fileMustExist: true, timeout: 5000 })
    try {
      return db.prepare(query).all() as T[]
    } finally {
      db.close()
    }
  }

  /** Changes the database itself, while no program runs. */
  exec(statement: string, file = 'data/changes.db'): void {
    const db = new Database(this.path(file), { fileMustExist: true })
    try {
      db.exec(statement)
    } finally {
      db.close()
    }
  }

  /** How many changes are stored; 0 also while there is no database yet. */
  stored(): number {
    if (!existsSync(this.path('data/changes.db'))) return 0
    const isMade = this.sql("SELECT 1 FROM sqlite_schema WHERE name = 'changes'").length > 0
    return isMade ? (this.sql<{ n: number }>('SELECT count(*) AS n FROM changes')[0]?.n ?? 0) : 0
  }

  /** Every stored change's id, in the usual form; one per row, so that what is there twice shows. */
  storedIds(): string[] {
    return this.sql<{ id: string }>('SELECT lower(hex(id)) AS id FROM changes').map(({ id }) =>
      id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    )
  }

  async remove(): Promise<void> {
    this.#isRemoved = true
    await Promise.all([...this.#running].map((program) => program.kill()))
    this.drop()
  }

  /** The same at once, without waiting for anything. */
  drop(): void {
    leftovers.delete(this)
    for (const program of this.#running) program.signal('SIGKILL')
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** A running system. */
export class Program {
  readonly pid: number
  readonly lines: LogLine[] = []
  readonly #child: ChildProcess
  readonly #closed: Promise<number | null>
  /** Resolved at the next line, or at the end. */
  #next = Promise.withResolvers<void>()

  constructor(child: ChildProcess) {
    this.#child = child
    this.pid = child.pid as number
    this.#closed = once(child, 'close').then(([code]) => code as number | null)
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      this.lines.push(line.startsWith('{') ? (JSON.parse(line) as LogLine) : { level: 50, msg: line })
      this.#passOn()
    })
    void this.#closed.then(() => this.#passOn())
  }

  #passOn(): void {
    this.#next.resolve()
    this.#next = Promise.withResolvers<void>()
  }

  get log(): string {
    return this.lines.map(({ msg }) => msg).join('\n')
  }

  /** Waits for a line of the log. */
  async logged(text: string | RegExp): Promise<LogLine> {
    const find = () =>
      this.lines.find(({ msg }) => (typeof text === 'string' ? msg.includes(text) : text.test(msg)))
    const found = (async () => {
      for (let line = find(); ; line = find()) {
        if (line !== undefined) return line
        if (this.#child.exitCode !== null)
          throw new Error(`the program ended without logging ${text}:\n${this.log}`)
        await this.#next.promise
      }
    })()
    return within(found, `not logged: ${text}; but:\n${this.log}`)
  }

  /** Where it is asked over HTTP, once it listens there; with a `/` at the end. */
  async web(): Promise<string> {
    const { msg } = await this.logged(/web: listening on http/)
    return /http:\S+\//.exec(msg)?.[0] as string
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** The exit status, once it has ended by itself. */
  ended(): Promise<number | null> {
    return within(this.#closed, `the program does not end; it said:\n${this.log}`)
  }

  /** Asks it to stop, and waits for it. */
  stop(): Promise<number | null> {
    this.signal('SIGTERM')
    return this.ended()
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.#closed
  }
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = ''
  for await (const chunk of stream ?? []) text += chunk
  return text
}

async function within<T>(promise: Promise<T>, failure: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`after ${DEADLINE_MS / 1000} s: ${failure}`)), DEADLINE_MS)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Waits until `condition` gives something other than `false`, `null` or `undefined`. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    const value = await condition()
    if (value !== false && value !== null && value !== undefined)
      return value as Exclude<T, false | null | undefined>
    if (performance.now() > deadline)
      throw new Error(`after ${deadlineMs / 1000} s it is still not true that ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
