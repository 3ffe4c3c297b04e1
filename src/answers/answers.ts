import { LANGUAGES } from '../language/language.ts'
import { catalogue, type Key, message } from '../language/messages.ts'
import type { Answer, Refusal } from './answer.ts'
import { type Command, type Context, chosenScope, type Given, refuse, shortened, usageOf } from './command.ts'
import { language } from './language.ts'
import { ping } from './ping.ts'
import { recent } from './recent.ts'
import { setLang } from './set-lang.ts'
import { stats } from './stats.ts'
import { status } from './status.ts'
import { trend } from './trend.ts'

const help: Command = {
  name: 'help',
  purpose: 'command.help.purpose',
  example: '!help',
  parameters: [],
  async run(_given, context) {
    const commands = COMMANDS.map(({ name, purpose, example, parameters }) => ({
      name,
      purpose,
      example,
      parameters: parameters.map(({ name, form, purpose, default: otherwise }) => {
        return { name, ...(form !== undefined && { form }), purpose, default: otherwise }
      }),
    }))
    return { kind: 'help', scope: (await chosenScope(context)).label, commands }
  },
}

/** All that can be asked, in the order in which help shows it. */
export const COMMANDS: readonly Command[] = [recent, stats, trend, setLang, language, status, ping, help]

/** The command of that name, in any case: its own, or what it is called in one of the languages. */
export function commandNamed(name: string): Command | undefined {
  const typed = name.normalize('NFC').toLowerCase()
  return COMMANDS.find((command) => command.name.toLowerCase() === typed) ?? commandCalled(typed)
}

/** Names that mean one thing in one language and another one in another mean nothing. */
function commandCalled(typed: string): Command | undefined {
  if (typed === '') return undefined
  const called = COMMANDS.filter(({ name }) =>
    LANGUAGES.some((language) => catalogue(language)[`command.${name}.name` as Key] === typed),
  )
  return called.length === 1 ? called[0] : undefined
}

/** Answers a question as it was typed: `!recent 0 5`. The `!` may be left out. */
export async function answer(question: string, context: Context): Promise<Answer> {
  const [word = '', ...words] = question.trim().replace(/^!\s*/, '').split(/\s+/)
  const command = commandNamed(word)
  if (command === undefined) return unknownCommand(word)
  const given = givenBy(command, words)
  return given === null
    ? refuse(
        command,
        message('refusal.tooManyWords'),
        message('accepts.as', { usage: `!${usageOf(command, context.language)}` }),
      )
    : command.run(given, context)
}

/** The words behind a command's name as its parameters; `null` if there are too many. */
function givenBy({ parameters }: Command, words: readonly string[]): Given | null {
  const last = parameters.at(-1)
  if (words.length > parameters.length && last?.isLong !== true) return null
  const given: Record<string, string> = {}
  for (const [i, parameter] of parameters.entries()) {
    const word = parameter === last ? words.slice(i).join(' ') : words[i]
    if (word !== undefined && word !== '') given[parameter.name] = word
  }
  return given
}

function unknownCommand(word: string): Refusal {
  const names = COMMANDS.map(({ name }) => `!${name}`)
  return {
    kind: 'refusal',
    problem:
      word === '' ? message('refusal.empty') : message('refusal.unknownCommand', { word: shortened(word) }),
    accepts: message('accepts.commands', {
      others: names.slice(0, -1).join(', '),
      last: names.at(-1) ?? '',
    }),
    example: '!help',
    nearest: [],
  }
}
