import { readSettings, type Settings } from '../config.ts'
import { startDemoStream } from '../demo/stream.ts'
import type { Log } from '../log.ts'
import { createLog } from '../logging.ts'
import { hiding, secretsIn } from '../secrets.ts'
import { run } from '../system.ts'
import { demoSettings } from './demo.ts'
import { shutdownSignal } from './signals.ts'

/** Runs the system until a signal ends it. */
export async function start(demo: boolean): Promise<void> {
  const settings = readSettings(process.env, process.cwd())
  const log = createLog(settings.log, hiding(secretsIn(settings)))
  const stop = shutdownSignal(log, settings.shutdownTimeoutMs)
  if (demo) await runDemo(settings, log, stop)
  else await run(settings, log, stop)
  // Everything is closed. discord.js alone would keep the process: while Discord is down it goes on reconnecting,
  // also after it was told to stop.
  process.exit()
}

async function runDemo(settings: Settings, log: Log, stop: AbortSignal): Promise<void> {
  const stream = await startDemoStream()
  try {
    await run({ ...demoSettings(settings), eventStreamUrl: stream.url }, log, stop, 'ask --demo')
  } finally {
    stream.close()
  }
}
