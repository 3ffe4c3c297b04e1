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

/** The settings that are about one application at Discord. */
export interface ApplicationSettings {
  readonly discordAppId: string | null
  readonly discordPublicKey: string | null
  readonly discordApiUrl: string
}

/** Looks at the token and the application behind it. Never rejects. */
export async function checkBot(token: string, settings: ApplicationSettings): Promise<Check[]> {
  const { discordApiUrl: apiUrl, discordPublicKey: publicKey } = settings
  const rest = new REST({ api: apiUrl, version: '10', retries: 0, timeout: 10_000 }).setToken(token)
  try {
    const bot = (await rest.get(Routes.user())) as APIUser
    const application = (await rest.get(Routes.currentApplication())) as APIApplication
    return [
      { state: 'ok', detail: `the token is that of ${bot.username}` },
      ...identityOf(application, settings),
      interactionsOf(application, publicKey !== null),
      await commandsOf(rest, application),
      invitation(`${OAuth2Scopes.Bot}+${OAuth2Scopes.ApplicationsCommands}`, application.id),
    ]
  } catch (error) {
    return [{ state: 'fail', detail: faultOf(error, apiUrl) }]
  }
}

/** What can be said of a bot without a token, which answers what Discord sends over HTTP. */
export function checkHttpBot({ discordAppId }: ApplicationSettings): Check[] {
  return [
    {
      state: 'warn',
      detail: `answers slash commands over HTTP only, when ${ENDPOINT}; set DISCORD_BOT_TOKEN at least once, since registering the commands needs it`,
    },
    ...(discordAppId === null ? [] : [invitation(`${OAuth2Scopes.ApplicationsCommands}`, discordAppId)]),
  ]
}

/** Where in the portal Discord is told to send interactions. */
const ENDPOINT =
  '"Interactions Endpoint URL" in the developer portal, "General Information", is the public address of this program’s /discord/interactions'

/** Settings that are another application's. */
function identityOf(
  { id, verify_key }: APIApplication,
  { discordAppId, discordPublicKey }: ApplicationSettings,
): Check[] {
  const checks: Check[] = []
  if (discordAppId !== null && discordAppId !== id)
    checks.push({
      state: 'fail',
      detail: `DISCORD_APP_ID is not the application that the token belongs to: that is ${id}`,
    })
  if (discordPublicKey !== null && discordPublicKey !== verify_key)
    checks.push({
      state: 'fail',
      detail: `DISCORD_PUBLIC_KEY is not the key of the application that the token belongs to: that is ${verify_key}`,
    })
  return checks
}

/** Discord sends interactions either over the gateway or to an address, never both. */
function interactionsOf({ interactions_endpoint_url: url }: APIApplication, isKeyKnown: boolean): Check {
  if (!url && isKeyKnown)
    return {
      state: 'warn',
      detail: `slash commands come to this program over the gateway; over HTTP once ${ENDPOINT}`,
    }
  if (!url) return { state: 'ok', detail: 'slash commands come to this program' }
  return isKeyKnown
    ? { state: 'ok', detail: `slash commands go to ${url}, which must lead to this program` }
    : {
        state: 'fail',
        detail: `slash commands go to ${url} and not to this program: set DISCORD_PUBLIC_KEY to take them there, or empty "Interactions Endpoint URL" in the developer portal, "General Information"`,
      }
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
function invitation(scope: string, application: string): Check {
  const permissions = scope.includes(OAuth2Scopes.Bot) ? `&permissions=${PERMISSIONS}` : ''
  const link = `https://discord.com/oauth2/authorize?client_id=${application}&scope=${scope}${permissions}`
  return { state: 'ok', detail: `to add the bot to a server or to an account: ${link}` }
}

function faultOf(error: unknown, apiUrl: string): string {
  if (!(error instanceof DiscordAPIError)) return `${apiUrl} cannot be reached: ${messageOf(error)}`
  return error.status === 401
    ? 'the token is refused: copy DISCORD_BOT_TOKEN again from the developer portal, tab "Bot"'
    : `Discord answers ${error.status}: ${messageOf(error)}`
}
