/** The routes of guilds, for the table in routes.ts. */
import { botRoles, channelJson, guildJson, memberOf, rolesJson } from './guild-json.ts'
import { guildOf } from './guilds.ts'
import { per } from './ratelimit.ts'
import { refusal } from './refusal.ts'
import type { Call, Route } from './routes.ts'

const limit = per(5, 5)

/** The rows. */
export const guildRoutes: readonly Route[] = [
  { method: 'GET', path: '/guilds/{guild_id}', limit, answer: (call) => guildJson(guild(call)) },
  { method: 'GET', path: '/guilds/{guild_id}/roles', limit, answer: (call) => rolesJson(guild(call).roles) },
  {
    method: 'GET',
    path: '/guilds/{guild_id}/channels',
    limit,
    answer: (call) => guild(call).channels.map(channelJson),
  },
  { method: 'GET', path: '/guilds/{guild_id}/members/{user_id}', limit, answer: getMember },
]

const guild = ({ world, params }: Call) => guildOf(world, params.guild_id)

/** Whoever was seen anywhere is taken for a member. */
function getMember(call: Call) {
  const { world, params } = call
  const there = guild(call)
  if (params.user_id === world.bot.id) return { user: world.bot, ...memberOf(there, botRoles(there)) }
  const user = world.users.get(params.user_id ?? '')
  if (!user) throw refusal(404, 10007, 'Unknown Member')
  return { user, ...memberOf(there) }
}
