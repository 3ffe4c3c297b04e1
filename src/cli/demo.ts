import { resolve } from 'node:path'
import type { Settings } from '../config.ts'

/** The demonstration keeps its made-up times away from real changes: in a database of its own. */
export const demoSettings = (settings: Settings): Settings => ({
  ...settings,
  store: { kind: 'sqlite', path: resolve('data/demo.db') },
})
