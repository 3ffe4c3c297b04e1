/** Users, channels and roles that a user names in a command or a menu, as the interaction tells of them. */
import { channelJson, memberOf, rolesJson } from './guild-json.ts'
import type { Guild } from './guilds.ts'
import type { Channel, World } from './world.ts'

/** Something that is named by its id. */
export interface Named {
  /** Of an option: 6 user, 7 channel, 8 role, 9 user or role. */
  readonly type: number
  readonly id: string
  /** The types that a channel may have. */
  readonly channelTypes?: readonly number[] | undefined
}

const [USER, CHANNEL, ROLE, MENTIONABLE] = [6, 7, 8, 9]
/** The types of options whose value is an id. */
export const namingTypes: readonly number[] = [USER, CHANNEL, ROLE, MENTIONABLE]

/** `data.resolved`; an error where there is nothing of that id to choose. */
export function resolvedOf(world: World, { place }: Channel, named: readonly Named[], permissions: string) {
  const resolved: Record<string, Record<string, object>> = {}
  const add = (kind: string, id: string, what: object) => {
    resolved[kind] = { ...resolved[kind], [id]: what }
  }
  for (const { type, id, channelTypes } of named) {
    const role = rolesJson(place?.guild.roles ?? []).find((candidate) => candidate.id === id)
    if (type === CHANNEL)
      add('channels', id, namedChannel(world, place?.guild, id, channelTypes, permissions))
    else if (type === ROLE || (type === MENTIONABLE && role)) {
      if (!role) throw new Error(`no such role here: ${id}`)
      add('roles', id, role)
    } else {
      add('users', id, id === world.bot.id ? world.bot : world.user(id))
      if (place) add('members', id, { ...withoutVoice(place.guild), permissions })
    }
  }
  return Object.keys(resolved).length > 0 ? { resolved } : {}
}

function namedChannel(
  world: World,
  guild: Guild | undefined,
  id: string,
  types: readonly number[] | undefined,
  permissions: string,
): object {
  const channel = world.channels.get(id)
  if (!guild || channel?.place?.guild !== guild) throw new Error(`no such channel here: ${id}`)
  const { permission_overwrites: _, ...json } = { permission_overwrites: [], ...channelJson(channel) }
  if (types?.length && !types.includes(json.type)) throw new Error(`no channel of type ${types}: ${id}`)
  return { ...json, permissions }
}

function withoutVoice(guild: Guild): object {
  const { deaf: _, mute: __, ...member } = memberOf(guild)
  return member
}
