import { postingCommand } from './room.ts'
import { watchesOf, watchInfo } from './watches.ts'

export const watching = postingCommand({
  name: 'watching',
  purpose: 'command.watching.purpose',
  example: '!watching',
  parameters: [],
  async run(_given, context, posting) {
    const [watches, sites] = await Promise.all([watchesOf(posting, context), context.store.sites()])
    return { kind: 'watchList', watches: watches.map((watch) => watchInfo(watch, sites, context.language)) }
  },
})
