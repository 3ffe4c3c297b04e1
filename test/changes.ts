import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { CHANGE_TYPES, type Change, type Inbound, isUnreadable, type Unreadable } from '../src/change.ts'
import { ChangeColumns } from '../src/columns.ts'
import type { Batch } from '../src/contracts.ts'
import { EARLIEST, LATEST } from '../src/recentchange.ts'
import { siteOf } from '../src/site.ts'

const FIXTURES = new URL('./fixtures/', import.meta.url)

/** The lines of every recorded recentchange event: 112 of Wikimedia's, 2,555 of a real MediaWiki's. */
export function recordedEvents(): string[] {
  const files = [
    ...readdirSync(new URL('recentchange/', FIXTURES)).map((name) => `recentchange/${name}`),
    ...readdirSync(new URL('mediawiki/', FIXTURES)).map((name) => `mediawiki/${name}`),
  ].filter((name) => /\/recentchange-\w+\.ndjson$|^recentchange\/.*\.ndjson$/.test(name))
  return files.flatMap((name) => readFileSync(new URL(name, FIXTURES), 'utf8').split('\n').filter(Boolean))
}

export const SITES = {
  enwiki: siteOf(
    'enwiki',
    'en.wikipedia.org',
    'https://en.wikipedia.org',
    '/w',
    'https://en.wikipedia.org/wiki/',
  ),
  enwiktionary: siteOf(
    'enwiktionary',
    'en.wiktionary.org',
    'https://en.wiktionary.org',
    '/w',
    'https://en.wiktionary.org/wiki/',
  ),
  dewiki: siteOf(
    'dewiki',
    'de.wikipedia.org',
    'https://de.wikipedia.org',
    '/w',
    'https://de.wikipedia.org/wiki/',
  ),
  wikidatawiki: siteOf(
    'wikidatawiki',
    'www.wikidata.org',
    'https://www.wikidata.org',
    '/w',
    'https://www.wikidata.org/wiki/',
  ),
} as const

/** What a source named `test` hands on. */
export function aBatch(events: readonly Inbound[], position: string | null = null): Batch {
  const changes = new ChangeColumns('test')
  const unreadable: Unreadable[] = []
  for (const event of events) {
    if (isUnreadable(event)) unreadable.push(event)
    else changes.add(event)
  }
  return { source: 'test', changes, unreadable, position }
}

let serial = 0

/** An id that has not been given before; spread like a random one, but the same in every run. */
export function nextId(): string {
  const hex = createHash('md5').update(String(serial++)).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** A plain edit with what matters to a test in place of the rest. Each has an id and a number of its own. */
export function aChange(overrides: Partial<Change> = {}): Change {
  return {
    id: nextId(),
    source: 'test',
    site: SITES.enwiki,
    at: Date.UTC(2026, 7, 4, 12) + serial,
    timestamp: Date.UTC(2026, 7, 4, 12),
    rcid: 3_000_000_000 + serial,
    type: 'edit',
    namespace: 0,
    title: 'Main Page',
    customUrl: null,
    user: 'Example',
    comment: 'a summary',
    bot: false,
    minor: false,
    patrolled: null,
    bytes: { old: 100, new: 112 },
    revision: { old: 1, new: 2 },
    log: null,
    ...overrides,
  }
}

export const anUnreadable = (overrides: Partial<Unreadable> = {}): Unreadable => ({
  unreadable: true,
  source: 'test',
  kind: 'malformed',
  reason: 'not JSON',
  raw: 'this is not JSON',
  ...overrides,
})

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc.constantFrom(
    '@everyone',
    '**bold**',
    '[x](https://evil.example)',
    '<t:1:R>',
    '\u202eRTL',
    'مرحبا',
    '\u001b[31m',
    'a\0b',
  ),
)
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const bigInteger = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const pair = (value: fc.Arbitrary<number>) => fc.record({ old: orNull(value), new: orNull(value) })

/** Any change that a source can hand on, hostile texts included. */
export const anyChange: fc.Arbitrary<Change> = fc.record({
  // Distinct by itself, also over many runs of a property against one store.
  id: fc.constant(null).map(() => nextId()),
  source: fc.constantFrom('test', 'other'),
  site: fc.constantFrom(...Object.values(SITES)),
  at: fc.integer({ min: EARLIEST, max: LATEST - 1 }),
  timestamp: orNull(fc.integer({ min: 0, max: LATEST })),
  rcid: orNull(bigInteger),
  type: fc.constantFrom(...CHANGE_TYPES),
  namespace: orNull(fc.integer({ min: -2, max: 3000 })),
  title: anyText.filter((text) => text !== ''),
  customUrl: orNull(fc.webUrl()),
  user: orNull(anyText),
  comment: orNull(anyText),
  bot: fc.boolean(),
  minor: orNull(fc.boolean()),
  patrolled: orNull(fc.boolean()),
  bytes: pair(fc.integer({ min: 0, max: 2 ** 31 })),
  revision: pair(bigInteger),
  log: orNull(
    fc.record({
      id: orNull(bigInteger),
      type: orNull(anyText),
      action: orNull(anyText),
      params: fc.jsonValue(),
      text: orNull(anyText),
    }),
  ),
})
