import type { TopQuery } from '../contracts.ts'
import { message } from '../language/messages.ts'
import { HOUR_MS, wholeNumber } from './arguments.ts'
import { askedScope, type Command, refuse, scopeParameter, shortened } from './command.ts'

const BY = ['pages', 'users', 'wikis'] as const satisfies readonly TopQuery['by'][]
const HOURS = [1, 168] as const
const LIMIT = 10
const ACCEPTS = message('accepts.top')

export const top: Command = {
  name: 'top',
  purpose: 'command.top.purpose',
  example: '!top pages 24',
  parameters: [
    {
      name: 'by',
      form: BY.join('|'),
      purpose: 'option.by.purpose',
      default: null,
      choices: BY.map((value) => ({ value, name: `choice.${value}` as const })),
    },
    { name: 'hours', purpose: 'option.hours.purpose', default: '24', range: HOURS },
    scopeParameter,
  ],
  async run(given, context) {
    const { by: byText, hours: hoursText = '24' } = given
    const by = BY.find((each) => each === byText?.toLowerCase())
    if (by === undefined) {
      const problem =
        byText === undefined
          ? message('refusal.whichTop')
          : message('refusal.noTop', { text: shortened(byText) })
      return refuse(top, problem, ACCEPTS)
    }
    const hours = wholeNumber(hoursText, ...HOURS)
    if (hours === null)
      return refuse(top, message('refusal.noHours', { text: shortened(hoursText) }), ACCEPTS)
    const asked = await askedScope(top, given, context)
    if ('refusal' in asked) return asked.refusal

    const { scope, label } = asked
    const from = context.now - hours * HOUR_MS
    const { entries, countedFrom } = await context.store.top({ scope, by, from, limit: LIMIT })
    return {
      kind: 'top',
      scope: label,
      by,
      hours,
      entries,
      countedFrom,
      isWhole: countedFrom <= from,
      mixesWikis: scope.kind !== 'wiki',
    }
  },
}
