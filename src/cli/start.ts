import { readSettings, type Settings } from '../config.ts'
import { startDemoStream } from '../demo/stream.ts'
import type { Log } from '../log.ts'
import { createLog } from '../logging.ts'
import { ALL_ROLES, checkRoles, type Roles, readRoles } from '../roles.ts'
import { hiding, secretsIn } from '../secrets.ts'
import { run } from '../system.ts'
import { demoSettings } from './demo.ts'
import { shutdownSignal } from './signals.ts'

export interface StartOptions {
  /** Parts that this process runs, as they were given; without it, all of them. */
  readonly roles?: string
  readonly demo?: boolean
}

/** Runs the system, or parts of it, until a signal ends it. */
export async function start({ roles: given, demo = false }: StartOptions): Promise<void> {
  const roles = given === undefined ? ALL_ROLES : readRoles(given)
  const settings = readSettings(process.env, process.cwd(), roles)
  if (given !== undefined) checkRoles(roles, settings)
  const log = createLog(settings.log, hiding(secretsIn(settings)))
  const stop = shutdownSignal(log, settings.shutdownTimeoutMs)
  if (demo) await runDemo(settings, roles, log, stop)
  else await run({ settings, roles, log, stop })
  // Everything is closed. discord.js alone would keep the process: while Discord is down it goes on reconnecting,
  // also after it was told to stop.
  process.exit()
}

async function runDemo(settings: Settings, roles: Roles, log: Log, stop: AbortSignal): Promise<void> {
  const stream = await startDemoStream()
  try {
    const ofDemo = { ...demoSettings(settings), eventStreamUrl: stream.url }
    await run({ settings: ofDemo, roles, log, stop, ask: 'ask --demo' })
  } finally {
    stream.close()
  }
}
