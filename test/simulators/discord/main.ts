/**
 * A simulated Discord as a program: `node test/simulators/discord/main.ts --port 0`. It says where it listens in one
 * line of JSON, and ends on SIGTERM, on SIGINT and, with --with-parent, when its standard input is closed.
 */
import { parseArgs } from 'node:util'
import { listen } from './server.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    /** JSON of protocol.ts's Settings, as far as they differ from the defaults. */
    settings: { type: 'string', default: '{}' },
    'with-parent': { type: 'boolean', default: false },
  },
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0))
if (values['with-parent']) process.stdin.resume().on('close', () => process.exit(0))

const addresses = await listen(Number(values.port), JSON.parse(values.settings))
process.stdout.write(`${JSON.stringify(addresses)}\n`)
