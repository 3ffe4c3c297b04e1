/** What Prometheus is told: numbers that are there anyway, read when it asks. No label is anybody's text. */
import type { CommandOutcomes } from '../../../answers/outcomes.ts'
import type { BotState, KnownGap, StoreReader, Waiting } from '../../../contracts.ts'
import type { Deliveries } from '../../../feeds/deliveries.ts'
import type { Counters } from '../../../pipeline/counters.ts'
import { VERSION } from '../../../version.ts'
import type { Traffic } from '../traffic.ts'
import type { Metric } from './exposition.ts'
import { processMetrics } from './process.ts'
import { counter, gauge, histogram, labelled, tabled } from './samples.ts'

/** What there is to measure. */
export interface Measured {
  readonly counters: Counters
  /** `null`: another process reads. */
  readonly source: {
    readonly name: string
    /** Something comes from it on the connection that it has. */
    isConnected(): boolean
    /** How many events it has read and not handed on yet. */
    held(): number
  } | null
  /** `null`: nothing comes through here. */
  readonly bus: { waiting(): Promise<Waiting> } | null
  /** What comes is stored here. */
  readonly isStoring: boolean
  readonly store: Pick<StoreReader, 'gaps' | 'span' | 'totals' | 'space'>
  readonly bot: () => BotState
  /** `null`: nobody can ask. */
  readonly commands: CommandOutcomes | null
  /** `null`: nothing is posted. */
  readonly deliveries: Deliveries | null
  readonly traffic: Traffic
}

const GAP_STATES: readonly KnownGap['state'][] = ['open', 'refilled', 'lost']
const BOT_STATES: readonly BotState[] = ['off', 'http', 'connecting', 'connected', 'failed', 'elsewhere']

/** @param now UTC ms */
export async function metrics(measured: Measured, now: number): Promise<Metric[]> {
  return [
    gauge('info', 'Which version runs.', { value: 1, labels: { version: VERSION } }),
    ...(await flow(measured)),
    ...(await stored(measured, now)),
    ...talk(measured),
    ...http(measured),
    ...processMetrics(),
  ]
}

/** From the source to the store, as far as it comes through this process. */
async function flow({ counters, source, bus, isStoring }: Measured): Promise<Metric[]> {
  return [
    ...(source === null ? [] : reading(counters, source)),
    ...(bus === null ? [] : await queue(source, bus)),
    ...(isStoring ? storing(counters) : []),
  ]
}

const reading = (counters: Counters, source: NonNullable<Measured['source']>): Metric[] => [
  gauge('source_connected', '1 while something comes from the source.', {
    value: Number(source.isConnected()),
    labels: { source: source.name },
  }),
  counter(
    'events_received_total',
    'Events that a source has handed on.',
    ...labelled('source', counters.received),
  ),
]

async function queue(source: Measured['source'], bus: NonNullable<Measured['bus']>): Promise<Metric[]> {
  // Between processes, it may be away: then nobody knows.
  const waiting = await bus.waiting().catch(() => null)
  return [
    gauge(
      'queue_events',
      'Events between source and store: read and not handed on yet, or on the bus.',
      ...labelled('place', [
        ...(source === null ? [] : [['source', source.held()] as const]),
        ...(waiting === null ? [] : [['bus', waiting.events] as const]),
      ]),
    ),
    ...(waiting === null
      ? []
      : [gauge('queue_batches', 'Batches on the bus that are not stored yet.', waiting.batches)]),
  ]
}

const storing = (counters: Counters): Metric[] => [
  counter('changes_stored_total', 'Changes that were new and are stored.', counters.stored),
  counter('changes_duplicate_total', 'Changes that came again and were there already.', counters.duplicates),
  counter('changes_expired_total', 'Changes older than what is kept, which were left out.', counters.expired),
  counter(
    'dead_letters_total',
    'Events that were put to the dead letters, by what is wrong with them.',
    ...labelled('reason', counters.buried),
  ),
  counter('batches_stored_total', 'Batches that are stored.', counters.batches),
  histogram('append_duration_seconds', 'How long it took to store a batch.', {
    durations: counters.appends,
  }),
  gauge(
    'position_age_seconds',
    'Since when no position was saved; since the start while none was.',
    counters.positionAge,
  ),
]

/** What is there, whenever it came. */
async function stored({ store }: Measured, now: number): Promise<Metric[]> {
  const found = await Promise.all([store.gaps(), store.span(), store.totals(), store.space()]).catch(
    () => null,
  )
  // What else there is to say is wanted most then.
  const isUp = gauge('store_up', '1 while the store answers.', Number(found !== null))
  if (found === null) return [isUp]
  const [gaps, span, totals, space] = found
  return [
    isUp,
    gauge(
      'gaps',
      'Times from which not all changes could be had: open may still come, lost cannot, refilled was none.',
      ...labelled(
        'state',
        GAP_STATES.map((state) => [state, gaps.filter((gap) => gap.state === state).length]),
      ),
    ),
    gauge(
      'lag_seconds',
      'How old the newest stored change is.',
      ...(span === null ? [] : [Math.max(0, now - span.to) / 1000]),
    ),
    gauge(
      'last_change_timestamp_seconds',
      'When the newest stored change was published.',
      ...(span === null ? [] : [span.to / 1000]),
    ),
    gauge('store_changes', 'Changes that are stored now.', totals.changes),
    gauge('store_bytes', 'What the store takes on disk.', totals.bytes),
    gauge(
      'store_available_bytes',
      'What is left on the disk of the store.',
      ...(space === null ? [] : [space]),
    ),
    gauge('store_dead_letters', 'Events in the dead letters.', totals.deadLetters),
  ]
}

function talk({ bot, commands, deliveries }: Measured): Metric[] {
  return [
    gauge(
      'bot_state',
      '1 for the state in which the bot is.',
      ...labelled(
        'state',
        BOT_STATES.map((state) => [state, Number(state === bot())]),
      ),
    ),
    counter(
      'commands_total',
      'Questions by command and by what became of them; those that name no command are of “none”.',
      ...tabled(['name', 'outcome'], commands ?? []),
    ),
    counter(
      'feed_deliveries_total',
      'Attempts to post what feeds have, by what became of them.',
      ...tabled(['kind', 'outcome'], deliveries ?? []),
    ),
  ]
}

function http({ traffic: { requests, durations, underWay } }: Measured): Metric[] {
  return [
    counter(
      'http_requests_total',
      'Requests that are over, by the class of their status; “gone” if whoever asked did not wait.',
      ...tabled(['route', 'status'], requests),
    ),
    gauge(
      'http_requests_in_flight',
      'Requests under way; of a stream, how many follow it.',
      ...labelled('route', underWay),
    ),
    histogram(
      'http_request_duration_seconds',
      'How long requests took; of a stream, how long it was followed.',
      ...Array.from(durations, ([route, each]) => ({ durations: each, labels: { route } })),
    ),
  ]
}
