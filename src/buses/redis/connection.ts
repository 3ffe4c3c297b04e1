import { createClient, ErrorReply, RESP_TYPES } from '@redis/client'
import { type AppError, fatalError, messageOf, retryableError } from '../../errors.ts'

/** How long it may take to connect, and to be answered; in ms. */
const CONNECT_MS = 3000
const ANSWER_MS = 5000

/** What never works, however often it is asked: a password or right is missing, or it is another kind of server. */
const FATAL = ['NOAUTH', 'WRONGPASS', 'NOPERM', 'WRONGTYPE', 'ERR']
const PASSING = /max number of clients/

/** As Redis answers: texts are bytes. */
export type Reply = Buffer | string | number | null | readonly Reply[]

/**
 * A connection to Redis, made anew by whoever asks next after it broke: nothing that was asked before is ever asked
 * again behind one's back. Every question ends within a bounded time.
 */
export class Connection {
  readonly #url: string
  readonly #place: string
  #client: ReturnType<typeof connect> | null = null

  /** @param place names the server for people */
  constructor(url: string, place: string) {
    this.#url = url
    this.#place = place
  }

  /** @throws {AppError} retryable where Redis does not answer, or cannot now; fatal where it never will */
  run(script: string, keys: readonly string[], args: readonly (string | Buffer)[]): Promise<Reply> {
    return this.ask(['EVAL', script, String(keys.length), ...keys, ...args])
  }

  /**
   * @param waitMs how long Redis may wait by itself before it answers
   * @throws {AppError} as `run`
   */
  async ask(command: readonly (string | Buffer)[], waitMs = 0): Promise<Reply> {
    this.#client ??= connect(this.#url)
    const { client, connected } = this.#client
    let timer: NodeJS.Timeout | undefined
    try {
      // A server that is gone without a word would leave one waiting for ever.
      const late = new Promise<never>((_, reject) => {
        const limit = CONNECT_MS + ANSWER_MS + waitMs
        timer = setTimeout(() => reject(new Error(`no answer within ${limit / 1000} s`)), limit)
      })
      const answer = connected.then(() => client.sendCommand([...command]))
      return (await Promise.race([answer, late])) as unknown as Reply
    } catch (error) {
      if (!(error instanceof ErrorReply)) this.#drop(client)
      throw failure(this.#place, error)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Whoever waits for an answer gets an error. */
  close(): void {
    if (this.#client) this.#drop(this.#client.client)
  }

  #drop(client: Client): void {
    if (this.#client?.client !== client) return
    this.#client = null
    client.destroy()
  }
}

const TEXTS_AS_BYTES = { [RESP_TYPES.BLOB_STRING]: Buffer }

const makeClient = (url: string) =>
  createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false },
    commandOptions: { typeMapping: TEXTS_AS_BYTES },
  })

type Client = ReturnType<typeof makeClient>

function connect(url: string): { client: Client; connected: Promise<unknown> } {
  const client = makeClient(url)
  // Whoever asks is told.
  client.on('error', () => {})
  const connected = client.connect()
  connected.catch(() => {})
  return { client, connected }
}

function failure(place: string, error: unknown): AppError {
  const message = error instanceof AggregateError ? messageOf(error.errors[0]) : messageOf(error)
  const isFatal =
    error instanceof ErrorReply && FATAL.includes(message.split(' ')[0] as string) && !PASSING.test(message)
  return isFatal
    ? fatalError(`${place}: ${message} (it needs Redis 7 or later, and the right to run scripts)`, error)
    : retryableError(`${place}: ${message}`, error)
}
