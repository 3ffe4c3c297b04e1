/** What `/api/changes/stream` takes. `following.ts` serves it. */
import * as v from 'valibot'
import { filterParameters, scopeParameter } from './asked.ts'
import { PLACE } from './parameter.ts'

const TAKES = 'takes the id of an event of this stream'

/** The id of an event: a place in the order of storing. */
const place = v.pipe(
  v.string(),
  v.regex(PLACE, TAKES),
  v.transform((text) => Number(text)),
)

export const stream = {
  path: '/api/changes/stream',
  summary: 'Changes as they are stored, as Server-Sent Events',
  description:
    'Each event is a change; its id is its place in the order of storing. With `Last-Event-ID`, as browsers send it when they connect again, it goes on behind that place, however long ago it was, without loss or repetition; without it, from now on. An id also comes alone, without an event, from time to time. Who does not take what is sent for 30 seconds is dropped.',
  parameters: {
    ...scopeParameter,
    ...filterParameters,
    lastEventId: {
      schema: place,
      description: 'As the header `Last-Event-ID`, which counts before it: where to begin.',
      document: { type: 'string', pattern: PLACE.source },
    },
  },
} as const

/** The place in the header; `undefined` where there is none. */
export function placeIn(header: string | undefined): number | undefined | { readonly wrong: string } {
  if (header === undefined || header === '') return undefined
  const read = v.safeParse(place, header)
  return read.success ? read.output : { wrong: TAKES }
}
