import type { Logger } from 'pino'

/** The logger that every room is given; never made on import. One line per thing that an operator acts on. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/**
 * A text as one line that does nothing to what shows it: servers and wikis may put into it what ends a line, turns its
 * direction, or is a command to a terminal.
 */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd')
