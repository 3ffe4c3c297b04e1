/** Which changes of which wikis: what was said, as a scope and a filter. */
import type { Feed } from '../../contracts.ts'
import type { Filter } from '../../filter.ts'
import type { Refusal } from '../answer.ts'
import { askedScope, type Chosen, type Command, type Context, type Given, refuse } from '../command.ts'
import * as words from '../feed-wording.ts'
import { FILTER_WORDS, type FilterWord, filterText, splitFilter } from '../filter-words.ts'
import { askedFilter } from '../filters.ts'
import { STYLES } from './parameters.ts'

/** What a feed posts of what happens, and how. */
export interface Rule {
  readonly asked: Chosen
  readonly filter: Filter
  readonly style: Feed['style']
}

/** Said in the place of a condition, it takes it away. */
const ANY: ReadonlySet<string> = new Set(['*', 'any'])
/** The conditions that have a word of their own for that. */
const CHOICES: ReadonlySet<string> = new Set(['bots', 'minor', 'new'])

/**
 * The rule that is asked for.
 * @param before the rule that is to be changed: what is not said stays as it is there
 */
export async function askedRule(
  command: Command,
  given: Given,
  context: Context,
  before?: Pick<Feed, 'scope' | 'filter' | 'style'>,
): Promise<Rule | { readonly refusal: Refusal }> {
  const style = given.style === undefined ? (before?.style ?? 'embed') : styleNamed(given.style)
  if (style === null) return { refusal: refuse(command, ...words.noStyle(given.style ?? '')) }
  const scope = given.scope ?? before?.scope
  const asked = await askedScope(command, scope === undefined ? {} : { scope }, context)
  if ('refusal' in asked) return asked
  const read = await askedFilter(command, merged(before?.filter, given), asked.scope, context)
  return 'refusal' in read ? read : { asked, filter: read.filter, style }
}

/** Whether anything is said of which a rule consists. */
export const saysRule = (given: Given): boolean =>
  ['scope', 'style', ...FILTER_WORDS].some((word) => given[word] !== undefined)

const styleNamed = (text: string): Feed['style'] | null =>
  STYLES.find((style) => style === text.trim().toLowerCase()) ?? null

/** The words of a filter, with those that were said in the place of the ones before. */
function merged(before: Filter | undefined, given: Given): Given {
  const split = splitFilter(before === undefined ? '' : filterText(before))
  const values: Partial<Record<FilterWord, string>> = 'bad' in split ? {} : { ...split.values }
  // The one says what the other does.
  if (given.new !== undefined && given.type === undefined) delete values.type
  for (const word of FILTER_WORDS) {
    const said = given[word]
    if (said === undefined) continue
    const isAny =
      before !== undefined && (ANY.has(said.trim().toLowerCase()) || (word === 'min' && said === '0'))
    if (isAny && !CHOICES.has(word)) delete values[word]
    else values[word] = said
  }
  return values
}
