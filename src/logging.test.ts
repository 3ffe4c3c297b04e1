import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const HOSTILE = 'a\nb\r\n\u001b[31mred\u001b]8;;https://evil.example\u0007\u009b2J\u2028c\u202ed\u0000e'

/** What a program that logs all this writes to standard error. */
function written(format: 'pretty' | 'json', level: 'debug' | 'info'): string {
  const script = `
    const { createLog } = await import(${JSON.stringify(new URL('./logging.ts', import.meta.url).href)})
    const log = createLog({ level: '${level}', format: '${format}' }, (text) => text.replace('hush', '…'))
    const text = process.argv[1]
    log.info(text)
    log.warn({ feed: 7 }, text)
    log.debug('100 % %s %d %j hush')
  `
  const args = ['--input-type=module', '-e', script, HOSTILE.replaceAll('\0', '')]
  const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return stderr
}

test.each([
  ['pretty', 'info'],
  ['pretty', 'debug'],
  ['json', 'info'],
  ['json', 'debug'],
] as const)('one line stays one line, and commands nothing: %s, %s', (format, level) => {
  const text = written(format, level)
  expect(text.endsWith('\n')).toBe(true)
  const lines = text.slice(0, -1).split('\n')
  const isDebug = level === 'debug'
  expect(lines).toHaveLength(isDebug ? 3 : 2)
  for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  expect(lines[0]).toContain('a�b��')
  expect(lines[1]).toContain('a�b��')
  if (isDebug || format === 'json') expect(lines[1]).toMatch(/feed"?: ?7/)
  if (isDebug) expect(lines[2]).toContain('100 % %s %d %j …')
})
