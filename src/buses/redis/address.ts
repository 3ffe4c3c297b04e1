import { shownAddress } from '../../shown-address.ts'

/** Where the bus is, and how much of it may be used. */
export interface RedisAddress {
  /** As Redis clients take it, with its name and password. */
  readonly url: string
  /** The same for people. */
  readonly place: string
  /** The name of the stream. What else belongs to it has names that begin with it. */
  readonly stream: string
  /** At most so many batches wait there. */
  readonly maxLength: number
}

/** A few hours of the stream of all wikis, and less than 2 GB. */
const MAX_LENGTH = 100_000

/**
 * `redis://[NAME:PASSWORD@]HOST[:PORT][/DATABASE][?stream=NAME&maxlen=BATCHES]`, or `rediss://…` for TLS; `null` where it
 * is none.
 */
export function redisAddress(text: string): RedisAddress | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const { stream = 'changes', maxlen = String(MAX_LENGTH), ...others } = Object.fromEntries(url.searchParams)
  const isSound =
    /^rediss?:$/.test(url.protocol) &&
    url.hostname !== '' &&
    url.hash === '' &&
    /^(\/\d{0,5})?$/.test(url.pathname) &&
    /^[\w.:{}-]{1,100}$/.test(stream) &&
    /^[1-9]\d{0,8}$/.test(maxlen) &&
    Object.keys(others).length === 0
  if (!isSound) return null
  url.search = ''
  return { url: url.href, place: `${shownAddress(url.href)} (${stream})`, stream, maxLength: Number(maxlen) }
}
