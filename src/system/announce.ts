import type { Settings } from '../config.ts'
import type { Store } from '../contracts.ts'
import { isRetryable, messageOf } from '../errors.ts'
import { addressOf } from '../faces/web/listen.ts'
import type { Log } from '../log.ts'
import { ROLES, type Roles } from '../roles.ts'
import { shownAddress } from '../shown-address.ts'
import { NAME, VERSION } from '../version.ts'

export interface AnnounceOptions {
  readonly settings: Settings
  readonly roles: Roles
  readonly store: Store
  readonly log: Log
  /** How this system's store is asked from a terminal. */
  readonly ask: string
}

/** Says what begins here, and what can be done with it. */
export async function announce({ settings, roles, store, log, ask }: AnnounceOptions): Promise<void> {
  const state = await stateOf(store)
  const isWhole = roles.size === ROLES.length
  log.info(`${NAME} ${VERSION}${isWhole ? '' : ` (${[...roles].join(', ')})`}`)
  if (roles.has('ingest')) log.info(`reads   ${shownAddress(settings.eventStreamUrl)}`)
  log.info(`stores  ${store.place} (${store.kind}; ${state})`)
  if (roles.has('bot')) log.info(`bot     ${botIn(settings)}`)
  if (roles.has('web')) log.info(`web     ${webIn(settings.http)}`)
  log.info(`ask     npm start -s -- ${ask} "!recent"   (or chat, or start --demo; --help shows all)`)
}

async function stateOf(store: Store): Promise<string> {
  try {
    const [span, positions] = await Promise.all([store.span(), store.positions()])
    return span === null || positions.length === 0
      ? 'new, begins now'
      : `goes on from ${new Date(span.to).toISOString().slice(0, 19)}Z`
  } catch (error) {
    // A server may be away for a moment: whoever needs it waits for it.
    if (!isRetryable(error)) throw error
    return `does not answer now: ${messageOf(error)}`
  }
}

function botIn({ discordToken, discordPublicKey }: Settings): string {
  if (discordToken !== null) return 'on'
  return discordPublicKey === null
    ? 'off; to switch it on, put DISCORD_BOT_TOKEN=… into .env (README, "Discord")'
    : 'answers slash commands that Discord sends to /discord/interactions; to register them, it needs DISCORD_BOT_TOKEN=…'
}

function webIn({ host, port, token }: Settings['http']): string {
  const place = port === 0 ? `a free port of ${host}` : addressOf(host, port)
  const password = token === null ? '' : ', HTTP_TOKEN is the password'
  return `${place} (the dashboard${password}; /openapi.json, /metrics, /healthz)`
}
