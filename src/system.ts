/** The composition: which adapters take which part, and in which order they start and stop. */
import { memoryBus } from './buses/memory.ts'
import type { Settings } from './config.ts'
import type { Bus, Face, Store } from './contracts.ts'
import { fatalError, messageOf } from './errors.ts'
import { stopped } from './flow/wait.ts'
import type { Log } from './log.ts'
import { painter } from './pictures/painter.ts'
import type { Roles } from './roles.ts'
import { sparing } from './sparing.ts'
import { announce } from './system/announce.ts'
import { facesOf } from './system/faces.ts'
import { Flow } from './system/flow.ts'

/**
 * The store that the settings name, ready for use.
 * @throws {AppError} fatal, in one line, where it cannot be used
 */
export async function openStore(settings: Settings): Promise<Store> {
  if (settings.store.kind === 'postgres') {
    const { openPostgresStore } = await import('./stores/postgres/store.ts')
    return openPostgresStore(settings.store.url)
  }
  if (settings.store.kind === 'mongodb') {
    const { openMongoStore } = await import('./stores/mongodb/store.ts')
    return openMongoStore(settings.store.address)
  }
  const { openSqliteStore } = await import('./stores/sqlite/store.ts')
  return openSqliteStore(settings.store.path)
}

/** The bus that the settings name. Whether it answers is seen when it is used. */
export async function openBus({ bus }: Settings, log: Log): Promise<Bus> {
  if (bus.kind === 'memory') return memoryBus()
  const { redisBus } = await import('./buses/redis/bus.ts')
  return redisBus({ address: bus.address, log })
}

export interface RunOptions {
  readonly settings: Settings
  /** Parts that this process runs. */
  readonly roles: Roles
  readonly log: Log
  readonly stop: AbortSignal
  /** How this system's store is asked from a terminal: told to whoever starts it. */
  readonly ask?: string
}

/**
 * Runs what the roles say in this process until `stop` is aborted, then stops with the flow: source, bus, store, faces.
 * @throws where the flow, or in a process of faces alone all of them, cannot go on
 */
export async function run({ settings, roles, log, stop, ask = 'ask' }: RunOptions): Promise<void> {
  const store = await openStore(settings)
  const pictures = painter()
  try {
    const isFlowing = roles.has('ingest') || roles.has('store')
    const bus = isFlowing ? await openBus(settings, log) : null
    const flow = bus && { bus, flow: new Flow({ settings, roles, bus, store, log }) }
    const draining = new AbortController()
    const stopFaces = new AbortController()
    const parts = { settings, roles, store, pictures, flow, draining: draining.signal, log: sparing(log) }
    const faces = await facesOf(parts)
    await announce({ settings, roles, store, log, ask })
    const serving = faces.map((face) => serve(face, stopFaces.signal, log))
    // What only tells how it goes is not what a process is for.
    const wanted = roles.has('web') ? serving : serving.slice(0, -1)
    try {
      // None of them ends by itself: if one does, it has failed.
      await Promise.race([stopped(stop), flow === null ? noneLeft(wanted) : flow.flow.run()])
    } finally {
      draining.abort()
      await flow?.flow.end()
      stopFaces.abort()
      await Promise.allSettled(serving)
    }
    const rest = settings.bus.kind === 'memory' ? 'is stored' : 'is stored, or waits on the bus'
    log.info(flow === null ? 'stopped' : `stopped; everything read ${rest}`)
  } finally {
    await pictures.close()
    await store.close()
  }
}

/** Serves until it is stopped. A face that cannot go on is no reason to lose changes, nor the other faces. */
async function serve(face: Face, stop: AbortSignal, log: Log): Promise<void> {
  try {
    await face.run(stop)
  } catch (error) {
    log.error(`${face.name}: ${messageOf(error)}; everything else goes on without it`)
  }
}

/** Rejects once none of them serves any more: whoever looks after the process is to know. */
async function noneLeft(serving: readonly Promise<void>[]): Promise<never> {
  await Promise.all(serving)
  throw fatalError('nothing that this process is for can go on')
}
