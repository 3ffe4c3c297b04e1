/** What was seen in a run, and whether it was enough for the run to mean something. */
import type { ConnectionRecord, Fault } from '../simulators/eventstreams/protocol.ts'
import type { IssuedCounts } from './issuer.ts'

export interface Figures extends IssuedCounts {
  events: number
  poison: number
  /** Stored before the faults ended. */
  storedUnderFaults: number
  /** Frames sent beyond one of each event. */
  duplicatesSent: number
  kills: number
  /** Of them, so many while events came. */
  killsWhileReading: number
  stops: number
  connections: number
  /** Starts that asked again for what was stored. */
  overlappingResumes: number
  /** Starts before which some but not all events of the last 50 ms were stored. */
  resumesAmongNeighbours: number
  switchovers: number
  switchoversInOutage: number
  longOutages: number
  secondInstances: number
  questions: number
  /** From the program's log. */
  watchdog: number
  lockFelt: number
  refusalFelt: number
  discordDown: number
  /** How many connections met which fault. */
  faults: Record<string, number>
}

const REFUSALS = ['403', '404', '500', '502', '503', '504'].map((status) => `HTTP ${status}`)
const FAULTS = [
  ...REFUSALS,
  'HTTP 429 in seconds',
  'HTTP 429 as a date',
  'no event stream',
  'no answer',
  'hang-up',
  'cut',
  'reset',
  'close',
  'error',
  'stall before anything',
  'stall after events',
  'duplicates',
  'odd chunks',
  'tiny chunks',
  'CRLF',
  'CR',
  'no space',
]

/** What a connection really met of the fault that it was to have. */
export function faultsMet(
  { answer, strike, duplicates, chunkBytes, form }: Fault,
  record: ConnectionRecord,
): string[] {
  if (answer === 'never') return ['no answer']
  if (answer === 'hangup') return ['hang-up']
  if (answer !== undefined) return [nameOf(answer)]
  const met: string[] = []
  if (strike?.how === 'stall') {
    const { bytes = Number.POSITIVE_INFINITY, events = Number.POSITIVE_INFINITY } = strike.after ?? {}
    const isReached = record.bytes >= bytes || record.events >= events
    if (isReached) met.push(record.bytes === 0 ? 'stall before anything' : 'stall after events')
  } else if (strike !== undefined && record.endedBy === strike.how) met.push(strike.how)
  if (record.events === 0) return met
  if (duplicates !== undefined) met.push('duplicates')
  if (typeof chunkBytes === 'object') met.push(chunkBytes.max > 50 ? 'odd chunks' : 'tiny chunks')
  if (form?.lineEnd !== undefined) met.push(form.lineEnd === '\r' ? 'CR' : 'CRLF')
  if (form?.space === false) met.push('no space')
  return met
}

function nameOf({
  status,
  headers = {},
}: {
  status: number
  headers?: Readonly<Record<string, string>>
}): string {
  if (status === 200) return 'no event stream'
  const wish = headers['retry-after']
  if (wish === undefined) return `HTTP ${status}`
  return `HTTP ${status} ${/^\d+$/.test(wish) ? 'in seconds' : 'as a date'}`
}

type Count = Exclude<keyof Figures, 'faults'>

/** What a minute must have had at least. */
const PER_MINUTE: Partial<Record<Count, number>> = {
  events: 20_000,
  storedUnderFaults: 15_000,
  duplicatesSent: 10_000,
  poison: 20,
  kills: 20,
  killsWhileReading: 5,
  stops: 2,
  connections: 18,
  overlappingResumes: 6,
  longOutages: 1,
  switchoversInOutage: 1,
  sameMs: 500,
  backward: 500,
  again: 100,
}

/** What must have happened at least once in any run. */
const ONCE: readonly Count[] = [
  'resumesAmongNeighbours',
  'switchovers',
  'secondInstances',
  'questions',
  'discordDown',
  'late',
  'withoutNumber',
  'huge',
  'canaries',
  'bareCanaries',
  'stragglers',
]

/** What hangs on how a fault and the program's steps happen to meet: asked of runs of so many minutes and more. */
const IN_LONG_RUNS: readonly Count[] = ['watchdog', 'lockFelt', 'refusalFelt']
const LONG_RUN_MINUTES = 5

/** Why a run means nothing, however clean it was: what there was too little of. */
export function tooLittle(figures: Figures, minutes: number): string[] {
  const wanted: [name: string, had: number, least: number][] = [
    ...Object.entries(PER_MINUTE).map(([name, least]): [string, number, number] => [
      name,
      figures[name as Count],
      Math.ceil(least * minutes),
    ]),
    ...[...ONCE, ...(minutes < LONG_RUN_MINUTES ? [] : IN_LONG_RUNS)].map(
      (name): [string, number, number] => [name, figures[name], 1],
    ),
    ...FAULTS.map((name): [string, number, number] => [name, figures.faults[name] ?? 0, 1]),
  ]
  return wanted.flatMap(([name, had, least]) => (had < least ? [`${name}: ${had}, not ${least}`] : []))
}
