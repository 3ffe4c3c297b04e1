import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const hasPromtool = (): boolean => spawnSync('promtool', ['--version']).status === 0

/** @throws {Error} with what promtool says against it */
export function promtool(args: readonly string[], input = ''): void {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { input, encoding: 'utf8' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`promtool ${args.join(' ')}:\n${stdout}${stderr}`)
}

/** @throws {Error} with those that are no PromQL, and why */
export function checkExpressions(expressions: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'wcs-promql-'))
  try {
    const file = join(folder, 'expressions.yaml')
    const rules = expressions.map((expr, i) => ({ record: `expression:${i}`, expr }))
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'expressions', rules }] }))
    promtool(['check', 'rules', '--lint=none', file])
  } finally {
    rmSync(folder, { recursive: true })
  }
}
