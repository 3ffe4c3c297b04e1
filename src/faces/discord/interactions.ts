import {
  type APIApplicationCommandAutocompleteInteraction,
  type APIApplicationCommandInteractionDataBasicOption,
  type APIChatInputApplicationCommandInteraction,
  type APIInteraction,
  type APIMessageComponentInteraction,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  DiscordAPIError,
  InteractionContextType,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
  type REST,
  Routes,
} from 'discord.js'
import { commandNamed } from '../../answers/answers.ts'
import type { Context, Given, Place } from '../../answers/command.ts'
import { spokenWith } from '../../answers/language.ts'
import type { CommandOutcomes } from '../../answers/outcomes.ts'
import type { Notes, Preferences, StoreReader } from '../../contracts.ts'
import { messageOf } from '../../errors.ts'
import { Backoff } from '../../flow/backoff.ts'
import { wait } from '../../flow/wait.ts'
import { languageOf } from '../../language/language.ts'
import { text } from '../../language/messages.ts'
import { pageOf } from './paging.ts'
import { apology, type Drawing, type Part, partsOf, requestOf } from './parts.ts'
import { mayManage } from './permissions.ts'
import { type PostingOptions, postingAt, type Spot } from './posting.ts'
import type { Responder } from './responder.ts'

export interface Asking extends Drawing {
  /** For the first response. */
  readonly respond: Responder
  /** For what is said after it. */
  readonly rest: REST
  readonly store: StoreReader & Preferences & Notes
  readonly commands: CommandOutcomes
  /** Where the bot posts by itself. */
  readonly posting?: PostingOptions
}

/** Discord shows "did not respond" after 3 s; what takes longer than this, in ms, is announced first. */
const DEFER_MS = 2000
/** How often what follows a response is said again. */
const REPEATS = 4
/** What a client shows of suggestions. */
const MOST_CHOICES = 25

/** Answers an interaction. Never rejects: what goes wrong is logged, and told to the person where Discord allows it. */
export async function respondTo(interaction: APIInteraction, asking: Asking): Promise<void> {
  try {
    if (interaction.type === InteractionType.ApplicationCommandAutocomplete)
      await suggest(interaction, asking)
    if (isSlashCommand(interaction)) await run(interaction, asking)
    if (interaction.type === InteractionType.MessageComponent) await turnPage(interaction, asking)
  } catch (error) {
    asking.log.warn(`bot: an answer could not be sent: ${messageOf(error)}`)
  }
}

const isSlashCommand = (
  interaction: APIInteraction,
): interaction is APIChatInputApplicationCommandInteraction =>
  interaction.type === InteractionType.ApplicationCommand &&
  interaction.data.type === ApplicationCommandType.ChatInput

async function run(interaction: APIChatInputApplicationCommandInteraction, asking: Asking): Promise<void> {
  const { respond, rest } = asking
  const { application_id, token } = interaction
  const answering = answerTo(interaction, asking)
  const isDeferred = await isLate(answering)
  if (isDeferred) {
    // Whether it will be a refusal is not known yet.
    const data = flags(isSetting(interaction))
    const type = InteractionResponseType.DeferredChannelMessageWithSource
    await respond({ type, data })
  }
  const { parts, isPrivate } = await answering
  const [first = {}, ...others] = parts
  if (isDeferred) {
    const request = requestOf(first, {})
    await onceKnown(() =>
      rest.patch(Routes.webhookMessage(application_id, token), { ...request, auth: false }),
    )
  } else {
    const { body: data, files } = requestOf(first, flags(isPrivate))
    await respond({ type: InteractionResponseType.ChannelMessageWithSource, data }, files)
  }
  for (const part of others) {
    const request = requestOf(part, flags(isPrivate))
    await onceKnown(() => rest.post(Routes.webhook(application_id, token), { ...request, auth: false }))
  }
}

/** Whether an answer takes so long that Discord is to be told first that it will come. */
async function isLate(answering: Promise<unknown>): Promise<boolean> {
  const answered = new AbortController()
  const late = wait(DEFER_MS, answered.signal).then(() => LATE)
  const first = await Promise.race([answering.catch(() => null), late])
  answered.abort()
  return first === LATE
}

/** A response that goes back over HTTP may be overtaken by what follows it, which Discord then knows nothing of (404). */
async function onceKnown(say: () => Promise<unknown>): Promise<void> {
  const backoff = new Backoff(200, 2000)
  for (;;) {
    try {
      await say()
      return
    } catch (error) {
      if (!(error instanceof DiscordAPIError) || error.status !== 404 || backoff.attempt >= REPEATS)
        throw error
      await wait(backoff.next())
    }
  }
}

const flags = (isPrivate: boolean) => (isPrivate ? { flags: MessageFlags.Ephemeral } : {})

/** What is answered, as the parts of messages, and whether it is for the person alone. Never rejects. */
async function answerTo(
  interaction: APIChatInputApplicationCommandInteraction,
  asking: Asking,
): Promise<{ readonly parts: readonly Part[]; readonly isPrivate: boolean }> {
  const isInServer = interaction.guild_id !== undefined
  try {
    const name = nameOf(interaction)
    const command = commandNamed(name)
    return await asking.commands.of(command, async () => {
      if (command === undefined) throw new Error(`Discord has a command that I do not: ${name}`)
      const context = await contextOf(interaction, asking)
      const found = await command.run(givenBy(interaction), context)
      return {
        found,
        parts: await partsOf(found, context.language, asking),
        isPrivate: isSetting(interaction) || (isInServer && found.kind === 'refusal'),
      }
    })
  } catch (error) {
    asking.log.error(`bot: a question could not be answered: ${messageOf(error)}`)
    return { parts: [apology(languageOf(localeOf(interaction)))], isPrivate: isInServer }
  }
}

/** Puts the page that a button leads to in the place of the one that it stands under. */
async function turnPage(interaction: APIMessageComponentInteraction, asking: Asking): Promise<void> {
  const { respond, rest } = asking
  const { application_id, token } = interaction
  const turning = pageFor(interaction, asking)
  const isDeferred = await isLate(turning)
  if (isDeferred) await respond({ type: InteractionResponseType.DeferredMessageUpdate })
  const { part, isPage } = await turning
  const request = requestOf(part, isPage ? { components: part.components ?? [] } : flags(true))
  if (!isDeferred) {
    const type = isPage
      ? InteractionResponseType.UpdateMessage
      : InteractionResponseType.ChannelMessageWithSource
    await respond({ type, data: request.body }, request.files)
  } else if (isPage) {
    await onceKnown(() =>
      rest.patch(Routes.webhookMessage(application_id, token), { ...request, auth: false }),
    )
  } else {
    await onceKnown(() => rest.post(Routes.webhook(application_id, token), { ...request, auth: false }))
  }
}

/** The page that a button leads to, or what is said in its place. Never rejects. */
async function pageFor(
  interaction: APIMessageComponentInteraction,
  asking: Asking,
): Promise<{ readonly part: Part; readonly isPage: boolean }> {
  try {
    const context = await contextOf(interaction, asking)
    const { language } = context
    const found = await pageOf(interaction.data.custom_id, context)
    if (found === null) return { part: { content: text(language, 'face.unknownButton') }, isPage: false }
    const [part = {}] = await partsOf(found, language, asking)
    return { part, isPage: found.kind === 'recent' }
  } catch (error) {
    asking.log.error(`bot: a page could not be turned: ${messageOf(error)}`)
    return { part: apology(languageOf(localeOf(interaction))), isPage: false }
  }
}

/** Among others, settings are nobody else's business. */
const isSetting = (interaction: APIChatInputApplicationCommandInteraction): boolean =>
  (interaction.guild_id !== undefined || interaction.context === InteractionContextType.PrivateChannel) &&
  commandNamed(nameOf(interaction))?.isPrivate === true

const LATE = Symbol('late')

/** When the program started, UTC ms. */
export const STARTED_AT = Math.round(performance.timeOrigin)

async function suggest(
  interaction: APIApplicationCommandAutocompleteInteraction,
  asking: Asking,
): Promise<void> {
  const options = optionsOf(interaction)
  const focused = options.find((option) => 'focused' in option && option.focused === true)
  const command = commandNamed(nameOf(interaction))
  const parameter = command?.parameters.find(({ name }) => name === focused?.name)
  const typed = String(focused?.value ?? '')
  const context = await contextOf(interaction, asking)
  const found = await parameter?.suggest?.(typed, context, givenBy(interaction))
  const isNumber = parameter?.range !== undefined
  const choices = (found ?? []).slice(0, MOST_CHOICES).map(({ name, value }) => ({
    name: name.length > 100 ? `${name.slice(0, 99).toWellFormed()}…` : name,
    value: isNumber ? Number(value) : value,
  }))
  await asking.respond({
    type: InteractionResponseType.ApplicationCommandAutocompleteResult,
    data: { choices },
  })
}

type Command = APIChatInputApplicationCommandInteraction | APIApplicationCommandAutocompleteInteraction

/** The command's name, with that of its sub-command: `feed add`. */
function nameOf({ data }: Command): string {
  const subcommand = subcommandOf(data)
  return subcommand === undefined ? data.name : `${data.name} ${subcommand.name}`
}

const subcommandOf = ({ options = [] }: Command['data']) =>
  options.find((option) => option.type === ApplicationCommandOptionType.Subcommand)

const optionsOf = ({ data }: Command) =>
  (subcommandOf(data)?.options ??
    data.options ??
    []) as readonly APIApplicationCommandInteractionDataBasicOption[]

const givenBy = (interaction: Command): Given =>
  Object.fromEntries(
    optionsOf(interaction).flatMap((option) =>
      'value' in option ? [[option.name, String(option.value)]] : [],
    ),
  )

async function contextOf(interaction: APIInteraction, { store, posting }: Asking): Promise<Context> {
  const user = interaction.user?.id ?? interaction.member?.user.id
  if (user === undefined) throw new Error('Discord does not say who asks')
  const place = placeOf(interaction)
  const locale = localeOf(interaction)
  return {
    user,
    ...(place !== undefined && { place }),
    ...(posting !== undefined && { posting: postingAt(spotOf(interaction), user, posting) }),
    store,
    language: await spokenWith(user, locale, store),
    locale,
    now: Date.now(),
    startedAt: STARTED_AT,
  }
}

/** That of the person's client. */
const localeOf = (interaction: APIInteraction): string | null =>
  'locale' in interaction ? interaction.locale : null

/** Whether it is asked in a server that the bot was added to: a person may bring it along to others. */
const isAtHome = ({ guild_id, authorizing_integration_owners: owners }: APIInteraction): boolean =>
  guild_id !== undefined && ApplicationIntegrationType.GuildInstall in owners

/** The server, if the bot was added to it: a person who brings the bot along is asked as if alone with it. */
function placeOf(interaction: APIInteraction): Place | undefined {
  const { guild_id, member } = interaction
  if (guild_id === undefined || !isAtHome(interaction)) return undefined
  const may = mayManage(BigInt(member?.permissions ?? 0))
  return server(guild_id, may || NEEDS_MANAGE)
}

function spotOf(interaction: APIInteraction): Spot {
  const { guild_id: guild, channel, app_permissions: bits, context } = interaction
  if (guild === undefined)
    return { kind: context === InteractionContextType.PrivateChannel ? 'away' : 'direct' }
  if (!isAtHome(interaction) || channel === undefined) return { kind: 'away' }
  const { id, type } = channel
  return {
    kind: 'channel',
    guild,
    channel: id,
    ...(bits !== undefined && { permissions: { bits: BigInt(bits), type } }),
  }
}

/** What somebody lacks who may not change a server's settings. */
export const NEEDS_MANAGE = { needs: 'needs.manageServer' } as const

/** A server as a place with settings of its own; a person's are kept by the bare number. */
export const server = (guild: string, mayManage: Place['mayManage']): Place => ({
  id: `server ${guild}`,
  kind: 'server',
  mayManage,
})
