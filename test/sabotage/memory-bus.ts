/** Stands in for `src/buses/memory.ts` in a program that `preload.ts` was loaded into. */
import { memoryBus as soundBus } from '../../src/buses/memory.ts'
import type { Bus } from '../../src/contracts.ts'
import { sabotaged, seededChance } from './bus.ts'

export const memoryBus = (): Bus => sabotaged(soundBus(), seededChance(Number(process.env.SABOTAGE)))
