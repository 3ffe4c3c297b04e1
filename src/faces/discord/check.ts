import {
  type APIApplication,
  type APIUser,
  DiscordAPIError,
  OAuth2Scopes,
  PermissionFlagsBits,
  REST,
  Routes,
} from 'discord.js'
import { messageOf } from '../../errors.ts'
import { areCommandsRegistered } from './commands.ts'

/** What was found out about the bot at Discord, for people. `fail` must be mended. */
export interface Check {
  readonly state: 'ok' | 'warn' | 'fail'
  readonly detail: string
}

/** What the bot needs in a channel, and no more. */
const PERMISSIONS =
  PermissionFlagsBits.ViewChannel | PermissionFlagsBits.SendMessages | PermissionFlagsBits.EmbedLinks

/** Looks at the token and the application behind it. Never rejects. */
export async function checkBot(token: string, apiUrl: string): Promise<Check[]> {
  const rest = new REST({ api: apiUrl, version: '10', retries: 0, timeout: 10_000 }).setToken(token)
  try {
    const bot = (await rest.get(Routes.user())) as APIUser
    const application = (await rest.get(Routes.currentApplication())) as APIApplication
    return [
      { state: 'ok', detail: `the token is that of ${bot.username}` },
      interactionsOf(application),
      await commandsOf(rest, application),
      { state: 'ok', detail: `to add the bot to a server or to an account: ${inviteLink(application.id)}` },
    ]
  } catch (error) {
    return [{ state: 'fail', detail: faultOf(error, apiUrl) }]
  }
}

/** Discord sends interactions either over the gateway or to an address, never both. */
function interactionsOf({ interactions_endpoint_url: url }: APIApplication): Check {
  return url
    ? {
        state: 'fail',
        detail: `slash commands go to ${url} and not to this program: in the developer portal, "General Information", empty "Interactions Endpoint URL"`,
      }
    : { state: 'ok', detail: 'slash commands come to this program' }
}

async function commandsOf(rest: REST, { id }: APIApplication): Promise<Check> {
  return (await areCommandsRegistered(rest, id))
    ? { state: 'ok', detail: 'its slash commands are registered' }
    : {
        state: 'warn',
        detail: 'its slash commands are not registered as they are now: the next start does it',
      }
}

/** Where somebody adds the bot, with the scopes and permissions that it needs and no others. */
function inviteLink(application: string): string {
  const scope = `${OAuth2Scopes.Bot}+${OAuth2Scopes.ApplicationsCommands}`
  return `https://discord.com/oauth2/authorize?client_id=${application}&scope=${scope}&permissions=${PERMISSIONS}`
}

function faultOf(error: unknown, apiUrl: string): string {
  if (!(error instanceof DiscordAPIError)) return `${apiUrl} cannot be reached: ${messageOf(error)}`
  return error.status === 401
    ? 'the token is refused: copy DISCORD_BOT_TOKEN again from the developer portal, tab "Bot"'
    : `Discord answers ${error.status}: ${messageOf(error)}`
}
