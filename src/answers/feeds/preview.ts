import type { Feed } from '../../contracts.ts'
import type { Refusal } from '../answer.ts'
import { type Command, type Context, type Given, refuse, scopeParameter } from '../command.ts'
import { filterParameters } from '../filters.ts'
import { isTooMuch, measured } from './measure.ts'
import type { Posting } from './posting.ts'
import { feedNumbered, numberIn, numberParameter, postingCommand, roomOf } from './room.ts'
import { askedRule } from './rule.ts'

export const feedPreview: Command = postingCommand({
  name: 'feed preview',
  purpose: 'command.feed preview.purpose',
  example: '!feed preview type:new ns:main bots:no dewiki',
  parameters: [{ ...numberParameter, default: { key: 'default.none' } }, ...filterParameters, scopeParameter],
  async run(typed, context, posting) {
    const given = scopeFirst(typed)
    const before = await feedOf(given, context, posting)
    if (before !== undefined && 'refusal' in before) return before.refusal
    const rule = await askedRule(feedPreview, given, context, before)
    if ('refusal' in rule) return rule.refusal
    const { scope, label } = rule.asked
    const measure = await measured(context.store, scope, rule.filter, context.now)
    return {
      kind: 'feedPreview',
      id: before?.id ?? null,
      scope: label,
      filter: rule.filter,
      measure,
      isTooMuch: isTooMuch(scope, rule.filter, measure),
      mixesWikis: scope.kind !== 'wiki',
    }
  },
})

/** Without a number, the first word is of the scope. */
function scopeFirst(given: Given): Given {
  const { number, scope, ...others } = given
  if (number === undefined || numberIn(number) !== null) return given
  return { ...others, scope: scope === undefined ? number : `${number} ${scope}` }
}

/** The feed that is meant, for those who may know of it. */
async function feedOf(
  { number }: Given,
  context: Context,
  posting: Posting,
): Promise<Feed | { readonly refusal: Refusal } | undefined> {
  if (number === undefined) return undefined
  const room = roomOf(context, posting)
  if ('refused' in room) return { refusal: refuse(feedPreview, ...room.refused) }
  return feedNumbered(feedPreview, number, { room, context, posting })
}
