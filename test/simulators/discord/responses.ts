/** What the bot does with an interaction: the first response, its edits, and follow-ups. */
import type { APIMessage } from 'discord.js'
import type { Upload } from './attachments.ts'
import { characters } from './components.ts'
import { AUTOCOMPLETE, type Interaction, MODAL } from './interactions.ts'
import { ephemeral } from './limits.ts'
import { type Answering, edit, placeholder, remove, send } from './messages.ts'
import type { Modal } from './modals.ts'
import type { Choice } from './protocol.ts'
import { type Issue, invalidForm, refusal, unknownMessage, within } from './refusal.ts'
import type { World } from './world.ts'

/** What can be said first, by Discord's numbers. */
const callback = { message: 4, deferred: 5, deferredUpdate: 6, update: 7, choices: 8, modal: 9 }

/** A request about an interaction. */
interface Said {
  readonly world: World
  readonly interaction: Interaction
  readonly body: unknown
  readonly uploads: readonly Upload[]
  readonly where: string
}

/** The type of an option of text. */
const STRING = 3

const unknownInteraction = () => refusal(404, 10062, 'Unknown interaction')
const unknownWebhook = () => refusal(404, 10015, 'Unknown Webhook')

/** The interaction that may get its first response now. */
export function toAnswer(world: World, id: string | undefined, token: string | undefined): Interaction {
  const interaction = world.interactions.get(id ?? '')
  if (!interaction || interaction.token !== token) throw unknownInteraction()
  if (interaction.response) {
    throw refusal(400, 40060, 'Interaction has already been acknowledged.')
  }
  if (Date.now() - interaction.createdAt > world.settings.interactionMs) throw unknownInteraction()
  return interaction
}

/** The interaction that the token of a webhook stands for: once it is answered, and as long as it is good. */
export function answered(world: World, application: string | undefined, token: string | undefined) {
  const interaction = [...world.interactions.values()].find((candidate) => candidate.token === token)
  if (application !== world.settings.applicationId || !interaction?.response) throw unknownWebhook()
  if (Date.now() - interaction.createdAt > world.settings.interactionTokenMs) {
    throw refusal(401, 50027, 'Invalid Webhook Token')
  }
  return interaction
}

/** The first response. */
export function respond({ world, interaction, body, uploads, where }: Said): void {
  const { type, data } = body as { type: number; data?: Readonly<Record<string, unknown>> | null }
  checkType(interaction, type)
  const { channel, source } = interaction
  const hidden = (Number(data?.flags ?? 0) & ephemeral) !== 0
  switch (type) {
    case callback.message:
      interaction.original = within('data', () =>
        send(world, channel, data, uploads, where, answering(world, interaction, hidden)),
      )
      break
    case callback.deferred:
      interaction.original = placeholder(world, channel, answering(world, interaction, hidden))
      break
    case callback.deferredUpdate:
      interaction.original = source
      break
    case callback.update:
      if (source) within('data', () => edit(world, channel, source, data ?? {}, uploads, where))
      interaction.original = source
      break
    case callback.choices:
      checkChoices(data?.choices as readonly Choice[], interaction.focusedType)
  }
  const kept = interaction.original?.flags ?? 0
  interaction.response = {
    type,
    ephemeral: (kept & ephemeral) !== 0,
    ...(type === callback.choices ? { choices: data?.choices as readonly Choice[] } : {}),
    ...(type === callback.modal ? { modal: data as unknown as Modal } : {}),
  }
  interaction.final = type !== callback.deferred && type !== callback.deferredUpdate
  world.changed()
}

/** Which response fits which interaction. Discord's docs name the pairs, but not the code of this error. */
function checkType(interaction: Interaction, type: number): void {
  const { message, deferred, deferredUpdate, update, choices, modal } = callback
  const fitting =
    interaction.type === AUTOCOMPLETE
      ? [choices]
      : [
          message,
          deferred,
          ...(interaction.type === MODAL ? [] : [modal]),
          ...(interaction.source ? [deferredUpdate, update] : []),
        ]
  if (fitting.includes(type)) return
  const why = `Value must be one of {${fitting.join(', ')}}.`
  throw invalidForm([{ path: ['type'], code: 'BASE_TYPE_CHOICES', message: why }])
}

/** The OpenAPI document has the limits of names and of how many; those of values are in the docs alone. */
function checkChoices(choices: readonly Choice[], optionType: number | null): void {
  const issues = choices.flatMap(({ value }, index): Issue[] => {
    const issue = (code: string, message: string) => [
      { path: ['data', 'choices', index, 'value'], code, message },
    ]
    if (optionType === STRING && typeof value !== 'string') {
      return issue('STRING_TYPE_CONVERT', `Could not interpret "${value}" as string.`)
    }
    if (optionType !== STRING && typeof value !== 'number') {
      return issue('NUMBER_TYPE_COERCE', `Value "${value}" is not int.`)
    }
    const length = typeof value === 'string' ? characters(value) : 1
    if (length >= 1 && length <= 100) return []
    return issue('BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.')
  })
  if (issues.length > 0) throw invalidForm(issues)
}

/** `@original`, or a message that belongs to the interaction. */
export function messageOfToken({ original, followups }: Interaction, id: string): APIMessage {
  const found = id === '@original' ? original : [original, ...followups].find((message) => message?.id === id)
  if (!found) throw unknownMessage()
  return found
}

/** An edit; that of a deferral is its answer. */
export function editAnswer({ world, interaction, body, uploads, where }: Said, id: string): APIMessage {
  const message = messageOfToken(interaction, id)
  const edited = edit(world, interaction.channel, message, body, uploads, where)
  if (message === interaction.original) interaction.final = true
  world.changed()
  return edited
}

/** Takes an answer back. */
export function removeAnswer({ world, interaction }: Pick<Said, 'world' | 'interaction'>, id: string): void {
  const message = messageOfToken(interaction, id)
  remove(world, interaction.channel, message)
  interaction.followups = interaction.followups.filter((other) => other !== message)
  if (interaction.original === message) {
    interaction.original = null
    interaction.final = true
  }
  world.changed()
}

/** A further message; the first one after a deferral takes its place, as Discord does it. */
export function followUp(said: Said): APIMessage {
  const { world, interaction, body, uploads, where } = said
  if (interaction.response?.type === callback.deferred && !interaction.final) {
    return editAnswer(said, '@original')
  }
  // Where only a user has installed the bot, it must not go on for ever.
  if (!('0' in interaction.owners) && interaction.followups.length >= 5) {
    throw refusal(400, 40094, 'This interaction has reached the maximum number of follow ups')
  }
  const hidden = (Number((body as { flags?: number | null }).flags ?? 0) & ephemeral) !== 0
  const message = send(
    world,
    interaction.channel,
    body,
    uploads,
    where,
    answering(world, interaction, hidden),
  )
  interaction.followups = [...interaction.followups, message]
  interaction.final = true
  world.changed()
  return message
}

/** The answer to `with_response=true`. */
export function callbackResponse({ id, type, channel, response, original }: Interaction) {
  const shown = response?.type === callback.message || response?.type === callback.update
  return {
    interaction: {
      id,
      type,
      channel_id: channel.id,
      ...(channel.place && { guild_id: channel.place.guild.id }),
      ...(original && {
        response_message_id: original.id,
        response_message_loading: response?.type === callback.deferred,
        response_message_ephemeral: response?.ephemeral ?? false,
      }),
    },
    ...(shown && { resource: { type: response?.type, message: original } }),
  }
}

function answering(world: World, interaction: Interaction, hidden: boolean): Answering {
  const { settings } = world
  return {
    ephemeral: hidden,
    fields: {
      ...(interaction.commandName === null ? {} : { type: 20 }),
      application_id: settings.applicationId,
      webhook_id: settings.applicationId,
      interaction_metadata: metadataOf(interaction),
    },
  }
}

/** What a message says of the interaction that it answers. */
function metadataOf({ id, type, user, owners, commandName, source, trigger }: Interaction): object {
  const common = { id, type, user, authorizing_integration_owners: owners }
  if (trigger) return { ...common, triggering_interaction_metadata: metadataOf(trigger) }
  return { ...common, ...(source ? { interacted_message_id: source.id } : { name: commandName }) }
}
