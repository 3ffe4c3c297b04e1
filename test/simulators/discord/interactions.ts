/** Users use the bot: interactions as they are dispatched, and what is known of each afterwards. */
import { randomBytes } from 'node:crypto'
import type { APIMessage, APIUser } from 'discord.js'
import { type Component, eachComponent } from './components.ts'
import { channelJson, memberOf } from './guild-json.ts'
import { type Modal, modalData } from './modals.ts'
import { botPermissions, usual } from './permissions.ts'
import { contextOf, ownersOf, placeOf, requireMember, type Whereabouts } from './places.ts'
import type { Choice, InteractionRecord, Use } from './protocol.ts'
import { resolvedOf } from './resolved.ts'
import { commandData, type GivenOption, usualPermissions } from './slash.ts'
import type { Channel, World } from './world.ts'

/** The types of interactions. */
const COMMAND = 2
const COMPONENT = 3
export const AUTOCOMPLETE = 4
export const MODAL = 5

const BUTTON = 2
/** The types of menus; of each but the first, the type of option whose values it offers. */
const menus: Readonly<Record<number, number>> = { 3: 0, 5: 6, 6: 8, 7: 9, 8: 7 }

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
  const channel = placeOf(world, what)
  const owners = ownersOf(channel, what)
  const focused = what.kind === 'autocomplete' ? what.focused : undefined
  const data = commandData(world, { ...what, channel, owners, focused })
  return dispatch(world, what, {
    channel,
    owners,
    type: focused === undefined ? COMMAND : AUTOCOMPLETE,
    data,
  })
}

function press(world: World, what: Use & { kind: 'press' }): Interaction {
  const { messageId, customId, userId, values } = what
  const { channel, message } = shown(world, messageId)
  requireMember(channel, userId)
  const earlier = [...world.interactions.values()].find(({ original, followups }) =>
    [original, ...followups].includes(message),
  )
  if (channel.ephemeral.includes(message) && earlier?.user.id !== userId) {
    throw new Error(`message ${messageId} is not shown to ${userId}`)
  }
  const component = enabledIn((message.components ?? []) as readonly Component[], customId, values)
  if (!component)
    throw new Error(`message ${messageId} has no enabled ${values ? 'menu' : 'button'} ${customId}`)
  const data = {
    id: component.id,
    custom_id: customId,
    component_type: component.type,
    ...(values && chosen(world, channel, component, values, what.permissions ?? usualPermissions)),
  }
  // Whoever presses, the bot is there for those for whom it was when it answered.
  const owners = earlier?.owners ?? ownersOf(channel, what)
  return dispatch(world, what, { channel, owners, type: COMPONENT, data, source: message })
}

/** A message of the bot's that somebody sees. */
function shown(world: World, messageId: string) {
  for (const channel of world.channels.values()) {
    const message = [...channel.messages, ...channel.ephemeral].find(({ id }) => id === messageId)
    if (message?.author.id === world.bot.id) return { channel, message }
  }
  throw new Error(`the bot has no message ${messageId}`)
}

/** The button or, with values, the menu of that name, if it can be used. */
function enabledIn(
  components: readonly Component[],
  customId: string,
  values: readonly string[] | undefined,
): Component | undefined {
  return [...eachComponent(components)]
    .map(({ component }) => component as Component & { disabled?: boolean })
    .find(
      ({ type, custom_id, disabled }) =>
        custom_id === customId && !disabled && (values ? type in menus : type === BUTTON),
    )
}

/** What is chosen in a menu. */
function chosen(
  world: World,
  channel: Channel,
  { type, options, min_values: min = 1, max_values: max = 1 }: Component,
  values: readonly string[],
  permissions: string,
) {
  if (values.length < min || values.length > max) throw new Error(`the menu takes ${min} to ${max} values`)
  const unknown = options && values.find((value) => !options.some((option) => option.value === value))
  if (unknown !== undefined) throw new Error(`the menu has no ${unknown}`)
  const naming = menus[type] ?? 0
  const named = naming ? values.map((id) => ({ type: naming, id })) : []
  return { values, ...resolvedOf(world, channel, named, permissions) }
}

/** What is written into a form; whether it was sent before does not matter: it can be shown again. */
function submit(world: World, what: Use & { kind: 'submit' }): Interaction {
  const { interactionId, userId, values } = what
  const trigger = world.interactions.get(interactionId)
  if (!trigger?.response?.modal) throw new Error(`interaction ${interactionId} was not answered with a form`)
  if (trigger.user.id !== userId) throw new Error('the form of another')
  const data = modalData(trigger.response.modal, values)
  const { channel, owners, source } = trigger
  return dispatch(world, what, { channel, owners, type: MODAL, data, source, trigger })
}

/** What is done with the bot. */
interface Deed {
  readonly channel: Channel
  readonly owners: Readonly<Record<string, string>>
  readonly type: number
  readonly data: object
  readonly source?: APIMessage | null
  readonly trigger?: Interaction
}

function dispatch(
  world: World,
  { userId, locale = 'en-US', permissions = usualPermissions }: Whereabouts,
  { channel, owners, type, data, source = null, trigger }: Deed,
): Interaction {
  const guild = channel.place?.guild
  const interaction: Interaction = {
    id: world.nextId(),
    token: randomBytes(80).toString('base64url'),
    type,
    createdAt: Date.now(),
    user: world.user(userId),
    channel,
    owners,
    commandName: (data as { name?: string }).name ?? null,
    source,
    trigger: trigger ?? null,
    focusedType: type === AUTOCOMPLETE ? focusedIn(data as { options?: readonly GivenOption[] }) : null,
    response: null,
    original: null,
    followups: [],
    final: false,
  }
  world.interactions.set(interaction.id, interaction)
  const { id, token, user } = interaction
  const who = guild ? { member: { ...memberOf(guild), user, permissions } } : { user }
  const d = {
    id,
    application_id: world.settings.applicationId,
    type,
    token,
    data,
    channel: { ...channelJson(channel), ...(guild && { permissions }) },
    channel_id: channel.id,
    ...(guild && {
      guild_id: guild.id,
      guild: { id: guild.id, locale: guild.locale, features: [] },
    }),
    ...who,
    locale,
    ...(guild && { guild_locale: guild.locale }),
    app_permissions: String(guild?.hasBot ? botPermissions(world, channel) : usual),
    context: contextOf(channel),
    authorizing_integration_owners: owners,
    entitlements: [],
    entitlement_sku_ids: [],
    version: 1,
    attachment_size_limit: 10 * 1024 * 1024,
    ...(source && { message: source }),
  }
  if (world.endpoint) world.endpoint.post(interaction, d)
  else world.deliver({ t: 'INTERACTION_CREATE', d, intents: null, guildId: guild?.id })
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
