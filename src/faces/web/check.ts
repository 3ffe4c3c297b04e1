import { once } from 'node:events'
import { createServer, get } from 'node:http'
import type { HttpSettings } from '../../config.ts'
import { isHealth } from './health.ts'
import { addressOf, faultOf } from './listen.ts'

/** A shorter token can be guessed. */
const LEAST_TOKEN = 16
/** So long, in ms, is waited for what listens there. */
const PATIENCE_MS = 2000

/** Whether the web face can listen where it is to, and who is let in. Never rejects. */
export async function checkWeb(
  http: HttpSettings,
): Promise<{ state: 'ok' | 'warn' | 'fail'; detail: string }[]> {
  const place = http.port === 0 ? `a free port of ${http.host}` : addressOf(http.host, http.port)
  const { token } = http
  const isWeak = token !== null && token.length < LEAST_TOKEN
  return [
    await checkPort(http, place),
    ...(isWeak
      ? [{ state: 'warn' as const, detail: `HTTP_TOKEN is short: take ${LEAST_TOKEN} characters or more` }]
      : []),
  ]
}

async function checkPort(
  { host, port }: HttpSettings,
  place: string,
): Promise<{ state: 'ok' | 'fail'; detail: string }> {
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return { state: 'ok', detail: `${place} can be listened on` }
  } catch (error) {
    return (await isOurs(host, port))
      ? { state: 'ok', detail: `${place} is served by this program` }
      : { state: 'fail', detail: faultOf(error as NodeJS.ErrnoException, host, port) }
  } finally {
    server.close()
  }
}

function isOurs(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host, port, path: '/healthz', timeout: PATIENCE_MS, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length > 100) request.destroy()
      })
      response.on('end', () => resolve(response.statusCode === 200 && isHealth(text)))
      response.on('close', () => resolve(false))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}
