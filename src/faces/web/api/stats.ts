import { DAY_MS } from '../../../answers/arguments.ts'
import { chosen } from '../../../answers/command.ts'
import { statsOf } from '../../../answers/stats.ts'
import { askedScope, scopeParameter } from './asked.ts'
import { day } from './parameter.ts'
import { resource } from './resource.ts'
import { statsShape } from './shapes.ts'

export const stats = resource({
  path: '/api/stats',
  summary: 'The figures of a UTC day',
  parameters: {
    ...scopeParameter,
    day: {
      schema: day,
      description: 'A UTC day that has begun, yyyy-mm-dd; without it, today.',
      example: '2026-08-04',
      document: { type: 'string', format: 'date' },
    },
  },
  answer: statsShape,
  async get({ scope: text, day: asked }, { store, now }) {
    const today = Math.floor(now / DAY_MS) * DAY_MS
    const begin = asked ?? today
    if (begin > now) return { fault: { parameter: 'day', detail: 'day takes a day that has begun.' } }
    const found = await askedScope(text, store)
    if ('fault' in found) return found
    const { scope, day, isToday, stats, hours, busiestHour, usual } = await statsOf(
      chosen(found.scope, 'en'),
      begin,
      { store, now },
    )
    const known = hours.map((hour) => hour.known)
    return {
      body: { scope: scope.code, day, isToday, ...stats, known, busiestHour, usual },
      // Changes that come late may still be added, so not for ever.
      isSettled: begin + 2 * DAY_MS <= now,
    }
  },
})
