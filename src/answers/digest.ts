import type { Digest } from './answer.ts'
import { DAY_MS } from './arguments.ts'
import { askedScope, type Chosen, type Command, scopeParameter } from './command.ts'
import { type Figuring, statsOf } from './stats.ts'

/** So many pages and as many users: with them the message is one. */
const TOP = 5

/** What a digest tells of the UTC day that begins at `day` (UTC ms) and is over. */
export async function digestOf(chosen: Chosen, day: number, context: Figuring): Promise<Digest> {
  const { scope } = chosen
  const query = { scope, from: day, to: day + DAY_MS, limit: TOP }
  const [figures, pages, users] = await Promise.all([
    statsOf(chosen, day, context),
    context.store.top({ ...query, by: 'pages' }),
    context.store.top({ ...query, by: 'users' }),
  ])
  return {
    kind: 'digest',
    figures,
    pages: pages.entries,
    users: users.entries,
    mixesWikis: scope.kind !== 'wiki',
  }
}

export const digestShow: Command = {
  name: 'digest show',
  purpose: 'command.digest show.purpose',
  example: '!digest show',
  parameters: [scopeParameter],
  async run(given, context) {
    const asked = await askedScope(digestShow, given, context)
    if ('refusal' in asked) return asked.refusal
    const yesterday = Math.floor(context.now / DAY_MS - 1) * DAY_MS
    return digestOf(asked, yesterday, context)
  },
}
