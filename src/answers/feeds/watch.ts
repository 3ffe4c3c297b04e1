import { titleAlone } from '../../filter.ts'
import { scopeCode } from '../../scope.ts'
import type { Answer } from '../answer.ts'
import { type Command, type Context, refuse, suggestScope } from '../command.ts'
import * as words from '../feed-wording.ts'
import { word } from '../wording.ts'
import type { WatchSaved } from './answer.ts'
import { WATCHES_PER_PERSON } from './limits.ts'
import { measured } from './measure.ts'
import type { NamedPage } from './page.ts'
import type { Posting } from './posting.ts'
import { postingCommand } from './room.ts'
import { suggestPage } from './suggest-page.ts'
import { inTurn } from './turns.ts'
import { askedPage, watchesOf, watchInfo, watchOf } from './watches.ts'

export const watch: Command = postingCommand({
  name: 'watch',
  purpose: 'command.watch.purpose',
  example: '!watch https://de.wikipedia.org/wiki/Alan_Turing',
  parameters: [
    {
      name: 'page',
      purpose: 'option.page.purpose',
      default: null,
      isLong: true,
      suggest: suggestPage,
    },
    {
      name: 'scope',
      purpose: 'option.pageScope.purpose',
      word: 'scope',
      default: { key: 'default.scope' },
      suggest: suggestScope,
    },
  ],
  async run(given, context, posting) {
    const page = await askedPage(watch, given, context)
    return 'refusal' in page ? page.refusal : inTurn(context.user, () => add(page, context, posting))
  },
})

async function add(page: NamedPage, context: Context, posting: Posting): Promise<Answer> {
  const { user, store, language, now } = context
  const { feeds, here } = posting
  const [watches, sites] = await Promise.all([watchesOf(posting, context), store.sites()])
  const known = watchOf(watches, page)
  if (known !== undefined) {
    // Whoever asks again wants it again.
    if (known.state !== 'active')
      await feeds.changeFeed(known.id, { state: 'active', sent: await store.lastArrival() })
    const info = watchInfo({ ...known, state: 'active' }, sites, language)
    return { kind: 'watchSaved', what: 'known', watch: info, measure: null }
  }
  if (watches.length >= WATCHES_PER_PERSON) return refuse(watch, ...words.tooManyWatches(WATCHES_PER_PERSON))
  const filter = { title: titleAlone(page.title) }
  const measure = await measured(store, page.wiki, filter, now)
  const made = await feeds.addFeed(
    {
      ...{ kind: 'watch', owner: user, target: { kind: 'direct' }, scope: scopeCode(page.wiki), filter },
      ...{ style: 'embed', language, state: 'active', createdAt: now },
    },
    await store.lastArrival(),
  )
  const saved: WatchSaved = {
    kind: 'watchSaved',
    what: 'added',
    watch: watchInfo(made, sites, language),
    measure,
  }
  // That it can be written to is known of who writes directly; of others only when it is tried.
  if (here !== 'direct' && !(await posting.write(word(saved, language)))) {
    await feeds.removeFeed(made.id)
    return refuse(watch, ...words.NO_DIRECT_MESSAGES)
  }
  return saved
}
