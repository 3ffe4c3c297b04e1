/** Builds the image of the Dockerfile without Docker and without a registry: by buildah, over a base of its own. */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('../..', import.meta.url))
const BASE = 'docker.io/library/node:24-slim'
const IMAGE = 'localhost/wiki-change-stream:check'
const MIRROR = 'http://deb.debian.org/debian'
const NOT_IN_SLIM = [
  'var/cache/apt/archives',
  'var/lib/apt/lists',
  'usr/share/doc',
  'usr/share/info',
  'usr/share/locale',
  'usr/share/man',
]
/** Of the official image, which has a user for what it runs. */
const ADD_USER =
  'groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node'

/** A built image, laid out in a folder. */
export interface Image {
  /** Its file system. */
  readonly root: string
  readonly config: {
    readonly User: string
    readonly Env: readonly string[]
    readonly Entrypoint: readonly string[]
    readonly Cmd: readonly string[]
    readonly WorkingDir: string
    readonly StopSignal: NodeJS.Signals
    readonly Volumes: Readonly<Record<string, unknown>>
    readonly Healthcheck: { readonly Test: readonly ['CMD', ...string[]] }
  }
}

/** Buildah with everything it stores in `folder`. */
export class Builder {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * Makes what stands in for the official image that the Dockerfile is built on: a minimal Debian with this project's
   * Node and this machine's npm. Gives the bytes that it takes.
   */
  makeBase(): number {
    const container = this.#buildah('from', 'scratch')
    const base = this.#buildah('mount', container)
    // What it mounts meanwhile goes with it, whatever happens.
    run('unshare', ['--mount', 'debootstrap', '--variant=minbase', 'bookworm', base, MIRROR])
    for (const path of NOT_IN_SLIM) rmSync(join(base, path), { recursive: true })
    run('chroot', [base, 'sh', '-c', ADD_USER])
    const local = join(base, 'usr/local')
    cpSync(join(HERE, 'node_modules/node/bin/node'), join(local, 'bin/node'), { dereference: true })
    cpSync(join(run('npm', ['root', '--global']).trim(), 'npm'), join(local, 'lib/node_modules/npm'), {
      recursive: true,
    })
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'))
    trustAsHere(local)
    const bytes = bytesIn(base)
    this.#buildah('commit', '--quiet', '--format', 'docker', '--rm', container, BASE)
    return bytes
  }

  /** Builds the Dockerfile on that base. */
  build(): Image {
    const limits = [
      ['nofile', limit('Max open files', '/proc/sys/fs/nr_open')],
      ['nproc', limit('Max processes', '/proc/sys/kernel/pid_max')],
    ].flatMap(([name, value]) => ['--ulimit', `${name}=${value}:${value}`])
    const network = ['--network=host', '--pull=never']
    // Only Docker's format knows a HEALTHCHECK.
    this.#buildah('build', '--format=docker', '--layers=false', ...network, ...limits, '--tag', IMAGE, HERE)
    const { Docker } = JSON.parse(this.#buildah('inspect', '--type=image', IMAGE))
    const root = this.#buildah('mount', this.#buildah('from', '--pull-never', IMAGE))
    return { root, config: Docker.config }
  }

  #buildah(...args: string[]): string {
    const storage = ['--root', join(this.#folder, 'storage'), '--runroot', join(this.#folder, 'run')]
    return run('buildah', [...storage, '--storage-driver=vfs', ...args]).trim()
  }
}

/** A hard limit of this process; buildah itself is content with what the kernel has at most. */
function limit(name: string, most: string): number {
  const row = new RegExp(`^${name}\\s+\\S+\\s+(\\S+)`, 'm').exec(readFileSync('/proc/self/limits', 'utf8'))
  const hard = Number(row?.[1] === 'unlimited' ? Number.POSITIVE_INFINITY : row?.[1])
  return Math.min(hard, Number(readFileSync(most, 'utf8')))
}

/** Where a proxy with a certificate of its own stands before the registry, npm has to know that. */
function trustAsHere(local: string): void {
  const certificates = process.env.NODE_EXTRA_CA_CERTS
  if (certificates === undefined) return
  mkdirSync(join(local, 'etc'), { recursive: true })
  cpSync(certificates, join(local, 'etc/ca.pem'), { dereference: true })
  writeFileSync(join(local, 'etc/npmrc'), 'cafile=/usr/local/etc/ca.pem\n')
}

/** The packages of the lock file that are in the image and should not be, or should be and are not. */
export function misplacedPackages({ root }: Image): string[] {
  const lock = JSON.parse(readFileSync(join(HERE, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: true; devOptional?: true; optional?: true }>
  }
  return Object.entries(lock.packages).flatMap(([path, { dev, devOptional, optional }]) => {
    if (path === '') return []
    const isThere = existsSync(join(root, 'app', path))
    if (dev || devOptional) return isThere ? [`${path} is there`] : []
    return isThere || optional ? [] : [`${path} is missing`]
  })
}

/** What lies in the program's folder. */
export const programFiles = ({ root }: Image): string[] => readdirSync(join(root, 'app')).toSorted()

/** The bytes that a folder takes. */
export const bytesIn = (folder: string): number =>
  Number(run('du', ['--summarize', '--block-size=1', folder]).split('\t')[0])

/** @throws with all that it said, if it fails */
function run(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      env: { ...process.env, BUILDAH_ISOLATION: 'chroot' },
      maxBuffer: 64 << 20,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  }
}
