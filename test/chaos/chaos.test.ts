import { expect, test } from 'vitest'
import { chaos } from './chaos.ts'

const SEED = 20261124

test('a minute of chaos: everything issued is stored, each once, with exact counts', async () => {
  const { report } = await chaos({ minutes: 1, seed: SEED, say: () => {} })
  expect(report, report).toBe('')
}, 150_000)
