/** `node hold-delivery.ts URL`: takes the next delivery of the bus at URL, says so, and has it until it is killed. */
import { redisAddress } from '../../src/buses/redis/address.ts'
import { redisBus } from '../../src/buses/redis/bus.ts'
import { createLog } from '../../src/logging.ts'

const address = redisAddress(process.argv[2] ?? '')
if (address === null) throw new Error('that is no address')
const bus = redisBus({ address, log: createLog({ level: 'info', format: 'json' }, (text) => text) })
for await (const { batch } of bus.subscribe(new AbortController().signal)) {
  process.stdout.write(`${batch.position}\n`)
  // The connection keeps the process alive.
  await new Promise(() => {})
}
