import type { Duplex } from 'node:stream'
import { HEADER_LINES, problem } from './reply.ts'

/**
 * Tells whoever sent something that cannot be read as a request, and ends the connection.
 * @returns the status that was told; `null`: there was nobody to tell
 */
export function tellBroken(error: NodeJS.ErrnoException, socket: Duplex): number | null {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return null
  }
  const { status, type, body } = replyTo(error.code)
  const lines = [
    `HTTP/1.1 ${status} Refused`,
    ...HEADER_LINES,
    `content-type: ${type}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
  return status
}

function replyTo(code: string | undefined) {
  if (code === 'HPE_HEADER_OVERFLOW') return problem(431, 'The headers and the address are too long.')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return problem(408, 'The request took too long to come.')
  return problem(400, 'This is no HTTP request that can be read.')
}
