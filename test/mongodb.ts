/** The MongoDB that tests use: `TEST_MONGODB_URL`, such as `npm run services` sets. */
import { randomUUID } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { type MongoAddress, mongoAddress } from '../src/stores/mongodb/address.ts'

const URL_OF_SERVER = process.env.TEST_MONGODB_URL ?? ''

/** Where there is none, what needs it is left out, and says so. */
export const HAS_MONGODB = URL_OF_SERVER !== ''

/** Behind the names of tests that need it. */
export const NEEDS_MONGODB = HAS_MONGODB ? '' : ' (left out: TEST_MONGODB_URL is not set; npm run services)'

export interface MongoDatabase {
  readonly address: MongoAddress
  readonly client: MongoClient
  /** Removes the database with all that is in it. */
  drop(): Promise<void>
}

/** The address of a database that nobody else has. */
export function freshMongo(): MongoDatabase {
  const address = new URL(URL_OF_SERVER)
  const database = `wcs-test-${randomUUID().slice(0, 13)}`
  address.pathname = `/${database}`
  const client = new MongoClient(address.href)
  return {
    address: mongoAddress(address.href) as MongoAddress,
    client,
    async drop() {
      await client.db(database).dropDatabase()
      await client.close()
    },
  }
}
