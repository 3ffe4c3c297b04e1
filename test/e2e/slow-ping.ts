/**
 * `node --import test/e2e/slow-ping.ts`: the program does not answer `ping` before there is a file `answer` where it
 * runs, which a test makes when Discord has waited long enough.
 */
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import type { Command } from '../../src/answers/command.ts'
import { ping as quick } from '../../src/answers/ping.ts'
import { until } from '../program.ts'

export const ping: Command = {
  ...quick,
  async run(given, context) {
    await until('it may be answered', () => existsSync('answer'))
    return quick.run(given, context)
  },
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isPing = specifier === './ping.ts' && context.parentURL?.endsWith('/answers/answers.ts')
    return isPing ? { url: import.meta.url, shortCircuit: true } : nextResolve(specifier, context)
  },
})
