/** Which parts of the system a process runs. */
import type { Settings } from './config.ts'
import { usageError } from './errors.ts'

/**
 * `ingest` reads the source, `store` stores what comes over the bus and keeps it in order, `bot` talks on Discord, `web`
 * serves dashboard and API.
 */
export const ROLES = ['ingest', 'store', 'bot', 'web'] as const
export type Roles = ReadonlySet<(typeof ROLES)[number]>

export const ALL_ROLES: Roles = new Set(ROLES)

/**
 * Roles as they are given, `ingest,store`.
 * @throws {AppError} usage, where one is none
 */
export function readRoles(text: string): Roles {
  const names = text.split(',').map((name) => name.trim())
  const roles = ROLES.filter((role) => names.includes(role))
  const unknown = names.find((name) => !(ROLES as readonly string[]).includes(name))
  if (unknown !== undefined)
    throw usageError(`--roles takes some of ${ROLES.join(',')}; not ${JSON.stringify(unknown.slice(0, 40))}`)
  return new Set(roles)
}

/**
 * Refuses what was asked for and cannot be.
 * @throws {AppError} usage
 */
export function checkRoles(roles: Roles, { discordToken, bus }: Settings): void {
  // What is handed over within a process does not leave it.
  if (bus.kind === 'memory' && roles.has('ingest') !== roles.has('store'))
    throw usageError(
      '--roles: ingest and store run in one process: there is no bus between processes (BUS_URL)',
    )
  if (roles.has('bot') && discordToken === null)
    throw usageError('--roles: bot needs DISCORD_BOT_TOKEN (README, "Discord")')
}
