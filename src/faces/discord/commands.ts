import {
  type APIApplicationCommand,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type LocalizationMap,
  type REST,
  type RESTPutAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord.js'
import { COMMANDS } from '../../answers/answers.ts'
import type { Parameter } from '../../answers/command.ts'
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

/** The languages that are spoken here and that Discord has, as it names them. It has no Uzbek. */
const DISCORD_LOCALES: readonly (readonly [locale: string, language: Language])[] = [
  ['es-ES', 'es'],
  ['es-419', 'es'],
  ['fr', 'fr'],
  ['de', 'de'],
  ['ru', 'ru'],
  ['ar', 'ar'],
]

/** All that can be asked, as slash commands. Made when they are registered: it needs the words of every language. */
const slashCommands = (): RESTPutAPIApplicationCommandsJSONBody =>
  COMMANDS.map(({ name, purpose, parameters }) => ({
    type: ApplicationCommandType.ChatInput,
    name: name.toLowerCase(),
    ...named(`command.${name}.name`),
    ...described(purpose),
    contexts: CONTEXTS,
    integration_types: INTEGRATION_TYPES,
    options: parameters.map(option),
  }))

function option(parameter: Parameter): APIApplicationCommandOption {
  const { name, purpose, range, choices } = parameter
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
  return range === undefined
    ? {
        ...common,
        type: ApplicationCommandOptionType.String,
        autocomplete: parameter.suggest !== undefined,
        max_length: 100,
      }
    : { ...common, type: ApplicationCommandOptionType.Integer, min_value: range[0], max_value: range[1] }
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
  const options = 'options' in command ? (command.options ?? []) : []
  return {
    name,
    name_localizations: sorted(command.name_localizations),
    description: 'description' in command ? command.description : '',
    description_localizations:
      'description_localizations' in command ? sorted(command.description_localizations) : [],
    contexts: contexts?.toSorted(),
    integration_types: integration_types?.toSorted(),
    options: options.map((each) => ({
      type: each.type,
      name: each.name,
      name_localizations: sorted(each.name_localizations),
      description: each.description,
      description_localizations: sorted(each.description_localizations),
      required: each.required ?? false,
      autocomplete: 'autocomplete' in each ? each.autocomplete === true : false,
      min_value: 'min_value' in each ? each.min_value : undefined,
      max_value: 'max_value' in each ? each.max_value : undefined,
      max_length: 'max_length' in each ? each.max_length : undefined,
      choices: ('choices' in each ? (each.choices ?? []) : []).map(({ name, name_localizations, value }) => {
        return { name, name_localizations: sorted(name_localizations), value }
      }),
    })),
  }
}

const sorted = (texts: object | null | undefined) => Object.entries(texts ?? {}).toSorted()

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1)
