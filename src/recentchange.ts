import {
  CHANGE_TYPES,
  type Change,
  type ChangeType,
  type Inbound,
  type LogEntry,
  type UnreadableKind,
} from './change.ts'
import { encodeTitle } from './links.ts'
import { type Site, siteOf } from './site.ts'

/** A sign of life that Wikimedia sends into every stream several times an hour: no change of any wiki. */
export const CANARY = 'canary'

/** Why an event is no change. Only thrown and caught in this file. */
class Unfit extends Error {
  readonly kind: UnreadableKind

  constructor(kind: UnreadableKind, message: string) {
    super(message)
    this.kind = kind
  }
}

type Fields = Record<string, unknown>

/**
 * Reads one event of the recentchange stream (schema `/mediawiki/recentchange/1.0.0`) from its JSON text. Never
 * throws: what cannot be a change comes back as `Unreadable` with the reason. Depends on nothing but its arguments.
 *
 * The shapes are those of real MediaWikis, which differ from the schema: EventBus strips nulls and sends an emptied
 * object as `[]`; `id` is absent from entries that are no recent changes; `user` and `comment` where they are hidden.
 */
export function readRecentChange(json: string, source: string): Inbound | typeof CANARY {
  try {
    const event = parse(json)
    const meta = fieldsOf(event, 'meta')
    // Before any validation: a canary may have nothing but `$schema` and `meta`.
    if (meta.domain === 'canary') return CANARY
    return toChange(event, meta, source)
  } catch (error) {
    if (error instanceof Unfit) {
      const { kind, message: reason } = error
      return { unreadable: true, source, kind, reason, raw: json }
    }
    throw error
  }
}

function parse(json: string): Fields {
  let event: unknown
  try {
    event = JSON.parse(json)
  } catch {
    throw new Unfit('malformed', 'not JSON')
  }
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    throw new Unfit('malformed', 'not a JSON object')
  return event as Fields
}

function toChange(event: Fields, meta: Fields, source: string): Change {
  const type = event.type
  if (!isChangeType(type))
    throw new Unfit('invalid_field', `type is ${shown(type)}, not one of ${CHANGE_TYPES.join(', ')}`)
  const title = requiredText(event, 'title')
  const [site, customUrl] = siteAndUrl(event, meta, title)
  const timestamp = integer(event, 'timestamp')
  return {
    id: uuid(meta),
    source,
    site,
    at: time(meta),
    timestamp: timestamp === null ? null : timestamp * 1000,
    rcid: integer(event, 'id'),
    type,
    namespace: integer(event, 'namespace'),
    title,
    customUrl,
    user: text(event, 'user'),
    comment: text(event, 'comment'),
    bot: flag(event, 'bot') ?? false,
    minor: flag(event, 'minor'),
    patrolled: flag(event, 'patrolled'),
    bytes: pair(event, 'length'),
    revision:
      type === 'categorize' ? revisionInUrl(text(event, 'notify_url') ?? '') : pair(event, 'revision'),
    log: type === 'log' ? logEntry(event) : null,
  }
}

const isChangeType = (type: unknown): type is ChangeType => CHANGE_TYPES.includes(type as ChangeType)

function logEntry(event: Fields): LogEntry {
  return {
    id: integer(event, 'log_id'),
    type: text(event, 'log_type'),
    action: text(event, 'log_action'),
    params: event.log_params ?? null,
    text: text(event, 'log_action_comment'),
  }
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/

function uuid(meta: Fields): string {
  const id = requiredText(meta, 'id').toLowerCase()
  if (!UUID.test(id)) throw new Unfit('invalid_field', `meta.id is ${shown(id)}, not a UUID`)
  return id
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/

/**
 * Times outside these bounds are a fault of whoever wrote them: no wiki of this kind is older than Wikipedia, and a
 * day far in the future would stay the newest for ever.
 */
export const EARLIEST = Date.UTC(2001, 0, 15)
export const LATEST = Date.UTC(2070, 0, 1)

function time(meta: Fields): number {
  const dt = requiredText(meta, 'dt')
  const at = ISO_TIME.test(dt) ? Math.floor(Date.parse(dt)) : Number.NaN
  if (!(at >= EARLIEST && at < LATEST))
    throw new Unfit('invalid_field', `meta.dt is ${shown(dt)}, not a time since 2001`)
  return at
}

/** The last site of each wiki: nearly every event of a wiki has the same, and comparing is cheaper than making a key. */
const lastSite = new Map<string, Site>()

/** The site that the last event of `wiki` had. */
export const knownSite = (wiki: string): Site | undefined => lastSite.get(wiki)

function siteAndUrl(event: Fields, meta: Fields, title: string): [Site, customUrl: string | null] {
  const wiki = requiredText(event, 'wiki')
  const domain = text(event, 'server_name') ?? requiredText(meta, 'domain')
  const server = text(event, 'server_url') ?? `https://${domain}`
  const scriptPath = text(event, 'server_script_path') ?? '/w'
  const url = text(event, 'title_url')
  const name = encodeTitle(title)

  const last = lastSite.get(wiki)
  if (
    last !== undefined &&
    last.domain === domain &&
    last.server === server &&
    last.scriptPath === scriptPath
  ) {
    if (url === null || url === last.articleBase + name) return [last, null]
  }
  if (!/^https?:\/\/[^\s/]+$/.test(server))
    throw new Unfit('invalid_field', `server_url is ${shown(server)}, not a web address`)
  const isRegular = url?.startsWith(`${server}/`) && url.endsWith(name)
  const articleBase = url !== null && isRegular ? url.slice(0, url.length - name.length) : `${server}/wiki/`
  const site = siteOf(wiki, domain, server, scriptPath, articleBase)
  lastSite.set(wiki, site)
  return [site, isRegular ? null : url]
}

const NO_REVISION: Change['revision'] = { old: null, new: null }

const DIFF = /[?&]diff=(\d{1,15})(?:&|$)/
const OLDID = /[?&]oldid=(\d{1,15})(?:&|$)/

/** A categorisation names the edit that caused it nowhere but in the address of its diff. */
export function revisionInUrl(url: string): Change['revision'] {
  return { old: Number(OLDID.exec(url)?.[1] ?? 0) || null, new: Number(DIFF.exec(url)?.[1] ?? 0) || null }
}

/** `{old, new}`; a list stands for an object that lost all its fields. */
function pair(event: Fields, name: string): { old: number | null; new: number | null } {
  const value = event[name]
  if (value === undefined || value === null || Array.isArray(value)) return NO_REVISION
  if (typeof value !== 'object') throw new Unfit('invalid_field', `${name} is ${shown(value)}, not an object`)
  return { old: integer(value as Fields, 'old'), new: integer(value as Fields, 'new') }
}

function fieldsOf(event: Fields, name: string): Fields {
  const value = event[name]
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Unfit('missing_field', `${name} is missing`)
  return value as Fields
}

function text(fields: Fields, name: string): string | null {
  const value = fields[name]
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return null
  throw new Unfit('invalid_field', `${name} is ${shown(value)}, not a text`)
}

function requiredText(fields: Fields, name: string): string {
  const value = text(fields, name)
  if (value === null || value === '') throw new Unfit('missing_field', `${name} is missing`)
  return value
}

function integer(fields: Fields, name: string): number | null {
  const value = fields[name]
  if (value === undefined || value === null) return null
  if (Number.isSafeInteger(value)) return value as number
  throw new Unfit('invalid_field', `${name} is ${shown(value)}, not a whole number`)
}

function flag(fields: Fields, name: string): boolean | null {
  const value = fields[name]
  if (typeof value === 'boolean') return value
  if (value === undefined || value === null) return null
  throw new Unfit('invalid_field', `${name} is ${shown(value)}, not true or false`)
}

/** A value for a reason: short, whatever it is. */
function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'missing'
  return json.length > 60 ? `${json.slice(0, 60)}…` : json
}
