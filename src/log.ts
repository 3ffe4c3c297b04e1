import type { Logger } from 'pino'

/** The logger that every room is given; never made on import. One line per thing that an operator acts on. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>
