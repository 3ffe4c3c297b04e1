import {
  type APIApplicationCommand,
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  type LocalizationMap,
  type REST,
  type RESTPutAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord.js'
import { COMMANDS, GROUPS } from '../../answers/answers.ts'
import type { Command, Parameter } from '../../answers/command.ts'
import type { Language } from '../../language/language.ts'
import { type BareKey, catalogue, text } from '../../language/messages.ts'

/** In servers, in direct messages with the bot, and in people's own conversations. */
const CONTEXTS = [
  InteractionContextType.Guild,
  InteractionContextType.BotDM,
  InteractionContextType.PrivateChannel,
]
/** Added to a server, or by a person to their account. */
const INTEGRATION_TYPES = [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall]

/** Where a bot can write. */
const CHANNEL_TYPES = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
] as const

/** The languages that are spoken here and that Discord has, as it names them. It has no Uzbek. */
const DISCORD_LOCALES: readonly (readonly [locale: string, language: Language])[] = [
  ['es-ES', 'es'],
  ['es-419', 'es'],
  ['fr', 'fr'],
  ['de', 'de'],
  ['ru', 'ru'],
  ['ar', 'ar'],
]

/**
 * All that can be asked, as slash commands; those of a group as one with sub-commands. Made when they are registered:
 * it needs the words of every language.
 */
const slashCommands = (): RESTPutAPIApplicationCommandsJSONBody =>
  Array.from(
    Map.groupBy(COMMANDS, ({ name }) => name.split(' ')[0] as string),
    ([group, commands]) => {
      const [first, ...others] = commands as [Command]
      const isGroup = others.length > 0 || first.name !== group
      return {
        type: ApplicationCommandType.ChatInput,
        name: group.toLowerCase(),
        ...named(`command.${group}.name`),
        ...described(GROUPS[group] ?? first.purpose),
        contexts: CONTEXTS,
        integration_types: INTEGRATION_TYPES,
        options: isGroup ? commands.map(subcommand) : first.parameters.map(option),
      }
    },
  )

function subcommand({ name, purpose, parameters }: Command): APIApplicationCommandSubcommandOption {
  return {
    type: ApplicationCommandOptionType.Subcommand,
    name: name.split(' ').slice(1).join('-').toLowerCase(),
    ...named(`command.${name}.name`),
    ...described(purpose),
    options: parameters.map(option),
  }
}

function option(parameter: Parameter): APIApplicationCommandBasicOption {
  const { name, purpose, range, choices, isChannel, suggest } = parameter
  const common = {
    name,
    ...named(`option.${name}.name`),
    ...described(purpose),
    required: parameter.default === null,
  }
  if (choices !== undefined) {
    const named = choices.map(({ value, name: key }) => ({
      name: text('en', key),
      name_localizations: Object.fromEntries(localized(key)),
      value,
    }))
    return { ...common, type: ApplicationCommandOptionType.String, choices: named }
  }
  if (isChannel)
    return { ...common, type: ApplicationCommandOptionType.Channel, channel_types: [...CHANNEL_TYPES] }
  const autocomplete = suggest !== undefined
  if (range === undefined)
    return { ...common, type: ApplicationCommandOptionType.String, autocomplete, max_length: 100 }
  const [min_value, max_value] = range
  return { ...common, type: ApplicationCommandOptionType.Integer, autocomplete, min_value, max_value }
}

/** What it is called in other languages, where that is another word. */
function named(key: string): { name_localizations: LocalizationMap } {
  const isKey = (text: string): text is BareKey => Object.hasOwn(catalogue('en'), text)
  const names = isKey(key) ? localized(key).filter(([, name]) => name !== catalogue('en')[key]) : []
  return { name_localizations: Object.fromEntries(names) }
}

const described = (key: BareKey) => ({
  description: sentence(text('en', key)),
  description_localizations: Object.fromEntries(
    localized(key).map(([locale, said]) => [locale, sentence(said)]),
  ) as LocalizationMap,
})

const localized = (key: BareKey): (readonly [locale: string, text: string])[] =>
  DISCORD_LOCALES.map(([locale, language]) => [locale, catalogue(language)[key]])

/** A description as Discord takes one: at most 100 characters. */
function sentence(text: string): string {
  const said = text.charAt(0).toUpperCase() + text.slice(1)
  return said.length > 100 ? `${said.slice(0, 99)}…` : said
}

/**
 * Whether Discord has these slash commands and no others.
 * @throws {DiscordAPIError} what Discord says against being asked
 */
export async function areCommandsRegistered(rest: REST, application: string): Promise<boolean> {
  const query = new URLSearchParams({ with_localizations: 'true' })
  const known = (await rest.get(Routes.applicationCommands(application), {
    query,
  })) as APIApplicationCommand[]
  const shown = (commands: readonly Parameters<typeof comparable>[0][]) =>
    JSON.stringify(commands.map(comparable).toSorted(byName))
  return shown(known) === shown(slashCommands())
}

/**
 * Registers the slash commands where Discord has others; returns whether it had. They are known everywhere at once.
 * @throws {DiscordAPIError} what Discord says against it
 */
export async function registerCommands(rest: REST, application: string): Promise<boolean> {
  if (await areCommandsRegistered(rest, application)) return false
  await rest.put(Routes.applicationCommands(application), { body: slashCommands() })
  return true
}

/** What is ours of a command, in one order, without what Discord adds and what it leaves out where it is the default. */
function comparable(command: RESTPutAPIApplicationCommandsJSONBody[number] | APIApplicationCommand) {
  const { name, contexts, integration_types } = command
  return {
    name,
    name_localizations: sorted(command.name_localizations),
    description: 'description' in command ? command.description : '',
    description_localizations:
      'description_localizations' in command ? sorted(command.description_localizations) : [],
    contexts: contexts?.toSorted(),
    integration_types: integration_types?.toSorted(),
    options: 'options' in command ? (command.options ?? []).map(comparableOption) : [],
  }
}

function comparableOption(option: APIApplicationCommandOption): object {
  const choices = 'choices' in option ? (option.choices ?? []) : []
  return {
    type: option.type,
    name: option.name,
    name_localizations: sorted(option.name_localizations),
    description: option.description,
    description_localizations: sorted(option.description_localizations),
    required: option.required ?? false,
    autocomplete: 'autocomplete' in option ? option.autocomplete === true : false,
    min_value: 'min_value' in option ? option.min_value : undefined,
    max_value: 'max_value' in option ? option.max_value : undefined,
    max_length: 'max_length' in option ? option.max_length : undefined,
    channel_types: 'channel_types' in option ? option.channel_types?.toSorted() : undefined,
    choices: choices.map(({ name, name_localizations, value }) => {
      return { name, name_localizations: sorted(name_localizations), value }
    }),
    options: 'options' in option ? (option.options ?? []).map(comparableOption) : [],
  }
}

const sorted = (texts: object | null | undefined) => Object.entries(texts ?? {}).toSorted()

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1)
