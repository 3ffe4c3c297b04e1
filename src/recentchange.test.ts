import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordedEvents } from '../test/changes.ts'
import { type Change, isUnreadable } from './change.ts'
import { diffUrl, pageUrl } from './links.ts'
import { CANARY, readRecentChange } from './recentchange.ts'

// biome-ignore lint/suspicious/noExplicitAny: the events are plain JSON here
type Json = any
const read = (event: Json) => readRecentChange(JSON.stringify(event), 'test')
const reason = (event: Json) => {
  const result = read(event)
  return result !== CANARY && isUnreadable(result) ? result.reason : result
}
const events = recordedEvents().map((line) => JSON.parse(line) as Json)
const edit = events.find((event) => event.type === 'edit')
const categorize = events.find((event) => event.type === 'categorize' && event.wiki === 'commonswiki')

test('every recorded event becomes a change, and nothing of it is lost or made up', () => {
  expect(events).toHaveLength(2667)
  for (const event of events) {
    const change = read(event) as Change
    expect(change).toMatchObject({
      id: event.meta.id,
      source: 'test',
      at: Date.parse(event.meta.dt),
      timestamp: event.timestamp * 1000,
      rcid: event.id ?? null,
      type: event.type,
      namespace: event.namespace,
      title: event.title,
      user: event.user ?? null,
      comment: event.comment,
      bot: event.bot,
      minor: event.minor ?? null,
      patrolled: event.patrolled ?? null,
      bytes: { old: event.length?.old ?? null, new: event.length?.new ?? null },
      site: { wiki: event.wiki, domain: event.server_name },
    })
    expect(pageUrl(change)).toBe(event.title_url)
    expect(change.customUrl).toBeNull()
    if (event.type === 'log') {
      expect(change.log).toEqual({
        id: event.log_id,
        type: event.log_type,
        action: event.log_action,
        params: event.log_params,
        text: event.log_action_comment,
      })
    } else expect(change.log).toBeNull()
    if (event.type === 'edit')
      expect(diffUrl(change)).toBe(
        `${event.server_url}/w/index.php?diff=${event.revision.new}&oldid=${event.revision.old}`,
      )
  }
})

test('a categorisation has the revision of the edit behind it', () => {
  expect(read(categorize)).toMatchObject({ revision: { old: null, new: 995189526 } })
})

test('absent is not false: patrolling, minor', () => {
  const { patrolled: _, minor: __, ...rest } = edit
  expect(read(rest)).toMatchObject({ patrolled: null, minor: null })
})

test('canaries are told apart, with and without a body', () => {
  expect(read({ ...edit, meta: { ...edit.meta, domain: 'canary' } })).toBe(CANARY)
  expect(read({ $schema: edit.$schema, meta: { domain: 'canary', stream: 'mediawiki.recentchange' } })).toBe(
    CANARY,
  )
})

test('sites of the same wiki are one object', () => {
  expect((read(edit) as Change).site).toBe(
    (read({ ...edit, title: 'B', title_url: undefined }) as Change).site,
  )
})

test('an address that does not follow from the title is kept', () => {
  const change = read({ ...edit, title: 'A b', title_url: 'https://elsewhere.example/x?y' }) as Change
  expect(pageUrl(change)).toBe('https://elsewhere.example/x?y')
  expect(pageUrl(read({ ...edit, title: "L'Été (a)", title_url: undefined }) as Change)).toBe(
    `${(read(edit) as Change).site.articleBase}L%27%C3%89t%C3%A9_(a)`,
  )
})

const bad: [string, Json][] = [
  ['meta is missing', {}],
  ['meta is missing', { ...edit, meta: [] }],
  ['id is missing', { ...edit, meta: { ...edit.meta, id: undefined } }],
  ['meta.id is "x", not a UUID', { ...edit, meta: { ...edit.meta, id: 'x' } }],
  ['dt is missing', { ...edit, meta: { ...edit.meta, dt: undefined } }],
  ['meta.dt is "yesterday", not a time since 2001', { ...edit, meta: { ...edit.meta, dt: 'yesterday' } }],
  [
    'meta.dt is "1970-01-01T00:00:00Z", not a time since 2001',
    { ...edit, meta: { ...edit.meta, dt: '1970-01-01T00:00:00Z' } },
  ],
  ['type is "move", not one of edit, new, log, categorize, external', { ...edit, type: 'move' }],
  ['type is missing, not one of edit, new, log, categorize, external', { ...edit, type: undefined }],
  ['title is missing', { ...edit, title: '' }],
  ['title is 7, not a text', { ...edit, title: 7 }],
  ['wiki is missing', { ...edit, wiki: null }],
  ['namespace is "0", not a whole number', { ...edit, namespace: '0' }],
  ['id is 1.5, not a whole number', { ...edit, id: 1.5 }],
  ['bot is "yes", not true or false', { ...edit, bot: 'yes' }],
  ['length is 12, not an object', { ...edit, length: 12 }],
  [
    'server_url is "javascript:alert(1)", not a web address',
    { ...edit, wiki: 'evilwiki', server_url: 'javascript:alert(1)' },
  ],
]
test.each(bad)('says what is wrong: %s', (text, event) => {
  expect(reason(event)).toBe(text)
  const kind = text.endsWith(' is missing') ? 'missing_field' : 'invalid_field'
  expect(read(event)).toMatchObject({ kind })
})

test('keeps the input that it cannot read, as it came', () => {
  expect(readRecentChange('{"a":', 'test')).toEqual({
    unreadable: true,
    source: 'test',
    kind: 'malformed',
    reason: 'not JSON',
    raw: '{"a":',
  })
  expect(readRecentChange('[]', 'test')).toMatchObject({
    kind: 'malformed',
    reason: 'not a JSON object',
    raw: '[]',
  })
})

test('never throws, whatever it is given', () => {
  const field = fc.constantFrom(...Object.keys(edit), 'meta')
  fc.assert(fc.property(fc.jsonValue(), (value) => void read(value)))
  fc.assert(fc.property(fc.string(), (text) => void readRecentChange(text, 'test')))
  fc.assert(
    fc.property(field, fc.jsonValue(), (name, value) => void read({ ...edit, [name]: value })),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(edit.meta)), fc.jsonValue(), (name, value) => {
      read({ ...edit, meta: { ...edit.meta, [name]: value } })
    }),
  )
})
