import type { RecentPage, RecentQuery } from '../contracts.ts'
import { message } from '../language/messages.ts'
import type { Answer } from './answer.ts'
import { wholeNumber } from './arguments.ts'
import {
  askedScope,
  type Chosen,
  type Command,
  type Context,
  refuse,
  scopeParameter,
  shortened,
} from './command.ts'

const LIMITS = { offset: [0, 10_000], limit: [1, 50] } as const
const ACCEPTS = message('accepts.recent')

export const recent: Command = {
  name: 'recent',
  purpose: 'command.recent.purpose',
  example: '!recent 0 10',
  parameters: [
    { name: 'offset', purpose: 'option.offset.purpose', default: '0', range: LIMITS.offset },
    { name: 'limit', purpose: 'option.limit.purpose', default: '10', range: LIMITS.limit },
    scopeParameter,
  ],
  async run(given, context) {
    const { offset: offsetText = '0', limit: limitText = '10' } = given
    const offset = wholeNumber(offsetText, ...LIMITS.offset)
    if (offset === null)
      return refuse(recent, message('refusal.noOffset', { text: shortened(offsetText) }), ACCEPTS)
    const limit = wholeNumber(limitText, ...LIMITS.limit)
    if (limit === null)
      return refuse(recent, message('refusal.noLimit', { text: shortened(limitText) }), ACCEPTS)
    const asked = await askedScope(recent, given, context)
    if ('refusal' in asked) return asked.refusal

    return found(asked, offset, limit, await context.store.recent({ scope: asked.scope, offset, limit }))
  },
}

/** A page beside one that was answered before: of these wikis (by their code), so many, from one of its ends on. */
export async function recentPage(
  scope: string,
  limit: number,
  from: Pick<RecentQuery, 'before' | 'after'>,
  context: Context,
): Promise<Answer> {
  const asked = await askedScope(recent, { scope }, context)
  if ('refusal' in asked) return asked.refusal
  const page = await context.store.recent({ scope: asked.scope, limit, ...from })
  return found(asked, from.before === undefined && from.after === undefined ? 0 : null, limit, page)
}

function found({ scope, label }: Chosen, offset: number | null, limit: number, page: RecentPage): Answer {
  const { changes, next: older, previous: newer } = page
  return {
    kind: 'recent',
    scope: label,
    offset,
    limit,
    changes,
    older,
    newer,
    mixesWikis: scope.kind !== 'wiki',
  }
}
