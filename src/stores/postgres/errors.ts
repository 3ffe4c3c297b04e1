import { AppError, fatalError, messageOf, retryableError } from '../../errors.ts'

/** What may pass: the server is away, full, stopping or taken over; somebody was in the way. */
const PASSES =
  /^(08...|40001|40P01|40003|53...|55P03|55006|57014|57P0[1-5]|58030|25006|E(CONNREFUSED|CONNRESET|CONNABORTED|PIPE|TIMEDOUT|NOTFOUND|HOSTUNREACH|NETUNREACH|AI_AGAIN)|ENOENT)$/
/** The client has no codes for these. */
const LOST =
  /^(Connection terminated|Client has encountered a connection error|Query read timeout|timeout (exceeded|expired)|The server does not support)/
/** A partition that was there is not: it is made again. */
const NO_PARTITION = '23514'

const TEXTS: readonly [code: RegExp, text: string][] = [
  [/^28/, 'the server does not let this user in: check the name and password in STORE_URL'],
  [/^3D000$/, 'there is no such database: create it, or let STORE_URL name another'],
  [
    /^(42501|3F000)$/,
    'this user may not create what is needed: give them CREATE on the database and their own schema',
  ],
  [
    /^42(P01|703|883)$/,
    'a table is missing or was changed: restore a copy, or drop the schema to begin anew',
  ],
  [/^XX00[12]$/, 'the database is damaged: restore it from a copy'],
]

/**
 * What an error of the server or the way to it means: whatever may pass is retryable; what the operator must mend is
 * fatal; the rest is the batch's fault and comes back as it is.
 * @param place is shown
 */
export function serverError(error: unknown, place: string): unknown {
  if (error instanceof AppError) return error
  const code = codeOf(error)
  const message = messageOf(error)
  if (PASSES.test(code) || code === NO_PARTITION || LOST.test(message))
    return retryableError(`${place}: ${message || code}`, error)
  const text = TEXTS.find(([pattern]) => pattern.test(code))?.[1]
  return text === undefined ? error : fatalError(`${place}: ${text} (${message})`, error)
}

/** An SQLSTATE, or the code of a system error; `''` where there is none. */
const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : ''
