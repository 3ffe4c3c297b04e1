import { execFile, spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Recipe, Server, type User } from './server.ts'

const run = promisify(execFile)

/** Where the programs of the newest version are; `undefined`: nowhere. */
const binaries = (): string | undefined =>
  globSync('/usr/lib/postgresql/*/bin/initdb')
    .map((file) => join(file, '..'))
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1)

export const hasPostgres = (): boolean => binaries() !== undefined

/** PostgreSQL refuses to run as root: then it runs as the user that its package has made. */
function user(): User {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (option: string) => Number(spawnSync('id', [option, 'postgres'], { encoding: 'utf8' }).stdout)
  return { uid: idOf('-u'), gid: idOf('-g') }
}

const recipe = (bin: string, as: User): Recipe => ({
  name: 'postgres',
  as,
  // Fast: it cuts off whoever is connected.
  stopSignal: 'SIGINT',
  url: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
  async prepare(folder) {
    const options = ['--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync']
    await run(join(bin, 'initdb'), ['-D', join(folder, 'data'), ...options], { cwd: folder, ...as })
  },
  command: (folder, port) => [
    ...[join(bin, 'postgres'), '-D', join(folder, 'data'), '-p', String(port)],
    ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
  ],
  isReady: (port) =>
    run(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]).then(
      () => true,
      () => false,
    ),
})

export const startPostgres = (): Promise<Server> => Server.started(recipe(binaries() as string, user()))
