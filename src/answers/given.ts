import type { Refusal } from './answer.ts'
import type { Command, Context, Given, Parameter } from './command.ts'
import { refuseWord } from './filter-wording.ts'
import { splitFilter } from './filter-words.ts'

/** The words behind a command's name as its parameters; `null` if there are too many. */
export async function givenBy(
  command: Command,
  words: readonly string[],
  context: Context,
): Promise<{ readonly given: Given } | { readonly refusal: Refusal } | null> {
  const { parameters } = command
  if (parameters.every(({ word }) => word === undefined)) return placed(parameters, words, context)
  const split = splitFilter(words.join(' '))
  if ('bad' in split) return { refusal: refuseWord(command, split.bad) }
  const inPlace = parameters.filter(({ word }) => word === undefined)
  const rest = await placed(inPlace, split.rest, context)
  return rest === null ? null : { given: { ...rest.given, ...split.values } }
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
