import type { StoreReader } from '../contracts.ts'
import { message, text } from '../language/messages.ts'
import type { Counted, Stats, Usual } from './answer.ts'
import { DAY_MS, dayOf, dayText, HOUR_MS } from './arguments.ts'
import { askedScope, type Chosen, type Command, refuse, scopeParameter, shortened } from './command.ts'
import { counted } from './counted.ts'

const ACCEPTS = message('accepts.stats')
/** Days that are suggested. */
const DAYS = 25
/** Days before a day, of which the average is taken. */
const DAYS_BEFORE = 7

export const stats: Command = {
  name: 'stats',
  purpose: 'command.stats.purpose',
  example: '!stats 2026-08-04',
  parameters: [
    {
      name: 'day',
      form: 'yyyy-mm-dd',
      purpose: 'option.day.purpose',
      default: { key: 'default.today' },
      async suggest(typed, { now, store, language }) {
        const today = Math.floor(now / DAY_MS)
        const first = Math.floor(((await store.span())?.from ?? now) / DAY_MS)
        const days = Array.from({ length: Math.min(DAYS, today - first + 1) }, (_, i) => {
          const value = dayText((today - i) * DAY_MS)
          const key = i === 0 ? 'suggestion.today' : 'suggestion.yesterday'
          return { value, name: i < 2 ? text(language, key, { day: value }) : value }
        })
        const start = typed.trim().toLowerCase()
        return days.filter(({ name }) => name.toLowerCase().includes(start))
      },
    },
    scopeParameter,
  ],
  async run(given, context) {
    const { day: typed = 'today' } = given
    const day = dayOf(typed, context.now)
    if (day === null) return refuse(stats, message('refusal.noDay', { text: shortened(typed) }), ACCEPTS)
    if (day > context.now) return refuse(stats, message('refusal.dayToCome', { day: dayText(day) }), ACCEPTS)
    const asked = await askedScope(stats, given, context)
    if ('refusal' in asked) return asked.refusal

    return statsOf(asked, day, context)
  },
}

/** What figures come from. */
export interface Figuring {
  readonly store: StoreReader
  /** UTC ms. */
  readonly now: number
}

/** The figures of a UTC day, which begins at `day` (UTC ms), and what is usual. */
export async function statsOf(
  { scope, label }: Chosen,
  day: number,
  { store, now }: Figuring,
): Promise<Stats> {
  const [figures, hours, stored] = await Promise.all([
    store.dayStats(scope, day),
    counted(store, { scope, from: day - DAYS_BEFORE * DAY_MS, to: day + DAY_MS, bucket: 'hour' }),
    store.span(),
  ])
  const most = Math.max(...figures.hours)
  return {
    kind: 'stats',
    scope: label,
    day: dayText(day),
    isToday: now < day + DAY_MS,
    stats: figures,
    busiestHour: most > 0 ? figures.hours.indexOf(most) : null,
    hours: hours.slice(-24),
    usual: usualOf(hours.slice(0, -24)),
    stored,
  }
}

/** The average by hour of the day. Hours that are not stored whole are left out: they would count as quiet. */
function usualOf(hours: readonly Counted[]): Usual | null {
  const whole = hours.filter(({ known }) => known === 'whole')
  if (whole.length === 0) return null
  const byHour = Array.from({ length: 24 }, (_, hour) => {
    const same = whole.filter(({ at }) => (at % DAY_MS) / HOUR_MS === hour)
    return same.length === 0
      ? null
      : same.reduce((sum, { humans, bots }) => sum + humans + bots, 0) / same.length
  })
  return { days: new Set(whole.map(({ at }) => Math.floor(at / DAY_MS))).size, hours: byHour }
}
