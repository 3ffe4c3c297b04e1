/** Filters as parameters of commands. */
import { CHANGE_TYPES } from '../change.ts'
import { type Filter, folded, titleAlone } from '../filter.ts'
import { resolveScope, type Scope } from '../scope.ts'
import { canonicalNamespace, foldedNamespace, NAMED_NAMESPACES, namespaceName } from '../text/namespaces.ts'
import type { CommandInfo, Refusal } from './answer.ts'
import {
  type Choice,
  type Context,
  chosenScope,
  type Given,
  type Parameter,
  type Suggestion,
} from './command.ts'
import { refuseWord } from './filter-wording.ts'
import {
  CHOICES,
  FILTER_WORDS,
  filterOf,
  type LocalNamespaces,
  MIN_BYTES,
  wordOf,
  wordOfNamespace,
} from './filter-words.ts'

/** Changes that are looked at for what may be meant: some milliseconds' work. */
const LOOKED_AT = 300
const MOST_SUGGESTIONS = 25
/** Longer ones are not offered: faces do not take them. */
const LONGEST = 100

const YES_NO_ONLY: readonly Choice[] = CHOICES.map((value) => ({ value, name: `choice.${value}` as const }))
const ANY = { default: { key: 'default.any' } } as const

/** What a filter consists of. Each may be said at any place: `type:new`. */
export const filterParameters: readonly Parameter[] = [
  {
    name: 'type',
    word: wordOf('type'),
    purpose: 'option.type.purpose',
    ...ANY,
    choices: CHANGE_TYPES.map((value) => ({ value, name: `type.${value}` as const })),
  },
  {
    name: 'namespace',
    word: wordOf('namespace'),
    purpose: 'option.namespace.purpose',
    ...ANY,
    suggest: suggestNamespace,
  },
  { name: 'user', word: wordOf('user'), purpose: 'option.user.purpose', ...ANY, suggest: suggestUser },
  { name: 'title', word: wordOf('title'), purpose: 'option.title.purpose', ...ANY, suggest: suggestTitle },
  { name: 'bots', word: wordOf('bots'), purpose: 'option.bots.purpose', ...ANY, choices: YES_NO_ONLY },
  { name: 'minor', word: wordOf('minor'), purpose: 'option.minor.purpose', ...ANY, choices: YES_NO_ONLY },
  { name: 'min', word: wordOf('min'), purpose: 'option.min.purpose', ...ANY, range: MIN_BYTES },
  {
    name: 'new',
    word: wordOf('new'),
    form: 'new',
    purpose: 'option.new.purpose',
    ...ANY,
    choices: YES_NO_ONLY,
  },
]

/** The filter that was given with a question about a scope. */
export async function askedFilter(
  command: Pick<CommandInfo, 'example'>,
  given: Given,
  scope: Scope,
  { store }: Pick<Context, 'store'>,
): Promise<{ readonly filter: Filter } | { readonly refusal: Refusal }> {
  const values = Object.fromEntries(FILTER_WORDS.map((word) => [word, given[word]]))
  let read = filterOf(values)
  if ('bad' in read && read.bad.word === 'namespace')
    read = filterOf(values, await localNamespaces(scope, store))
  return 'bad' in read ? { refusal: refuseWord(command, read.bad) } : read
}

/** How the wikis of a scope call their namespaces themselves, as far as the latest changes show it. */
export async function localNamespaces(
  scope: Scope,
  store: Pick<Context['store'], 'recent'>,
): Promise<LocalNamespaces> {
  const { changes } = await store.recent({ scope, limit: LOOKED_AT })
  return new Map(
    changes.flatMap(({ namespace, title }): [string, number][] => {
      const colon = title.indexOf(':')
      return namespace === null || namespace === 0 || colon < 1
        ? []
        : [[foldedNamespace(title.slice(0, colon)), namespace]]
    }),
  )
}

/** Names of namespaces behind what is typed already: `talk,us` may become `talk,user`. */
async function suggestNamespace(
  typed: string,
  context: Context,
  given: Given,
): Promise<readonly Suggestion[]> {
  const before = typed.split(',').map((part) => part.trim())
  const start = foldedNamespace(before.pop() ?? '')
  const local = await localNamespaces(await scopeOf(given, context), context.store)
  const numbers = new Set([
    ...NAMED_NAMESPACES.filter((number) => number >= 0),
    ...[...local.values()].toSorted(),
  ])
  return [...numbers]
    .map((number) => {
      const own = [...local].flatMap(([name, other]) => (other === number ? name : []))
      const names = [namespaceName(number, context.language), canonicalNamespace(number), ...own]
      const label = [...new Map(names.map((name) => [foldedNamespace(name), name])).values()]
      return { number, names, label: label.slice(0, 3).join(' · ') }
    })
    .filter(
      ({ number, names }) =>
        String(number) === start || names.some((name) => ` ${foldedNamespace(name)}`.includes(` ${start}`)),
    )
    .map(({ number, label }) => ({ name: label, value: [...before, wordOfNamespace(number)].join(',') }))
    .filter(({ value }) => value.length <= LONGEST)
    .slice(0, MOST_SUGGESTIONS)
}

/** Titles of pages that were changed lately. */
async function suggestTitle(typed: string, context: Context, given: Given): Promise<readonly Suggestion[]> {
  const found = await suggestSeen(typed, context, given, ({ title }) => title, titleAlone)
  // Whoever writes a pattern means it.
  return typed.includes('*') && typed.trim().length <= LONGEST ? [{ name: typed, value: typed }] : found
}

/** Names of users who have changed something lately. */
function suggestUser(typed: string, context: Context, given: Given): Promise<readonly Suggestion[]> {
  return suggestSeen(
    typed,
    context,
    given,
    ({ user }) => user,
    (user) => user,
  )
}

async function suggestSeen(
  typed: string,
  context: Context,
  given: Given,
  nameOf: (change: { title: string; user: string | null }) => string | null,
  asGiven: (name: string) => string,
): Promise<readonly Suggestion[]> {
  const scope = await scopeOf(given, context)
  const { changes } = await context.store.recent({ scope, limit: LOOKED_AT })
  const start = folded(typed)
  const seen = [...new Set(changes.flatMap((change) => nameOf(change) ?? []))]
  const begins = seen.filter((name) => folded(name).startsWith(start))
  const has = seen.filter((name) => folded(name).includes(start))
  return [...new Set([...begins, ...has])]
    .map((name) => ({ name, value: asGiven(name) }))
    .filter(({ value }) => value.trim() !== '' && value.length <= LONGEST && value.isWellFormed())
    .slice(0, MOST_SUGGESTIONS)
}

/** The scope that a question is going to be about. */
async function scopeOf({ scope: text }: Given, context: Context): Promise<Scope> {
  const found = text === undefined ? null : resolveScope(text, await context.store.sites())
  return found !== null && 'scope' in found ? found.scope : (await chosenScope(context)).scope
}
