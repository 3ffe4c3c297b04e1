import fc from 'fast-check'
import { afterAll } from 'vitest'
import { leftovers } from './leftovers.ts'

// The same cases in every run: a property that fails, fails for everybody. SEED=… looks at other ones.
fc.configureGlobal({ seed: Number(process.env.SEED ?? 20261124) })

afterAll(() => {
  for (const each of leftovers) each.drop()
})
