import { DAY_MS, dayOf, dayText } from './arguments.ts'
import { type Command, chosenScope, refuse } from './command.ts'

const ACCEPTS = 'a day as yyyy-mm-dd (UTC), today or yesterday; without one, today'

export const stats: Command = {
  name: 'stats',
  usage: 'stats [yyyy-mm-dd=today UTC]',
  purpose: "a day's changes in figures (days are UTC)",
  example: '!stats 2026-08-04',
  async run(args, context) {
    const [text = 'today', ...tooMany] = args
    if (tooMany.length > 0) return refuse(stats, 'That is one word too many.', ACCEPTS)
    const day = dayOf(text, context.now)
    if (day === null) return refuse(stats, `“${text.slice(0, 30)}” is no day.`, ACCEPTS)
    if (day > context.now) return refuse(stats, `${dayText(day)} has not begun yet (in UTC).`, ACCEPTS)

    const { scope, label } = await chosenScope(context)
    const counted = await context.store.dayStats(scope, day)
    const most = Math.max(...counted.hours)
    return {
      kind: 'stats',
      scope: label,
      day: dayText(day),
      isToday: context.now < day + DAY_MS,
      stats: counted,
      busiestHour: most > 0 ? counted.hours.indexOf(most) : null,
      stored: await context.store.span(),
    }
  },
}
