/** The faces of this process. */
import { CommandOutcomes } from '../answers/outcomes.ts'
import type { Settings } from '../config.ts'
import type { BotState, Bus, Face, Store } from '../contracts.ts'
import { web } from '../faces/web/face.ts'
import { Deliveries } from '../feeds/deliveries.ts'
import type { Log } from '../log.ts'
import type { Painter } from '../pictures/painter.ts'
import { Counters } from '../pipeline/counters.ts'
import type { Roles } from '../roles.ts'
import type { Flow } from './flow.ts'

export interface FacesOptions {
  readonly settings: Settings
  readonly roles: Roles
  readonly store: Store
  readonly pictures: Painter
  /** `null`: changes flow elsewhere. */
  readonly flow: { readonly flow: Flow; readonly bus: Bus } | null
  /** Aborted when the system begins to stop. */
  readonly draining: AbortSignal
  readonly log: Log
}

/** What talks to people and programs, as the roles say. The last one tells how it goes, whatever the roles. */
export async function facesOf(options: FacesOptions): Promise<readonly Face[]> {
  const { settings, roles, store, flow, draining, log } = options
  const commands = await commandOutcomes(settings)
  const deliveries = new Deliveries()
  const bot = commands && roles.has('bot') ? await discordFace(options, commands, deliveries) : null
  const interactions = commands && roles.has('web') ? await discordInteractions(options, commands) : null
  const botState = (): BotState => {
    if (bot !== null) return bot.state()
    if (interactions !== null) return 'http'
    return roles.has('bot') ? 'off' : 'elsewhere'
  }
  const http = web({
    http: settings.http,
    store,
    counters: flow?.flow.counters ?? new Counters([]),
    source: flow?.flow.source ?? null,
    bus: flow?.bus ?? null,
    isStoring: flow?.flow.isStoring ?? false,
    isForOperators: !roles.has('web'),
    bot: botState,
    commands,
    deliveries: bot && deliveries,
    interactions,
    draining,
    log,
  })
  return bot === null ? [http] : [bot, http]
}

type Parts = Pick<FacesOptions, 'settings' | 'store' | 'pictures' | 'log'>

/** For what is asked on Discord; `null` where nothing can be. */
async function commandOutcomes({
  discordToken,
  discordPublicKey,
}: Settings): Promise<CommandOutcomes | null> {
  if (discordToken === null && discordPublicKey === null) return null
  const { COMMANDS } = await import('../answers/answers.ts')
  return new CommandOutcomes(COMMANDS.map(({ name }) => name))
}

async function discordFace(
  { settings, store, pictures: { draw }, log }: Parts,
  commands: CommandOutcomes,
  deliveries: Deliveries,
) {
  const { discordToken: token, discordApiUrl: apiUrl } = settings
  if (token === null) return null
  const { discord } = await import('../faces/discord/face.ts')
  return discord({ token, apiUrl, store, draw, commands, deliveries, log })
}

/** What answers interactions that come over HTTP; `null` without the key by which Discord is known. */
async function discordInteractions(
  { settings, store, pictures: { draw }, log }: Parts,
  commands: CommandOutcomes,
) {
  const { discordPublicKey: publicKey, discordApiUrl: apiUrl, discordToken: token } = settings
  if (publicKey === null) return null
  const { discordOverHttp } = await import('../faces/discord/over-http.ts')
  return discordOverHttp({ publicKey, apiUrl, token, store, draw, commands, log })
}
