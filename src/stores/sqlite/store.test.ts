import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storeConformance } from '../../../conformance/store.ts'
import { openSqliteStore } from './store.ts'

storeConformance('sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wcs-store-'))
  return {
    open: async () => openSqliteStore(join(folder, 'changes.db')),
    remove: async () => rmSync(folder, { recursive: true }),
  }
})
