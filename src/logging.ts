import pino from 'pino'
import pretty from 'pino-pretty'
import type { Settings } from './config.ts'
import type { Log } from './log.ts'

/** The program's logger, to standard error: lines for people on a terminal, JSON lines elsewhere. */
export function createLog({ level, format }: Settings['log']): Log {
  const isReadable = format === 'pretty' || (format === 'auto' && process.stderr.isTTY === true)
  if (!isReadable)
    return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
  const stream = pretty({
    destination: 2,
    sync: true,
    colorize: process.stderr.isTTY === true && process.env.NO_COLOR === undefined,
    translateTime: 'UTC:HH:MM:ss',
    ignore: 'pid,hostname',
    hideObject: level !== 'debug',
    // What servers and wikis say may hold control sequences; a terminal would obey them.
    messageFormat: (line, key) => String(line[key] ?? '').replace(/[\p{Cc}\p{Cf}]/gu, '�'),
  })
  return pino({ level }, stream)
}
