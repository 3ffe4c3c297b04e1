import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpSettings } from '../../config.ts'
import { fatalError, messageOf } from '../../errors.ts'
import { Backoff } from '../../flow/backoff.ts'
import { wait } from '../../flow/wait.ts'
import type { Log } from '../../log.ts'

/**
 * Listens, and returns the address for people; `null` when it was stopped before that. A port that is in use may become
 * free: until then it is tried again and again.
 * @throws {AppError} fatal, where it will never work
 */
export async function listen(
  server: Server,
  { host, port }: HttpSettings,
  stop: AbortSignal,
  log: Log,
): Promise<string | null> {
  const backoff = new Backoff(1000, 30_000)
  while (!stop.aborted) {
    try {
      server.listen(port, host)
      await once(server, 'listening')
      // A connection that could not be accepted ends nothing but itself.
      server.on('error', (error) => log.warn(`web: ${messageOf(error)}`))
      return addressOf(host, (server.address() as AddressInfo).port)
    } catch (cause) {
      const error = cause as NodeJS.ErrnoException
      if (error.code !== 'EADDRINUSE') throw fatalError(faultOf(error, host, port), error)
      if (backoff.attempt === 0) {
        log.error(`web: ${faultOf(error, host, port)}. Trying again until it is free; everything else runs`)
      }
      await wait(backoff.next(), stop)
    }
  }
  return null
}

/** Where somebody on this machine finds what listens there. */
export const addressOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}/`

/** What is wrong with a place that cannot be listened on, and which setting mends it. */
export function faultOf(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE')
    return `port ${port} of ${host} is taken by another program: give HTTP_PORT another one (0: any that is free)`
  if (error.code === 'EACCES') return `HTTP_PORT ${port} needs rights that this user does not have`
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `HTTP_HOST ${host} is no address of this machine`
  return `cannot listen on HTTP_HOST ${host}, HTTP_PORT ${port}: ${messageOf(error)}`
}
