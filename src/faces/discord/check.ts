import {
  type APIApplication,
  type APIUser,
  ApplicationFlags,
  DiscordAPIError,
  OAuth2Scopes,
  REST,
  Routes,
} from 'discord.js'
import type { Feed } from '../../contracts.ts'
import { messageOf } from '../../errors.ts'
import { areCommandsRegistered } from './commands.ts'
import { missingIn, NEEDED_PERMISSIONS } from './permissions.ts'

/** What was found out about the bot at Discord, for people. `fail` must be mended. */
export interface Check {
  readonly state: 'ok' | 'warn' | 'fail'
  readonly detail: string
}

/** The settings that are about one application at Discord. */
export interface ApplicationSettings {
  readonly discordAppId: string | null
  readonly discordPublicKey: string | null
  readonly discordApiUrl: string
}

/** Looks at the token, the application behind it, and where its feeds are posted. Never rejects. */
export async function checkBot(
  token: string,
  settings: ApplicationSettings,
  feeds: readonly Feed[],
): Promise<Check[]> {
  const { discordApiUrl: apiUrl, discordPublicKey: publicKey } = settings
  const rest = new REST({ api: apiUrl, version: '10', retries: 0, timeout: 10_000 }).setToken(token)
  try {
    const bot = (await rest.get(Routes.user())) as APIUser
    const application = (await rest.get(Routes.currentApplication())) as APIApplication
    return [
      { state: 'ok', detail: `the token is that of ${bot.username}` },
      ...identityOf(application, settings),
      interactionsOf(application, publicKey !== null),
      ...flagsOf(application),
      await commandsOf(rest, application),
      ...(await targetsOf(rest, bot.id, feeds)),
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

/** Without these an interaction or a mention still comes; nobody but the owner can add a bot that is not public. */
function flagsOf({ bot_public: isPublic, flags }: APIApplication): Check[] {
  const privileged = PRIVILEGED.filter(([bits]) => ((flags ?? 0) & bits) !== 0).map(([, name]) => name)
  return [
    isPublic
      ? { state: 'ok', detail: 'anybody may add it to a server' }
      : {
          state: 'warn',
          detail: `only its owner may add it to a server: "Public Bot" in the developer portal, tab "Bot", is off`,
        },
    privileged.length === 0
      ? { state: 'ok', detail: 'it needs no privileged intents, and has none' }
      : {
          state: 'warn',
          detail: `it has intents that it does not need: ${privileged.join(', ')}; switch them off in the developer portal, tab "Bot"`,
        },
  ]
}

const PRIVILEGED = [
  [ApplicationFlags.GatewayPresence | ApplicationFlags.GatewayPresenceLimited, 'Presence Intent'],
  [
    ApplicationFlags.GatewayGuildMembers | ApplicationFlags.GatewayGuildMembersLimited,
    'Server Members Intent',
  ],
  [
    ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited,
    'Message Content Intent',
  ],
] as const

/** Whether the bot may post in the channels of its feeds. */
async function targetsOf(rest: REST, bot: string, feeds: readonly Feed[]): Promise<Check[]> {
  const checks: Check[] = []
  const refused = feeds.filter(({ state }) => state === 'refused')
  if (refused.length > 0)
    checks.push({
      state: 'warn',
      detail: `${numbered(refused)} ended, since Discord refused their messages; once that is mended, "feed resume" goes on`,
    })
  const byChannel = Map.groupBy(
    feeds.filter(({ state, target }) => state === 'active' && target.kind === 'channel'),
    ({ target }) => (target.kind === 'channel' ? target.channel : ''),
  )
  let sound = 0
  for (const [channel, theirs] of byChannel) {
    const fault = await faultOfChannel(rest, channel, bot)
    if (fault === null) sound++
    else
      checks.push({
        state: 'fail',
        detail: `${numbered(theirs)} cannot be posted to channel ${channel}: ${fault}`,
      })
  }
  if (sound > 0)
    checks.push({
      state: 'ok',
      detail: `its feeds’ channels in which it may post: ${sound} of ${byChannel.size}`,
    })
  return checks
}

const numbered = (feeds: readonly Feed[]): string =>
  `${feeds.length === 1 ? 'feed' : 'feeds'} ${feeds.map(({ id }) => id).join(', ')}`

async function faultOfChannel(rest: REST, channel: string, bot: string): Promise<string | null> {
  try {
    const missing = await missingIn(rest, channel, bot)
    return missing.length === 0 ? null : `the bot lacks there ${missing.join(', ')}`
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error
    return error.status === 404 ? 'it is gone' : `Discord answers ${error.status}: ${error.message}`
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
  const permissions = scope.includes(OAuth2Scopes.Bot) ? `&permissions=${NEEDED_PERMISSIONS}` : ''
  const link = `https://discord.com/oauth2/authorize?client_id=${application}&scope=${scope}${permissions}`
  return { state: 'ok', detail: `to add the bot to a server or to an account: ${link}` }
}

function faultOf(error: unknown, apiUrl: string): string {
  if (!(error instanceof DiscordAPIError)) return `${apiUrl} cannot be reached: ${messageOf(error)}`
  return error.status === 401
    ? 'the token is refused: copy DISCORD_BOT_TOKEN again from the developer portal, tab "Bot"'
    : `Discord answers ${error.status}: ${messageOf(error)}`
}
