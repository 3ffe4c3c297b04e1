/**
 * Runs an image as compose.yaml says, without a container runtime: in namespaces of its own for mounts and processes,
 * with the image as its root, which it can only read where the service says so. It shares the network.
 */
import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { leftovers } from '../leftovers.ts'
import { Program, until } from '../program.ts'
import type { Service } from './compose.ts'
import type { Image } from './image.ts'

/** Lays the volume and what a runtime gives every container over the image, and changes into it. */
const ENTER = `
root=$1 volume=$2 mode=$3; shift 3
mount --bind "$root" "$root"
mount --bind "$volume" "$root/data"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -o "remount,bind,$mode" "$root"
exec chroot "$root" "$@"`

/** A container that runs. */
export class Container {
  readonly program: Program
  readonly #image: Image
  readonly #env: Readonly<Record<string, string>>
  readonly #lowered: readonly string[]

  /**
   * @param volume the folder that stands in for the volume
   * @param args what comes after the image's entry point; none: what the service has there, or the image
   */
  constructor(
    image: Image,
    service: Service,
    volume: string,
    env: Readonly<Record<string, string>>,
    args = service.command ?? image.config.Cmd,
  ) {
    this.#image = image
    const own = Object.fromEntries(image.config.Env.map((line) => line.split(/=(.*)/s).slice(0, 2)))
    this.#env = { ...own, ...service.environment, ...env }
    this.#lowered = lowered(image, service)
    const { WorkingDir, Entrypoint } = image.config
    const command = ['env', `--chdir=${WorkingDir}`, ...this.#lowered, ...Entrypoint, ...args]
    const mode = service.read_only ? 'ro' : 'rw'
    const unshare = ['--mount', '--pid', '--fork', 'sh', '-ec', ENTER, 'sh', image.root, volume, mode]
    this.program = new Program(
      spawn('unshare', [...unshare, ...command], { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] }),
    )
    leftovers.add(this)
  }

  /** Runs a command in the container, as `docker exec` does. @throws if it ends with another status than 0 */
  async exec(command: readonly string[]): Promise<string> {
    const enter = ['--target', String(await this.#first()), '--mount', '--pid', '--root', '--wd']
    const { stdout } = await promisify(execFile)('nsenter', [...enter, ...this.#lowered, ...command], {
      env: this.#env,
      timeout: 15_000,
    })
    return stdout
  }

  /** What the image says shows whether it is well. */
  async isHealthy(): Promise<boolean> {
    const [, ...command] = this.#image.config.Healthcheck.Test
    return this.exec(command).then(
      () => true,
      () => false,
    )
  }

  /** Sends the image's signal to stop. Resolves to the exit status. */
  async stop(): Promise<number | null> {
    process.kill(await this.#first(), this.#image.config.StopSignal)
    return this.program.ended()
  }

  /** With its first process all others end. */
  async kill(): Promise<void> {
    this.drop()
    await this.program.kill()
  }

  /** The same at once, without waiting for anything. */
  drop(): void {
    leftovers.delete(this)
    const first = firstChild(this.program.pid)
    if (first !== null) process.kill(first, 'SIGKILL')
  }

  #first(): Promise<number> {
    return until('the container has a process', () => firstChild(this.program.pid))
  }
}

/** The process that another one has begun; `null`: none, or it is over. */
function firstChild(pid: number): number | null {
  try {
    return Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'), 10) || null
  } catch {
    return null
  }
}

/** The command before a command that gives it the image's user, and takes what the service denies. */
function lowered({ root, config }: Image, service: Service): string[] {
  const user = readFileSync(join(root, 'etc/passwd'), 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === config.User)
  if (user === undefined) throw new Error(`the image has no user ${config.User}`)
  return [
    'setpriv',
    `--reuid=${user[2]}`,
    `--regid=${user[3]}`,
    '--clear-groups',
    ...(service.cap_drop?.includes('ALL') ? ['--bounding-set=-all', '--inh-caps=-all'] : []),
    ...(service.security_opt?.includes('no-new-privileges:true') ? ['--no-new-privs'] : []),
  ]
}
