import pg from 'pg'
import { fatalError, isRetryable, messageOf } from '../../errors.ts'
import { Backoff } from '../../flow/backoff.ts'
import { wait } from '../../flow/wait.ts'
import { serverError } from './errors.ts'
import { LOCK, LOCKS } from './locks.ts'
import { MIGRATIONS, SCHEMA } from './schema.ts'

/** How long a connection may take. */
const CONNECT_MS = 5000
/** How long a call may take before its connection counts as lost. It is long for a call, and short for an operator. */
const CALL_MS = 60_000
/** So many questions are asked at once; the others wait. */
const QUESTIONS = 4
/** A server that is just starting is waited for. */
const START_MS = 5000
const OLDEST = 150_000

const SESSION = {
  search_path: SCHEMA,
  timezone: 'UTC',
  client_min_messages: 'warning',
  // What a process that is gone has locked is free again within a minute, also where its machine went without a word.
  idle_in_transaction_session_timeout: '60s',
  client_connection_check_interval: '10s',
  tcp_keepalives_idle: 20,
  tcp_keepalives_interval: 10,
  tcp_keepalives_count: 3,
}

const BIGINT = 20

/** All numbers of ours are below 2⁵³. */
const types = {
  getTypeParser: ((oid: number, format: 'text' | 'binary') =>
    oid === BIGINT ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}

export type Row = Record<string, unknown>

/** What a connection or a pool of them is asked with; a value that is a Buffer is sent in binary form. */
export interface Asker {
  /** @throws {AppError} see `serverError` */
  ask<R extends Row>(sql: string, values?: readonly unknown[]): Promise<R[]>
}

/** The database of an address. */
export class Database implements Asker {
  /** Without secrets. */
  readonly place: string
  readonly #config: pg.ClientConfig
  readonly #questions: pg.Pool
  readonly #appends: pg.Pool
  #closed: Promise<void> | undefined

  constructor(url: string) {
    const { host, pathname, searchParams } = new URL(url)
    // A socket's directory stands behind the `?`.
    this.place = `postgres://${host || searchParams.get('host') || 'localhost'}${pathname}`
    this.#config = {
      connectionString: url,
      application_name: 'wiki-change-stream',
      options: Object.entries(SESSION)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      types,
    }
    this.#questions = this.#pool(QUESTIONS)
    // One connection: batches are stored in the order in which they are handed over.
    this.#appends = this.#pool(1)
  }

  ask<R extends Row>(sql: string, values: readonly unknown[] = []): Promise<R[]> {
    return this.#ask(this.#questions, sql, values)
  }

  /** The same, one call after another. */
  append<R extends Row>(sql: string, values: readonly unknown[] = []): Promise<R[]> {
    return this.#ask(this.#appends, sql, values)
  }

  /** Work on a connection of its own, which may take its time. */
  async alone<T>(work: (asker: Asker) => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw this.#isClosed()
    const client = new pg.Client(this.#config)
    // What is wrong with the connection is said by the call that needs it.
    client.on('error', () => {})
    try {
      await client.connect()
      // Without values it may be a script.
      const ask: Asker['ask'] = async (sql, values) => (await client.query(sql, values && [...values])).rows
      return await work({ ask })
    } catch (error) {
      throw serverError(error, this.place)
    } finally {
      await client.end().catch(() => {})
    }
  }

  /** Finishes what is under way. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= Promise.all([this.#questions.end(), this.#appends.end()]).then(() => {})
    return this.#closed
  }

  #pool(max: number): pg.Pool {
    const pool = new pg.Pool({
      ...this.#config,
      // The server gives up first: what is given up here alone, it would go on with.
      statement_timeout: CALL_MS,
      query_timeout: CALL_MS + 5000,
      max,
      idleTimeoutMillis: 60_000,
    })
    // An idle connection that is cut is left out of the pool; the next call makes another.
    pool.on('error', () => {})
    return pool
  }

  async #ask<R extends Row>(pool: pg.Pool, sql: string, values: readonly unknown[]): Promise<R[]> {
    if (this.#closed !== undefined) throw this.#isClosed()
    try {
      return (await pool.query<R>(sql, [...values])).rows
    } catch (error) {
      throw serverError(error, this.place)
    }
  }

  #isClosed(): Error {
    return new Error(`${this.place} is closed`)
  }
}

/**
 * Makes what is needed in the database, and brings it to the newest schema; of several processes that start together
 * one does it, and the others wait.
 * @throws {AppError} fatal, in one line that names the database, what is wrong and what can be done
 */
export async function prepareDatabase(database: Database): Promise<void> {
  const backoff = new Backoff(100, 1000)
  const deadline = performance.now() + START_MS
  for (;;) {
    try {
      return await database.alone((db) => migrate(db, database.place))
    } catch (error) {
      if (!isRetryable(error)) throw fatalError(messageOf(error), error)
      if (performance.now() > deadline)
        throw fatalError(`${messageOf(error)}; start the server, or let STORE_URL name another`, error)
      await wait(backoff.next())
    }
  }
}

async function migrate(db: Asker, place: string): Promise<void> {
  const [server] = await db.ask<{ version: string; encoding: string }>(
    "SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding",
  )
  if (Number(server?.version) < OLDEST)
    throw fatalError(`${place}: PostgreSQL ${server?.version} is too old: 15 or newer is needed`)
  if (server?.encoding !== 'UTF8')
    throw fatalError(`${place} is encoded as ${server?.encoding}: create a database with ENCODING 'UTF8'`)

  await db.ask('BEGIN')
  await db.ask('SELECT pg_advisory_xact_lock($1, $2)', [LOCKS, LOCK.migrate])
  const [made] = await db.ask<{ is: boolean }>(
    `SELECT to_regclass('${SCHEMA}.schema_version') IS NOT NULL AS is`,
  )
  if (!made?.is) {
    await db.ask(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`)
    await db.ask('CREATE TABLE schema_version (version integer NOT NULL)')
    await db.ask('INSERT INTO schema_version VALUES (0)')
  }
  const [{ version = 0 } = {}] = await db.ask<{ version: number }>('SELECT version FROM schema_version')
  if (version > MIGRATIONS.length)
    throw fatalError(
      `${place} was written by a newer wiki-change-stream (schema ${version}): update this one`,
    )
  // Scripts of several statements, which take no values.
  for (const sql of MIGRATIONS.slice(version)) await db.ask(sql)
  if (version < MIGRATIONS.length) await db.ask('UPDATE schema_version SET version = $1', [MIGRATIONS.length])
  await db.ask('COMMIT')
}
