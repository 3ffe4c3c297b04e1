import { readSettings } from '../config.ts'
import { startDemoStream } from '../demo/stream.ts'
import { createLog } from '../logging.ts'
import { run } from '../system.ts'
import { demoSettings } from './demo.ts'
import { shutdownSignal } from './signals.ts'

/** Runs the system until a signal ends it. */
export async function start(demo: boolean): Promise<void> {
  const settings = readSettings(process.env, process.cwd())
  const log = createLog(settings.log)
  const stop = shutdownSignal(log, settings.shutdownTimeoutMs)
  if (!demo) return run(settings, log, stop)

  const stream = await startDemoStream()
  try {
    await run({ ...demoSettings(settings), eventStreamUrl: stream.url }, log, stop)
  } finally {
    stream.close()
  }
}
