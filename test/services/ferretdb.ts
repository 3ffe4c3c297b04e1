import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Recipe, Server } from './server.ts'

const run = promisify(execFile)

const MODULE = 'github.com/FerretDB/FerretDB'
const VERSION = 'v1.24.2'
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'wiki-change-stream')
const PROGRAM = join(CACHE, `ferretdb-${VERSION}`)

/** Whether it is built, or can be. */
export const hasFerret = (): boolean => existsSync(PROGRAM) || spawnSync('go', ['version']).status === 0

/**
 * FerretDB speaks MongoDB's protocol, over SQLite here. It is built from the Go module proxy, once: what the proxy has
 * lacks the file with its version, without which it does not start.
 */
async function build(): Promise<void> {
  if (existsSync(PROGRAM)) return
  process.stderr.write(`FerretDB ${VERSION} is built into ${CACHE}: once, it takes some minutes…\n`)
  mkdirSync(CACHE, { recursive: true })
  const { stdout } = await run('go', ['mod', 'download', '-json', `${MODULE}@${VERSION}`])
  const folder = mkdtempSync(join(CACHE, 'build-'))
  try {
    const source = join(folder, 'source')
    // The module cache can only be read, and its rights would be copied with it.
    await run('cp', ['-r', '--no-preserve=mode', (JSON.parse(stdout) as { Dir: string }).Dir, source])
    writeFileSync(join(source, 'build/version/version.txt'), VERSION)
    await run('go', ['build', '-buildvcs=false', '-o', join(folder, 'ferretdb'), './cmd/ferretdb'], {
      cwd: source,
      maxBuffer: 2 ** 26,
    })
    // Whole or not at all, also where two build it at once.
    renameSync(join(folder, 'ferretdb'), PROGRAM)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const FERRETDB: Recipe = {
  name: 'ferretdb',
  stopSignal: 'SIGTERM',
  url: (port) => `mongodb://127.0.0.1:${port}/`,
  async prepare(folder) {
    await build()
    mkdirSync(join(folder, 'data'))
  },
  command: (folder, port) => [
    ...[PROGRAM, '--handler=sqlite', `--sqlite-url=file:${join(folder, 'data')}/`, `--state-dir=${folder}`],
    ...[`--listen-addr=127.0.0.1:${port}`, '--debug-addr=-', '--telemetry=disable', '--log-level=error'],
  ],
  isReady: (port) =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    }),
}

export const startFerret = (): Promise<Server> => Server.started(FERRETDB)
