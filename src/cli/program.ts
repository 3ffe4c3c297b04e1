import { Command } from 'commander'
import { usageError } from '../errors.ts'
import { NAME, VERSION } from '../version.ts'

/** The sub-commands. Each loads its own code when it is called, so that a question is not slowed by what it never uses. */
export function program(): Command {
  const root = new Command(NAME)
    .description(
      "Follows every change of Wikimedia's wikis: stored once, answered in Discord and in the terminal.",
    )
    .version(VERSION)
    .exitOverride()
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError(`(see: ${NAME} --help)`)

  root
    .command('start', { isDefault: true })
    .description('run the system (the default command)')
    .option(
      '--roles <roles>',
      'run these parts alone, of ingest,store,bot,web: the others run in other processes',
    )
    .option('--demo', 'play a bundled recording as if it were live: no network needed, a database of its own')
    .action(async (options: { roles?: string; demo?: boolean }) =>
      (await import('./start.ts')).start(options),
    )

  root
    .command('ask')
    .description('answer one command as the bot would: ask "!recent 0 5"')
    .argument('<command>', 'what would be written to the bot', oneLine)
    .option('--user <id>', 'answer as to this person, with their settings (a Discord user id)', 'console')
    .option('--json', 'the answer as one JSON document')
    .option('--demo', "ask the demonstration's database")
    .action(async (question: string, options: { user: string; json?: boolean; demo?: boolean }) =>
      (await import('./ask.ts')).ask(question, options),
    )

  root
    .command('chat')
    .description('answer commands as the bot would, one after another')
    .option('--user <id>', 'answer as to this person, with their settings (a Discord user id)', 'console')
    .option('--demo', "ask the demonstration's database")
    .action(async (options: { user: string; demo?: boolean }) => (await import('./chat.ts')).chat(options))

  root
    .command('doctor')
    .description('check settings, store, source and Discord, and say what to do about each fault')
    .option('--json', 'the findings as one JSON document')
    .action(async (options: { json?: boolean }) => (await import('./doctor.ts')).doctor(options))

  root
    .command('verify')
    .description('recount everything: counts against rows, positions, gaps; status 1 if something differs')
    .option('--json', 'the findings as one JSON document')
    .action(async (options: { json?: boolean }) => (await import('./verify.ts')).verify(options))

  for (const command of root.commands) command.exitOverride()
  return root
}

function oneLine(text: string): string {
  if (text.trim() === '') throw usageError('ask takes a command, such as: ask "!recent 0 5"')
  return text
}
