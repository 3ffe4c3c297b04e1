import type { Feed } from '../../contracts.ts'
import { folded } from '../../filter.ts'
import type { Refusal } from '../answer.ts'
import { type Command, type Context, type Given, refuse, suggestScope } from '../command.ts'
import * as words from '../feed-wording.ts'
import type { Posting } from './posting.ts'
import { numberIn, postingCommand } from './room.ts'
import { askedPage, titleOf, watchesOf, watchInfo, watchOf } from './watches.ts'

export const unwatch: Command = postingCommand({
  name: 'unwatch',
  purpose: 'command.unwatch.purpose',
  example: '!unwatch Alan Turing',
  parameters: [
    {
      name: 'page',
      form: 'page|number',
      purpose: 'option.watchedPage.purpose',
      default: null,
      isLong: true,
      async suggest(typed, context) {
        const { posting, store, language } = context
        if (posting === undefined) return []
        const [watches, sites] = await Promise.all([watchesOf(posting, context), store.sites()])
        return watches
          .map((watch) => watchInfo(watch, sites, language))
          .filter(({ id, title }) => folded(`${id} ${title}`).includes(folded(typed)))
          .slice(0, 25)
          .map(({ id, title, wiki }) => ({ name: `${id} · ${title} · ${wiki.code}`, value: `#${id}` }))
      },
    },
    {
      name: 'scope',
      purpose: 'option.watchedScope.purpose',
      word: 'scope',
      default: { key: 'default.any' },
      suggest: suggestScope,
    },
  ],
  async run(given, context, posting) {
    const watch = await watchMeant(given, context, posting)
    if ('refusal' in watch) return watch.refusal
    await posting.feeds.removeFeed(watch.id)
    const info = watchInfo(watch, await context.store.sites(), context.language)
    return { kind: 'watchSaved', what: 'removed', watch: info, measure: null }
  },
})

/** By its number, by its title where only one has it, or as `watch` understands a page. */
async function watchMeant(
  given: Given,
  context: Context,
  posting: Posting,
): Promise<Feed | { readonly refusal: Refusal }> {
  const watches = await watchesOf(posting, context)
  const text = (given.page ?? '').trim()
  const id = numberIn(text)
  const byNumber = id === null ? undefined : watches.find((watch) => watch.id === id)
  if (byNumber !== undefined) return byNumber
  if (given.scope === undefined) {
    const titled = watches.filter((watch) => folded(titleOf(watch)) === folded(text))
    const [only, ...others] = titled
    if (only !== undefined && others.length === 0) return only
    if (only !== undefined)
      return { refusal: refuse(unwatch, ...words.severalWatches(titled.map((each) => each.id))) }
  }
  const page = await askedPage(unwatch, given, context)
  if ('refusal' in page && id === null) return page
  return (
    ('refusal' in page ? undefined : watchOf(watches, page)) ?? {
      refusal: refuse(unwatch, ...words.noSuchWatch(text)),
    }
  )
}
