import { LANGUAGES } from '../language/language.ts'
import { catalogue, type Key, message } from '../language/messages.ts'
import type { Answer, Refusal } from './answer.ts'
import { type Command, type Context, chosenScope, refuse, shortened, usageOf } from './command.ts'
import { givenBy } from './given.ts'
import { language } from './language.ts'
import { ping } from './ping.ts'
import { recent } from './recent.ts'
import { setLang } from './set-lang.ts'
import { stats } from './stats.ts'
import { status } from './status.ts'
import { top } from './top.ts'
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
      parameters: parameters.map(({ name, form, word, purpose, default: otherwise }) => ({
        name,
        ...(form !== undefined && { form }),
        ...(word !== undefined && { word }),
        purpose,
        default: otherwise,
      })),
    }))
    return { kind: 'help', scope: (await chosenScope(context)).label, commands }
  },
}

/** All that can be asked, in the order in which help shows it. */
export const COMMANDS: readonly Command[] = [recent, stats, trend, top, setLang, language, status, ping, help]

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
  const given = await givenBy(command, words, context)
  if (given !== null && 'refusal' in given) return given.refusal
  return given === null
    ? refuse(
        command,
        message('refusal.tooManyWords'),
        message('accepts.as', { usage: `!${usageOf(command, context.language)}` }),
      )
    : command.run(given.given, context)
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
