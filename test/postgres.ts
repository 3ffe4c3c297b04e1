/** A real PostgreSQL server, where there is one: each test gets a database of its own. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'

const SERVER = process.env.TEST_POSTGRES_URL

export const HAS_POSTGRES = SERVER !== undefined && SERVER !== ''

/** Behind the names of tests that need it. */
export const NEEDS_POSTGRES = HAS_POSTGRES
  ? ''
  : ' (left out: TEST_POSTGRES_URL is not set; npm run services)'

/** An empty database. */
export interface TestDatabase {
  readonly url: string
  sql<Row extends pg.QueryResultRow>(query: string, values?: unknown[]): Promise<Row[]>
  /** Does something in a transaction that stays open until it is released, which undoes it. */
  hold(query: string, values?: unknown[]): Promise<{ release(): Promise<void> }>
  /** Drops it, whoever is still connected. */
  drop(): Promise<void>
}

export async function createDatabase(): Promise<TestDatabase> {
  const name = `wcs_test_${randomBytes(6).toString('hex')}`
  await ask(SERVER as string, `CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`)
  const url = Object.assign(new URL(SERVER as string), { pathname: `/${name}` }).href
  return {
    url,
    sql: (query, values) => ask(url, query, values),
    hold: async (query, values = []) => {
      const client = await connected(url)
      await client.query('BEGIN')
      await client.query(query, values)
      return { release: () => client.end() }
    },
    drop: async () => {
      await ask(SERVER as string, `DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}

async function ask<Row extends pg.QueryResultRow>(
  url: string,
  query: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = await connected(url)
  try {
    return (await client.query<Row>(query, values)).rows
  } finally {
    await client.end()
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    options: '-c search_path=wiki_change_stream,public',
  })
  client.on('error', () => {})
  await client.connect()
  return client
}
