/** `npm run fuzz`: whether the HTTP API does what its own document says, whatever is asked. Status 0: it does. */
import { parseArgs } from 'node:util'
import { until } from '../program.ts'
import { findSchemathesis, schemathesis } from './schemathesis.ts'
import { setStand } from './stand.ts'

const { values } = parseArgs({
  options: {
    examples: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  },
})
const [examples = 0, seed = -1] = [values.examples, values.seed].map(Number)
if (!Number.isInteger(examples) || examples < 1 || !Number.isInteger(seed) || seed < 0) {
  process.stderr.write('usage: npm run fuzz -- [--examples N] [--seed N]\n')
  process.exit(2)
}

const TOKEN = 'a-token-that-is-only-for-the-fuzzing'
let command: string
try {
  command = findSchemathesis()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exit(1)
}
const stand = await setStand(TOKEN)
try {
  const { url, program } = stand
  const findings = new Set<string>()
  if (!(await schemathesis(command, { url, token: TOKEN, seed, examples })))
    findings.add('Schemathesis found something: see above')
  const before = stand.stored()
  await until('changes are still stored', () => stand.stored() > before).catch((error: Error) =>
    findings.add(error.message),
  )
  if ((await program.stop()) !== 0) findings.add('the program did not stop in order')
  for (const { level, msg } of program.lines) if (level >= 50) findings.add(`the program logged: ${msg}`)
  if (program.log.includes(TOKEN)) findings.add('the program logged the token')
  for (const finding of findings) process.stdout.write(`${finding}\n`)
  if (findings.size > 0) process.exitCode = 1
  else process.stdout.write(`nothing found (seed ${seed}, ${examples} examples)\n`)
} finally {
  await stand.close()
}
