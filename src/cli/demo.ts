import { resolve } from 'node:path'
import { readSettings, type Settings } from '../config.ts'
import type { Store } from '../contracts.ts'
import { openStore } from '../system.ts'

/** The demonstration keeps its made-up times away from real changes: in a database of its own. */
export const demoSettings = (settings: Settings): Settings => ({
  ...settings,
  store: { kind: 'sqlite', path: resolve('data/demo.db') },
})

/** The store that a question in the terminal is about: that of the settings, or the demonstration's. */
export function storeToAsk(isDemo = false): Promise<Store> {
  const settings = readSettings(process.env, process.cwd())
  return openStore(isDemo ? demoSettings(settings) : settings)
}
