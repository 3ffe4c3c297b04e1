import { message } from '../language/messages.ts'
import { DAY_MS, wholeNumber } from './arguments.ts'
import { askedScope, type Command, refuse, scopeParameter, shortened } from './command.ts'
import { counted } from './counted.ts'

const DAYS = [2, 90] as const
const ACCEPTS = message('accepts.trend')

export const trend: Command = {
  name: 'trend',
  purpose: 'command.trend.purpose',
  example: '!trend 30',
  parameters: [{ name: 'days', purpose: 'option.days.purpose', default: '30', range: DAYS }, scopeParameter],
  async run(given, context) {
    const { days: text = '30' } = given
    const days = wholeNumber(text, ...DAYS)
    if (days === null) return refuse(trend, message('refusal.noDays', { text: shortened(text) }), ACCEPTS)
    const asked = await askedScope(trend, given, context)
    if ('refusal' in asked) return asked.refusal

    const { scope, label } = asked
    const to = (Math.floor(context.now / DAY_MS) + 1) * DAY_MS
    return {
      kind: 'trend',
      scope: label,
      days: await counted(context.store, { scope, from: to - days * DAY_MS, to, bucket: 'day' }),
    }
  },
}
