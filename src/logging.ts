import pino from 'pino'
import pretty from 'pino-pretty'
import type { Settings } from './config.ts'
import { type Log, oneLine } from './log.ts'

/**
 * The program's logger, to standard error: lines for people on a terminal, JSON lines elsewhere.
 * @param hide takes out of a line what must not be said
 */
export function createLog({ level, format }: Settings['log'], hide: (text: string) => string): Log {
  const hooks = hooksWith(hide)
  const isReadable = format === 'pretty' || (format === 'auto' && process.stderr.isTTY === true)
  if (!isReadable)
    return pino({ level, hooks, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
  const stream = pretty({
    destination: 2,
    sync: true,
    colorize: process.stderr.isTTY === true && process.env.NO_COLOR === undefined,
    translateTime: 'UTC:HH:MM:ss',
    ignore: 'pid,hostname',
    hideObject: level !== 'debug',
    // Together with hidden fields it would leave out the ends of lines.
    singleLine: level === 'debug',
  })
  return pino({ level, hooks }, stream)
}

/** Fields are numbers of ours; lines may tell what servers and wikis say. */
const hooksWith = (hide: (text: string) => string) => ({
  logMethod(this: pino.Logger, given: Parameters<pino.LogFn>, method: pino.LogFn): void {
    const [first, line] = given
    if (typeof first === 'string') method.call(this, hide(oneLine(first)))
    else method.call(this, first, hide(oneLine(line ?? '')))
  },
})
