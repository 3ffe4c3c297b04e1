/** HTTP as bytes: what no client would send, and all that comes back. */
import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  readonly status: number
  /** By name in lower case; what comes in several lines, joined by `, `. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** A connection whose bytes are collected. Its errors end it, and are not told. */
export class RawConnection {
  readonly #socket: Socket
  readonly #closed: Promise<void>
  /** All that has come, each byte as one character. */
  text = ''

  constructor(port: number, host = '127.0.0.1') {
    this.#socket = connect(port, host)
    this.#socket.setEncoding('latin1').on('data', (chunk: string) => {
      this.text += chunk
    })
    this.#socket.on('error', () => {})
    this.#closed = new Promise((resolve) => this.#socket.once('close', () => resolve()))
  }

  get isOpen(): boolean {
    return !this.#socket.closed
  }

  write(text: string): void {
    this.#socket.write(text, 'latin1')
  }

  /** Says that nothing more is to come. */
  end(): void {
    this.#socket.end()
  }

  close(): void {
    this.#socket.destroy()
  }

  /** What has come when the other side has closed it. */
  async ended(): Promise<string> {
    await this.#closed
    return this.text
  }
}

/** Sends bytes that end with a request after which the connection is closed; all that comes back. */
export async function exchange(port: number, text: string, host?: string): Promise<string> {
  const connection = new RawConnection(port, host)
  connection.write(text)
  return connection.ended()
}

/** The first answer in what came. */
export function readAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase()
    const value = line.slice(line.indexOf(':') + 1).trim()
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value)
  }
  return { status: Number(statusLine.split(' ')[1]), headers, body: text.slice(end + 4) }
}

/** The answer to one request on a connection of its own; headers as lines. */
export const asked = async (
  port: number,
  target: string,
  headers: readonly string[] = [`Host: localhost:${port}`],
  method = 'GET',
): Promise<RawAnswer> =>
  readAnswer(
    await exchange(
      port,
      `${[`${method} ${target} HTTP/1.1`, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`,
    ),
  )
