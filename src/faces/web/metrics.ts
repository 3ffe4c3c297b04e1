/** What Prometheus is told. Nothing is counted for it: it reads what is there when it asks. No label is anybody's text. */
import { readdirSync } from 'node:fs'
import type { BotState, KnownGap, StoreReader } from '../../contracts.ts'
import { type Counters, DURATION_BOUNDS } from '../../pipeline/counters.ts'
import { VERSION } from '../../version.ts'
import type { Metric, Sample } from './exposition.ts'

/** What there is to measure. */
export interface Measured {
  readonly counters: Counters
  readonly store: Pick<StoreReader, 'gaps' | 'span' | 'totals'>
  readonly bot: () => BotState
}

const GAP_STATES: readonly KnownGap['state'][] = ['open', 'refilled', 'lost']
const BOT_STATES: readonly BotState[] = ['off', 'http', 'connecting', 'connected', 'failed']

/** @param now UTC ms */
export async function metrics({ counters, store, bot }: Measured, now: number): Promise<Metric[]> {
  const [gaps, span, totals] = await Promise.all([store.gaps(), store.span(), store.totals()])
  return [
    gauge('info', 'Which version runs.', { value: 1, labels: { version: VERSION } }),
    counter('changes_stored_total', 'Changes that were new and are stored.', counters.stored),
    counter(
      'changes_duplicate_total',
      'Changes that came again and were there already.',
      counters.duplicates,
    ),
    counter(
      'changes_expired_total',
      'Changes older than what is kept, which were left out.',
      counters.expired,
    ),
    counter(
      'events_unreadable_total',
      'Events that could not be read and were put to the dead letters.',
      counters.unreadable,
    ),
    counter('batches_stored_total', 'Batches that are stored.', counters.batches),
    appendDuration(counters),
    gauge(
      'gaps',
      'Times from which not all changes could be had: open may still come, lost cannot, refilled was none.',
      ...GAP_STATES.map((state) => ({
        value: gaps.filter((gap) => gap.state === state).length,
        labels: { state },
      })),
    ),
    gauge(
      'lag_seconds',
      'How old the newest stored change is.',
      ...(span === null ? [] : [{ value: Math.max(0, now - span.to) / 1000 }]),
    ),
    gauge(
      'last_change_timestamp_seconds',
      'When the newest stored change was published.',
      ...(span === null ? [] : [{ value: span.to / 1000 }]),
    ),
    gauge('position_age_seconds', 'Since when no position was saved; since the start while none was.', {
      value: counters.positionAge,
    }),
    gauge('store_changes', 'Changes that are stored now.', { value: totals.changes }),
    gauge('store_bytes', 'What the store takes on disk.', { value: totals.bytes }),
    gauge('store_dead_letters', 'Events in the dead letters.', { value: totals.deadLetters }),
    gauge(
      'bot_state',
      '1 for the state in which the bot is.',
      ...BOT_STATES.map((state) => ({ value: Number(state === bot()), labels: { state } })),
    ),
    ...processMetrics(now),
  ]
}

const PREFIX = 'wiki_change_stream_'

const gauge = (name: string, help: string, ...samples: Sample[]): Metric => ({
  name: `${PREFIX}${name}`,
  type: 'gauge',
  help,
  samples,
})

const counter = (name: string, help: string, value: number): Metric => ({
  name: `${PREFIX}${name}`,
  type: 'counter',
  help,
  samples: [{ value }],
})

function appendDuration({ appendsByDuration, appendSeconds, batches }: Counters): Metric {
  let upToHere = 0
  const buckets = [...appendsByDuration].map((count, place): Sample => {
    upToHere += count
    return { value: upToHere, suffix: '_bucket', labels: { le: DURATION_BOUNDS[place] ?? '+Inf' } }
  })
  return {
    name: `${PREFIX}append_duration_seconds`,
    type: 'histogram',
    help: 'How long it took to store a batch.',
    samples: [...buckets, { value: appendSeconds, suffix: '_sum' }, { value: batches, suffix: '_count' }],
  }
}

/** The usual ones about a process, under their usual names, as far as they cost nothing while nobody asks. */
function processMetrics(now: number): Metric[] {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
  const one = (name: string, type: 'counter' | 'gauge', help: string, ...values: number[]): Metric => ({
    name,
    type,
    help,
    samples: values.map((value) => ({ value })),
  })
  return [
    one('process_cpu_user_seconds_total', 'counter', 'Processor time in user mode.', user / 1e6),
    one('process_cpu_system_seconds_total', 'counter', 'Processor time in system mode.', system / 1e6),
    one('process_cpu_seconds_total', 'counter', 'Processor time.', (user + system) / 1e6),
    one('process_start_time_seconds', 'gauge', 'When the process began.', now / 1000 - process.uptime()),
    one('process_resident_memory_bytes', 'gauge', 'Resident memory.', rss),
    one('process_open_fds', 'gauge', 'Open file descriptors.', ...openFiles()),
    one('nodejs_heap_size_used_bytes', 'gauge', 'What is used of the heap.', heapUsed),
    one('nodejs_heap_size_total_bytes', 'gauge', 'The heap.', heapTotal),
    one('nodejs_external_memory_bytes', 'gauge', 'Memory of buffers and the like.', external),
    one(
      'nodejs_eventloop_utilization',
      'gauge',
      'Part of the time since the start in which the main thread was busy.',
      performance.eventLoopUtilization().utilization,
    ),
  ]
}

/** Only Linux says. */
function openFiles(): number[] {
  try {
    return [readdirSync('/proc/self/fd').length]
  } catch {
    return []
  }
}
