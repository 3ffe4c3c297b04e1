import { DAY_MS, dayOf, dayText } from './arguments.ts'
import { askedScope, type Command, refuse, scopeParameter, shortened } from './command.ts'

const ACCEPTS =
  'a day as yyyy-mm-dd (UTC), today or yesterday; without one, today; then, if other wikis are meant than usual, which'
/** Days that are suggested. */
const DAYS = 25

export const stats: Command = {
  name: 'stats',
  purpose: "a day's changes in figures (days are UTC)",
  example: '!stats 2026-08-04',
  parameters: [
    {
      name: 'day',
      form: 'yyyy-mm-dd',
      purpose: 'yyyy-mm-dd (UTC), today or yesterday',
      default: 'today UTC',
      async suggest(typed, { now, store }) {
        const today = Math.floor(now / DAY_MS)
        const first = Math.floor(((await store.span())?.from ?? now) / DAY_MS)
        const days = Array.from({ length: Math.min(DAYS, today - first + 1) }, (_, i) => {
          const value = dayText((today - i) * DAY_MS)
          return { value, name: i === 0 ? `${value} (today)` : i === 1 ? `${value} (yesterday)` : value }
        })
        return days.filter(({ name }) => name.includes(typed.trim().toLowerCase()))
      },
    },
    scopeParameter,
  ],
  async run(given, context) {
    const { day: text = 'today' } = given
    const day = dayOf(text, context.now)
    if (day === null) return refuse(stats, `“${shortened(text)}” is no day.`, ACCEPTS)
    if (day > context.now) return refuse(stats, `${dayText(day)} has not begun yet (in UTC).`, ACCEPTS)
    const asked = await askedScope(stats, given, context)
    if ('refusal' in asked) return asked.refusal

    const counted = await context.store.dayStats(asked.scope, day)
    const most = Math.max(...counted.hours)
    return {
      kind: 'stats',
      scope: asked.label,
      day: dayText(day),
      isToday: context.now < day + DAY_MS,
      stats: counted,
      busiestHour: most > 0 ? counted.hours.indexOf(most) : null,
      stored: await context.store.span(),
    }
  },
}
