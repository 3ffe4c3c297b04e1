/** What a test and the simulator say to each other: plain data, sent as JSON over the control port. */

/** The two datacentres; each stream has a topic of each, and one of them is written to. */
export const DATACENTRES = ['eqiad', 'codfw'] as const
export type Datacentre = (typeof DATACENTRES)[number]

/** How the server behaves until it is told otherwise. */
export interface Settings {
  /** Where events without a topic of their own go. */
  readonly active: Datacentre
  /** Open connections per client address; one more gets 429. */
  readonly connectionLimit: number
  /**
   * `null`: topics are merged in the order of publication. A datacentre: what is stored at the time of a connect is
   * sent in one run per datacentre, this one's first; Kafka promises no order between topics.
   */
  readonly backlogFirst: Datacentre | null
  /**
   * How an id shows a topic that was asked for by timestamp and from which nothing was sent yet on the connection:
   * `resolved`, what KafkaSSE's source does: the offset the timestamp led to, -1 where it is later than everything;
   * `latest`: offset -1; `asked`: the timestamp itself.
   */
  readonly unsentShows: 'resolved' | 'latest' | 'asked'
}

/** An HTTP answer. What is left out is as the real service (or its edge) would fill it. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** `cut`: FIN in the middle of the chunked body. `close`: a complete body. `reset`: RST. `stall`: open and silent. */
export type StrikeHow = 'cut' | 'close' | 'reset' | 'stall' | 'error'

/** How a connection ends, and when, counted from where the fault took effect. No `after`: at once. */
export interface Strike {
  readonly how: StrikeHow
  /** Whichever comes first. `{events: 0}` is after the `:ok`, `{bytes: 0}` before it. */
  readonly after?: { readonly bytes?: number; readonly events?: number; readonly ms?: number }
  /** What `event: error` says, for `how: 'error'`; it comes after the frames that were due, never within one. */
  readonly error?: { readonly message: string; readonly origin: string; readonly name: string }
}

/** Legal variants of SSE that the real service does not send today. */
export interface FrameForm {
  readonly lineEnd?: '\n' | '\r\n' | '\r'
  /** `false`: `data:` with no space after the colon. */
  readonly space?: boolean
  /** The JSON of an event over many `data:` lines. */
  readonly multiline?: boolean
}

/** What goes wrong with a connection; everything here can be combined. An empty object is a sound one. */
export interface Fault {
  /** Instead of the stream; `never`: no answer at all, `hangup`: closed without one. */
  readonly answer?: Answer | 'never' | 'hangup'
  readonly strike?: Strike
  /** Every event so many times. */
  readonly duplicates?: number
  readonly eventsPerSecond?: number
  /** Body chunks of this size, or of random sizes in a range; they end anywhere, also inside a character. */
  readonly chunkBytes?: number | { readonly min: number; readonly max: number; readonly seed: number }
  readonly form?: FrameForm
}

/** To which connections a fault applies: the next ones (once each), all later ones, or those that are open. */
export type FaultTarget = { readonly next: number } | 'every' | 'open'

/** What became of one request to the public port. */
export interface ConnectionRecord {
  /** Counted from 1 over all requests. */
  readonly number: number
  /** When it came, UTC ms. */
  readonly at: number
  /** The client's. */
  readonly address: string
  readonly url: string
  readonly streams: readonly string[]
  readonly since: string | null
  readonly lastEventId: string | null
  readonly userAgent: string | null
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** `null` until (or if never) answered. */
  status: number | null
  /** `open` and `stalled` hold the connection, `answered` is an answer without a stream, `closed` is over. */
  state: 'answered' | 'open' | 'stalled' | 'closed'
  /** Frames begun, duplicates included. */
  events: number
  /** Bytes of the body written. */
  bytes: number
  endedAt: number | null
  endedBy: 'client' | StrikeHow | null
}

/** Sums over all connections, as `waitFor` compares them. */
export interface Counts {
  /** Requests of any outcome. */
  readonly requests: number
  /** Streams begun. */
  readonly opened: number
  /** Streams open now, stalled ones included. */
  readonly open: number
  /** Streams stalled now. */
  readonly stalled: number
  /** Streams over. */
  readonly closed: number
  /** Frames begun. */
  readonly events: number
  /** All that is published is written to one of the open connections. */
  readonly sent: boolean
}

/** At least so many; `open` exactly so many. */
export type Condition = Partial<Counts>

/** A topic's log, for checks on the simulator itself. */
export interface TopicSummary {
  readonly topic: string
  /** Offset of the oldest retained message. */
  readonly start: number
  /** Offset the next message will have. */
  readonly end: number
}
