import type { RecentPage, RecentQuery, StoreReader } from '../contracts.ts'
import type { Filter } from '../filter.ts'
import { message } from '../language/messages.ts'
import type { Answer, Recent } from './answer.ts'
import { wholeNumber } from './arguments.ts'
import {
  askedScope,
  type Chosen,
  type Command,
  type Context,
  refuse,
  scopeParameter,
  shortened,
} from './command.ts'
import { filterText } from './filter-words.ts'
import { askedFilter, filterParameters } from './filters.ts'

const LIMITS = { offset: [0, 10_000], limit: [1, 50] } as const
const ACCEPTS = message('accepts.recent')
/** Questions of more characters are not proposed. */
const QUESTION = 120
/** How long a search of somebody patient goes on, in ms. */
const PATIENCE_MS = 60_000

export const recent: Command = {
  name: 'recent',
  purpose: 'command.recent.purpose',
  example: '!recent 0 10 type:new',
  parameters: [
    { name: 'offset', purpose: 'option.offset.purpose', default: '0', range: LIMITS.offset },
    { name: 'limit', purpose: 'option.limit.purpose', default: '10', range: LIMITS.limit },
    ...filterParameters,
    scopeParameter,
  ],
  async run(given, context) {
    const { offset: offsetText = '0', limit: limitText = '10' } = given
    const offset = wholeNumber(offsetText, ...LIMITS.offset)
    if (offset === null)
      return refuse(recent, message('refusal.noOffset', { text: shortened(offsetText) }), ACCEPTS)
    const limit = wholeNumber(limitText, ...LIMITS.limit)
    if (limit === null)
      return refuse(recent, message('refusal.noLimit', { text: shortened(limitText) }), ACCEPTS)
    const asked = await askedScope(recent, given, context)
    if ('refusal' in asked) return asked.refusal
    const read = await askedFilter(recent, given, asked.scope, context)
    if ('refusal' in read) return read.refusal

    const { store, isPatient = false } = context
    const { filter } = read
    const query = { scope: asked.scope, filter, offset, limit }
    const page = isPatient ? await patiently(store, query) : await store.recent(query)
    const older = [`!recent ${offset + limit} ${limit}`, filterText(filter), given.scope ?? '']
    const question = older.filter((part) => part !== '').join(' ')
    const isPossible = page.next !== null && page.searchedTo === null && offset + limit <= LIMITS.offset[1]
    return {
      ...found(asked, filter, limit, page),
      offset,
      olderQuestion: isPossible && question.length <= QUESTION ? question : null,
    }
  },
}

/** A page beside one that was answered before: of these wikis (by their code), so many, from one of its ends on. */
export async function recentPage(
  scope: string,
  filter: Filter,
  limit: number,
  from: Pick<RecentQuery, 'before' | 'after'>,
  context: Context,
): Promise<Answer> {
  const asked = await askedScope(recent, { scope }, context)
  if ('refusal' in asked) return asked.refusal
  const page = await context.store.recent({ scope: asked.scope, filter, limit, ...from })
  const isNewest = from.before === undefined && from.after === undefined
  return { ...found(asked, filter, limit, page), offset: isNewest ? 0 : null, olderQuestion: null }
}

/** Goes on with a search that takes long, until the page is full. */
async function patiently(
  store: StoreReader,
  { offset = 0, limit, ...query }: RecentQuery,
): Promise<RecentPage> {
  const deadline = performance.now() + PATIENCE_MS
  const first = await store.recent({ ...query, offset, limit })
  // How many of those to be passed over it has seen is not known.
  let page = first.searchedTo === null ? first : await store.recent({ ...query, limit: offset + limit })
  if (page === first) return first
  const changes = [...page.changes]
  while (page.searchedTo !== null && page.next !== null && performance.now() < deadline) {
    page = await store.recent({ ...query, limit: offset + limit - changes.length, before: page.next })
    changes.push(...page.changes)
  }
  return { ...page, changes: changes.slice(offset), previous: null }
}

function found(
  { scope, label }: Chosen,
  filter: Filter,
  limit: number,
  { changes, next: older, previous: newer, searchedTo }: RecentPage,
): Omit<Recent, 'offset' | 'olderQuestion'> {
  return {
    kind: 'recent',
    scope: label,
    filter,
    limit,
    changes,
    older,
    newer,
    searchedTo,
    mixesWikis: scope.kind !== 'wiki',
  }
}
