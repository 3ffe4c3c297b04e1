/**
 * Errors an operator can act on. `code` is a closed set, so that callers decide by it and never by the message;
 * `message` is one line that names the part at fault and says what can be done.
 */
import { oneLine } from './log.ts'

export type ErrorCode =
  /** A setting or an argument is wrong: the program ends with exit status 2. */
  | 'usage'
  /** It did not work now and may work later: retried with back-off, nothing is given up. */
  | 'retryable'
  /** What was handed on before is gone: it has to be read again from where it is stored. */
  | 'lost'
  /** It will never work, however often it is tried: the program (or the face) ends with one clear line. */
  | 'fatal'

export class AppError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
  }
}

export const usageError = (message: string, cause?: unknown): AppError =>
  new AppError('usage', message, { cause })
export const retryableError = (message: string, cause?: unknown): AppError =>
  new AppError('retryable', message, { cause })
export const fatalError = (message: string, cause?: unknown): AppError =>
  new AppError('fatal', message, { cause })

export const lostError = (message: string, cause?: unknown): AppError =>
  new AppError('lost', message, { cause })

export const isRetryable = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'retryable'

export const isLost = (error: unknown): boolean => error instanceof AppError && error.code === 'lost'

/** The message of whatever was thrown, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return oneLine(text.replace(/\s+/g, ' ').trim())
}
