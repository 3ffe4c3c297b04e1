/**
 * The shapes of what is answered: they check, they are the document's, and the types of who asks are made of them.
 * Nothing of the server is imported here.
 */
import * as v from 'valibot'
import { CHANGE_TYPES, type ChangeType } from '../../../change.ts'
import { BUCKETS, RANKED } from './choices.ts'

const text = v.nullable(v.string())
const whole = v.pipe(v.number(), v.integer())
const flag = v.nullable(v.boolean())
const pair = v.strictObject({ old: v.nullable(whole), new: v.nullable(whole) })

/** A count. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
/** A moment, UTC ms. */
const time = whole

/** A change as JSON, as `change-json.ts` makes it. */
export const changeShape = v.strictObject({
  id: v.string(),
  source: v.string(),
  wiki: v.string(),
  domain: v.string(),
  language: text,
  project: text,
  type: v.picklist(CHANGE_TYPES),
  namespace: v.nullable(whole),
  title: v.string(),
  url: v.string(),
  diffUrl: text,
  user: text,
  bot: v.boolean(),
  minor: flag,
  patrolled: flag,
  comment: text,
  bytes: pair,
  revision: pair,
  log: v.nullable(v.strictObject({ id: v.nullable(whole), type: text, action: text, params: v.any(), text })),
  at: time,
  timestamp: v.nullable(time),
  rcid: v.nullable(whole),
})

/** How much of a piece of time is stored. */
const knownShape = v.picklist(['whole', 'part', 'none', 'later'])

/** A page of stored changes. */
export const pageShape = v.strictObject({
  changes: v.array(changeShape),
  next: v.nullable(v.string()),
  previous: v.nullable(v.string()),
  searchedTo: v.nullable(time),
})

/** The figures of a day. */
export const statsShape = v.strictObject({
  scope: v.string(),
  day: v.string(),
  isToday: v.boolean(),
  total: count,
  types: v.strictObject(
    Object.fromEntries(CHANGE_TYPES.map((type) => [type, count])) as Record<ChangeType, typeof count>,
  ),
  bots: count,
  humans: count,
  bytesAdded: count,
  bytesRemoved: count,
  hours: v.array(count),
  known: v.array(knownShape),
  busiestHour: v.nullable(count),
  usual: v.nullable(v.strictObject({ days: count, hours: v.array(v.nullable(v.number())) })),
})

/** Counts by pieces of time. */
export const seriesShape = v.strictObject({
  scope: v.string(),
  bucket: v.picklist(BUCKETS),
  from: time,
  to: time,
  points: v.array(v.strictObject({ at: time, total: count, humans: count, bots: count, known: knownShape })),
})

/** What changed most. */
export const topShape = v.strictObject({
  scope: v.string(),
  by: v.picklist(RANKED),
  hours: count,
  countedFrom: time,
  isWhole: v.boolean(),
  entries: v.array(
    v.strictObject({
      name: v.string(),
      wiki: v.string(),
      domain: v.string(),
      url: v.nullable(v.string()),
      changes: count,
      bots: count,
      isAtLeast: v.boolean(),
    }),
  ),
})

/** What can be asked about. */
export const scopesShape = v.strictObject({
  scopes: v.array(
    v.strictObject({
      code: v.string(),
      name: v.string(),
      kind: v.picklist(['all', 'language', 'wiki']),
    }),
  ),
})

/** How the system is. */
export const statusShape = v.strictObject({
  version: v.string(),
  sources: v.array(
    v.strictObject({
      name: v.string(),
      /** `null`: another process reads it. */
      connected: v.nullable(v.boolean()),
      position: v.nullable(v.string()),
      lastEventAt: v.nullable(time),
      lagSeconds: v.nullable(v.number()),
    }),
  ),
  store: v.strictObject({
    kind: v.string(),
    changes: count,
    bytes: count,
    deadLetters: count,
    from: v.nullable(time),
    to: v.nullable(time),
  }),
  gaps: v.array(
    v.strictObject({
      source: v.string(),
      from: time,
      to: time,
      state: v.picklist(['open', 'refilled', 'lost']),
      reason: v.string(),
    }),
  ),
  bot: v.strictObject({
    state: v.picklist(['off', 'http', 'connecting', 'connected', 'failed', 'elsewhere']),
  }),
})
