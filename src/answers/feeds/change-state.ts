/** `feed pause`, `feed resume`, `feed remove`. */
import type { Feed } from '../../contracts.ts'
import type { BareKey } from '../../language/messages.ts'
import type { Answer } from '../answer.ts'
import { type Command, refuse } from '../command.ts'
import * as words from '../feed-wording.ts'
import type { FeedSaved } from './answer.ts'
import { type Desk, feedCommand, feedNumbered, infoOf, numberParameter } from './room.ts'

export const feedPause = ofOneFeed('feed pause', 'command.feed pause.purpose', async (feed, desk) => {
  if (feed.state === 'paused') return saved('unchanged', feed, desk)
  await desk.posting.feeds.changeFeed(feed.id, { state: 'paused' })
  return saved('paused', { ...feed, state: 'paused' }, desk)
})

export const feedResume = ofOneFeed('feed resume', 'command.feed resume.purpose', async (feed, desk) => {
  const { posting, context } = desk
  if (feed.state === 'active') return saved('unchanged', feed, desk)
  const lacking = feed.target.kind === 'channel' ? await posting.lackingIn(feed.target.channel, 'text') : []
  if (lacking === null) return refuse(feedResume, ...words.noSuchChannel(null))
  if (lacking.length > 0) return refuse(feedResume, ...words.lacksPermissions(lacking))
  await posting.feeds.changeFeed(feed.id, { state: 'active', sent: await context.store.lastArrival() })
  return saved('resumed', { ...feed, state: 'active' }, desk)
})

export const feedRemove = ofOneFeed('feed remove', 'command.feed remove.purpose', async (feed, desk) => {
  await desk.posting.feeds.removeFeed(feed.id)
  return saved('removed', feed, desk)
})

function ofOneFeed(
  name: string,
  purpose: BareKey,
  run: (feed: Feed, desk: Desk) => Promise<Answer>,
): Command {
  const example = `!${name} 3`
  return feedCommand({
    name,
    purpose,
    example,
    parameters: [numberParameter],
    async run({ number }, desk) {
      const feed = await feedNumbered({ example }, number, desk)
      return 'refusal' in feed ? feed.refusal : run(feed, desk)
    },
  })
}

async function saved(what: FeedSaved['what'], feed: Feed, { context }: Desk): Promise<FeedSaved> {
  return {
    kind: 'feedSaved',
    what,
    feed: infoOf(feed, await context.store.sites(), context.language),
    measure: null,
  }
}
