import type { Change } from '../change.ts'
import { type Filter, folded, matcher, onlyTitle } from '../filter.ts'
import type { Scope } from '../scope.ts'

/** What is to be found for a change. */
export interface Indexed {
  readonly id: number
  readonly scope: Scope
  readonly filter: Filter
}

interface Entry {
  readonly id: number
  readonly isMatch: (change: Change) => boolean
}

/** Entries of one scope: those for one user or one page are found by their names, the others are asked. */
interface Shelf {
  readonly byUser: Map<string, Entry[]>
  readonly byTitle: Map<string, Entry[]>
  readonly others: Entry[]
}

/**
 * Which of many feeds a change belongs to. The feeds of other wikis, other users and other pages are never looked at,
 * so ten thousand of them cost little more than those that may match.
 */
export class FeedIndex {
  readonly #shelves = new Map<string, Shelf>()

  constructor(feeds: readonly Indexed[]) {
    for (const { id, scope, filter } of feeds) {
      const shelf = this.#shelf(keyOf(scope))
      const entry = { id, isMatch: matcher(filter) }
      if (filter.user !== undefined) put(shelf.byUser, folded(filter.user), entry)
      else {
        const title = filter.title === undefined ? null : onlyTitle(filter.title)
        if (title === null) shelf.others.push(entry)
        else put(shelf.byTitle, title, entry)
      }
    }
  }

  /** The numbers of the feeds that a change belongs to, each once. */
  match(change: Change): number[] {
    const found: number[] = []
    const { wiki, language } = change.site
    for (const key of ['*', `language ${language}`, `wiki ${wiki}`]) {
      const shelf = this.#shelves.get(key)
      if (shelf === undefined) continue
      const byUser = change.user === null ? undefined : shelf.byUser.get(folded(change.user))
      for (const entries of [byUser, shelf.byTitle.get(folded(change.title)), shelf.others]) {
        if (entries === undefined) continue
        for (const { id, isMatch } of entries) if (isMatch(change)) found.push(id)
      }
    }
    return found
  }

  #shelf(key: string): Shelf {
    let shelf = this.#shelves.get(key)
    if (shelf === undefined) {
      shelf = { byUser: new Map(), byTitle: new Map(), others: [] }
      this.#shelves.set(key, shelf)
    }
    return shelf
  }
}

function keyOf(scope: Scope): string {
  if (scope.kind === 'all') return '*'
  return scope.kind === 'language' ? `language ${scope.language}` : `wiki ${scope.wiki}`
}

function put(map: Map<string, Entry[]>, key: string, entry: Entry): void {
  const entries = map.get(key)
  if (entries === undefined) map.set(key, [entry])
  else entries.push(entry)
}
