/** `digest on`, `digest off`: a channel's daily digest. */

import type { FeedTarget } from '../../contracts.ts'
import { scopeCode } from '../../scope.ts'
import type { Answer } from '../answer.ts'
import { DAY_MS } from '../arguments.ts'
import { askedScope, type Chosen, refuse, scopeParameter } from '../command.ts'
import * as words from '../feed-wording.ts'
import { FEEDS_PER_PLACE } from './limits.ts'
import { channelParameter } from './parameters.ts'
import { type Desk, feedCommand, feedsOf } from './room.ts'
import { isSameTarget, lackAt, targetOf } from './target.ts'
import { inTurn } from './turns.ts'

export const digestOn = feedCommand({
  name: 'digest on',
  purpose: 'command.digest on.purpose',
  example: '!digest on dewiki',
  parameters: [channelParameter, scopeParameter],
  async run(given, desk) {
    const asked = await askedScope(digestOn, given, desk.context)
    if ('refusal' in asked) return asked.refusal
    const target = targetOf(given.channel, desk)
    if (target === null) return refuse(digestOn, ...words.noSuchChannel(given.channel ?? null))
    const lack = await lackAt(target, 'pictures', digestOn, desk)
    return lack ?? inTurn(aboutOf(desk), () => switchOn(asked, target, desk))
  },
})

export const digestOff = feedCommand({
  name: 'digest off',
  purpose: 'command.digest off.purpose',
  example: '!digest off',
  parameters: [channelParameter],
  async run(given, desk) {
    const target = targetOf(given.channel, desk)
    if (target === null) return refuse(digestOff, ...words.noSuchChannel(given.channel ?? null))
    const known = await digestAt(target, desk)
    if (known !== undefined) await desk.posting.feeds.removeFeed(known.id)
    return { kind: 'digestSaved', what: known === undefined ? 'none' : 'off', scope: null, target }
  },
})

/** A channel has one: another choice of wikis takes its place. One that was refused goes on. */
async function switchOn({ scope, label }: Chosen, target: FeedTarget, desk: Desk): Promise<Answer> {
  const { posting, context } = desk
  const { user: owner, language, now: createdAt } = context
  // Today's is the first one.
  const sent = Math.floor(createdAt / DAY_MS) - 1
  const code = scopeCode(scope)
  const known = await digestAt(target, desk)
  if (known !== undefined) {
    await posting.feeds.changeFeed(known.id, { scope: code, state: 'active', sent })
  } else {
    if ((await feedsOf(desk, 'digest')).length >= FEEDS_PER_PLACE)
      return refuse(digestOn, ...words.placeIsFull(FEEDS_PER_PLACE))
    await posting.feeds.addFeed(
      {
        ...{ kind: 'digest', owner, target, scope: code, filter: {}, style: 'embed', language },
        ...{ state: 'active', createdAt },
      },
      sent,
    )
  }
  return { kind: 'digestSaved', what: 'on', scope: label, target }
}

const digestAt = async (target: FeedTarget, desk: Desk) =>
  (await feedsOf(desk, 'digest')).find((digest) => isSameTarget(digest.target, target))

const aboutOf = ({ room, context }: Desk): string => (room.kind === 'place' ? room.place.id : context.user)
