/** The composition: which adapters take which part, and in which order they start and stop. */
import { memoryBus } from './buses/memory.ts'
import type { Settings } from './config.ts'
import type { Face, Store } from './contracts.ts'
import { messageOf } from './errors.ts'
import { stopped } from './flow/wait.ts'
import type { Log } from './log.ts'
import { ingest } from './pipeline/ingest.ts'
import { persist } from './pipeline/persist.ts'
import { Progress } from './pipeline/progress.ts'
import { retain } from './pipeline/retain.ts'
import { eventStreams } from './sources/eventstreams/source.ts'
import { NAME, VERSION } from './version.ts'

/**
 * The store that the settings name, ready for use.
 * @throws {AppError} fatal, in one line, where it cannot be used
 */
export async function openStore(settings: Settings): Promise<Store> {
  const { openSqliteStore } = await import('./stores/sqlite/store.ts')
  return openSqliteStore(settings.store.path)
}

/**
 * Runs everything in this process until `stop` is aborted, then stops with the flow: source, bus, store, faces.
 * @param ask how this system's store is asked from a terminal: told to whoever starts it
 */
export async function run(settings: Settings, log: Log, stop: AbortSignal, ask = 'ask'): Promise<void> {
  const store = await openStore(settings)
  try {
    const bus = memoryBus()
    const source = eventStreams({
      url: settings.eventStreamUrl,
      userAgent: settings.userAgent,
      idleMs: settings.eventStreamIdleMs,
      log,
    })
    const bot = await discordFace(settings, store, log)
    await announce(settings, store, source.name, bot !== null, log, ask)

    const progress = new Progress(log)
    const stopSource = new AbortController()
    const stopFlow = new AbortController()
    const stopFaces = new AbortController()
    const ingesting = ingest(source, await store.position(source.name), bus, stopSource.signal, log)
    const persisting = persist(bus, store, stopFlow.signal, log, (batch, appended) =>
      progress.add(batch, appended),
    )
    const retaining =
      settings.retentionDays === 0 ? undefined : retain(store, settings.retentionDays, stopFlow.signal, log)
    // A face that cannot go on is no reason to lose changes.
    const serving = (bot?.run(stopFaces.signal) ?? Promise.resolve()).catch((error: unknown) =>
      log.error(`${bot?.name}: ${messageOf(error)}; changes are stored as before`),
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
      await serving
    }
    log.info('stopped; everything read is stored')
  } finally {
    await store.close()
  }
}

async function discordFace(settings: Settings, store: Store, log: Log): Promise<Face | null> {
  if (settings.discordToken === null) return null
  const { discord } = await import('./faces/discord/face.ts')
  return discord({ token: settings.discordToken, apiUrl: settings.discordApiUrl, store, log })
}

async function announce(
  settings: Settings,
  store: Store,
  source: string,
  hasBot: boolean,
  log: Log,
  ask: string,
): Promise<void> {
  const span = await store.span()
  const hasPosition = (await store.position(source)) !== null
  const upTo =
    span === null ? 'new, begins now' : `goes on from ${new Date(span.to).toISOString().slice(0, 19)}Z`
  log.info(`${NAME} ${VERSION}`)
  log.info(`reads   ${settings.eventStreamUrl}`)
  log.info(`stores  ${store.place} (${store.kind}; ${hasPosition ? upTo : 'new, begins now'})`)
  log.info(
    hasBot
      ? 'bot     on'
      : 'bot     off; to switch it on, put DISCORD_BOT_TOKEN=… into .env (README, "Discord")',
  )
  log.info(`ask     npm start -s -- ${ask} "!recent"   (or chat, or start --demo; --help shows all)`)
}
