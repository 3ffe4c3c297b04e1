/** The judge before the court: each fault that a database can have is found, and a run without substance refused. */
import { copyFileSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Inbound } from '../../src/change.ts'
import { readRecentChange } from '../../src/recentchange.ts'
import { openSqliteStore } from '../../src/stores/sqlite/store.ts'
import { aBatch } from '../changes.ts'
import { generateEvents } from '../simulators/eventstreams/generate.ts'
import { seededRandom } from '../simulators/eventstreams/random.ts'
import { Deck } from './deck.ts'
import { type Figures, faultsMet, tooLittle } from './figures.ts'
import { factsOf } from './issuer.ts'
import { compare, type Issued, type Known } from './oracle.ts'
import { POISONS } from './poison.ts'

const directory = mkdtempSync(join(tmpdir(), 'wcs-oracle-'))
const sound = join(directory, 'sound.db')
const changes = new Map<string, Issued>()
const poison = new Map<string, number>()
const known: Known = { changes, poison }

beforeAll(async () => {
  const now = Date.now()
  // Over some hours.
  const events = [...generateEvents({ seed: 1, count: 400, from: now - 10_000_000, perSecond: 0.04 })]
  for (const event of events) changes.set(event.meta.id, factsOf(event, 'a topic', now))
  const deck = new Deck(seededRandom(1), POISONS)
  const texts = [...generateEvents({ seed: 2, count: POISONS.length, from: now })].map((event, i) =>
    deck.deal()(event, i),
  )
  for (const text of texts) poison.set(text, now)
  const read = [...events.map((event) => JSON.stringify(event)), ...texts].map((json) =>
    readRecentChange(json, 'test'),
  ) as Inbound[]
  const store = openSqliteStore(sound)
  for (let time = 0; time < 2; time++) await store.append(aBatch(read))
  await store.close()
  // Everything in the one file that is copied.
  const db = new Database(sound)
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
})
afterAll(() => rmSync(directory, { recursive: true }))

/** The kinds of what is found after something was done to the file. */
function kindsAfter(tamper: (path: string) => void, expected: Known = known): string[] {
  const path = join(directory, 'tampered.db')
  copyFileSync(sound, path)
  tamper(path)
  return [...new Set(compare(path, expected).map(({ kind }) => kind))].toSorted()
}

function sql(statements: string): (path: string) => void {
  return (path) => {
    const db = new Database(path)
    db.exec(statements)
    db.close()
  }
}

test('nothing is found in a sound database', () => {
  expect(compare(sound, known)).toEqual([])
  expect(changes.size).toBe(400)
  expect(poison.size).toBe(POISONS.length)
})

/** An edit that changed the size of its page. */
const ROW =
  "(SELECT key FROM changes WHERE type = 0 AND new_bytes <> old_bytes AND comment <> '' ORDER BY key LIMIT 1)"
const copied = (changed: string) =>
  `CREATE TEMP TABLE copy AS SELECT * FROM changes WHERE key = ${ROW};
   UPDATE copy SET key = key + 1, ${changed}; INSERT INTO changes SELECT * FROM copy`
const altered = (changed: string) => `UPDATE changes SET ${changed} WHERE key = ${ROW}`

test.each([
  ['a row deleted', `DELETE FROM changes WHERE key = ${ROW}`, ['missing', 'order', 'rollup']],
  ['a row doubled', copied('id = id'), ['double', 'order', 'rollup']],
  ['a row of nowhere', copied('id = randomblob(16)'), ['extra', 'order', 'rollup']],
  ['a row in place of another', altered('id = randomblob(16)'), ['extra', 'missing']],
  ['a title', altered("title = title || '.'"), ['altered']],
  ['a comment', altered('comment = rtrim(comment, substr(comment, -1))'), ['altered']],
  ['a comment hidden', altered('comment = NULL'), ['altered']],
  ['a user', altered('user = NULL'), ['altered']],
  ['a number', altered('rcid = rcid + 1'), ['altered']],
  ['a time by a ms', altered('key = key + 4096'), ['altered', 'order']],
  ['a type', altered('type = 1'), ['altered', 'rollup']],
  ['a bot', altered('bot = 1 - bot'), ['altered', 'rollup']],
  ['a size', altered('new_bytes = new_bytes + 1'), ['altered', 'rollup']],
  ['a site', altered('site = site % 2 + 1'), ['altered', 'rollup']],
  ['a count of a wiki', 'UPDATE rollups SET edit_people = edit_people + 1 WHERE site = 1', ['rollup']],
  ['a count of all wikis', 'UPDATE rollups SET edit_people = edit_people - 1 WHERE site = 0', ['rollup']],
  ['bytes added', 'UPDATE rollups SET bytes_added = bytes_added + 1 WHERE site = 1', ['rollup']],
  ['bytes removed', 'UPDATE rollups SET bytes_removed = bytes_removed + 1 WHERE site = 1', ['rollup']],
  ['a rollup moved by an hour', 'UPDATE rollups SET hour = hour + 24 WHERE site = 1', ['rollup']],
  ['rollups deleted', 'DELETE FROM rollups WHERE site = 0', ['rollup']],
  ['a commit out of the order of storing', 'DELETE FROM arrivals WHERE seq = 1', ['order']],
  ['the number of rows', "UPDATE counters SET value = value + 1 WHERE name = 'rows'", ['rollup']],
  ['a dead letter deleted', 'DELETE FROM dead_letters WHERE id = 1', ['dead letter']],
  [
    'a dead letter doubled',
    "INSERT INTO dead_letters (digest, source, at, reason, raw) SELECT 'x', source, at, reason, raw FROM dead_letters LIMIT 1",
    ['dead letter'],
  ],
  ['a dead letter altered', "UPDATE dead_letters SET raw = raw || '.' WHERE id = 1", ['dead letter']],
  ['a gap that is none', `INSERT INTO gaps VALUES (1, 0, 1, 'lost', '')`, ['gap']],
])('found: %s', (_what, statements, kinds) => {
  expect(kindsAfter(sql(statements))).toEqual(kinds)
})

test('found: changes and poison that never reached the database, with what is to be told of them', () => {
  const [[, event] = []] = changes
  const more: Known = {
    changes: new Map([...changes, ['an-id', { ...(event as Issued), title: 'Lost', issuedAt: 5 }]]),
    poison: new Map([...poison, ['lost poison', 6]]),
  }
  const findings = compare(sound, more)
  expect(findings.find(({ kind }) => kind === 'missing')).toMatchObject({
    text: expect.stringMatching(/^an-id, .*a topic.*"Lost"/),
    around: 5,
  })
  expect(findings.find(({ kind }) => kind === 'dead letter')).toMatchObject({ around: 6 })
  expect(findings.some(({ kind }) => kind === 'rollup')).toBe(true)
})

test('found: a damaged file', () => {
  const damage = (path: string) => {
    const file = openSync(path, 'r+')
    writeSync(file, Buffer.alloc(4096, 7), 0, 4096, Math.floor(statSync(path).size / 8192) * 4096)
  }
  expect(kindsAfter(damage)).toEqual(['file'])
})

describe('what was seen', () => {
  const names = [...new Set(tooLittle(zero(), 1).map((line) => line.split(':')[0] as string))]

  /** Figures of a run in which nothing happened. */
  function zero(): Figures {
    return new Proxy({ faults: {} } as Figures, {
      get: (target, name) => (name === 'faults' ? target.faults : 0),
    })
  }

  test('an empty run is refused, with all that it lacks', () => {
    expect(names).toEqual(expect.arrayContaining(['events', 'kills', 'duplicatesSent', 'cut', 'HTTP 404']))
  })

  test('each single thing that is missing refuses a run', () => {
    const rich = (lacking?: string) => {
      const amount = (name: string | symbol) => (name === lacking ? 0 : 1_000_000)
      const faults = new Proxy({}, { get: (_, name) => amount(name) })
      return new Proxy({}, { get: (_, name) => (name === 'faults' ? faults : amount(name)) }) as Figures
    }
    expect(tooLittle(rich(), 1)).toEqual([])
    for (const name of names)
      expect(tooLittle(rich(name), 1)).toEqual([expect.stringContaining(`${name}: 0`)])
  })

  test('a fault counts only once it has struck', () => {
    const record = (changed: object) =>
      ({ status: 200, state: 'closed', events: 9, bytes: 9000, ...changed }) as never
    const cut = { strike: { how: 'cut', after: { bytes: 9999 } }, duplicates: 2 } as const
    expect(faultsMet(cut, record({ endedBy: 'client' }))).toEqual(['duplicates'])
    expect(faultsMet(cut, record({ endedBy: 'cut' }))).toEqual(['cut', 'duplicates'])
    const stall = { strike: { how: 'stall', after: { events: 10 } } } as const
    expect(faultsMet(stall, record({}))).toEqual([])
    expect(faultsMet(stall, record({ events: 10 }))).toEqual(['stall after events'])
  })
})
