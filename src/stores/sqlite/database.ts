import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { type AppError, fatalError, messageOf, retryableError } from '../../errors.ts'
import { MIGRATIONS } from './schema.ts'

export type Connection = Database.Database

/** Marks a file as ours (`PRAGMA application_id`): "WCS1". */
const APPLICATION_ID = 0x57435331

/** How long opening and reading wait for another process before they fail as busy. */
const BUSY_TIMEOUT_MS = 5000
/** The writer waits less at a time, for nothing can stop it while it waits; whoever calls it tries again. */
const WRITER_BUSY_TIMEOUT_MS = 250

/**
 * Opens the database file, made and brought to the newest schema where needed.
 * @throws {AppError} fatal, with one line that names the file, what is wrong with it and what can be done.
 */
export function prepareDatabase(path: string): void {
  guarded(path, () => {
    mkdirSync(dirname(path), { recursive: true })
    const connection = new Database(path, { timeout: BUSY_TIMEOUT_MS })
    try {
      migrate(connection, path)
    } finally {
      connection.close()
    }
  })
}

/** A connection for writing, to a prepared file. There is one per process, in the writer's thread. */
export function openForWriting(path: string): Connection {
  const connection = new Database(path, { timeout: WRITER_BUSY_TIMEOUT_MS, fileMustExist: true })
  // In WAL mode NORMAL never corrupts; at a power cut the last commits may be undone, rows and position together.
  connection.pragma('synchronous = NORMAL')
  // The log is carried over every 16 MB, for which the commit that is next waits some 30 ms.
  connection.pragma('wal_autocheckpoint = 4000')
  connection.pragma('journal_size_limit = 67108864')
  return connection
}

/** A connection that cannot write. WAL: it sees the last commit and is never blocked by the writer. */
export function openForReading(path: string): Connection {
  return guarded(
    path,
    () => new Database(path, { readonly: true, timeout: BUSY_TIMEOUT_MS, fileMustExist: true }),
  )
}

function migrate(connection: Connection, path: string): void {
  // At one moment: another process may be making it right now.
  connection.transaction(() => versionOf(connection, path))()
  connection.pragma('journal_mode = WAL')
  // A probe that also a database without pending migrations must pass: start only where the file can be written.
  connection.exec('BEGIN IMMEDIATE')
  for (const sql of MIGRATIONS.slice(versionOf(connection, path))) connection.exec(sql)
  connection.pragma(`application_id = ${APPLICATION_ID}`)
  connection.pragma(`user_version = ${MIGRATIONS.length}`)
  connection.exec('COMMIT')
}

/** Which migrations it has. */
function versionOf(connection: Connection, path: string): number {
  const pragma = (name: string) => connection.pragma(name, { simple: true }) as number
  const isOurs = pragma('application_id') === APPLICATION_ID
  const isEmpty = connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0
  if (!isOurs && !isEmpty) {
    throw fatalError(`${path} is the database of another program: let STORE_URL name another file`)
  }
  const version = pragma('user_version')
  if (version > MIGRATIONS.length) {
    throw fatalError(`${path} was written by a newer wiki-change-stream (schema ${version}): update this one`)
  }
  return version
}

function guarded<T>(path: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    throw startError(error, path)
  }
}

const START_ERRORS: readonly [code: RegExp, text: (path: string) => string][] = [
  [
    /^SQLITE_(BUSY|LOCKED)/,
    (path) => `${path} is locked by another program: stop it, or wait until it is done`,
  ],
  [
    /^SQLITE_NOTADB/,
    (path) => `${path} is not a database: let STORE_URL name another file, or move this one away`,
  ],
  [/^SQLITE_CORRUPT/, (path) => `${path} is damaged: restore it from a copy, or move it away to begin anew`],
  [
    /^SQLITE_READONLY|^EROFS/,
    (path) => `${path} is read-only: give this user the right to write it and its folder`,
  ],
  [
    /^SQLITE_CANTOPEN|^EACCES|^EPERM/,
    (path) => `${path} cannot be opened: check that it and its folder may be written`,
  ],
  [
    /^SQLITE_FULL|^ENOSPC/,
    (path) => `no space left for ${path}: free some, or let STORE_URL name another place`,
  ],
]

function startError(error: unknown, path: string): unknown {
  const code = codeOf(error)
  const text = START_ERRORS.find(([pattern]) => pattern.test(code))?.[1]
  if (text !== undefined) return fatalError(text(path), error)
  return code === '' ? error : fatalError(`${path}: ${messageOf(error)}`, error)
}

/**
 * What an error of a running database means: whatever another process or the operator can bring to an end is
 * retryable; a damaged file is fatal; the rest is the batch's fault and comes back as it is.
 */
export function runError(error: unknown, path: string): unknown {
  const code = codeOf(error)
  const say = (make: (message: string, cause: unknown) => AppError, text: string) =>
    make(`${path}: ${text}`, error)
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return say(retryableError, 'locked by another program')
  if (/^SQLITE_FULL/.test(code)) return say(retryableError, 'no space left on the disk')
  if (/^SQLITE_READONLY/.test(code)) return say(retryableError, 'became read-only')
  if (/^SQLITE_(IOERR|CANTOPEN|NOMEM|PROTOCOL)/.test(code)) return say(retryableError, messageOf(error))
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return say(fatalError, 'the database is damaged')
  return error
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : ''
