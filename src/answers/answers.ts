import type { Answer, Refusal } from './answer.ts'
import { type Command, type Context, chosenScope, type Given, refuse, shortened, usageOf } from './command.ts'
import { ping } from './ping.ts'
import { recent } from './recent.ts'
import { setLang } from './set-lang.ts'
import { stats } from './stats.ts'
import { status } from './status.ts'
import { trend } from './trend.ts'

const help: Command = {
  name: 'help',
  purpose: 'this list',
  example: '!help',
  parameters: [],
  async run(_given, context) {
    const commands = COMMANDS.map((command) => {
      const { name, purpose, example } = command
      return { name, purpose, example, usage: usageOf(command) }
    })
    return { kind: 'help', scope: (await chosenScope(context)).label, commands }
  },
}

/** All that can be asked, in the order in which help shows it. */
export const COMMANDS: readonly Command[] = [recent, stats, trend, setLang, status, ping, help]

/** The command of that name, in any case. */
export const commandNamed = (name: string): Command | undefined =>
  COMMANDS.find((command) => command.name.toLowerCase() === name.toLowerCase())

/** Answers a question as it was typed: `!recent 0 5`. The `!` may be left out. */
export async function answer(question: string, context: Context): Promise<Answer> {
  const [word = '', ...words] = question.trim().replace(/^!\s*/, '').split(/\s+/)
  const command = commandNamed(word)
  if (command === undefined) return unknownCommand(word)
  const given = givenBy(command, words)
  return given === null
    ? refuse(command, 'That is more than I understand.', `!${usageOf(command)}`)
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
    problem: word === '' ? 'What would you like to know?' : `I do not know “${shortened(word)}”.`,
    accepts: `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`,
    example: '!help',
    nearest: [],
  }
}
