/** The rules for application commands that Discord has and its OpenAPI document leaves out. */
import type { APIApplicationCommand } from 'discord.js'
import { characters } from './components.ts'
import { type Issue, invalidForm } from './refusal.ts'
import { locales } from './schema.ts'
import type { World } from './world.ts'

interface Option {
  readonly type: number
  readonly name: string
  readonly description: string
  readonly name_localizations?: Readonly<Record<string, string>> | null
  readonly description_localizations?: Readonly<Record<string, string>> | null
  readonly required?: boolean | null
  readonly options?: readonly Option[] | null
  readonly choices?: readonly Choice[] | null
  readonly autocomplete?: boolean | null
  readonly min_value?: number | null
  readonly max_value?: number | null
  readonly min_length?: number | null
  readonly max_length?: number | null
}

interface Choice {
  readonly name: string
  readonly name_localizations?: Readonly<Record<string, string>> | null
  readonly value: string | number
}

interface Command extends Omit<Option, 'type' | 'description'> {
  readonly type?: number | null
  readonly description?: string | null
}

const namePattern = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u
const CHAT_INPUT = 1

/** Replaces all commands, if they are ones that Discord would take. */
export function replaceCommands(world: World, commands: readonly Command[]): APIApplicationCommand[] {
  const issues = commands.flatMap((command, index) => [
    ...commandIssues(command, [index]),
    ...(commands.findIndex((other) => same(other, command)) === index
      ? []
      : [issue([index], 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Application command names must be unique')]),
  ])
  if (commands.filter((command) => typeOf(command) === CHAT_INPUT).length > 100) {
    issues.push(issue([], 'BASE_TYPE_MAX_LENGTH', 'Must be 100 or fewer in length.'))
  }
  if (issues.length > 0) throw invalidForm(issues)
  world.commands = commands.map((command) => stored(world, command))
  world.changed()
  return world.commands
}

/** A command keeps its id as long as it keeps its name. */
function stored(world: World, command: Command): APIApplicationCommand {
  const known = world.commands.find((other) => same(other as Command, command))
  const { options, ...rest } = command
  return {
    default_member_permissions: null,
    contexts: null,
    integration_types: [0],
    nsfw: false,
    ...rest,
    ...(options ? { options } : {}),
    description: command.description ?? '',
    type: typeOf(command),
    id: known?.id ?? world.nextId(),
    application_id: world.settings.applicationId,
    version: world.nextId(),
  } as unknown as APIApplicationCommand
}

function commandIssues(command: Command, path: Issue['path']): Issue[] {
  const description = command.description ?? ''
  if (typeOf(command) !== CHAT_INPUT) {
    return description
      ? [issue([...path, 'description'], 'BASE_TYPE_MAX_LENGTH', 'Must be 0 in length.')]
      : []
  }
  const issues = namedIssues({ ...command, type: CHAT_INPUT, description }, path)
  if (!description) {
    issues.push(issue([...path, 'description'], 'BASE_TYPE_REQUIRED', 'This field is required'))
  }
  if (textLength(command) > 8000) {
    issues.push(issue(path, 'APPLICATION_COMMAND_TOO_LARGE', 'Command exceeds maximum size (8000)'))
  }
  return issues
}

/** What is wrong with the names of a command or an option, its localizations and its options. */
function namedIssues(named: Option, path: Issue['path']): Issue[] {
  const issues: Issue[] = []
  const checkName = (name: string, ...at: string[]) => {
    if (namePattern.test(name) && name === name.toLowerCase()) return
    issues.push(issue([...path, ...at], 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid'))
  }
  checkName(named.name, 'name')
  for (const [locale, text] of Object.entries(named.name_localizations ?? {})) {
    checkName(text, 'name_localizations', locale)
  }
  issues.push(
    ...localeIssues(named.name_localizations, [...path, 'name_localizations']),
    ...localeIssues(named.description_localizations, [...path, 'description_localizations']),
    ...valueIssues(named, path),
  )
  for (const [index, option] of (named.options ?? []).entries()) {
    const at = [...path, 'options', index]
    const before = (named.options ?? []).slice(0, index)
    issues.push(...namedIssues(option, at))
    if (before.some(({ name }) => name === option.name)) {
      const message = 'Option name must be unique'
      issues.push(issue(at, 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS', message))
    }
    if (option.required && before.some(({ required }) => !required)) {
      const message = 'Required options must be placed before non-required options'
      issues.push(issue(at, 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID', message))
    }
    if (before.some((other) => isSub(other) !== isSub(option))) {
      const message =
        'Sub-command and sub-command group option types are mutually exclusive to all other types'
      issues.push(issue(at, 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', message))
    }
  }
  return issues
}

const localeIssues = (texts: Option['name_localizations'], path: Issue['path']): Issue[] =>
  Object.keys(texts ?? {})
    .filter((locale) => !locales.has(locale))
    .map((locale) => issue([...path, locale], 'BASE_TYPE_CHOICES', `Unknown locale ${locale}.`))

/** What is wrong with the values that an option offers or takes. */
function valueIssues(option: Option, path: Issue['path']): Issue[] {
  const { choices, autocomplete, min_value, max_value, min_length, max_length } = option
  const issues: Issue[] = []
  if (choices?.length && autocomplete) {
    const message = 'Autocomplete cannot be used with choices'
    issues.push(issue([...path, 'autocomplete'], 'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID', message))
  }
  if ((min_value ?? -Infinity) > (max_value ?? Infinity) || (min_length ?? 0) > (max_length ?? 6000)) {
    const message = 'Minimum must not exceed maximum'
    issues.push(issue(path, 'APPLICATION_COMMAND_OPTIONS_MIN_MAX_INVALID', message))
  }
  for (const [index, choice] of (choices ?? []).entries()) {
    const at = [...path, 'choices', index]
    issues.push(...localeIssues(choice.name_localizations, [...at, 'name_localizations']))
    const before = (choices ?? []).slice(0, index)
    if (before.some(({ name }) => name === choice.name)) {
      const message = 'Choice name must be unique'
      issues.push(issue(at, 'APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS', message))
    }
    if (characters(String(choice.value)) > 100) {
      issues.push(issue([...at, 'value'], 'BASE_TYPE_MAX_LENGTH', 'Must be 100 or fewer in length.'))
    }
  }
  return issues
}

/** Names, descriptions and choices count together; of localizations the longest one. */
function textLength(named: Command | Option): number {
  const longest = (text: string, localized: Readonly<Record<string, string>> | null | undefined) =>
    Math.max(characters(text), ...Object.values(localized ?? {}).map(characters))
  const own =
    longest(named.name, named.name_localizations) +
    longest(named.description ?? '', named.description_localizations)
  const choices = (named.choices ?? []).map(
    ({ name, name_localizations, value }) => longest(name, name_localizations) + characters(String(value)),
  )
  return [own, ...choices, ...(named.options ?? []).map(textLength)].reduce((sum, length) => sum + length)
}

const typeOf = ({ type }: Command): number => type ?? CHAT_INPUT
const same = (a: Command, b: Command): boolean => a.name === b.name && typeOf(a) === typeOf(b)
const isSub = ({ type }: Option): boolean => type <= 2
const issue = (path: Issue['path'], code: string, message: string): Issue => ({ path, code, message })
