import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

const here = (name: string) => join(import.meta.dirname, name)
const REQUIREMENTS = here('requirements.txt')
const VERSION = /^schemathesis==(\S+)$/m.exec(readFileSync(REQUIREMENTS, 'utf8'))?.[1]

const isRight = (command: string): boolean =>
  spawnSync(command, ['--version'], { encoding: 'utf8' }).stdout?.includes(`version ${VERSION}`) === true

/**
 * The command of Schemathesis in the version that is written down: the machine's own, or one in a folder of the user's
 * cache, which is made at the first call and takes some 100 MB.
 * @throws {Error} where there is none and none can be made; the message says what is missing
 */
export function findSchemathesis(): string {
  if (isRight('st')) return 'st'
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const folder = join(cache, 'wiki-change-stream', `schemathesis-${VERSION}`)
  const command = join(folder, 'bin', 'st')
  if (isRight(command)) return command
  // What is there was not made to the end.
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const isDone = (program: string, args: readonly string[]) =>
    spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  const isMade =
    isDone('python3', ['-m', 'venv', folder]) &&
    isDone(join(folder, 'bin', 'pip'), ['install', '--quiet', '--requirement', REQUIREMENTS])
  if (isMade && isRight(command)) return command
  rmSync(folder, { recursive: true, force: true })
  throw new Error(
    `Schemathesis ${VERSION} is not on this machine and could not be installed. It takes Python 3.10 or later with venv (Debian: apt install python3-venv) and PyPI; or put it on the PATH: pip install -r ${REQUIREMENTS}`,
  )
}

export interface Asked {
  /** The server, without a slash at its end, and its token. */
  readonly url: string
  readonly token: string
  readonly seed: number
  /** So many questions are drawn of each operation; those that its document leads to come on top. */
  readonly examples: number
}

/** Runs it against a server, its findings on standard output; whether there are none. */
export async function schemathesis(command: string, { url, token, seed, examples }: Asked): Promise<boolean> {
  // What it keeps between runs goes there.
  const folder = mkdtempSync(join(tmpdir(), 'wcs-fuzz-'))
  try {
    const headers = { authorization: `Bearer ${token}` }
    const document = join(folder, 'openapi.json')
    writeFileSync(document, await (await fetch(`${url}/openapi.json`, { headers })).text())
    const args = ['--config-file', here('schemathesis.toml'), 'run', document, '--url', url, '--no-color']
    const child = spawn(command, [...args, '--seed', String(seed), '--max-examples', String(examples)], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        FUZZ_TOKEN: token,
        SCHEMATHESIS_HOOKS: 'hooks',
        PYTHONPATH: import.meta.dirname,
        PYTHONDONTWRITEBYTECODE: '1',
      },
    })
    return await new Promise<boolean>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => resolve(code === 0))
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
