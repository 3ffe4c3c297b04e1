/** Interactions: how the bot is told of one, and what is known of it afterwards. */
import { randomBytes } from 'node:crypto'
import type { APIMessage, APIUser } from 'discord.js'
import { channelJson, memberOf } from './guild-json.ts'
import type { Modal } from './modals.ts'
import { botPermissions, usual } from './permissions.ts'
import { contextOf, type Whereabouts } from './places.ts'
import type { Choice, InteractionRecord } from './protocol.ts'
import { type GivenOption, usualPermissions } from './slash.ts'
import type { Channel, World } from './world.ts'

/** The types of interactions. */
export const COMMAND = 2
export const COMPONENT = 3
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

/** What is done with the bot. */
interface Deed {
  readonly channel: Channel
  readonly owners: Readonly<Record<string, string>>
  readonly type: number
  readonly data: object
  readonly source?: APIMessage | null
  readonly trigger?: Interaction
}

/** The interaction comes into being, and the bot is told of it: by the gateway, or by HTTP. */
export function dispatch(
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
