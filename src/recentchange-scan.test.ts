import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recordedEvents } from '../test/changes.ts'
import { generateEvents } from '../test/simulators/eventstreams/generate.ts'
import type { Change } from './change.ts'
import { ChangeColumns } from './columns.ts'
import { readRecentChange } from './recentchange.ts'
import { EventBytes } from './recentchange-scan.ts'

function scan(json: string | Buffer): Change | null {
  const bytes = Buffer.from(json)
  return scanOf(new EventBytes(bytes), 0, bytes.length)
}
function scanOf(bytes: EventBytes, from: number, to: number): Change | null {
  const changes = new ChangeColumns('test')
  const isScanned = bytes.scan(from, to, changes)
  const [change = null] = changes
  expect(change !== null).toBe(isScanned)
  return change
}
const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Whether it was scanned; if so, it is what `readRecentChange` makes of it. */
function isScannedRight(json: string | Buffer): boolean {
  const change = scan(json)
  if (change === null) return false
  const [read] = new ChangeColumns('test', [readRecentChange(json.toString(), 'test') as Change])
  if (!isDeepStrictEqual(change, read)) {
    expect(change, json.toString()).toStrictEqual(read)
    throw new Error(`not the same: ${json}`)
  }
  expect(change.site).toBe((read as Change).site)
  return true
}

// A wiki is known from its first event on. Those before 2026 say their time in whole seconds, and of a page imported
// from a text file comes no length but a list: this is not the usual form.
const recorded = recordedEvents()
const usual = recorded.filter((line) => /"dt":"[^"]*\.\d{3}Z"/.test(line) && !line.includes('"length":[]'))
for (const line of recorded) readRecentChange(line, 'test')

describe('events as they are', () => {
  test('of all recorded events those of the usual form are scanned, and give the same change', () => {
    expect(usual.length).toBeGreaterThan(2500)
    expect(usual.filter((line) => !isScannedRight(line))).toEqual([])
    for (const line of recorded) isScannedRight(line)
  })

  test('of generated ones all are', () => {
    const from = Date.UTC(2026, 10, 24, 23, 59)
    let offset = 6_400_000_000
    for (const { meta, ...event } of generateEvents({ seed: 3, count: 2000, from })) {
      const place = { topic: 'eqiad.mediawiki.recentchange', partition: 0, offset: offset++ }
      const { $schema, ...rest } = event
      const line = JSON.stringify({ $schema, meta: { ...meta, ...place }, ...rest })
      readRecentChange(line, 'test')
      expect(isScannedRight(line), line).toBe(true)
    }
  })

  test('in the middle of other bytes, only what stands in its place is read', () => {
    const [first, second] = usual.slice(0, 2).map((line) => Buffer.from(line)) as [Buffer, Buffer]
    const bytes = new EventBytes(Buffer.concat([first, Buffer.from('é'), second, first]))
    const from = first.length + 2
    expect(scanOf(bytes, from, from + second.length)).toEqual(readRecentChange(second.toString(), 'test'))
    for (const end of [from + second.length - 1, from + second.length + 1]) {
      expect(scanOf(bytes, from, end)).toBeNull()
    }
    expect(scanOf(bytes, 0, bytes.length)).toBeNull()
    expect(scan(first.subarray(0, -1))).toBeNull()
  })

  test('a canary is never a change', () => {
    const canary = (usual[0] as string).replace(/"domain":"[^"]*"/, '"domain":"canary"')
    expect(scan(canary)).toBeNull()
  })
})

/** Mostly `null`, and the event stays as it is in this respect. */
const seldom = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value })

/** A character of a text in one of the ways in which JSON can say it. */
function characterIn(character: string, way: number): string {
  const json = JSON.stringify(character).slice(1, -1)
  if (way < 8 || character.length > 1) return json
  if (way === 8 && character === '/') return '\\/'
  const hex = character.charCodeAt(0).toString(16).padStart(4, '0')
  return `\\u${way === 9 ? hex : hex.toUpperCase()}`
}
/** A text's JSON, some of it escaped without need. */
const textJson = fc
  .tuple(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '',
        'edit',
        'log',
        '\ud83d',
        '\udc00x',
        'a\\',
        '"',
        '\\"',
        '\\u0041',
        'https://en.wikipedia.org',
      ),
    ),
    fc.oneof(fc.constant([0]), fc.array(fc.nat(10), { minLength: 1, maxLength: 5 })),
  )
  .map(
    ([text, ways]) =>
      `"${[...text].map((character, i) => characterIn(character, ways[i % ways.length] as number)).join('')}"`,
  )
const numberJson = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom('0', '-0', '1.0', '10e-1', '1e3', '1E+2', '-5', '0.5', '1e400'),
  fc.constantFrom(
    '123456789012345',
    '999999999999999',
    '1234567890123456',
    '9007199254740991',
    '9007199254740993',
  ),
)
const wordJson = fc.constantFrom(
  'null',
  'true',
  'false',
  '[]',
  '{}',
  '[[]]',
  '{"a":{"b":[1,"}"]}}',
  '[1,"]",{"\\"":2}]',
)
const anyJson = fc.oneof(
  textJson,
  numberJson,
  wordJson,
  fc.jsonValue().map((value) => JSON.stringify(value)),
)
const keyJson = fc.oneof(
  textJson,
  fc.constantFrom(
    '"id"',
    '"dt"',
    '"bot"',
    '"__proto__"',
    '"title_urls"',
    '"timestamp_ms"',
    '"t\\u0069tle"',
    '"namespaces"',
  ),
)

type Members = [key: string, json: string][]
const join = (members: Members, space: string) =>
  `{${members.map(([key, json]) => `${key}${space}:${space}${json}`).join(`,${space}`)}}`
const membersOf = (object: object): Members =>
  Object.entries(object).map(([key, value]) => [JSON.stringify(key), JSON.stringify(value)])

/** Times of many forms, possible and impossible ones. */
const dtJson = fc
  .tuple(
    fc.constantFrom(
      '2026-08-04',
      '2026-02-29',
      '2024-02-29',
      '2026-13-01',
      '2026-04-31',
      '2001-01-14',
      '2001-01-15',
      '2069-12-31',
      '2070-01-01',
    ),
    fc.constantFrom('00:00', '23:59', '24:00', '23:60', '15:24'),
    fc.constantFrom('00', '29', '59', '60', '7'),
    fc.constantFrom('', '.0', '.724', '.999', '.7240', '.72x', ',724'),
    fc.constantFrom('Z', 'Z', 'Z', '+00:00', '+02:00', 'z', ''),
  )
  .map(([day, minute, second, fraction, zone]) => `"${day}T${minute}:${second}${fraction}${zone}"`)

/** One thing done to the members of an object. */
const edit = fc.oneof(
  fc.record({ do: fc.constant('replace' as const), at: fc.nat(), json: anyJson }),
  fc.record({ do: fc.constant('remove' as const), at: fc.nat() }),
  fc.record({ do: fc.constant('add' as const), at: fc.nat(), key: keyJson, json: anyJson }),
  fc.record({ do: fc.constant('repeat' as const), at: fc.nat(), to: fc.nat(), json: fc.option(anyJson) }),
  fc.record({ do: fc.constant('swap' as const), at: fc.nat(), to: fc.nat() }),
)
const edits = fc.array(edit, { maxLength: 2 })
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never

function apply(members: Members, edits: readonly Edit[]): Members {
  const result: Members = members.map(([key, json]) => [key, json])
  for (const step of edits) {
    if (result.length === 0) break
    const at = step.at % result.length
    const [key, json] = result[at] as Members[number]
    if (step.do === 'replace') result[at] = [key, step.json]
    else if (step.do === 'remove') result.splice(at, 1)
    else if (step.do === 'add') result.splice(at, 0, [step.key, step.json])
    else if (step.do === 'repeat') result.splice(step.to % result.length, 0, [key, step.json ?? json])
    else {
      const to = step.to % result.length
      result[at] = result[to] as Members[number]
      result[to] = [key, json]
    }
  }
  return result
}

/** Events of the schema with any of their fields changed, at every level of their objects. */
const changedEvent = fc
  .record({
    base: fc.constantFrom(...usual),
    edits,
    metaEdits: seldom(edits),
    pairEdits: seldom(edits),
    dt: seldom(dtJson),
    texts: fc.option(fc.tuple(textJson, textJson)),
    space: seldom(fc.constantFrom(' ', '\t')),
  })
  .map(({ base, edits, metaEdits, pairEdits, dt, texts, space }) => {
    const event = JSON.parse(base) as Record<string, object>
    const meta = membersOf(event.meta as object).map(([key, json]) => [
      key,
      key === '"dt"' ? (dt ?? json) : json,
    ]) as Members
    const members = membersOf(event).map(([key, json]): Members[number] => {
      if (key === '"meta"') return [key, join(apply(meta, metaEdits ?? []), space ?? '')]
      if (key === '"length"' || key === '"revision"') {
        return [key, join(apply(membersOf(JSON.parse(json)), pairEdits ?? []), space ?? '')]
      }
      if (key === '"comment"') return [key, texts?.[0] ?? json]
      if (key === '"user"') return [key, texts?.[1] ?? json]
      return [key, json]
    })
    return join(apply(members, edits), space ?? '')
  })

describe('events as they could be', () => {
  test('whatever is scanned is what readRecentChange reads: any field missing, twice, elsewhere, of any type', () => {
    let scanned = 0
    let others = 0
    fc.assert(
      fc.property(changedEvent, (json) => {
        if (isScannedRight(json)) scanned++
        else others++
      }),
      { numRuns: 10_000 },
    )
    // Enough of both for this to say something.
    expect(scanned).toBeGreaterThan(1000)
    expect(others).toBeGreaterThan(1000)
  })

  test('titles of any kind, with the address that belongs to them or another one', () => {
    const base = JSON.parse(usual.find((line) => line.includes('"type":"edit"')) as string)
    const { articleBase } = (readRecentChange(JSON.stringify(base), 'test') as Change).site
    const names = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...` _-.:/!~*'();@$,&=+?#"\\%<>[]ä漢🌍`) }),
    )
    let scanned = 0
    fc.assert(
      fc.property(names, fc.option(names, { freq: 1 }), (title, other) => {
        const name = encodeURIComponent((other ?? title).replaceAll(' ', '_').toWellFormed())
        for (const address of [
          name,
          name.replace(/%(?:3B|40|24|2C|2F|3A)/g, decodeURIComponent).replaceAll("'", '%27'),
        ]) {
          if (isScannedRight(JSON.stringify({ ...base, title, title_url: articleBase + address }))) scanned++
        }
      }),
      { numRuns: 3000 },
    )
    expect(scanned).toBeGreaterThan(1000)
  })

  test('a wiki whose addresses are none of the usual', () => {
    const base = JSON.parse(usual[0] as string)
    for (const server of [
      'https://w\\niki.example',
      'https://wÃ©.example',
      'https://wé.example',
      'http://localhost:8080',
    ]) {
      for (const path of ['/wiki/', '/w\\u0041/', '/Ã©/', '/é/', '/index.php?title=', '/']) {
        const event = {
          ...base,
          wiki: 'oddwiki',
          server_url: server,
          title_url: `${server}${path}${base.title.replaceAll(' ', '_')}`,
        }
        const json = JSON.stringify(event)
        readRecentChange(json, 'test')
        isScannedRight(json)
        isScannedRight(json.replaceAll('\\\\', '\\'))
        isScannedRight(Buffer.from(json, 'latin1'))
      }
    }
  })
})

/** Where the texts lie that are passed over: their faults go unnoticed. */
function skippedTexts(json: string): [from: number, to: number][] {
  const keys =
    /"(?:\$schema|uri|request_id|domain|stream|topic|notify_url|parsedcomment)":"((?:[^"\\]|\\.)*)"/dg
  return [...json.matchAll(keys)].map((match) => match.indices?.[1] as [number, number])
}

describe('a byte that is wrong', () => {
  /** Bytes that mean something in JSON, and some that do not. */
  const SUSPECTS = Buffer.from('"\\,:{}[]0-. \n\x1fé')
  const kinds = ['edit', 'new', 'log', 'categorize'].map((type) =>
    Buffer.from(usual.find((line) => line.includes(`"type":"${type}"`) && line.includes('\\"')) as string),
  )

  /** Both agree, or the fault lies in a text that is passed over. */
  function check(mutated: Buffer, at: number, skipped: [number, number][]): boolean {
    const text = mutated.toString()
    if (isJson(text)) return isScannedRight(mutated)
    if (scan(mutated) !== null && !skipped.some(([from, to]) => at >= from && at <= to)) {
      throw new Error(`no JSON, and yet it was read: byte ${at} of ${text}`)
    }
    return false
  }

  test('replaced, put in or left out anywhere', () => {
    let scanned = 0
    for (const bytes of kinds) {
      const skipped = skippedTexts(bytes.toString('latin1'))
      expect(skipped.length).toBeGreaterThanOrEqual(7)
      for (let at = 0; at < bytes.length; at++) {
        const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at + 1)]
        check(Buffer.concat([head, tail]), at, skipped)
        for (const suspect of SUSPECTS) {
          const byte = Buffer.of(suspect)
          if (check(Buffer.concat([head, byte, tail]), at, skipped)) scanned++
          check(Buffer.concat([head, byte, bytes.subarray(at)]), at, skipped)
        }
      }
    }
    expect(scanned).toBeGreaterThan(1000)
  })

  test('any byte, in any event', () => {
    fc.assert(
      fc.property(fc.constantFrom(...usual), fc.nat(), fc.nat(255), (line, place, byte) => {
        const bytes = Buffer.from(line)
        const skipped = skippedTexts(bytes.toString('latin1'))
        bytes[place % bytes.length] = byte
        check(bytes, place % bytes.length, skipped)
      }),
      { numRuns: 5000 },
    )
  })
})
