import { LANGUAGES, type Language } from '../language/language.ts'
import { type BareKey, catalogue, type Key, message } from '../language/messages.ts'
import type { Answer, CommandInfo, Refusal } from './answer.ts'
import { type Command, type Context, chosenScope, refuse, shortened, usageOf } from './command.ts'
import { FEED_COMMANDS } from './feeds/commands.ts'
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
  example: '!help recent',
  parameters: [
    {
      name: 'command',
      purpose: 'option.command.purpose',
      default: { key: 'default.all' },
      isLong: true,
      async suggest(typed, context) {
        const start = typed.trim().replace(/^!/, '').toLowerCase()
        return topics(context)
          .filter((name) => name.toLowerCase().startsWith(start))
          .map((name) => ({ name, value: name }))
      },
    },
  ],
  async run({ command: topic }, context) {
    const commands = topic === undefined ? overview(context) : infosOf(topic, context)
    if (commands.length === 0) return unknownCommand(topic ?? '', topics(context))
    const scope = (await chosenScope(context)).label
    return { kind: 'help', isOverview: topic === undefined, scope, commands }
  },
}

/** All that can be asked, in the order in which help shows it. */
export const COMMANDS: readonly Command[] = [
  recent,
  stats,
  trend,
  top,
  ...FEED_COMMANDS,
  setLang,
  language,
  status,
  ping,
  help,
]

/** What the commands have in common whose names begin with the same word. */
export const GROUPS: Readonly<Record<string, BareKey>> = {
  feed: 'command.feed.purpose',
  digest: 'command.digest.purpose',
}

/** The command of that name, in any case: its own, or what it is called in one of the languages. */
export function commandNamed(name: string): Command | undefined {
  const typed = name.normalize('NFC').toLowerCase()
  return COMMANDS.find((command) => command.name.toLowerCase() === typed) ?? commandCalled(typed)
}

/** Names that mean one thing in one language and another one in another mean nothing. */
function commandCalled(typed: string): Command | undefined {
  if (typed === '') return undefined
  const called = COMMANDS.filter(({ name }) =>
    LANGUAGES.some((language) => calledIn(language, name) === typed),
  )
  return called.length === 1 ? called[0] : undefined
}

/** What a command is called in a language, with its group. */
function calledIn(language: Language, name: string): string {
  const own = catalogue(language)[`command.${name}.name` as Key]
  const [group, ...rest] = name.split(' ')
  return rest.length === 0 ? own : `${catalogue(language)[`command.${group}.name` as Key]} ${own}`
}

/** The group of that name, in one of the languages. */
const groupCalled = (typed: string): string | undefined =>
  Object.keys(GROUPS).find((group) =>
    LANGUAGES.some((language) => catalogue(language)[`command.${group}.name` as Key] === typed),
  )

const wordsOf = (question: string): readonly string[] => question.trim().replace(/^!\s*/, '').split(/\s+/)

/** The command that a question names, as it was typed. */
export function commandIn(question: string): Command | undefined {
  const [word = '', second = ''] = wordsOf(question)
  return commandNamed(`${word} ${second}`) ?? commandNamed(word)
}

/** Answers a question as it was typed: `!recent 0 5`. The `!` may be left out. */
export async function answer(question: string, context: Context): Promise<Answer> {
  const words = wordsOf(question)
  const [word = '', second = ''] = words
  const command = commandIn(question)
  if (command === undefined) {
    const group = infosOf(word, context).map(({ name }) => name)
    if (word === '' || group.length === 0) return unknownCommand(word, topics(context))
    return second === '' ? help.run({ command: word }, context) : unknownCommand(`${word} ${second}`, group)
  }
  const given = await givenBy(command, words.slice(command.name.split(' ').length), context)
  if (given !== null && 'refusal' in given) return given.refusal
  return given === null
    ? refuse(
        command,
        message('refusal.tooManyWords'),
        message('accepts.as', { usage: `!${usageOf(command, context.language)}` }),
      )
    : command.run(given.given, context)
}

/** Those of any use where it is asked. */
const useful = ({ posting }: Context): readonly Command[] =>
  COMMANDS.filter(({ needsPosting }) => needsPosting !== true || posting !== undefined)

/** The names of the commands, those of a group by what they have in common. */
const topics = (context: Context): readonly string[] => [
  ...new Set(useful(context).map(({ name }) => name.split(' ')[0] as string)),
]

const infoOf = ({ name, purpose, example, parameters }: Command): CommandInfo => ({
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
})

/** Each command, and each group as one. */
function overview(context: Context): readonly CommandInfo[] {
  return topics(context).map((topic) => {
    const [first, ...others] = infosOf(topic, context) as [CommandInfo]
    const purpose = GROUPS[topic]
    if (purpose === undefined) return first
    const names = [first, ...others].map(({ name }) => name.slice(topic.length + 1))
    return { name: `${topic} ${names.join('|')}`, purpose, example: `!help ${topic}`, parameters: [] }
  })
}

/** The command of that name, or those of the group. */
function infosOf(topic: string, context: Context): readonly CommandInfo[] {
  const said = topic.trim().replace(/^!/, '').normalize('NFC').toLowerCase()
  const start = (groupCalled(said) ?? commandNamed(said)?.name ?? said).toLowerCase()
  return useful(context)
    .filter(({ name }) => name.toLowerCase() === start || name.toLowerCase().startsWith(`${start} `))
    .map(infoOf)
}

/** @param known the names of those that may be meant */
function unknownCommand(said: string, known: readonly string[]): Refusal {
  const names = known.map((name) => `!${name}`)
  return {
    kind: 'refusal',
    problem:
      said === '' ? message('refusal.empty') : message('refusal.unknownCommand', { word: shortened(said) }),
    accepts: message('accepts.commands', {
      others: names.slice(0, -1).join(', '),
      last: names.at(-1) ?? '',
    }),
    example: '!help',
    nearest: [],
  }
}
