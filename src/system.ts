/** The composition: which adapters take which part, and in which order they start and stop. */
import { CommandOutcomes } from './answers/outcomes.ts'
import { memoryBus } from './buses/memory.ts'
import type { Settings } from './config.ts'
import type { Face, Store } from './contracts.ts'
import { messageOf } from './errors.ts'
import { web } from './faces/web/face.ts'
import { addressOf } from './faces/web/listen.ts'
import { Deliveries } from './feeds/deliveries.ts'
import { stopped } from './flow/wait.ts'
import type { Log } from './log.ts'
import { giveBackMemory } from './memory.ts'
import { type Painter, painter } from './pictures/painter.ts'
import { Counters } from './pipeline/counters.ts'
import { ingest } from './pipeline/ingest.ts'
import { persist } from './pipeline/persist.ts'
import { Progress } from './pipeline/progress.ts'
import { retain } from './pipeline/retain.ts'
import { shownAddress } from './shown-address.ts'
import { eventStreams } from './sources/eventstreams/source.ts'
import { sparing } from './sparing.ts'
import { NAME, VERSION } from './version.ts'

/**
 * The store that the settings name, ready for use.
 * @throws {AppError} fatal, in one line, where it cannot be used
 */
export async function openStore(settings: Settings): Promise<Store> {
  if (settings.store.kind === 'postgres') {
    const { openPostgresStore } = await import('./stores/postgres/store.ts')
    return openPostgresStore(settings.store.url)
  }
  const { openSqliteStore } = await import('./stores/sqlite/store.ts')
  return openSqliteStore(settings.store.path)
}

/**
 * Runs everything in this process until `stop` is aborted, then stops with the flow: source, bus, store, faces.
 * @param ask how this system's store is asked from a terminal: told to whoever starts it
 */
export async function run(settings: Settings, log: Log, stop: AbortSignal, ask = 'ask'): Promise<void> {
  const store = await openStore(settings)
  const pictures = painter()
  try {
    const bus = memoryBus()
    const source = eventStreams({
      url: settings.eventStreamUrl,
      userAgent: settings.userAgent,
      idleMs: settings.eventStreamIdleMs,
      log,
    })
    const faceLog = sparing(log)
    const parts = { settings, store, pictures, log: faceLog }
    const commands = await commandOutcomes(settings)
    const deliveries = new Deliveries()
    const bot = commands && (await discordFace(parts, commands, deliveries))
    const interactions = commands && (await discordInteractions(parts, commands))
    await announce(settings, store, source.name, log, ask)

    const stopSource = new AbortController()
    const stopFlow = new AbortController()
    const stopFaces = new AbortController()
    const progress = new Progress(log, giveBackMemory)
    const counters = new Counters([source.name])
    const faces: Face[] = [
      ...(bot ? [bot] : []),
      web({
        http: settings.http,
        store,
        counters,
        source,
        bus,
        bot: () => bot?.state() ?? (interactions ? 'http' : 'off'),
        commands,
        deliveries: bot && deliveries,
        interactions,
        draining: stopSource.signal,
        log: faceLog,
      }),
    ]
    const ingesting = ingest(
      source,
      await store.position(source.name),
      bus,
      stopSource.signal,
      log,
      (batch) => counters.read(batch),
    )
    const persisting = persist(bus, store, stopFlow.signal, log, (batch, appended, tookMs) => {
      progress.add(batch, appended)
      counters.add(batch, appended, tookMs)
    })
    const retaining =
      settings.retentionDays === 0 ? undefined : retain(store, settings.retentionDays, stopFlow.signal, log)
    // A face that cannot go on is no reason to lose changes.
    const serving = faces.map((face) =>
      face
        .run(stopFaces.signal)
        .catch((error: unknown) =>
          log.error(`${face.name}: ${messageOf(error)}; everything else goes on without it`),
        ),
    )
    try {
      // None of them ends by itself: if one does, it has failed.
      await Promise.race([stopped(stop), ingesting, persisting, ...(retaining ? [retaining] : [])])
    } finally {
      progress.stop()
      stopSource.abort()
      await Promise.race([ingesting, persisting]).catch(() => {})
      stopFlow.abort()
      await bus.close()
      await Promise.allSettled([ingesting, persisting, retaining])
      stopFaces.abort()
      await Promise.all(serving)
    }
    log.info('stopped; everything read is stored')
  } finally {
    await pictures.close()
    await store.close()
  }
}

/** What Discord's faces are made of. */
interface Parts {
  readonly settings: Settings
  readonly store: Store
  readonly pictures: Painter
  readonly log: Log
}

/** For what is asked on Discord; `null` where nothing can be. */
async function commandOutcomes({
  discordToken,
  discordPublicKey,
}: Settings): Promise<CommandOutcomes | null> {
  if (discordToken === null && discordPublicKey === null) return null
  const { COMMANDS } = await import('./answers/answers.ts')
  return new CommandOutcomes(COMMANDS.map(({ name }) => name))
}

async function discordFace(
  { settings, store, pictures: { draw }, log }: Parts,
  commands: CommandOutcomes,
  deliveries: Deliveries,
) {
  const { discordToken: token, discordApiUrl: apiUrl } = settings
  if (token === null) return null
  const { discord } = await import('./faces/discord/face.ts')
  return discord({ token, apiUrl, store, draw, commands, deliveries, log })
}

/** What answers interactions that come over HTTP; `null` without the key by which Discord is known. */
async function discordInteractions(
  { settings, store, pictures: { draw }, log }: Parts,
  commands: CommandOutcomes,
) {
  const { discordPublicKey: publicKey, discordApiUrl: apiUrl, discordToken: token } = settings
  if (publicKey === null) return null
  const { discordOverHttp } = await import('./faces/discord/over-http.ts')
  return discordOverHttp({ publicKey, apiUrl, token, store, draw, commands, log })
}

async function announce(
  settings: Settings,
  store: Store,
  source: string,
  log: Log,
  ask: string,
): Promise<void> {
  const span = await store.span()
  const hasPosition = (await store.position(source)) !== null
  const upTo =
    span === null ? 'new, begins now' : `goes on from ${new Date(span.to).toISOString().slice(0, 19)}Z`
  log.info(`${NAME} ${VERSION}`)
  log.info(`reads   ${shownAddress(settings.eventStreamUrl)}`)
  log.info(`stores  ${store.place} (${store.kind}; ${hasPosition ? upTo : 'new, begins now'})`)
  log.info(`bot     ${botIn(settings)}`)
  log.info(`web     ${webIn(settings.http)}`)
  log.info(`ask     npm start -s -- ${ask} "!recent"   (or chat, or start --demo; --help shows all)`)
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
