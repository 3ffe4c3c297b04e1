/** Users use the bot: interactions as they are dispatched, and what is known of each afterwards. */
import { randomBytes } from 'node:crypto'
import type { APIMessage, APIUser } from 'discord.js'
import type { Component } from './components.ts'
import { channelJson, memberOf } from './guild-json.ts'
import { type Modal, modalData } from './modals.ts'
import { botPermissions } from './permissions.ts'
import type { Choice, InteractionRecord, Place, Use } from './protocol.ts'
import { commandData, type GivenOption, usualPermissions } from './slash.ts'
import type { Channel, World } from './world.ts'

/** The types of interactions. */
const COMMAND = 2
const COMPONENT = 3
export const AUTOCOMPLETE = 4
export const MODAL = 5

/** One use of the bot. */
export interface Interaction {
  readonly id: string
  readonly token: string
  readonly type: number
  readonly createdAt: number
  readonly user: APIUser
  readonly channel: Channel
  readonly owners: Readonly<Record<string, string>>
  /** `/name`, for a command. */
  readonly commandName: string | null
  /** The message with the component. */
  readonly source: APIMessage | null
  /** What was answered with the form, for a form. */
  readonly trigger: Interaction | null
  /** The type of the option that autocomplete is for. */
  readonly focusedType: number | null
  response: { type: number; ephemeral: boolean; choices?: readonly Choice[]; modal?: Modal } | null
  /** What `@original` means. */
  original: APIMessage | null
  followups: APIMessage[]
  final: boolean
}

/** A user does something with the bot, if a Discord client would offer it: an error otherwise. */
export function use(world: World, what: Use): Interaction {
  if (what.kind === 'press') return press(world, what)
  if (what.kind === 'submit') return submit(world, what)
  const data = commandData(world, what, what.kind === 'autocomplete' ? what.focused : undefined)
  const type = what.kind === 'autocomplete' ? AUTOCOMPLETE : COMMAND
  return dispatch(world, what, placeOf(world, what), type, data, null)
}

function press(world: World, what: Use & { kind: 'press' }): Interaction {
  const { messageId, customId } = what
  for (const channel of world.channels.values()) {
    const message = [...channel.messages, ...channel.ephemeral].find(({ id }) => id === messageId)
    if (!message || message.author.id !== world.bot.id) continue
    const button = buttonIn((message.components ?? []) as readonly Component[], customId)
    if (!button) throw new Error(`message ${messageId} has no enabled button ${customId}`)
    const data = { id: button.id, custom_id: customId, component_type: 2 }
    return dispatch(world, what, channel, COMPONENT, data, message)
  }
  throw new Error(`the bot has no message ${messageId}`)
}

/** What is written into a form; whether it was sent before does not matter: it can be shown again. */
function submit(world: World, what: Use & { kind: 'submit' }): Interaction {
  const { interactionId, userId, values } = what
  const trigger = world.interactions.get(interactionId)
  if (!trigger?.response?.modal) throw new Error(`interaction ${interactionId} was not answered with a form`)
  if (trigger.user.id !== userId) throw new Error('the form of another')
  const data = modalData(trigger.response.modal, values)
  return dispatch(world, what, trigger.channel, MODAL, data, trigger.source, trigger)
}

function buttonIn(components: readonly Component[], customId: string): Component | undefined {
  for (const component of components) {
    const { type, custom_id, disabled, accessory } = component as Component & { disabled?: boolean }
    if (type === 2 && custom_id === customId && !disabled) return component
    const inside = buttonIn([...(component.components ?? []), ...(accessory ? [accessory] : [])], customId)
    if (inside) return inside
  }
  return undefined
}

function placeOf(world: World, { userId, channelId, guildId }: Place & { userId: string }): Channel {
  if (channelId === undefined && guildId === undefined) return world.channelWith(userId)
  const guild = guildId === undefined ? undefined : world.guilds.get(guildId)
  if (guildId !== undefined && !guild) throw new Error(`no such guild: ${guildId}`)
  const channel = channelId === undefined ? guild?.channels[0] : world.channels.get(channelId)
  if (!channel) throw new Error(`no such channel: ${channelId}`)
  if (guild && channel.place?.guild !== guild)
    throw new Error(`channel ${channelId} is not in guild ${guildId}`)
  if (channel.recipient && channel.recipient.id !== userId) throw new Error('the direct messages of another')
  return channel
}

function dispatch(
  world: World,
  { userId, locale = 'en-US', permissions = usualPermissions }: Place & { userId: string },
  channel: Channel,
  type: number,
  data: object,
  source: APIMessage | null,
  trigger: Interaction | null = null,
): Interaction {
  const guild = channel.place?.guild
  const interaction: Interaction = {
    id: world.nextId(),
    token: randomBytes(80).toString('base64url'),
    type,
    createdAt: Date.now(),
    user: world.user(userId),
    channel,
    owners: { 0: guild?.id ?? '0' },
    commandName: (data as { name?: string }).name ?? null,
    source,
    trigger,
    focusedType: type === AUTOCOMPLETE ? focusedIn(data as { options?: readonly GivenOption[] }) : null,
    response: null,
    original: null,
    followups: [],
    final: false,
  }
  world.interactions.set(interaction.id, interaction)
  const { id, token, user, owners } = interaction
  const who = guild ? { member: { ...memberOf(guild), user, permissions } } : { user }
  const d = {
    id,
    application_id: world.settings.applicationId,
    type,
    token,
    data,
    channel: channelJson(channel),
    channel_id: channel.id,
    ...(guild && {
      guild_id: guild.id,
      guild: { id: guild.id, locale: guild.locale, features: [] },
    }),
    ...who,
    locale,
    ...(guild && { guild_locale: guild.locale }),
    app_permissions: String(botPermissions(world, channel)),
    context: guild ? 0 : 1,
    authorizing_integration_owners: owners,
    entitlements: [],
    entitlement_sku_ids: [],
    version: 1,
    attachment_size_limit: 10 * 1024 * 1024,
    ...(source && { message: source }),
  }
  world.deliver({ t: 'INTERACTION_CREATE', d, intents: null, guildId: guild?.id })
  world.changed()
  return interaction
}

function focusedIn({
  options = [],
}: {
  readonly options?: readonly GivenOption[] | undefined
}): number | null {
  for (const option of options) {
    const type = option.focused ? option.type : focusedIn(option)
    if (type !== null) return type
  }
  return null
}

/** What a test is told. */
export function recordOf({ id, token, channel, response, original, followups, final }: Interaction) {
  const record: InteractionRecord = {
    id,
    token,
    channelId: channel.id,
    response: response && { ...response, message: original },
    followups,
    final,
  }
  return record
}
