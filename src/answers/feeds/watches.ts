/** What the commands about watched pages have in common. */
import type { Feed } from '../../contracts.ts'
import { folded, onlyTitle } from '../../filter.ts'
import type { Language } from '../../language/language.ts'
import { titleUrl } from '../../links.ts'
import { resolveScope, type Scope, scopeCode, scopeLabel } from '../../scope.ts'
import type { Site } from '../../site.ts'
import { namespaceNumber } from '../../text/namespaces.ts'
import { knownWikis } from '../../wikis/catalogue.ts'
import type { Refusal } from '../answer.ts'
import { type Command, type Context, chosenScope, type Given, labels, refuse } from '../command.ts'
import * as words from '../feed-wording.ts'
import type { WatchInfo } from './answer.ts'
import { type NamedPage, pageNamed } from './page.ts'
import type { Posting } from './posting.ts'

/** What a person watches, in the order of the numbers. */
export async function watchesOf({ feeds }: Posting, { user }: Context): Promise<readonly Feed[]> {
  return (await feeds.feeds({ owner: user })).filter(({ kind }) => kind === 'watch')
}

/** The page that is asked for. */
export async function askedPage(
  command: Command,
  { page: text = '', scope: scopeText }: Given,
  context: Context,
): Promise<NamedPage | { readonly refusal: Refusal }> {
  const sites = await context.store.sites()
  const found = scopeText === undefined ? null : resolveScope(scopeText, sites)
  if (found !== null && 'nearest' in found)
    return { refusal: refuse(command, ...words.noSuchWiki(scopeText ?? ''), labels(found.nearest, context)) }
  const scope = found === null ? (await chosenScope(context)).scope : found.scope
  const page = pageNamed(text, scope, sites)
  if ('why' in page) return { refusal: refuse(command, ...words.noPage(page.why, text)) }
  return { ...page, title: await inOwnWords(page, context.store) }
}

/**
 * The title with its namespace as the wiki calls it, which is how changes have it: every wiki takes the English name as
 * well. As long as nothing of the namespace is stored, that is not known.
 */
async function inOwnWords({ wiki, title }: NamedPage, store: Context['store']): Promise<string> {
  const [, prefix, rest] = /^([^:]+):(.+)$/.exec(title) ?? []
  const namespace = prefix === undefined ? null : namespaceNumber(prefix)
  if (namespace === null || namespace === 0) return title
  const { changes } = await store.recent({ scope: wiki, filter: { namespaces: [namespace] }, limit: 1 })
  const [own] = changes[0]?.title.split(':') ?? []
  return own === undefined || own === changes[0]?.title ? title : `${own}:${rest}`
}

/** The watch of a page, if there is one. */
export const watchOf = (watches: readonly Feed[], { wiki, title }: NamedPage): Feed | undefined =>
  watches.find((watch) => watch.scope === scopeCode(wiki) && folded(titleOf(watch)) === folded(title))

/** The title of the page that is watched, as it was written. */
export function titleOf({ filter }: Feed): string {
  const pattern = filter.title ?? ''
  // Without the backslashes before what would stand for any text.
  return onlyTitle(pattern) === null ? pattern : pattern.replace(/\\([\\*])/g, '$1')
}

/** A watch as it is told about. */
export function watchInfo(watch: Feed, sites: readonly Site[], language: Language): WatchInfo {
  const { id, state } = watch
  const found = resolveScope(watch.scope, sites)
  const title = titleOf(watch)
  if (!('scope' in found))
    return { id, title, wiki: { code: watch.scope, name: watch.scope }, url: null, state }
  return { id, title, wiki: scopeLabel(found.scope, language), url: urlOf(found.scope, title, sites), state }
}

function urlOf(scope: Scope, title: string, sites: readonly Site[]): string | null {
  if (scope.kind !== 'wiki') return null
  const site = sites.find(({ wiki }) => wiki === scope.wiki)
  if (site !== undefined) return titleUrl(site, title)
  const domain = knownWikis.get(scope.wiki)?.domain
  return domain === undefined ? null : titleUrl({ articleBase: `https://${domain}/wiki/` }, title)
}
