import type { Change, ChangeType } from './change.ts'
import { encodeTitle } from './links.ts'
import { EARLIEST, knownSite, LATEST, NO_REVISION, revisionInUrl } from './recentchange.ts'

/** A text within the bytes, before it has become a string. */
interface Span {
  from: number
  to: number
  /** 0: ASCII as it stands · 1: has UTF-8 beyond ASCII · 2, 3: has escapes. */
  form: number
}

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN = 0x7b
const CLOSE = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d

const TYPES: readonly ChangeType[] = ['categorize', 'edit', 'new', 'log', 'external']

/** Bytes that stand in an address as they stand in a title (see `encodeTitle`); the others stand as `%` and two digits. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, code) =>
  Number(code < 128 && /[\w\-.:/!~*();@$,]/.test(String.fromCharCode(code))),
)
const DIGITS = '0123456789ABCDEF'
const HEX = Uint8Array.from({ length: 128 }, (_, code) => Number(/[\da-f]/.test(String.fromCharCode(code))))

/**
 * Reads recentchange events from their bytes by position: only what becomes part of a `Change` is ever turned into a
 * value, which takes a third of the time of parsing all of it. It knows the form in which the stream has its events
 * and nothing else; for any other `scan` returns `null`, and `readRecentChange` has the say. Where both can read an
 * event they give the same change (property test).
 */
export class EventBytes {
  readonly #bytes: Buffer
  /** The bytes as characters, one each: searching a string is faster than searching a buffer, and places agree. */
  readonly text: string
  #at = 0
  readonly #span: Span = { from: 0, to: 0, form: 0 }

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
    const text = this.text
    this.#at = start
    let id = ''
    let at = 0
    let type: ChangeType | null = null
    let rcid: number | null = null
    let namespace: number | null = null
    let timestamp: number | null = null
    let title = ''
    let user: string | null = null
    let comment: string | null = null
    let wiki = ''
    let bot = false
    let minor: boolean | null = null
    let patrolled: boolean | null = null
    let bytes = NO_REVISION
    let revision = NO_REVISION
    let url = 0
    let urlEnd = 0
    let notify = 0
    let notifyEnd = 0
    let server = 0
    let serverEnd = 0
    let domain = 0
    let domainEnd = 0
    let script = 0
    let scriptEnd = 0
    let titleFrom = 0
    let titleTo = 0
    let titleHasEscapes = false
    let logId: number | null = null
    let logType: string | null = null
    let logAction: string | null = null
    let logParams: unknown = null
    let logText: string | null = null

    if (text.charCodeAt(this.#at++) !== OPEN) return null
    for (;;) {
      const key = this.#key()
      if (key < 0) return null
      const length = this.#at - 2 - key
      switch (text.charCodeAt(key)) {
        case 0x6d: // m
          if (length === 4 && text.startsWith('meta', key)) {
            if (!this.#meta()) return null
            id = this.#id
            at = this.#time
          } else if (length === 5 && text.startsWith('minor', key)) {
            const value = this.#boolean()
            if (value === null) return null
            minor = value
          } else return null
          break
        case 0x69: {
          // i
          if (length !== 2) return null
          const value = this.#integer()
          if (value === null) return null
          rcid = value
          break
        }
        case 0x74: // t
          if (length === 4) {
            if (!this.#string()) return null
            type = this.#type()
            if (type === null) return null
          } else if (length === 5) {
            const value = this.#value()
            if (value === null) return null
            title = value
            titleHasEscapes = this.#span.form >= 2
            titleFrom = this.#span.from
            titleTo = this.#span.to
          } else if (text.startsWith('title_url', key)) {
            if (!this.#skipString()) return null
            url = this.#span.from
            urlEnd = this.#span.to
          } else if (text.startsWith('timestamp', key)) {
            const value = this.#integer()
            if (value === null) return null
            timestamp = value * 1000
          } else return null
          break
        case 0x6e: // n
          if (text.startsWith('namespace', key)) {
            const value = this.#integer()
            if (value === null) return null
            namespace = value
          } else if (text.startsWith('notify_url', key)) {
            if (!this.#skipString()) return null
            notify = this.#span.from
            notifyEnd = this.#span.to
          } else return null
          break
        case 0x63: {
          // c
          if (!text.startsWith('comment"', key)) return null
          const value = this.#value()
          if (value === null) return null
          comment = value
          break
        }
        case 0x75: {
          // u
          if (!text.startsWith('user"', key)) return null
          const value = this.#value()
          if (value === null) return null
          user = value
          break
        }
        case 0x62: {
          // b
          if (!text.startsWith('bot"', key)) return null
          const value = this.#boolean()
          if (value === null) return null
          bot = value
          break
        }
        case 0x70: // p
          if (text.startsWith('patrolled"', key)) {
            const value = this.#boolean()
            if (value === null) return null
            patrolled = value
          } else if (!text.startsWith('parsedcomment"', key) || !this.#skipString()) return null
          break
        case 0x6c: // l
          if (text.startsWith('length"', key)) {
            if (!this.#pair()) return null
            bytes = { old: this.#old, new: this.#new }
          } else if (text.startsWith('log_id"', key)) {
            logId = this.#integer()
            if (logId === null) return null
          } else if (text.startsWith('log_type"', key)) {
            logType = this.#value()
            if (logType === null) return null
          } else if (text.startsWith('log_action"', key)) {
            logAction = this.#value()
            if (logAction === null) return null
          } else if (text.startsWith('log_action_comment"', key)) {
            logText = this.#value()
            if (logText === null) return null
          } else if (text.startsWith('log_params"', key)) {
            logParams = this.#json()
            if (logParams === undefined) return null
          } else return null
          break
        case 0x72: // r
          if (!text.startsWith('revision"', key) || !this.#pair()) return null
          revision = { old: this.#old, new: this.#new }
          break
        case 0x73: // s
          if (!text.startsWith('server_', key) || !this.#skipString()) return null
          if (text.startsWith('url"', key + 7)) {
            server = this.#span.from
            serverEnd = this.#span.to
          } else if (text.startsWith('name"', key + 7)) {
            domain = this.#span.from
            domainEnd = this.#span.to
          } else if (text.startsWith('script_path"', key + 7)) {
            script = this.#span.from
            scriptEnd = this.#span.to
          } else return null
          break
        case 0x77: {
          // w
          if (!text.startsWith('wiki"', key)) return null
          const value = this.#value()
          if (value === null) return null
          wiki = value
          break
        }
        case 0x24: // $schema
          if (!this.#skipString()) return null
          break
        default:
          return null
      }
      const next = text.charCodeAt(this.#at++)
      if (next === COMMA) continue
      if (next !== CLOSE || this.#at !== end) return null
      break
    }

    if (type === null || id === '' || title === '') return null
    const site = knownSite(wiki)
    if (
      site === undefined ||
      !this.#equals(server, serverEnd, site.server) ||
      !this.#equals(domain, domainEnd, site.domain) ||
      !this.#equals(script, scriptEnd, site.scriptPath) ||
      !text.startsWith(site.articleBase, url) ||
      !(titleHasEscapes
        ? this.#equals(url + site.articleBase.length, urlEnd, encodeTitle(title))
        : this.#isTitle(url + site.articleBase.length, urlEnd, titleFrom, titleTo))
    ) {
      return null
    }
    if (type === 'categorize') revision = revisionInUrl(text.slice(notify, notifyEnd))
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
      revision,
      log:
        type === 'log'
          ? { id: logId, type: logType, action: logAction, params: logParams, text: logText }
          : null,
    }
  }

  #id = ''
  #time = 0
  #old: number | null = null
  #new: number | null = null

  /** The start of the next key; `#at` is then at its value. -1 if there is none. */
  #key(): number {
    const text = this.text
    if (text.charCodeAt(this.#at) !== QUOTE) return -1
    const key = this.#at + 1
    const end = text.indexOf('"', key)
    if (text.charCodeAt(end + 1) !== COLON) return -1
    this.#at = end + 2
    return key
  }

  /** `meta`: its id and time. A canary is not for us. */
  #meta(): boolean {
    const text = this.text
    this.#id = ''
    this.#time = 0
    if (text.charCodeAt(this.#at++) !== OPEN) return false
    for (;;) {
      const key = this.#key()
      if (key < 0) return false
      const length = this.#at - 2 - key
      if (text.charCodeAt(this.#at) === QUOTE) {
        if (!this.#skipString()) return false
        const { from, to } = this.#span
        if (length === 2 && text.startsWith('id', key)) {
          if (!this.#isUuid(from, to)) return false
          this.#id = text.slice(from, to)
        } else if (length === 2 && text.startsWith('dt', key)) {
          this.#time = this.#timeOf(from, to)
        } else if (length === 6 && text.startsWith('domain', key) && this.#equals(from, to, 'canary'))
          return false
      } else if (this.#integer() === null) return false
      const next = text.charCodeAt(this.#at++)
      if (next === COMMA) continue
      return next === CLOSE && this.#time !== 0
    }
  }

  #isUuid(from: number, to: number): boolean {
    if (to - from !== 36) return false
    for (let i = 0; i < 36; i++) {
      const code = this.text.charCodeAt(from + i)
      if (i === 8 || i === 13 || i === 18 || i === 23 ? code !== 0x2d : HEX[code] !== 1) return false
    }
    return true
  }

  /** UTC ms of `2026-08-04T15:24:29.724Z`; 0 for any other form. The minute is nearly always that of the last event. */
  #timeOf(from: number, to: number): number {
    const text = this.text
    if (to - from !== 24 || text.charCodeAt(to - 1) !== 0x5a || text.charCodeAt(from + 19) !== 0x2e) return 0
    if (!text.startsWith(lastMinute, from)) {
      const minute = this.#bytes.toString('latin1', from, from + 17)
      const start = /^\d{4}-\d\d-\d\dT\d\d:\d\d:$/.test(minute) ? Date.parse(`${minute}00Z`) : Number.NaN
      // A minute before the last one keeps within the bounds whatever its seconds.
      if (!(start >= EARLIEST && start < LATEST - 60_000)) return 0
      lastMinute = minute
      lastMinuteStart = start
    }
    const digit = (place: number) => text.charCodeAt(from + place) - 0x30
    const [a, b, c, d, e] = [digit(17), digit(18), digit(20), digit(21), digit(22)]
    if (a < 0 || a > 5 || b < 0 || b > 9 || c < 0 || c > 9 || d < 0 || d > 9 || e < 0 || e > 9) return 0
    return lastMinuteStart + (a * 10 + b) * 1000 + c * 100 + d * 10 + e
  }

  #type(): ChangeType | null {
    const { from, to } = this.#span
    for (const type of TYPES) if (this.#equals(from, to, type)) return type
    return null
  }

  /** `{"old":1,"new":2}`, either of which may be absent. */
  #pair(): boolean {
    const text = this.text
    this.#old = null
    this.#new = null
    if (text.charCodeAt(this.#at++) !== OPEN) return false
    for (;;) {
      const key = this.#key()
      if (key < 0 || this.#at - 2 - key !== 3) return false
      const isOld = text.startsWith('old', key)
      if (!isOld && !text.startsWith('new', key)) return false
      const value = this.#integer()
      if (value === null) return false
      if (isOld) this.#old = value
      else this.#new = value
      const next = text.charCodeAt(this.#at++)
      if (next !== COMMA) return next === CLOSE
    }
  }

  /** A whole number of at most 15 digits; `null` for anything else. */
  #integer(): number | null {
    const text = this.text
    const isNegative = text.charCodeAt(this.#at) === 0x2d
    const first = this.#at + (isNegative ? 1 : 0)
    let at = first
    let value = 0
    for (;;) {
      const digit = text.charCodeAt(at) - 0x30
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
      at++
    }
    const length = at - first
    const next = text.charCodeAt(at)
    // A leading zero is no JSON; a fraction or an exponent is no whole number; -0 is not 0.
    if (length === 0 || length > 15 || (next !== COMMA && next !== CLOSE)) return null
    if (text.charCodeAt(first) === 0x30 && (length > 1 || isNegative)) return null
    this.#at = at
    return isNegative ? -value : value
  }

  #boolean(): boolean | null {
    if (this.text.startsWith('true', this.#at)) {
      this.#at += 4
      return true
    }
    if (this.text.startsWith('false', this.#at)) {
      this.#at += 5
      return false
    }
    return null
  }

  /** The text at `#at`, as a string; `null` if there is none. */
  #value(): string | null {
    if (!this.#string()) return null
    const { from, to, form } = this.#span
    if (form === 0) return this.text.slice(from, to)
    const text = this.#bytes.toString('utf8', from, to)
    if (form === 1) return text
    try {
      return JSON.parse(`"${text}"`) as string
    } catch {
      return null
    }
  }

  /** Finds the end of the text at `#at`, and what it takes to read it. */
  #string(): boolean {
    const text = this.text
    if (text.charCodeAt(this.#at) !== QUOTE) return false
    const from = this.#at + 1
    let form = 0
    for (let at = from; ; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        this.#span.from = from
        this.#span.to = at
        this.#span.form = form
        this.#at = at + 1
        return true
      }
      if (code === BACKSLASH) {
        form |= 2
        at++
      } else if (code >= 0x80) form |= 1
      // A control character, or the end of everything (NaN).
      else if (!(code >= 0x20)) return false
    }
  }

  /** Finds the end of a text that is not needed, or needed only as it stands. */
  #skipString(): boolean {
    const text = this.text
    if (text.charCodeAt(this.#at) !== QUOTE) return false
    const from = this.#at + 1
    let to = text.indexOf('"', from)
    for (; to > 0; to = text.indexOf('"', to + 1)) {
      let backslashes = 0
      while (text.charCodeAt(to - 1 - backslashes) === BACKSLASH) backslashes++
      if (backslashes % 2 === 0) break
    }
    this.#span.from = from
    this.#span.to = to
    this.#at = to + 1
    return to > 0
  }

  /** The object or list at `#at`, parsed; `undefined` if there is none. */
  #json(): unknown {
    const from = this.#at
    const text = this.text
    let depth = 0
    for (;;) {
      const code = text.charCodeAt(this.#at)
      if (code === QUOTE) {
        if (!this.#skipString()) return undefined
        continue
      }
      if (code === OPEN || code === OPEN_LIST) depth++
      else if (code === CLOSE || code === CLOSE_LIST) depth--
      else if (depth === 0 || Number.isNaN(code)) return undefined
      this.#at++
      if (depth === 0) break
    }
    try {
      return JSON.parse(this.#bytes.toString('utf8', from, this.#at)) as unknown
    } catch {
      return undefined
    }
  }

  #equals(from: number, to: number, expected: string): boolean {
    return to - from === expected.length && this.text.startsWith(expected, from)
  }

  /** Whether the end of an address is the title as MediaWiki encodes it, byte for byte. */
  #isTitle(from: number, to: number, titleFrom: number, titleTo: number): boolean {
    const text = this.text
    let at = from
    for (let i = titleFrom; i < titleTo; i++) {
      const code = text.charCodeAt(i)
      const found = text.charCodeAt(at++)
      if (PLAIN[code] === 1) {
        if (found !== code) return false
      } else if (code === 0x20) {
        if (found !== 0x5f) return false
      } else {
        if (found !== 0x25 || text[at++] !== DIGITS[code >> 4] || text[at++] !== DIGITS[code & 15])
          return false
      }
    }
    return at === to
  }
}

let lastMinute = '?'
let lastMinuteStart = 0
