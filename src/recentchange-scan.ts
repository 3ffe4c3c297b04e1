import type { Change, ChangeType, LogEntry } from './change.ts'
import { encodeTitle } from './links.ts'
import { EARLIEST, knownSite, LATEST, NO_REVISION, revisionInUrl } from './recentchange.ts'
import type { Site } from './site.ts'

/** Why an event is left to `readRecentChange`. Only thrown and caught in this file. */
const UNUSUAL = new Error('not of the usual form')

const QUOTE = 0x22
const PERCENT = 0x25
const MINUS = 0x2d
const ZERO = 0x30
const BACKSLASH = 0x5c
const [OPEN_LIST, CLOSE_LIST] = [0x5b, 0x5d]
const [OPEN, CLOSE] = [0x7b, 0x7d]

/** The most frequent first. */
const TYPES = (['categorize', 'edit', 'new', 'log', 'external'] as const).map((type) => ({
  type,
  text: `${type}"`,
}))

const bytesWhere = (pattern: RegExp) =>
  Uint8Array.from({ length: 256 }, (_, code) => Number(code < 128 && pattern.test(String.fromCharCode(code))))
const HEX = bytesWhere(/[\da-f]/)
/** How a byte of a title stands in an address (see `encodeTitle`): as this one, or (0) as `%` and two digits. */
const IN_URL = bytesWhere(/[\w\-.:/!~*();@$,]/).map((isPlain, code) =>
  isPlain ? code : code === 0x20 ? 0x5f : 0,
)
const DIGITS = Buffer.from('0123456789ABCDEF')

/**
 * Reads recentchange events from their bytes by position: only what becomes part of a `Change` is ever turned into a
 * value, which takes half of the time of parsing all of it. It knows the form in which the stream has its events
 * today, field by field in their order, and nothing else; for any other `scan` returns `null`, and
 * `readRecentChange` has the say. Where both can read an event they give the same change (property test).
 *
 * Of the texts that it skips (`$schema`, `parsedcomment`, and in `meta` all but `id` and `dt`) it looks for the end
 * alone: a control character or a wrong escape in one of them, which JSON forbids, goes unnoticed.
 */
export class EventBytes {
  readonly #bytes: Buffer
  /** The bytes as characters, one each: searching a string is faster than searching a buffer, and places agree. */
  readonly text: string
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.text = bytes.toString('latin1')
  }

  get length(): number {
    return this.#bytes.length
  }

  /** What stands from `start` to `end`, as text. */
  decode(start: number, end: number): string {
    return this.#bytes.toString('utf8', start, end)
  }

  /** The change whose JSON stands from `start` to `end`; `null` if it is not of the usual form. */
  scan(start: number, end: number, source: string): Change | null {
    this.#at = start
    try {
      const change = this.#change(source)
      return this.#at === end ? change : null
    } catch (error) {
      if (error === UNUSUAL) return null
      throw error
    }
  }

  /** ASCII as a text of its own: a slice would keep all the bytes around it alive for as long as the change. */
  #copy(from: number, to: number): string {
    return this.#bytes.toString('latin1', from, to)
  }

  #change(source: string): Change {
    this.#expect('{"$schema":"')
    this.#skipText()
    this.#expect(',"meta":{"uri":"')
    this.#skipText()
    this.#expect(',"request_id":"')
    this.#skipText()
    this.#expect(',"id":"')
    const id = this.#uuid()
    this.#expect(',"domain":"')
    if (this.#has('canary"')) throw UNUSUAL
    this.#skipText()
    this.#expect(',"stream":"')
    this.#skipText()
    this.#expect(',"dt":"')
    const at = this.#time()
    this.#expect(',"topic":"')
    this.#skipText()
    this.#expect(',"partition":')
    this.#integer()
    this.#expect(',"offset":')
    this.#integer()
    this.#expect('}')
    const rcid = this.#has(',"id":') ? this.#integer() : null
    this.#expect(',"type":"')
    const type = this.#type()
    const namespace = this.#has(',"namespace":') ? this.#integer() : null
    this.#expect(',"title":"')
    const titleAt = this.#at
    const title = this.#text()
    this.#expect(',"title_url":"')
    const urlAt = this.#at
    this.#plainText()
    const comment = this.#has(',"comment":"') ? this.#text() : null
    const timestamp = this.#has(',"timestamp":') ? this.#integer() * 1000 : null
    const user = this.#has(',"user":"') ? this.#text() : null
    const bot = this.#has(',"bot":') ? this.#boolean() : false
    const notifyUrl = this.#has(',"notify_url":"') ? this.#plainText() : ''
    const minor = this.#has(',"minor":') ? this.#boolean() : null
    const patrolled = this.#has(',"patrolled":') ? this.#boolean() : null
    const bytes = this.#has(',"length":{') ? this.#pair() : NO_REVISION
    const revision = this.#has(',"revision":{') ? this.#pair() : NO_REVISION
    const log = type === 'log' ? this.#log() : null
    const site = this.#site()
    if (this.#has(',"parsedcomment":"')) this.#skipText()
    this.#expect('}')
    if (title === '' || !this.#isAddress(urlAt, site.articleBase, title, titleAt)) throw UNUSUAL
    return {
      id,
      source,
      site,
      at,
      timestamp,
      rcid,
      type,
      namespace,
      title,
      customUrl: null,
      user,
      comment,
      bot,
      minor,
      patrolled,
      bytes,
      revision: type === 'categorize' ? revisionInUrl(notifyUrl) : revision,
      log,
    }
  }

  #log(): LogEntry {
    return {
      id: this.#has(',"log_id":') ? this.#integer() : null,
      type: this.#has(',"log_type":"') ? this.#text() : null,
      action: this.#has(',"log_action":"') ? this.#text() : null,
      params: this.#has(',"log_params":') ? this.#json() : null,
      text: this.#has(',"log_action_comment":"') ? this.#text() : null,
    }
  }

  /** The site, if `readRecentChange` has met it. */
  #site(): Site {
    this.#expect(',"server_url":"')
    const server = this.#plainText()
    this.#expect(',"server_name":"')
    const domain = this.#plainText()
    this.#expect(',"server_script_path":"')
    const scriptPath = this.#plainText()
    this.#expect(',"wiki":"')
    const site = knownSite(this.#plainText())
    if (site?.server !== server || site.domain !== domain || site.scriptPath !== scriptPath) throw UNUSUAL
    return site
  }

  /** Whether the address at `urlAt` is `base` with the title, which stands at `titleAt`, as MediaWiki encodes it. */
  #isAddress(urlAt: number, base: string, title: string, titleAt: number): boolean {
    if (!this.text.startsWith(base, urlAt)) return false
    const bytes = this.#bytes
    const nameAt = urlAt + base.length
    let at = nameAt
    for (let place = titleAt; ; place++) {
      const code = bytes[place] as number
      const found = bytes[at++]
      if (code === QUOTE) return found === QUOTE
      if (code === BACKSLASH) return this.text.startsWith(`${encodeTitle(title)}"`, nameAt)
      const plain = IN_URL[code]
      if (plain !== 0) {
        if (found !== plain) return false
      } else if (
        found !== PERCENT ||
        bytes[at++] !== DIGITS[code >> 4] ||
        bytes[at++] !== DIGITS[code & 15]
      ) {
        return false
      }
    }
  }

  /** Goes past `literal` if it is next. */
  #has(literal: string): boolean {
    const bytes = this.#bytes
    const from = this.#at
    for (let i = 0; i < literal.length; i++) {
      if (bytes[from + i] !== literal.charCodeAt(i)) return false
    }
    this.#at = from + literal.length
    return true
  }

  #expect(literal: string): void {
    if (!this.#has(literal)) throw UNUSUAL
  }

  #uuid(): string {
    const from = this.#at
    for (let i = 0; i < 36; i++) {
      const code = this.#bytes[from + i] as number
      if (i === 8 || i === 13 || i === 18 || i === 23 ? code !== MINUS : HEX[code] !== 1) throw UNUSUAL
    }
    this.#at = from + 36
    this.#expect('"')
    return this.#copy(from, from + 36)
  }

  /** UTC ms of `2026-08-04T15:24:29.724Z`. The minute is nearly always that of the last event. */
  #time(): number {
    const from = this.#at
    if (!this.#has(lastMinute)) {
      const minute = this.#bytes.toString('latin1', from, from + 17)
      const start = Date.parse(`${minute}00Z`)
      if (!(start >= EARLIEST && start < LATEST)) throw UNUSUAL
      // As it would be written, and no other way: `Date.parse` understands more than that.
      if (!new Date(start).toISOString().startsWith(minute)) throw UNUSUAL
      lastMinute = minute
      lastMinuteStart = start
      this.#at = from + 17
    }
    const seconds = this.#digit(5) * 10 + this.#digit(9)
    this.#expect('.')
    const ms = this.#digit(9) * 100 + this.#digit(9) * 10 + this.#digit(9)
    this.#expect('Z"')
    return lastMinuteStart + seconds * 1000 + ms
  }

  #digit(most: number): number {
    const digit = (this.#bytes[this.#at++] as number) - ZERO
    if (!(digit >= 0 && digit <= most)) throw UNUSUAL
    return digit
  }

  #type(): ChangeType {
    for (const { type, text } of TYPES) if (this.#has(text)) return type
    throw UNUSUAL
  }

  /** `"old":1,"new":2}`, either of which may be absent. */
  #pair(): { old: number | null; new: number | null } {
    const old = this.#has('"old":') ? this.#integer() : null
    const now = this.#has(old === null ? '"new":' : ',"new":') ? this.#integer() : null
    this.#expect('}')
    return { old, new: now }
  }

  /** A whole number of at most 15 digits; what comes after it tells whether it ends there. */
  #integer(): number {
    const bytes = this.#bytes
    const isNegative = bytes[this.#at] === MINUS
    const first = this.#at + (isNegative ? 1 : 0)
    let at = first
    let value = 0
    for (;;) {
      const digit = (bytes[at] as number) - ZERO
      if (!(digit >= 0 && digit <= 9)) break
      value = value * 10 + digit
      at++
    }
    const length = at - first
    if (length === 0 || length > 15) throw UNUSUAL
    // A leading zero is no JSON; -0 is not 0.
    if (bytes[first] === ZERO && (length > 1 || isNegative)) throw UNUSUAL
    this.#at = at
    return isNegative ? -value : value
  }

  #boolean(): boolean {
    if (this.#has('true')) return true
    this.#expect('false')
    return false
  }

  /** Reads a text, from behind its opening quote past its closing one. */
  #text(): string {
    const bytes = this.#bytes
    const from = this.#at
    let to = from
    let isAscii = true
    let hasEscapes = false
    for (; bytes[to] !== QUOTE; to++) {
      const code = bytes[to] as number
      if (code === BACKSLASH) {
        hasEscapes = true
        to++
      } else if (code >= 0x80) isAscii = false
      // A control character, or the end of everything.
      else if (!(code >= 0x20)) throw UNUSUAL
    }
    this.#at = to + 1
    const text = isAscii ? this.#copy(from, to) : this.decode(from, to)
    return hasEscapes ? (parse(`"${text}"`) as string) : text
  }

  /** Reads a text of nothing but ASCII as it stands, as all addresses are. */
  #plainText(): string {
    const bytes = this.#bytes
    const from = this.#at
    let to = from
    for (; bytes[to] !== QUOTE; to++) {
      const code = bytes[to] as number
      if (!(code >= 0x20 && code < 0x80) || code === BACKSLASH) throw UNUSUAL
    }
    this.#at = to + 1
    return this.text.slice(from, to)
  }

  #skipText(): void {
    const { text } = this
    for (;;) {
      const quote = text.indexOf('"', this.#at)
      if (quote < 0) throw UNUSUAL
      let first = quote
      while (first > this.#at && this.#bytes[first - 1] === BACKSLASH) first--
      this.#at = quote + 1
      // Each pair of backslashes is one; a single one makes the quote a part of the text.
      if ((quote - first) % 2 === 0) return
    }
  }

  /** Reads the object or list that is next. */
  #json(): unknown {
    const from = this.#at
    let depth = 0
    do {
      const code = this.#bytes[this.#at++]
      if (code === OPEN || code === OPEN_LIST) depth++
      else if (code === CLOSE || code === CLOSE_LIST) depth--
      else if (code === undefined || depth === 0) throw UNUSUAL
      else if (code === QUOTE) this.#skipText()
    } while (depth > 0)
    return parse(this.decode(from, this.#at))
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw UNUSUAL
  }
}

let lastMinute = '?'
let lastMinuteStart = 0
