import { isUtf8 } from 'node:buffer'
import { CHANGE_TYPES, type LogEntry } from './change.ts'
import { type ChangeColumns, NUMBER, TEXT } from './columns.ts'
import { encodeTitle } from './links.ts'
import { EARLIEST, knownSite, LATEST, revisionInUrl } from './recentchange.ts'
import type { Site } from './site.ts'

/** Why an event is left to `readRecentChange`. Only thrown and caught in this file. */
const UNUSUAL = new Error('not of the usual form')

const QUOTE = 0x22
const PERCENT = 0x25
const MINUS = 0x2d
const ZERO = 0x30
const BACKSLASH = 0x5c
const SLASH = 0x2f
const [OPEN_LIST, CLOSE_LIST] = [0x5b, 0x5d]
const [OPEN, CLOSE] = [0x7b, 0x7d]

/** The most frequent first. */
const TYPES = (['categorize', 'edit', 'new', 'log', 'external'] as const).map((type) => ({
  number: CHANGE_TYPES.indexOf(type),
  text: `${type}"`,
}))
const CATEGORIZE = CHANGE_TYPES.indexOf('categorize')
const LOG = CHANGE_TYPES.indexOf('log')

const bytesWhere = (pattern: RegExp) =>
  Uint8Array.from({ length: 256 }, (_, code) => Number(code < 128 && pattern.test(String.fromCharCode(code))))
/** The value of a digit, and of no other byte. */
const HEX = Uint8Array.from({ length: 256 }, (_, code) =>
  /[\da-f]/.test(String.fromCharCode(code)) ? Number.parseInt(String.fromCharCode(code), 16) : 0xff,
)
/** How a byte of a title stands in an address (see `encodeTitle`): as this one, or (0) as `%` and two digits. */
const IN_URL = bytesWhere(/[\w\-.:/!~*();@$,]/).map((isPlain, code) =>
  isPlain ? code : code === 0x20 ? 0x5f : 0,
)
const DIGITS = Buffer.from('0123456789ABCDEF')

/**
 * Reads recentchange events from their bytes by position: only what becomes part of a `Change` is ever turned into a
 * value, which takes half of the time of parsing all of it. It knows the form in which the stream has its events
 * today, field by field in their order, and nothing else; any other is left to `readRecentChange`. Where both can read
 * an event they give the same change (property test).
 *
 * Of the texts that it skips (`$schema`, `parsedcomment`, most `notify_url`s, and in `meta` all but `id` and `dt`) it
 * looks for the end alone: a control character or a wrong escape in one of them, which JSON forbids, goes unnoticed.
 */
export class EventBytes {
  readonly #bytes: Buffer
  /** The bytes as characters, one each: searching a string is faster than searching a buffer, and places agree. */
  readonly text: string
  readonly #isUtf8: boolean
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.text = bytes.toString('latin1')
    this.#isUtf8 = isUtf8(bytes)
  }

  get length(): number {
    return this.#bytes.length
  }

  /** What stands from `start` to `end`, as text. */
  decode(start: number, end: number): string {
    return this.#bytes.toString('utf8', start, end)
  }

  /** Adds the change whose JSON stands from `start` to `end`; false, and nothing added, if it is not of the usual form. */
  scan(start: number, end: number, changes: ChangeColumns): boolean {
    this.#at = start
    try {
      changes.begin()
      this.#scan(changes, end)
      return true
    } catch (error) {
      // Nested too deeply for the stack: no more usual than the rest.
      if (error === UNUSUAL || error instanceof RangeError) return false
      throw error
    }
  }

  #scan(changes: ChangeColumns, end: number): void {
    this.#expect('{"$schema":"')
    this.#skipText()
    this.#expect(',"meta":{"uri":"')
    this.#skipText()
    this.#expect(',"request_id":"')
    this.#skipText()
    this.#expect(',"id":"')
    this.#uuid(changes)
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
    if (this.#has(',"id":')) changes.number(NUMBER.rcid, this.#integer())
    this.#expect(',"type":"')
    const type = this.#type()
    changes.number(NUMBER.type, type)
    if (this.#has(',"namespace":')) changes.number(NUMBER.namespace, this.#integer())
    this.#expect(',"title":"')
    const titleAt = this.#at
    this.#text(changes, TEXT.title)
    if (this.#at === titleAt + 1) throw UNUSUAL
    this.#expect(',"title_url":"')
    const urlAt = this.#at
    this.#skipText()
    const urlEnd = this.#at
    if (this.#has(',"comment":"')) this.#text(changes, TEXT.comment)
    if (this.#has(',"timestamp":')) changes.number(NUMBER.delay, at - this.#integer() * 1000)
    if (this.#has(',"user":"')) this.#text(changes, TEXT.user)
    changes.number(NUMBER.bot, this.#has(',"bot":') ? this.#boolean() : 0)
    if (this.#has(',"notify_url":"')) {
      const from = this.#at
      this.#skipText()
      if (type === CATEGORIZE) this.#revisionInUrl(changes, from, this.#at - 1)
    }
    if (this.#has(',"minor":')) changes.number(NUMBER.minor, this.#boolean())
    if (this.#has(',"patrolled":')) changes.number(NUMBER.patrolled, this.#boolean())
    if (this.#has(',"length":{')) this.#pair(changes, NUMBER.old_bytes, NUMBER.new_bytes)
    if (this.#has(',"revision":{')) {
      // Of a categorisation it is the one in the address that counts.
      if (type === CATEGORIZE) throw UNUSUAL
      this.#pair(changes, NUMBER.old_revision, NUMBER.new_revision)
    }
    if (type === LOG) changes.string(TEXT.log, JSON.stringify(this.#log()))
    const site = this.#site()
    if (this.#has(',"parsedcomment":"')) this.#skipText()
    this.#expect('}')
    if (this.#at !== end) throw UNUSUAL
    if (!this.#isAddress(urlAt, urlEnd, site.articleBase, titleAt)) throw UNUSUAL
    changes.end(site, at)
  }

  #log(): LogEntry {
    return {
      id: this.#has(',"log_id":') ? this.#integer() : null,
      type: this.#has(',"log_type":"') ? this.#string() : null,
      action: this.#has(',"log_action":"') ? this.#string() : null,
      params: this.#has(',"log_params":') ? this.#json() : null,
      text: this.#has(',"log_action_comment":"') ? this.#string() : null,
    }
  }

  /** The site, if `readRecentChange` has met it. */
  #site(): Site {
    this.#expect(',"server_url":"')
    const server = this.#at
    this.#skipText()
    this.#expect(',"server_name":"')
    const domain = this.#at
    this.#skipText()
    this.#expect(',"server_script_path":"')
    const scriptPath = this.#at
    this.#skipText()
    const scriptPathEnd = this.#at
    this.#expect(',"wiki":"')
    const wiki = this.#at
    this.#skipText()
    const site = knownSite(this.text.slice(wiki, this.#at - 1))
    if (site === undefined) throw UNUSUAL
    const isSame =
      this.#isText(server, domain - ',"server_name":"'.length, site.server) &&
      this.#isText(domain, scriptPath - ',"server_script_path":"'.length, site.domain) &&
      this.#isText(scriptPath, scriptPathEnd, site.scriptPath)
    if (!isSame) throw UNUSUAL
    return site
  }

  /** Whether `expected`, of which nothing is to be escaped, stands from `from` to `end`, its closing quote with it. */
  #isText(from: number, end: number, expected: string): boolean {
    return from + expected.length + 1 === end && this.text.startsWith(expected, from)
  }

  /** A categorisation names its edit in the address of its diff, most often `…?diff=2&oldid=1`. */
  #revisionInUrl(changes: ChangeColumns, from: number, to: number): void {
    const after = this.#at
    const query = this.text.indexOf('?diff=', from)
    if (query < 0 || query > to) {
      const url = this.text.slice(from, to)
      if (!/^[\x20-\x7e]*$/.test(url) || url.includes('\\')) throw UNUSUAL
      const revision = revisionInUrl(url)
      changes.number(NUMBER.old_revision, revision.old)
      changes.number(NUMBER.new_revision, revision.new)
      return
    }
    this.#at = query + '?diff='.length
    const diff = this.#integer()
    this.#expect('&oldid=')
    const oldid = this.#integer()
    if (diff < 0 || oldid < 0 || !(this.#at === to || this.#has('&'))) throw UNUSUAL
    changes.number(NUMBER.old_revision, oldid || null)
    changes.number(NUMBER.new_revision, diff || null)
    this.#at = after
  }

  /**
   * Whether the address from `urlAt` to `urlEnd`, behind its closing quote, is `base` with the title, which stands at
   * `titleAt`, as MediaWiki encodes it.
   */
  #isAddress(urlAt: number, urlEnd: number, base: string, titleAt: number): boolean {
    if (!this.text.startsWith(base, urlAt)) return false
    const bytes = this.#bytes
    const nameAt = urlAt + base.length
    let at = nameAt
    for (let place = titleAt; ; place++) {
      let code = bytes[place] as number
      const found = bytes[at++]
      if (code === QUOTE) return found === QUOTE && at === urlEnd
      if (code === BACKSLASH) {
        code = bytes[++place] as number
        if (code !== QUOTE && code !== BACKSLASH && code !== SLASH) {
          this.#at = titleAt
          return this.#isText(nameAt, urlEnd, encodeTitle(this.#string()))
        }
      }
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

  #uuid(changes: ChangeColumns): void {
    const bytes = this.#bytes
    let at = this.#at
    for (let i = 0; i < 16; i++) {
      if ((i === 4 || i === 6 || i === 8 || i === 10) && bytes[at++] !== MINUS) throw UNUSUAL
      const high = HEX[bytes[at++] as number] as number
      const low = HEX[bytes[at++] as number] as number
      if (!(high < 16 && low < 16)) throw UNUSUAL
      changes.idByte(i, (high << 4) | low)
    }
    this.#at = at
    this.#expect('"')
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

  #type(): number {
    for (const { number, text } of TYPES) if (this.#has(text)) return number
    throw UNUSUAL
  }

  /** `"old":1,"new":2}`, either of which may be absent. */
  #pair(changes: ChangeColumns, oldColumn: number, newColumn: number): void {
    const hasOld = this.#has('"old":')
    if (hasOld) changes.number(oldColumn, this.#integer())
    if (this.#has(hasOld ? ',"new":' : '"new":')) changes.number(newColumn, this.#integer())
    this.#expect('}')
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

  #boolean(): 0 | 1 {
    if (this.#has('true')) return 1
    this.#expect('false')
    return 0
  }

  /** Reads a text, from behind its opening quote past its closing one, as a column's. */
  #text(changes: ChangeColumns, column: number): void {
    const from = this.#at
    if (this.#isPlain()) changes.bytes(column, this.#bytes, from, this.#at - 1)
    else changes.string(column, this.#parseFrom(from))
  }

  #string(): string {
    const from = this.#at
    return this.#isPlain() ? this.decode(from, this.#at - 1) : this.#parseFrom(from)
  }

  /** Goes past a text; whether it stands there as it is, with nothing escaped. */
  #isPlain(): boolean {
    const bytes = this.#bytes
    let isAscii = true
    let isPlain = true
    let to = this.#at
    for (; bytes[to] !== QUOTE; to++) {
      const code = bytes[to] as number
      if (code === BACKSLASH) {
        isPlain = false
        to++
      } else if (code >= 0x80) isAscii = false
      // A control character, or the end of everything.
      else if (!(code >= 0x20)) throw UNUSUAL
    }
    if (!isAscii && !this.#isUtf8) throw UNUSUAL
    this.#at = to + 1
    return isPlain
  }

  #parseFrom(from: number): string {
    return parse(this.decode(from - 1, this.#at)) as string
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
