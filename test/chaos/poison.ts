import type { GeneratedEvent } from '../simulators/eventstreams/generate.ts'

/** Makes of an event something that cannot be read; no two are the same for different serials. */
type Poison = (event: GeneratedEvent, serial: number) => string

const json = (event: object, changed: object): string => JSON.stringify({ ...event, ...changed })
const meta = (event: GeneratedEvent, changed: object) => json(event, { meta: { ...event.meta, ...changed } })

/** One of each kind: no JSON, no object, no event, and events without or with wrong fields. */
export const POISONS: readonly Poison[] = [
  (_, serial) => `poison ${serial}: not JSON, но с буквами \0 and a NUL {"meta":`,
  (_, serial) => `poison ${serial}\nover several\nlines: {`,
  (event) => JSON.stringify(event).slice(0, -1),
  (event) => JSON.stringify([event]),
  (_, serial) => JSON.stringify(`poison ${serial}`),
  (_, serial) => `{"poison":${serial}}`,
  (event) => json(event, { meta: undefined }),
  (event) => meta(event, { id: undefined }),
  (event, serial) => meta(event, { id: `poison-${serial}` }),
  (event) => meta(event, { dt: undefined }),
  (event) => meta(event, { dt: 'yesterday' }),
  (event) => meta(event, { dt: '1970-01-01T00:00:00Z' }),
  (event) => json(event, { type: undefined }),
  (event) => json(event, { type: 'poison' }),
  (event) => json(event, { title: undefined }),
  (event) => json(event, { wiki: undefined }),
  (event, serial) => json(event, { id: `${serial}` }),
  (event) => json(event, { id: 1.5 }),
  (event) => json(event, { length: 'long' }),
  (event) => json(event, { bot: 'yes' }),
]
