import type { Refusal } from './answer.ts'
import type { Command, Context, Given, Parameter } from './command.ts'
import { refuseWord } from './filter-wording.ts'
import { FILTER_WORDS, splitFilter } from './filter-words.ts'

/** The words behind a command's name as its parameters; `null` if there are too many. */
export async function givenBy(
  command: Command,
  words: readonly string[],
  context: Context,
): Promise<{ readonly given: Given } | { readonly refusal: Refusal } | null> {
  const { parameters } = command
  const named = parameters.filter(({ word }) => word !== undefined)
  if (named.length === 0) return placed(parameters, words, context)
  const own = ownWords(
    named.filter((parameter) => !isOfFilter(parameter)),
    words.join(' '),
  )
  const split = named.some(isOfFilter) ? splitFilter(own.rest) : { values: {}, rest: own.rest.split(/\s+/) }
  if ('bad' in split) return { refusal: refuseWord(command, split.bad) }
  const inPlace = parameters.filter(({ word }) => word === undefined)
  const rest = await placed(inPlace, split.rest, context)
  return rest === null ? null : { given: { ...rest.given, ...split.values, ...own.values } }
}

const isOfFilter = ({ name }: Parameter): boolean => (FILTER_WORDS as readonly string[]).includes(name)

/** What stands behind the words of these parameters, `style:compact`, and the text without it. */
function ownWords(parameters: readonly Parameter[], text: string): { values: Given; rest: string } {
  const values: Record<string, string> = {}
  // What stands in quotation marks belongs to a word before them.
  const rest = text.replace(/"[^"]*"|(?<!\S)([a-z]+):(\S+)/gi, (said, key?: string, value?: string) => {
    const parameter = parameters.find(({ word }) => word === key?.toLowerCase())
    if (parameter === undefined || value === undefined) return said
    values[parameter.name] = value
    return ''
  })
  return { values, rest: rest.trim() }
}

/** Those that are told by their place. One may be left out where what follows can only be meant for the last one. */
async function placed(
  parameters: readonly Parameter[],
  words: readonly string[],
  context: Context,
): Promise<{ readonly given: Given } | null> {
  const given: Record<string, string> = {}
  const rest = words.filter((word) => word !== '')
  for (const [i, parameter] of parameters.entries()) {
    const [word] = rest
    if (word === undefined) break
    const last = parameters.at(-1) as Parameter
    const isLast = i === parameters.length - 1
    const takesAll =
      last.isLong === true &&
      (isLast || (!isFor(parameter, word) && (await last.isMeant?.(rest.join(' '), context)) === true))
    if (takesAll) given[last.name] = rest.splice(0).join(' ')
    else given[parameter.name] = rest.shift() as string
  }
  return rest.length > 0 ? null : { given }
}

/** Whether a word has the form of what a parameter takes. */
function isFor({ range, choices, default: otherwise }: Parameter, word: string): boolean {
  if (otherwise === null) return true
  if (range !== undefined) return /^[-+\d.,]+$/.test(word)
  return choices === undefined || choices.some(({ value }) => value === word.toLowerCase())
}
