import { feedCommand, feedsOf, infoOf } from './room.ts'

export const feedList = feedCommand({
  name: 'feed list',
  purpose: 'command.feed list.purpose',
  example: '!feed list',
  parameters: [],
  async run(_given, desk) {
    const { room, context } = desk
    const [feeds, sites] = await Promise.all([feedsOf(desk), context.store.sites()])
    return {
      kind: 'feedList',
      place: room.kind === 'place' ? room.place.kind : null,
      feeds: feeds.map((feed) => infoOf(feed, sites, context.language)),
    }
  },
})
