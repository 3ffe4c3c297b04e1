/** Shapes that several answers have. */
import * as v from 'valibot'
import { CHANGE_TYPES } from '../../../change.ts'

const text = v.nullable(v.string())
const whole = v.pipe(v.number(), v.integer())
const flag = v.nullable(v.boolean())
const pair = v.strictObject({ old: v.nullable(whole), new: v.nullable(whole) })

/** A count. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
/** A moment, UTC ms. */
export const time = whole

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
export const knownShape = v.picklist(['whole', 'part', 'none', 'later'])
