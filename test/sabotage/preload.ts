/** `node --import test/sabotage/preload.ts`: the program gets the sabotaged bus in place of the memory bus. */
import { registerHooks } from 'node:module'

const standIn = new URL('./memory-bus.ts', import.meta.url).href

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isMemoryBus = specifier.endsWith('/buses/memory.ts') && context.parentURL !== standIn
    return isMemoryBus ? { url: standIn, shortCircuit: true } : nextResolve(specifier, context)
  },
})
