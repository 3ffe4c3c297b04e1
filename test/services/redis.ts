import { spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { type Recipe, Server } from './server.ts'

/** A server that may be used by tests side by side; `undefined`: there is none. */
export const REDIS_URL = process.env.TEST_REDIS_URL

/** Behind the names of tests that need it. */
export const NEEDS_REDIS =
  REDIS_URL === undefined ? ' (left out: TEST_REDIS_URL is not set; npm run services -- npm test)' : ''

export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0

/** Redis as the docs want it for the bus: what it has taken is in its log before it says so. */
const REDIS: Recipe = {
  name: 'redis',
  stopSignal: 'SIGTERM',
  url: (port) => `redis://127.0.0.1:${port}/0`,
  command: (folder, port) => [
    ...['redis-server', '--bind', '127.0.0.1', '--port', String(port), '--dir', folder],
    ...['--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'],
  ],
  isReady: (port) =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
      const done = (isReady: boolean) => {
        socket.destroy()
        resolve(isReady)
      }
      // While it still reads its log it says -LOADING.
      socket.once('data', (answer) => done(answer.toString().startsWith('+PONG')))
      socket.once('error', () => done(false))
      socket.once('close', () => resolve(false))
    }),
}

export const startRedis = (): Promise<Server> => Server.started(REDIS)
