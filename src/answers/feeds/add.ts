import type { Feed, FeedTarget } from '../../contracts.ts'
import { scopeCode } from '../../scope.ts'
import type { Answer, Refusal } from '../answer.ts'
import { type Command, refuse, scopeParameter } from '../command.ts'
import * as words from '../feed-wording.ts'
import { filterText } from '../filter-words.ts'
import { filterParameters } from '../filters.ts'
import { FEEDS_PER_CHANNEL, FEEDS_PER_PLACE } from './limits.ts'
import { isTooMuch, measured } from './measure.ts'
import { channelParameter, styleParameter } from './parameters.ts'
import { type Desk, feedCommand, feedsOf, infoOf } from './room.ts'
import { askedRule, type Rule } from './rule.ts'
import { isSameTarget, lackAt, targetOf } from './target.ts'
import { inTurn } from './turns.ts'

export const feedAdd: Command = feedCommand({
  name: 'feed add',
  purpose: 'command.feed add.purpose',
  example: '!feed add type:new ns:main bots:no dewiki',
  parameters: [...filterParameters, styleParameter, channelParameter, scopeParameter],
  async run(given, desk) {
    const rule = await askedRule(feedAdd, given, desk.context)
    if ('refusal' in rule) return rule.refusal
    const target = targetOf(given.channel, desk)
    if (target === null) return refuse(feedAdd, ...words.noSuchChannel(given.channel ?? null))
    const { room, context } = desk
    return inTurn(room.kind === 'place' ? room.place.id : context.user, () => add(rule, target, desk))
  },
})

async function add({ asked, filter, style }: Rule, target: FeedTarget, desk: Desk): Promise<Answer> {
  const { context, posting } = desk
  const { user: owner, store, language, now: createdAt } = context
  const scope = scopeCode(asked.scope)
  const refusal =
    roomFor(target, await feedsOf(desk)) ??
    twiceIn(target, scope, filter, await feedsOf(desk), feedAdd) ??
    (await lackAt(target, 'text', feedAdd, desk))
  if (refusal !== null) return refusal
  const measure = await measured(store, asked.scope, filter, createdAt)
  if (isTooMuch(asked.scope, filter, measure))
    return refuse(feedAdd, ...words.tooMuch(asked.label, filter, measure, language))
  const feed = await posting.feeds.addFeed(
    {
      ...{ kind: 'feed', owner, target, scope, filter, style, language },
      ...{ state: 'active', createdAt },
    },
    await store.lastArrival(),
  )
  return { kind: 'feedSaved', what: 'added', feed: infoOf(feed, await store.sites(), language), measure }
}

function roomFor(target: FeedTarget, feeds: readonly Feed[]): Refusal | null {
  const there = feeds.filter((feed) => isSameTarget(feed.target, target))
  if (there.length >= FEEDS_PER_CHANNEL) return refuse(feedAdd, ...words.channelIsFull(FEEDS_PER_CHANNEL))
  return feeds.length >= FEEDS_PER_PLACE ? refuse(feedAdd, ...words.placeIsFull(FEEDS_PER_PLACE)) : null
}

/** Whether a feed of `feeds` posts the same in the same channel already. */
export function twiceIn(
  target: FeedTarget,
  scope: string,
  filter: Feed['filter'],
  feeds: readonly Feed[],
  command: Command,
): Refusal | null {
  const same = feeds.find(
    (feed) =>
      isSameTarget(feed.target, target) &&
      feed.scope === scope &&
      filterText(feed.filter).toLowerCase() === filterText(filter).toLowerCase(),
  )
  return same === undefined ? null : refuse(command, ...words.sameFeed(same.id))
}
