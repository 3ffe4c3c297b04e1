import type { SeriesQuery, StoreReader } from '../contracts.ts'
import type { Counted, Known } from './answer.ts'
import { DAY_MS, HOUR_MS } from './arguments.ts'

/** How long the pieces of time of a series are. */
export const PIECE_MS: Readonly<Record<SeriesQuery['bucket'], number>> = {
  minute: 60_000,
  hour: HOUR_MS,
  day: DAY_MS,
}

interface Span {
  /** UTC ms; `to` is not part of it. */
  readonly from: number
  readonly to: number
}

/** What was counted in each piece of time, and how much of it is stored at all. */
export async function counted(store: StoreReader, query: SeriesQuery): Promise<readonly Counted[]> {
  const { from, to, bucket } = query
  const [series, holes, newest] = await Promise.all([
    store.series(query),
    holesIn(store, { from, to }),
    store.span().then((span) => span?.to ?? from),
  ])
  const length = PIECE_MS[bucket]
  return series.map((point) => ({
    ...point,
    known: knownOf({ from: point.at, to: point.at + length }, holes, newest),
  }))
}

function knownOf(piece: Span, holes: readonly Span[], newest: number): Known {
  if (piece.from > newest) return 'later'
  let missing = 0
  // What is counted up to: holes may overlap.
  let upTo = piece.from
  for (const { from, to } of holes) {
    const end = Math.min(to, piece.to)
    missing += Math.max(0, end - Math.max(from, upTo))
    upTo = Math.max(upTo, end)
  }
  if (missing >= piece.to - piece.from) return 'none'
  return missing > 0 || piece.to > newest ? 'part' : 'whole'
}

/** The times that are not stored, by their beginning: gaps, what was before the first change, and empty days. */
async function holesIn(store: StoreReader, { from, to }: Span): Promise<readonly Span[]> {
  const [gaps, span, hours] = await Promise.all([
    store.gaps(),
    store.span(),
    // Of all wikis: that one of them has nothing in an hour says nothing. The hour before tells whether it began there.
    store.series({
      scope: { kind: 'all' },
      from: (Math.floor(from / HOUR_MS) - 1) * HOUR_MS,
      to: Math.ceil(to / HOUR_MS) * HOUR_MS,
      bucket: 'hour',
    }),
  ])
  const holes: Span[] = gaps.filter(({ state }) => state !== 'refilled')
  const first = hours.find(({ humans, bots }) => humans + bots > 0)
  if (first === undefined) return [{ from, to }]
  // Counts outlive their changes, so the oldest change may be of later than the first count.
  const isOldest = span !== null && span.from < first.at + HOUR_MS
  holes.push({ from: 0, to: isOldest ? span.from : first.at + HOUR_MS })
  // Wikis are never silent for a day: then nothing was followed, as between two recordings.
  for (let day = Math.floor(from / DAY_MS) * DAY_MS; day < to; day += DAY_MS) {
    const isSilent = hours.every(
      ({ at, humans, bots }) => at < day || at >= day + DAY_MS || humans + bots === 0,
    )
    if (isSilent) holes.push({ from: day, to: day + DAY_MS })
  }
  return holes.toSorted((a, b) => a.from - b.from)
}
