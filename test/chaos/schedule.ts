/** What is done to the program and to its connections: drawn from a seed, without an end. */
import type { Answer, Fault, Strike, StrikeHow } from '../simulators/eventstreams/protocol.ts'
import type { Random } from '../simulators/eventstreams/random.ts'
import { between, Deck } from './deck.ts'

/** How a life ends. */
export type Ending = 'SIGKILL' | 'SIGTERM' | 'SIGKILL while it stops'

/** What else happens in a life, or begins in it and lasts longer. */
type Disturbance = 'nothing' | 'lock' | 'refuse' | 'ask' | 'second instance' | 'switchover' | 'order'

/** The program from one start to its end. */
export interface Life {
  /** So long nothing runs before it. */
  readonly outageMs: number
  /** The other datacentre takes over during the outage. */
  readonly switchesOver: boolean
  /** What its time counts from: a slow machine must not make all lives end before they have read anything. */
  readonly from: 'start' | 'first request'
  readonly ms: number
  readonly ending: Ending
  /** So long it may stop before it is killed, where it is killed while it stops. */
  readonly graceMs: number
  readonly disturbance: { readonly what: Disturbance; readonly afterMs: number; readonly ms: number }
}

/** One of them is longer than what the program reads again after it: there only its positions can save it. */
const OUTAGES = [
  { least: 3000, most: 4000, switchesOver: true },
  ...Array(3).fill({ least: 300, most: 700, switchesOver: true }),
  ...Array(24).fill({ least: 0, most: 250, switchesOver: false }),
] as const

/** Fourteen lives are about half a minute, with twelve kills. */
const ENDINGS: readonly Ending[] = [
  ...Array<Ending>(11).fill('SIGKILL'),
  'SIGKILL while it stops',
  'SIGTERM',
  'SIGTERM',
]

const SPANS = [
  ...Array(3).fill({ from: 'start', least: 0, most: 700 }),
  ...Array(5).fill({ from: 'first request', least: 0, most: 1000 }),
  ...Array(6).fill({ from: 'first request', least: 1500, most: 3000 }),
] as readonly { from: Life['from']; least: number; most: number }[]

const DISTURBANCES: readonly Disturbance[] = [
  'nothing',
  'lock',
  'lock',
  'lock',
  'refuse',
  'ask',
  'second instance',
  'second instance',
  'switchover',
  'order',
  'order',
]

/** One life after another. */
export function* lives(random: Random): Generator<Life, never> {
  const outages = new Deck(random, OUTAGES)
  const endings = new Deck(random, ENDINGS)
  const spans = new Deck(random, SPANS)
  const disturbances = new Deck(random, DISTURBANCES)
  for (;;) {
    const outage = outages.deal()
    const span = spans.deal()
    const ms = between(random, span.least, span.most)
    yield {
      outageMs: between(random, outage.least, outage.most),
      switchesOver: outage.switchesOver,
      from: span.from,
      ms,
      ending: endings.deal(),
      graceMs: random.below(20),
      disturbance: {
        what: disturbances.deal(),
        // In its first half, so that it often goes on after it.
        afterMs: random.below(ms / 2 + 1),
        ms: between(random, 500, 2000),
      },
    }
  }
}

type Make = (random: Random) => Fault

const refusal =
  (status: number, headers?: Answer['headers']): Make =>
  () => ({ answer: { status, ...(headers && { headers }) } })

const strike =
  (how: StrikeHow): Make =>
  (random) => ({ strike: { how, after: someTime(random) } })

/** Soon or late, in bytes (and so anywhere in a frame or a character), events or ms. */
function someTime(random: Random): Required<Strike>['after'] {
  // As often between 10 and 100 as between 10,000 and 100,000.
  const upTo = (most: number) => Math.round(most ** (random.bits() / 2 ** 32))
  const ms = between(random, 50, 900)
  return random.pick([{ bytes: upTo(2_000_000) }, { events: upTo(2000) }, { ms }, { ms }])
}

/** How connections end, or why there is none. */
const ENDS: readonly Make[] = [
  ...Array<Make>(6).fill(() => ({})),
  ...Array<Make>(3).fill(strike('cut')),
  ...Array<Make>(2).fill(strike('reset')),
  ...Array<Make>(3).fill(strike('close')),
  ...Array<Make>(2).fill(strike('error')),
  () => ({ strike: { how: 'stall', after: { bytes: 0 } } }),
  (random) => ({ strike: { how: 'stall', after: { events: between(random, 1, 500) } } }),
  () => ({ answer: 'never' }),
  () => ({ answer: 'hangup' }),
  refusal(429, { 'retry-after': '1' }),
  () => ({ answer: { status: 429, headers: { 'retry-after': new Date(Date.now() + 1500).toUTCString() } } }),
  refusal(403),
  refusal(404),
  refusal(500),
  refusal(502),
  refusal(503),
  refusal(504),
  () => ({
    answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>Sign in to go on</p>' },
  }),
]

/** In which form connections send. Not over several lines: that would make two texts of one unreadable event. */
const SHAPES: readonly Make[] = [
  ...Array<Make>(2).fill(() => ({})),
  ...Array<Make>(2).fill((random) => ({ duplicates: between(random, 2, 6) })),
  (random) => ({ chunkBytes: { min: 1, max: 3000, seed: random.bits() } }),
  (random) => ({ chunkBytes: { min: 1, max: 50, seed: random.bits() }, eventsPerSecond: 500 }),
  () => ({ form: { lineEnd: '\r\n' } }),
  () => ({ form: { lineEnd: '\r' } }),
  () => ({ form: { space: false } }),
]

/** What goes wrong with one connection after another. */
export function* fates(random: Random): Generator<Fault, never> {
  const ends = new Deck(random, ENDS)
  const shapes = new Deck(random, SHAPES)
  for (;;) {
    const end = ends.deal()(random)
    if (end.answer === undefined) yield { ...shapes.deal()(random), ...end }
    else {
      yield end
      // What is the matter with a server often still is at the next attempt.
      if (random.chance(0.25)) yield end
    }
  }
}
