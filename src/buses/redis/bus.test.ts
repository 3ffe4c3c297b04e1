import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type BusPlace, busConformance, busRestartConformance } from '../../../conformance/bus.ts'
import { aBatch, aChange } from '../../../test/changes.ts'
import { until } from '../../../test/program.ts'
import { hasRedis, NEEDS_REDIS, REDIS_URL, startRedis } from '../../../test/services/redis.ts'
import type { Bus, Delivery } from '../../contracts.ts'
import { type RedisAddress, redisAddress } from './address.ts'
import { redisBus } from './bus.ts'
import { Connection } from './connection.ts'

const HOLD = fileURLToPath(new URL('../../../test/services/hold-delivery.ts', import.meta.url))
const log = pino({ enabled: false })
/** Shorter than one would have it, so that a test does not wait long. */
const CLAIM_AFTER_MS = 300

/** A stream of its own, and a connection that does to it what others may do. */
function somewhere(server: string, options = '') {
  const address = redisAddress(`${server}?stream=test-${randomUUID()}${options}`) as RedisAddress
  const connection = new Connection(address.url, address.place)
  const ask = (...command: readonly string[]) => connection.ask(command)
  const { stream } = address
  return {
    stream,
    ask,
    open: () => redisBus({ address, log, claimAfterMs: CLAIM_AFTER_MS }),
    async dieHolding() {
      const child = spawn(process.execPath, [HOLD, `${server}?stream=${stream}`], { stdio: 'pipe' })
      await once(child.stdout, 'data')
      child.kill('SIGKILL')
      await once(child, 'close')
    },
    async poison() {
      await ask('XADD', stream, '*', 'no', 'batch')
      await ask('XADD', stream, '*', 'b', 'no bytes of ours')
    },
    async lose() {
      await ask('XTRIM', stream, 'MAXLEN', '0')
    },
    async remove() {
      await ask('DEL', stream, `${stream}:state`, `${stream}:dead`)
      connection.close()
    },
  } satisfies BusPlace & Record<string, unknown>
}

describe.skipIf(REDIS_URL === undefined)(`on a server${NEEDS_REDIS}`, () => {
  const server = REDIS_URL as string
  busConformance('redis', async () => somewhere(server))

  /** A stream and a bus there, which go with the test. */
  function aBus(options = '') {
    const place = somewhere(server, options)
    const bus = place.open()
    const stop = new AbortController()
    onTestFinished(async () => {
      stop.abort()
      await bus.close()
      await place.remove()
    })
    return { ...place, bus, deliveries: bus.subscribe(stop.signal)[Symbol.asyncIterator]() }
  }
  const positioned = (position: string) => aBatch([aChange()], position)
  /** Takes so many, acknowledges them and leaves; gives their positions. */
  async function take(bus: Bus, count: number): Promise<(string | null)[]> {
    const positions: (string | null)[] = []
    if (count === 0) return positions
    for await (const { batch, ack } of bus.subscribe(new AbortController().signal)) {
      positions.push(batch.position)
      ack()
      if (positions.length === count) break
    }
    return positions
  }

  test('refuses more batches than may wait, sheds none of them, and takes more once some are stored', async () => {
    const { bus } = aBus('&maxlen=2')
    for (const one of ['a', 'b']) await bus.publish(positioned(one))
    const refused = { code: 'retryable', message: expect.stringContaining('2 batches wait to be stored') }
    await expect(bus.publish(positioned('c'))).rejects.toMatchObject(refused)
    expect(await take(bus, 1)).toEqual(['a'])
    const taking = take(bus, 2)
    await until('there is room', () =>
      bus.publish(positioned('c')).then(
        () => true,
        () => false,
      ),
    )
    expect(await taking).toEqual(['b', 'c'])
  })

  test('what it cannot read is in the dead letters, with the reason', async () => {
    const { bus, stream, ask, poison } = aBus()
    await poison()
    await bus.publish(positioned('a'))
    expect(await take(bus, 1)).toEqual(['a'])
    const buried = String(await ask('XRANGE', `${stream}:dead`, '-', '+'))
    expect(buried).toMatch(
      /reason,it is empty,.*,no,batch,.*reason,its form is number 110, not 1,.*,b,no bytes of ours/,
    )
  })

  test.each([
    ['some of it', async ({ ask, stream }) => ask('XTRIM', stream, 'MAXLEN', '1')],
    ['one in between', async ({ ask, stream }) => ask('XDEL', stream, await idOf(ask, stream, 1))],
    ['the stream', async ({ ask, stream }) => ask('DEL', stream)],
    ['everything', async ({ ask, stream }) => ask('DEL', stream, `${stream}:state`)],
  ] as [string, (place: ReturnType<typeof aBus>) => Promise<unknown>][])(
    'a loss of %s is noticed, whoever notices it, and nothing covers it until it is read again',
    async (what, lose) => {
      for (const first of ['publisher', 'subscriber', 'another publisher']) {
        const place = aBus()
        const { bus } = place
        await bus.publish(positioned('1'))
        expect(await take(bus, 1)).toEqual(['1'])
        for (const one of ['2', '3', '4']) await bus.publish(positioned(one))
        await lose(place)
        // One who only asks sees no further than to the next entry.
        if (first === 'another publisher' && what !== 'one in between')
          expect(await place.open().position('test')).toBeNull()
        const { batches } = await bus.waiting()
        if (first === 'subscriber' && batches > 0) {
          // What came before the hole is covered, what comes after it is not.
          const left = await take(bus, batches)
          expect(left).toEqual(batches === 2 ? ['2', null] : [null])
        }
        const outcomes = await Promise.allSettled([bus.publish(positioned('5'))])
        if (outcomes[0].status === 'fulfilled') {
          // The subscriber finds it out, then.
          expect((await take(bus, (await bus.waiting()).batches)).at(-1)).toBeNull()
          await expect(bus.publish(positioned('6'))).rejects.toMatchObject({ code: 'lost' })
        } else expect(outcomes[0].reason).toMatchObject({ code: 'lost' })
        for (const one of ['2', '3']) await bus.publish(positioned(one))
        expect(await bus.position('test')).toBe('3')
        const rest = await take(bus, (await bus.waiting()).batches)
        expect(rest.filter((position) => position !== null).slice(-2)).toEqual(['2', '3'])
      }
    },
  )

  test('what is worked on for long is not given to another one', async () => {
    const { bus, ask, stream, open, deliveries } = aBus()
    await bus.publish(positioned('a'))
    const { value: held } = (await deliveries.next()) as { value: Delivery }
    const other = open()
    const stop = new AbortController()
    const others: unknown[] = []
    const asking = (async () => {
      for await (const { batch } of other.subscribe(stop.signal)) others.push(batch.position)
    })()
    // Since when nobody has heard of it goes down again: often enough that it would have been given away by now.
    let before = 0
    let renewed = 0
    const idle = async () => Number((await pendingIn(ask, stream))[0]?.[2])
    await until('it was renewed', async () => {
      const now = await idle()
      if (now < before) renewed++
      before = now
      return renewed >= 6
    })
    expect(others).toEqual([])
    held.ack()
    await deliveries.return?.()
    expect(await pendingIn(ask, stream)).toEqual([])
    stop.abort()
    await asking
    await other.close()
  })

  test('consumers that have left are forgotten', async () => {
    const { bus, ask, stream } = aBus()
    await bus.publish(positioned('a'))
    expect(await take(bus, 1)).toEqual(['a'])
    expect(await ask('XINFO', 'CONSUMERS', stream, 'store')).toEqual([])
  })
})

type Ask = ReturnType<typeof somewhere>['ask']
const idOf = async (ask: Ask, stream: string, place: number) =>
  String(((await ask('XRANGE', stream, '-', '+')) as [Buffer][])[place]?.[0])
/** Of each: id, consumer, ms since somebody has heard of it, attempts. */
const pendingIn = async (ask: Ask, stream: string) =>
  (await ask('XPENDING', stream, 'store', '-', '+', '10')) as [Buffer, Buffer, number, number][]

test('a server that takes a connection and never answers holds up nobody for ever', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const connection = new Connection(`redis://127.0.0.1:${port}`, 'redis')
  onTestFinished(() => {
    vi.useRealTimers()
    connection.close()
    server.close()
  })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const connected = once(server, 'connection')
  const asked = expect(connection.ask(['XREAD', 'BLOCK', '5000'], 5000)).rejects.toMatchObject({
    code: 'retryable',
    message: 'redis: no answer within 13 s',
  })
  await connected
  await vi.advanceTimersByTimeAsync(13_000)
  await asked
})

describe.skipIf(!hasRedis())(
  `on one of its own${hasRedis() ? '' : ' (left out: there is no redis-server)'}`,
  () => {
    busRestartConformance('redis', async () => {
      const server = await startRedis()
      const { open } = somewhere(server.url)
      return {
        open,
        async restart() {
          await server.stop()
          await server.start()
        },
        async crash() {
          await server.stop('SIGKILL')
          await server.start()
        },
        remove: () => server.remove(),
      }
    })
  },
)
