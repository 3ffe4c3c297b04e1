/**
 * `npm run check:container`: builds the image and runs it as compose.yaml says, without Docker and without a registry.
 * Status 0 if all is as it should be. Takes root, Debian's buildah and debootstrap, and the network; leaves nothing.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { leftovers } from '../leftovers.ts'
import { hasPostgres } from '../services/postgres.ts'
import { hasRedis } from '../services/redis.ts'
import { COMPOSE, composeFaults, servicesOf } from './compose.ts'
import { Builder, bytesIn, type Image, misplacedPackages, programFiles } from './image.ts'
import { checkRunning } from './running.ts'
import { step } from './steps.ts'

const PACKAGES = ['buildah', 'netavark', 'debootstrap', 'redis-server', 'postgresql']
/** What the image may take beyond its base. */
const MOST_MB = 250

if (process.getuid?.() !== 0) fail(`this takes root, and Debian's ${PACKAGES.join(', ')}`)
const isThere = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
if (![isThere('buildah'), isThere('debootstrap'), hasRedis(), hasPostgres()].every(Boolean)) {
  if (!isThere('apt-get')) fail(`install ${PACKAGES.join(', ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [
    ['update', '-qq'],
    ['install', '-qq', '--no-install-recommends', ...PACKAGES],
  ])
    execFileSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
}

const folder = mkdtempSync(join(tmpdir(), 'wcs-container-'))
process.on('exit', () => {
  for (const each of leftovers) each.drop()
  spawnSync('rm', ['-rf', '--one-file-system', folder])
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

try {
  const text = readFileSync(COMPOSE, 'utf8')
  await step('compose.yaml is what the Compose Specification describes', () => none(composeFaults(text)))
  const builder = new Builder(folder)
  const baseBytes = await step('a base is made', () => builder.makeBase())
  const image = await step('the image is built', () => builder.build())
  await step('it has what it runs on, and nothing else', () => {
    none(misplacedPackages(image))
    const files = programFiles(image).join(' ')
    if (files !== 'LICENSE dist examples fonts node_modules package.json')
      throw new Error(`in /app: ${files}`)
  })
  const mb = (bytesIn(image.root) - baseBytes) / 1e6
  await step(
    `it takes ${mb.toFixed()} MB beyond its base, which takes ${(baseBytes / 1e6).toFixed()} MB`,
    () => {
      if (mb > MOST_MB) throw new Error(`more than ${MOST_MB} MB`)
    },
  )
  await checkRunning(image, servicesOf(text), freshVolume(image))
} catch (error) {
  process.stdout.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}

/** A new volume: what the image has at its place, with its owner. */
function freshVolume({ root, config }: Image): string {
  const [path, ...others] = Object.keys(config.Volumes)
  if (path !== '/data' || others.length > 0) throw new Error(`volumes of the image: ${[path, ...others]}`)
  const volume = join(folder, 'volume')
  execFileSync('cp', ['--archive', join(root, path), volume])
  return volume
}

function none(faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(faults.join('\n'))
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
