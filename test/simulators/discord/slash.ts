/** What a Discord client lets a user type: commands that are registered, with options that fit them. */
import type { APIApplicationCommand } from 'discord.js'
import { characters } from './components.ts'
import { context, contextOf } from './places.ts'
import type { SlashCommand } from './protocol.ts'
import { type Named, namingTypes, resolvedOf } from './resolved.ts'
import type { Channel, World } from './world.ts'

interface Option {
  readonly type: number
  readonly name: string
  readonly required?: boolean
  readonly autocomplete?: boolean
  readonly options?: readonly Option[]
  readonly choices?: readonly { readonly value: string | number }[]
  readonly min_value?: number
  readonly max_value?: number
  readonly min_length?: number
  readonly max_length?: number
  readonly channel_types?: readonly number[]
}

/** An option in an interaction's `data`. */
export interface GivenOption {
  readonly type: number
  readonly name: string
  readonly value?: string | number | boolean
  readonly focused?: true
  readonly options?: readonly GivenOption[]
}

/** All that a member may do by default; nobody is an administrator unless a test says so. */
export const usualPermissions = '2248473465835073'

type Value = string | number | boolean

/** What a user types, and where. */
export interface Typed extends SlashCommand {
  readonly channel: Channel
  /** For whom the bot is installed there: `authorizing_integration_owners`. */
  readonly owners: Readonly<Record<string, string>>
  /** The option that the cursor is in. */
  readonly focused?: string | undefined
}

/** `data` of the interaction that a user's input makes; an error that says why the client would not send it. */
export function commandData(world: World, typed: Typed): object {
  const { name, options = {}, permissions = usualPermissions, channel, focused } = typed
  const [root = '', ...subs] = name.split(' ')
  const command = world.commands.find((candidate) => candidate.name === root && candidate.type === 1)
  if (!command) throw new Error(`no such command: /${root}`)
  checkPlace(command, typed, permissions)
  let level = (command.options ?? []) as readonly Option[]
  const path: Option[] = []
  for (const sub of subs) {
    const found = level.find((option) => option.name === sub && option.type <= 2)
    if (!found) throw new Error(`no such subcommand: /${name}`)
    path.push(found)
    level = found.options ?? []
  }
  if (level.some(({ type }) => type <= 2)) throw new Error(`/${name} needs a subcommand`)
  const given = givenOptions(name, level, options, focused)
  const nested = path.reduceRight<GivenOption[]>(
    (inside, { type, name: sub }) => [{ type, name: sub, options: inside }],
    given,
  )
  return {
    id: command.id,
    name: root,
    type: 1,
    ...(nested.length > 0 ? { options: nested } : {}),
    ...resolvedOf(world, channel, namedIn(level, given), permissions),
  }
}

const namedIn = (level: readonly Option[], given: readonly GivenOption[]): Named[] =>
  given
    .filter(({ type }) => namingTypes.includes(type))
    .map(({ type, name, value }) => {
      const channelTypes = level.find((option) => option.name === name)?.channel_types
      return { type, id: String(value), channelTypes }
    })

/** Commands without contexts work everywhere; each only for those for whom it is installed. */
function checkPlace(command: APIApplicationCommand, { channel, owners }: Typed, permissions: string): void {
  const { name, contexts, integration_types: installs, default_member_permissions: needed } = command
  const here = contextOf(channel)
  const where = ['guilds', 'direct messages', 'private channels'][here]
  if (contexts && !contexts.includes(here)) throw new Error(`/${name} is not offered in ${where}`)
  if (installs && !installs.some((install) => install in owners)) {
    throw new Error(`/${name} is not installed for those in ${where}`)
  }
  if (here !== context.guild || needed === null || needed === undefined) return
  const own = BigInt(permissions)
  const administrator = (own & 8n) !== 0n
  const enough = BigInt(needed) !== 0n && (own & BigInt(needed)) === BigInt(needed)
  if (!administrator && !enough) throw new Error(`/${name} is not offered without permissions ${needed}`)
}

function givenOptions(
  command: string,
  known: readonly Option[],
  options: Readonly<Record<string, Value>>,
  focused: string | undefined,
): GivenOption[] {
  const missing = known.find(({ name, required }) => required && !(name in options))
  if (missing && focused === undefined) throw new Error(`/${command} needs the option ${missing.name}`)
  if (focused !== undefined && !(focused in options)) throw new Error(`${focused} is focused, but not given`)
  return Object.entries(options).map(([name, value]) => {
    const option = known.find((candidate) => candidate.name === name)
    if (!option) throw new Error(`/${command} has no option ${name}`)
    if (name === focused) {
      if (!option.autocomplete) throw new Error(`the option ${name} of /${command} has no autocomplete`)
      // While it is typed, a value is text of whatever form.
      return { type: option.type, name, value, focused: true }
    }
    const wrong = wrongWith(option, value)
    if (wrong) throw new Error(`the option ${name} of /${command} ${wrong}: ${JSON.stringify(value)}`)
    return { type: option.type, name, value }
  })
}

function wrongWith(option: Option, value: Value): string | null {
  const type = typeNames[option.type]
  if (!type) return `has the type ${option.type}, which the simulator does not know yet`
  if (typeof value !== type || (option.type === INTEGER && !Number.isSafeInteger(value))) {
    return `must be of type ${option.type}, ${type}`
  }
  if (option.choices?.length && !option.choices.some((choice) => choice.value === value)) {
    return 'is none of its choices'
  }
  if (typeof value === 'boolean') return null
  const [size, min, max] =
    typeof value === 'string'
      ? [characters(value), option.min_length ?? 1, option.max_length ?? 6000]
      : [value, option.min_value ?? -(2 ** 53), option.max_value ?? 2 ** 53]
  return size < min || size > max ? `is outside ${min} to ${max}` : null
}

const INTEGER = 4
/** String, integer, boolean, number, and what is named by an id. */
const typeNames: Readonly<Record<number, string>> = {
  3: 'string',
  4: 'number',
  5: 'boolean',
  10: 'number',
  ...Object.fromEntries(namingTypes.map((type) => [type, 'string'])),
}
