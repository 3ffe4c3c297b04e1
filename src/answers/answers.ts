import type { Answer, Refusal } from './answer.ts'
import { type Command, type Context, chosenScope } from './command.ts'
import { ping } from './ping.ts'
import { recent } from './recent.ts'
import { setLang } from './set-lang.ts'
import { stats } from './stats.ts'
import { status } from './status.ts'

const help: Command = {
  name: 'help',
  usage: 'help',
  purpose: 'this list',
  example: '!help',
  async run(_args, context) {
    const commands = COMMANDS.map(({ name, usage, purpose, example }) => ({ name, usage, purpose, example }))
    return { kind: 'help', scope: (await chosenScope(context)).label, commands }
  },
}

/** All that can be asked, in the order in which help shows it. */
const COMMANDS: readonly Command[] = [recent, stats, setLang, status, ping, help]

/** Answers a question as it was typed: `!recent 0 5`. The name in any case, the `!` may be left out. */
export async function answer(question: string, context: Context): Promise<Answer> {
  const [word = '', ...args] = question.trim().replace(/^!\s*/, '').split(/\s+/)
  const name = word.toLowerCase()
  const command = COMMANDS.find((known) => known.name.toLowerCase() === name)
  return command === undefined ? unknownCommand(word) : command.run(args, context)
}

function unknownCommand(word: string): Refusal {
  const names = COMMANDS.map(({ name }) => `!${name}`)
  return {
    kind: 'refusal',
    problem: word === '' ? 'What would you like to know?' : `I do not know “${word.slice(0, 30)}”.`,
    accepts: `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`,
    example: '!help',
    nearest: [],
  }
}
