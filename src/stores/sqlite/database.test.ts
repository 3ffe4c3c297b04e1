import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

test('processes that start at the same time make one database', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wcs-database-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const module = JSON.stringify(new URL('./database.ts', import.meta.url).href)
  // They begin together, once all have loaded the code.
  const program = `import { prepareDatabase } from ${module}
    process.stdout.write('ready')
    process.stdin.once('data', () => {
      for (let i = 0; i < 20; i++) prepareDatabase(process.argv[1] + i)
      process.exit()
    })`
  const args = ['--input-type=module', '-e', program, join(folder, 'changes.db')]
  const children = [1, 2, 3].map(() => spawn(process.execPath, args))
  const faults: string[] = []
  for (const { stderr } of children) stderr.on('data', (chunk) => faults.push(String(chunk)))
  await Promise.all(children.map(({ stdout }) => once(stdout, 'data')))
  const ended = children.map((child) => once(child, 'close'))
  for (const { stdin } of children) stdin.write('go')
  await Promise.all(ended)
  expect(faults).toEqual([])
})
