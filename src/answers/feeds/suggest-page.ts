import { folded } from '../../filter.ts'
import { resolveScope, scopeCode } from '../../scope.ts'
import { type Context, chosenScope, type Given, type Suggestion } from '../command.ts'

/** So many of the latest changes are looked through. */
const LATEST = 1000
const MOST = 25
/** Discord's, and longer than nearly all titles. */
const LONGEST = 100

/** Pages of the wikis meant that were changed lately: those whose title begins with what is typed, then those that have it. */
export async function suggestPage(
  typed: string,
  context: Context,
  { scope: text }: Given,
): Promise<readonly Suggestion[]> {
  const { store } = context
  const asked = text === undefined ? null : resolveScope(text, await store.sites())
  const scope = asked !== null && 'scope' in asked ? asked.scope : (await chosenScope(context)).scope
  const { changes } = await store.recent({ scope, limit: LATEST })
  const start = folded(typed)
  const pages = new Map<string, Suggestion & { readonly place: number }>()
  for (const { title, site } of changes) {
    const place = folded(title).indexOf(start)
    if (place < 0) continue
    // As it is understood: with its wiki, unless only one is meant anyway.
    const isHome = scope.kind === 'wiki'
    const value = isHome ? title : `${scopeCode({ kind: 'wiki', wiki: site.wiki })}:${title}`
    if (value.length > LONGEST || pages.has(value)) continue
    pages.set(value, { name: isHome ? title : `${title} · ${site.domain}`, value, place })
  }
  return [...pages.values()]
    .toSorted((a, b) => Math.min(a.place, 1) - Math.min(b.place, 1))
    .slice(0, MOST)
    .map(({ name, value }) => ({ name, value }))
}
