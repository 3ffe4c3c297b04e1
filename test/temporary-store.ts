import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Inbound } from '../src/change.ts'
import type { Store } from '../src/contracts.ts'
import { openSqliteStore } from '../src/stores/sqlite/store.ts'
import { aBatch } from './changes.ts'

/** A real store with some changes, in a directory that goes with the test. */
export async function temporaryStore(changes: readonly Inbound[] = []): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'wcs-store-'))
  const store = openSqliteStore(join(folder, 'changes.db'))
  onTestFinished(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  if (changes.length > 0) await store.append(aBatch(changes))
  return store
}
