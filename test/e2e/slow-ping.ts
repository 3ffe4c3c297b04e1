/** `node --import test/e2e/slow-ping.ts`: the program takes longer to answer `ping` than Discord waits for a response. */
import { registerHooks } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../../src/answers/command.ts'
import { ping as quick } from '../../src/answers/ping.ts'

export const ping: Command = {
  ...quick,
  async run(given, context) {
    await sleep(2300)
    return quick.run(given, context)
  },
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isPing = specifier === './ping.ts' && context.parentURL?.endsWith('/answers/answers.ts')
    return isPing ? { url: import.meta.url, shortCircuit: true } : nextResolve(specifier, context)
  },
})
