/** Parameters that several resources have: which wikis, and which of their changes. */
import * as v from 'valibot'
import { filterOf, type LocalNamespaces, MIN_BYTES } from '../../../answers/filter-words.ts'
import { localNamespaces } from '../../../answers/filters.ts'
import { CHANGE_TYPES } from '../../../change.ts'
import type { StoreReader } from '../../../contracts.ts'
import type { Filter } from '../../../filter.ts'
import { resolveScope, type Scope, scopeCode } from '../../../scope.ts'
import { badValue, type Fault, shortText, type Values, wholeNumber, yesOrNo } from './parameter.ts'

/** Longer ones do not exist (MediaWiki's limit is 255 bytes, and an escape may double them). */
const LONGEST = 510

const LONGEST_SCOPE = 200

const SCOPE_TAKES =
  'takes * for all wikis, a language (en), a wiki by its database name (enwiki) or host name (en.wikipedia.org)'

export const scopeParameter = {
  scope: {
    schema: v.pipe(shortText(LONGEST_SCOPE, SCOPE_TAKES), v.minLength(1, SCOPE_TAKES)),
    description:
      'Which wikis: `*` (all, as without it), a language (`en`), or a wiki by its database name (`enwiki`) or host name (`en.wikipedia.org`).',
    example: 'enwiki',
    document: { type: 'string', minLength: 1, maxLength: LONGEST_SCOPE },
  },
} as const

/** Spaces and `_`, which stands for one, are not all of it. */
const NAME = /[^\s_]/
const nameDocument = { type: 'string', pattern: NAME.source, maxLength: LONGEST }

const name = (of: string) =>
  v.pipe(
    shortText(LONGEST, `takes ${of}`),
    v.regex(NAME, `takes ${of}`),
    v.check((text) => text.isWellFormed(), `takes ${of}`),
  )

export const filterParameters = {
  type: {
    schema: v.string(),
    description: 'Types of changes, with commas between.',
    example: 'edit,new',
    document: { type: 'array', minItems: 1, items: { type: 'string', enum: CHANGE_TYPES } },
  },
  namespace: {
    schema: v.string(),
    description:
      'Namespaces by number or name, with commas between; names in English, or as the wiki has them.',
    example: '0,talk',
    document: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
  },
  user: {
    schema: name('a name of a user, or an IP address'),
    description: 'Changes by this user, in any case.',
    document: nameDocument,
  },
  title: {
    schema: name('a title with its namespace, * for any text'),
    description:
      'The full title with its namespace, in any case; `*` stands for any text, unless a `\\` is before it.',
    example: 'Talk:*',
    document: nameDocument,
  },
  bot: { schema: yesOrNo, description: 'Changes by bots only, or none of them.' },
  minor: { schema: yesOrNo, description: 'Minor changes only, or none of them.' },
  minBytes: {
    schema: wholeNumber(...MIN_BYTES, 'bytes'),
    description: 'The page grew or shrank by at least so many bytes.',
  },
} as const

/** The scope that a text means; all wikis where there is none. */
export async function askedScope(
  text: string | undefined,
  store: Pick<StoreReader, 'sites'>,
): Promise<{ readonly scope: Scope } | { readonly fault: Fault }> {
  if (text === undefined) return { scope: { kind: 'all' } }
  const found = resolveScope(text, await store.sites())
  if ('scope' in found) return found
  return { fault: { ...badValue('scope', SCOPE_TAKES, text), nearest: found.nearest.map(scopeCode) } }
}

const TAKES = {
  type: `takes one or more of ${CHANGE_TYPES.join(', ')}, with commas between`,
  namespace: 'takes numbers or names of namespaces, with commas between, such as 0 or talk',
  user: 'takes a name of a user, or an IP address',
  title: 'takes a title with its namespace, * for any text',
} as const

/** The filter that was asked for with a scope. */
async function askedFilter(
  values: Values<typeof filterParameters>,
  scope: Scope,
  store: Pick<StoreReader, 'recent'>,
): Promise<{ readonly filter: Filter } | { readonly fault: Fault }> {
  const { type, namespace, user, title, bot, minor, minBytes } = values
  const said = { type, namespace, user, title }
  const words = Object.fromEntries(Object.entries(said).filter(([, text]) => text !== undefined))
  const read = (local?: LocalNamespaces) => filterOf(words, local)
  let found = read()
  if ('bad' in found && found.bad.word === 'namespace') found = read(await localNamespaces(scope, store))
  if ('bad' in found) {
    const word = found.bad.word as keyof typeof TAKES
    return { fault: badValue(word, TAKES[word], found.bad.said) }
  }
  return {
    filter: {
      ...found.filter,
      ...(bot !== undefined && { isBot: bot }),
      ...(minor !== undefined && { isMinor: minor }),
      ...(minBytes !== undefined && { minBytes }),
    },
  }
}

/** The scope and the filter that were asked for together. */
export async function askedChanges(
  values: Values<typeof scopeParameter & typeof filterParameters>,
  store: Pick<StoreReader, 'sites' | 'recent'>,
): Promise<{ readonly scope: Scope; readonly filter: Filter } | { readonly fault: Fault }> {
  const asked = await askedScope(values.scope, store)
  if ('fault' in asked) return asked
  const read = await askedFilter(values, asked.scope, store)
  return 'fault' in read ? read : { scope: asked.scope, filter: read.filter }
}
