import type { Feed } from '../../contracts.ts'
import { scopeCode } from '../../scope.ts'
import type { Answer } from '../answer.ts'
import { type Command, type Parameter, refuse, scopeParameter } from '../command.ts'
import * as words from '../feed-wording.ts'
import { filterText } from '../filter-words.ts'
import { filterParameters } from '../filters.ts'
import { twiceIn } from './add.ts'
import { isTooMuch, measured } from './measure.ts'
import { styleParameter } from './parameters.ts'
import { type Desk, feedCommand, feedNumbered, feedsOf, infoOf, numberParameter } from './room.ts'
import { askedRule, type Rule, saysRule } from './rule.ts'
import { inTurn } from './turns.ts'

export const feedEdit: Command = feedCommand({
  name: 'feed edit',
  purpose: 'command.feed edit.purpose',
  example: '!feed edit 3 bots:no min:500',
  parameters: [
    numberParameter,
    ...[...filterParameters, styleParameter, scopeParameter].map((parameter) => ({
      ...withoutIt(parameter),
      default: { key: 'default.unchanged' } as const,
    })),
  ],
  async run(given, desk) {
    const { room, context } = desk
    return inTurn(room.kind === 'place' ? room.place.id : context.user, async () => {
      const feed = await feedNumbered(feedEdit, given.number, desk)
      if ('refusal' in feed) return feed.refusal
      if (!saysRule(given)) return refuse(feedEdit, ...words.NOTHING_TO_CHANGE)
      const rule = await askedRule(feedEdit, given, context, feed)
      return 'refusal' in rule ? rule.refusal : edit(feed, rule, desk)
    })
  },
})

/** A condition that can be taken away, where what it takes is all that can be said. */
function withoutIt(parameter: Parameter): Parameter {
  const { name, range, choices } = parameter
  if (range !== undefined) return { ...parameter, range: [0, range[1]] }
  if (name !== 'type' || choices === undefined) return parameter
  return { ...parameter, choices: [...choices, { value: '*', name: 'default.any' }] }
}

async function edit(feed: Feed, { asked, filter, style }: Rule, desk: Desk): Promise<Answer> {
  const { posting, context } = desk
  const { store, now, language } = context
  const scope = scopeCode(asked.scope)
  const changed = { ...feed, scope, filter, style }
  const info = infoOf(changed, await store.sites(), language)
  const isSameRule = feed.scope === scope && filterText(feed.filter) === filterText(filter)
  if (isSameRule && feed.style === style)
    return { kind: 'feedSaved', what: 'unchanged', feed: info, measure: null }
  const others = (await feedsOf(desk)).filter(({ id }) => id !== feed.id)
  const refusal = twiceIn(feed.target, scope, filter, others, feedEdit)
  if (refusal !== null) return refusal
  const measure = isSameRule ? null : await measured(store, asked.scope, filter, now)
  if (measure !== null && isTooMuch(asked.scope, filter, measure))
    return refuse(feedEdit, ...words.tooMuch(asked.label, filter, measure, language))
  const isThere = await posting.feeds.changeFeed(feed.id, { scope, filter, style })
  if (!isThere) return refuse(feedEdit, ...words.noSuchFeed(String(feed.id)))
  return { kind: 'feedSaved', what: 'edited', feed: info, measure }
}
