import * as v from 'valibot'
import { DAY_MS } from '../../../answers/arguments.ts'
import { counted, PIECE_MS } from '../../../answers/counted.ts'
import { EARLIEST, LATEST } from '../../../recentchange.ts'
import { scopeCode } from '../../../scope.ts'
import { askedScope, scopeParameter } from './asked.ts'
import { BUCKETS } from './choices.ts'
import { type Fault, moment } from './parameter.ts'
import { resource } from './resource.ts'
import { seriesShape } from './shapes.ts'

type Bucket = (typeof BUCKETS)[number]

/** How many pieces of time there are at most, and without `from`. Minutes are counted one by one. */
const PIECES: Readonly<Record<Bucket, { readonly most: number; readonly default: number }>> = {
  minute: { most: 180, default: 60 },
  hour: { most: 31 * 24, default: 24 },
  day: { most: 366, default: 30 },
}

const momentDocument = {
  type: 'string',
  anyOf: [{ format: 'date-time' }, { format: 'date' }],
}

export const series = resource({
  path: '/api/series',
  summary: 'Counts by minute, hour or day',
  description: `At most ${PIECES.minute.most} minutes, ${PIECES.hour.most} hours or ${PIECES.day.most} days; every piece of time is there, also those without changes. \`known\` says how much of it is stored.`,
  parameters: {
    ...scopeParameter,
    bucket: {
      schema: v.picklist(BUCKETS, 'takes minute, hour or day'),
      description: 'The pieces of time; `hour` without it.',
    },
    from: {
      schema: moment,
      description: `From the piece of time that this is in, UTC; without it, the last ${PIECES.minute.default} minutes, ${PIECES.hour.default} hours or ${PIECES.day.default} days.`,
      example: '2026-08-04T12:00:00Z',
      document: momentDocument,
    },
    to: {
      schema: moment,
      description: 'Up to there, UTC; what it is in the middle of is counted whole. Without it, now.',
      example: '2026-08-05',
      document: momentDocument,
    },
  },
  answer: seriesShape,
  isSearch: ({ bucket }) => bucket === 'minute',
  async get({ scope: text, bucket = 'hour', from, to }, { store, now }) {
    const found = await askedScope(text, store)
    if ('fault' in found) return found
    const span = spanOf(bucket, from, to ?? now + 1)
    if ('fault' in span) return span
    const points = await counted(store, { scope: found.scope, bucket, ...span })
    return {
      body: {
        scope: scopeCode(found.scope),
        bucket,
        ...span,
        points: points.map(({ at, humans, bots, known }) => ({
          at,
          total: humans + bots,
          humans,
          bots,
          known,
        })),
      },
      isSettled: span.to + DAY_MS <= now,
    }
  },
})

/** The whole pieces of time that were asked for. */
function spanOf(
  bucket: Bucket,
  from: number | undefined,
  to: number,
): { readonly from: number; readonly to: number } | { readonly fault: Fault } {
  const length = PIECE_MS[bucket]
  const pieces = PIECES[bucket]
  const end = Math.ceil(to / length) * length
  const begin = from === undefined ? end - pieces.default * length : Math.floor(from / length) * length
  if (begin < EARLIEST || end > LATEST)
    return fault(begin < EARLIEST && from !== undefined ? 'from' : 'to', 'takes a time from 2001 to 2069.')
  if (begin >= end) return fault('from', 'takes a time that is before to.')
  if (end - begin > pieces.most * length)
    return fault('from', `takes a time at most ${pieces.most} ${bucket}s before to, or a larger bucket.`)
  return { from: begin, to: end }
}

const fault = (parameter: string, takes: string) => ({
  fault: { parameter, detail: `${parameter} ${takes}` },
})
