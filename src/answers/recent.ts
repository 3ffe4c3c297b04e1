import { wholeNumber } from './arguments.ts'
import { type Command, chosenScope, refuse } from './command.ts'

const LIMITS = { offset: [0, 10_000], limit: [1, 50] } as const
const ACCEPTS = 'offset is a whole number from 0 to 10,000, limit one from 1 to 50'

export const recent: Command = {
  name: 'recent',
  usage: 'recent [offset=0] [limit=10]',
  purpose: 'the latest changes, newest first; offset passes over so many',
  example: '!recent 0 10',
  async run(args, context) {
    const [offsetText = '0', limitText = '10', ...tooMany] = args
    if (tooMany.length > 0) return refuse(recent, 'That is one word too many.', ACCEPTS)
    const offset = wholeNumber(offsetText, ...LIMITS.offset)
    if (offset === null) return refuse(recent, `“${offsetText.slice(0, 30)}” is no offset.`, ACCEPTS)
    const limit = wholeNumber(limitText, ...LIMITS.limit)
    if (limit === null) return refuse(recent, `“${limitText.slice(0, 30)}” is no limit.`, ACCEPTS)

    const { scope, label } = await chosenScope(context)
    const { changes, next } = await context.store.recent({ scope, offset, limit })
    const mixesWikis = scope.kind !== 'wiki'
    return { kind: 'recent', scope: label, offset, limit, changes, hasMore: next !== null, mixesWikis }
  },
}
