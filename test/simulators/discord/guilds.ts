/** Guilds: their roles, channels and threads, and how they change. */
import { channelJson, guildCreate, guildEvent, now, rolesJson } from './guild-json.ts'
import { guildPermissions, overwriteFor, type Role, usual } from './permissions.ts'
import type { ChannelChange, ChannelOptions, GuildOptions, GuildView } from './protocol.ts'
import { refusal } from './refusal.ts'
import { type Channel, newChannel, type Standing, type World } from './world.ts'

/** A server that the bot is in, or was, or where somebody uses it all the same. */
export interface Guild {
  readonly id: string
  readonly name: string
  readonly ownerId: string
  readonly joinedAt: string
  readonly locale: string
  /** Everyone's first. */
  readonly roles: readonly Role[]
  readonly channels: Channel[]
  readonly threads: Channel[]
  hasBot: boolean
}

/** A guild comes into being; bots that are connected with the intent GUILDS are told of it. */
export function createGuild(world: World, options: GuildOptions): GuildView {
  const taken = options.channels.find(({ id }) => id !== undefined && world.channels.has(id))
  if (taken) throw new Error(`there is a channel ${taken.id} already`)
  if (world.guilds.has(options.id ?? '')) throw new Error(`there is a guild ${options.id} already`)
  const id = options.id ?? world.nextId()
  const { name, bot: hasBot = true, locale = world.settings.guildLocale } = options
  const guild: Guild = {
    id,
    name,
    ownerId: world.user('80351110224678912', 'operator').id,
    joinedAt: now(),
    locale,
    roles: rolesOf(world, id, options),
    channels: [],
    threads: [],
    hasBot,
  }
  for (const channel of options.channels) addChannel(world, guild, channel)
  world.guilds.set(guild.id, guild)
  if (hasBot) world.deliver(guildCreate(world, guild))
  world.changed()
  return {
    id,
    name,
    channels: guild.channels.map((channel) => ({ id: channel.id, name: channel.place?.name ?? '' })),
    roles: guild.roles.map((role) => ({ id: role.id, name: role.name })),
  }
}

function rolesOf(world: World, guildId: string, { roles = [], botPermissions, bot = true }: GuildOptions) {
  const all: Role[] = [
    {
      id: guildId,
      name: '@everyone',
      permissions: BigInt(botPermissions ?? usual),
      botId: null,
      bot: false,
    },
  ]
  if (bot) {
    const { botName: name, applicationId: botId } = world.settings
    all.push({ id: world.nextId(), name, permissions: 0n, botId, bot: true })
  }
  for (const { id = world.nextId(), name, permissions, bot: held = false } of roles) {
    all.push({ id, name, permissions: BigInt(permissions), botId: null, bot: held })
  }
  return all
}

function addChannel(world: World, guild: Guild, options: ChannelOptions): void {
  const { id = world.nextId(), name, type = 0, botPermissions, overwrites = [] } = options
  const wanted = BigInt(botPermissions ?? 0)
  const place = {
    guild,
    name,
    type,
    parent: null,
    overwrites:
      botPermissions === undefined || wanted === guildPermissions(guild.roles, guild.id)
        ? overwrites
        : [...overwrites, overwriteFor(world, guild.roles, guild.id, wanted)],
  }
  const channel = newChannel(id, { place })
  guild.channels.push(channel)
  world.channels.set(id, channel)
}

/** A thread in a channel of a guild. */
export function createThread(world: World, channelId: string, name: string): { id: string; name: string } {
  const parent = channelOfGuild(world, channelId)
  const { guild, type } = parent.place
  const place = { guild, name, type: type === 5 ? 10 : 11, parent, overwrites: [] }
  const thread = newChannel(world.nextId(), { place })
  guild.threads.push(thread)
  world.channels.set(thread.id, thread)
  world.deliver(guildEvent('THREAD_CREATE', guild, { ...channelJson(thread), newly_created: true }))
  world.changed()
  return { id: thread.id, name }
}

/** Who may do what in a channel changes. */
export function changeChannel(world: World, channelId: string, change: ChannelChange): object {
  const channel = channelOfGuild(world, channelId)
  const { guild } = channel.place
  const { botPermissions, overwrites = channel.place.overwrites } = change
  const own = world.settings.applicationId
  channel.place.overwrites =
    botPermissions === undefined
      ? overwrites
      : [
          ...overwrites.filter(({ id }) => id !== own),
          overwriteFor(world, guild.roles, guild.id, BigInt(botPermissions)),
        ]
  world.deliver(guildEvent('CHANNEL_UPDATE', guild, channelJson(channel)))
  world.changed()
  return channelJson(channel)
}

/** What a role gives changes. */
export function changeRole(world: World, guildId: string, roleId: string, permissions: string): object {
  const guild = guildOf(world, guildId)
  const role = guild.roles.find(({ id }) => id === roleId)
  if (!role) throw new Error(`no such role: ${roleId}`)
  role.permissions = BigInt(permissions)
  const changed = rolesJson(guild.roles).find(({ id }) => id === roleId)
  world.deliver(guildEvent('GUILD_ROLE_UPDATE', guild, { guild_id: guildId, role: changed }))
  world.changed()
  return changed ?? {}
}

/** A channel of a guild is gone, with its threads. */
export function deleteChannel(world: World, channelId: string): object {
  const channel = channelOfGuild(world, channelId)
  const { guild, parent } = channel.place
  for (const thread of guild.threads.filter((other) => other.place?.parent === channel)) {
    deleteChannel(world, thread.id)
  }
  const list = parent ? guild.threads : guild.channels
  const json = channelJson(channel)
  list.splice(list.indexOf(channel), 1)
  world.channels.delete(channelId)
  world.deliver(guildEvent(parent ? 'THREAD_DELETE' : 'CHANNEL_DELETE', guild, json))
  world.changed()
  return {}
}

/** Somebody removes the bot from a guild. */
export function removeBot(world: World, guildId: string): object {
  const guild = guildOf(world, guildId)
  guild.hasBot = false
  world.deliver(guildEvent('GUILD_DELETE', guild, { id: guildId }))
  world.changed()
  return {}
}

/** The guild with that id, if the bot is in it. */
export function guildOf(world: World, id: string | undefined): Guild {
  const guild = world.guilds.get(id ?? '')
  if (!guild?.hasBot) throw refusal(404, 10004, 'Unknown Guild')
  return guild
}

function channelOfGuild(world: World, id: string): Channel & { readonly place: Standing } {
  const channel = world.channels.get(id)
  if (!channel?.place) throw new Error(`no such channel in a guild: ${id}`)
  return channel as Channel & { readonly place: Standing }
}
