import pino from 'pino'
import { expect, test } from 'vitest'
import { aBatch, aChange } from '../../test/changes.ts'
import { memoryBus } from '../buses/memory.ts'
import type { Inbound } from '../change.ts'
import type { Appended, Batch } from '../contracts.ts'
import { fatalError, retryableError } from '../errors.ts'
import { persist } from './persist.ts'

const log = pino({ enabled: false })

/** Runs `persist` over one batch, on a store that does as `append` says. */
async function storing(events: readonly Inbound[], append: (batch: Batch) => void) {
  const appended: Batch[] = []
  const results: Appended[] = []
  const bus = memoryBus()
  const stop = new AbortController()
  const store = {
    async append(batch: Batch) {
      append(batch)
      appended.push(batch)
      const buried = batch.unreadable.map(({ kind }) => kind)
      return { added: batch.changes.count, duplicates: 0, buried, expired: 0 }
    },
  }
  const persisting = persist(bus, store, stop.signal, log, (_batch, result) => results.push(result))
  await Promise.race([bus.publish(aBatch(events, 'p')), persisting])
  stop.abort()
  await bus.close()
  await persisting
  return { appended, results }
}

test('stores a batch as it came', async () => {
  const events = [aChange(), aChange()]
  const { appended, results } = await storing(events, () => {})
  expect(appended.map(({ changes, position }) => ({ changes: [...changes], position }))).toEqual([
    { changes: events, position: 'p' },
  ])
  expect(results).toEqual([{ added: 2, duplicates: 0, buried: [], expired: 0 }])
})

test('tries again what may pass, and loses nothing by it', async () => {
  let failures = 0
  const { appended } = await storing([aChange()], () => {
    if (failures++ < 2) throw retryableError('busy')
  })
  expect(failures).toBe(3)
  expect(appended).toHaveLength(1)
})

test('ends with what will never pass', async () => {
  await expect(
    storing([aChange()], () => {
      throw fatalError('the disk is gone')
    }),
  ).rejects.toThrow('the disk is gone')
})

test('finds the poison in a batch, buries it with its reason, and stores the rest in order', async () => {
  const events = Array.from({ length: 9 }, (_, i) => aChange({ title: i === 6 ? 'poison' : `page ${i}` }))
  const { appended, results } = await storing(events, (batch) => {
    if ([...batch.changes].some(({ title }) => title === 'poison')) throw new Error('cannot')
  })
  expect(results).toEqual([{ added: 8, duplicates: 0, buried: ['refused_by_store'], expired: 0 }])
  expect(appended.flatMap(({ changes }) => [...changes])).toEqual(
    events.filter(({ title }) => title !== 'poison'),
  )
  const [buried] = appended.flatMap(({ unreadable }) => unreadable)
  expect(buried).toMatchObject({ reason: 'the store refuses it: cannot' })
  expect(JSON.parse(buried?.raw ?? '')).toMatchObject({ title: 'poison', id: events[6]?.id })
  // The position is saved with the last part only: before, it would cover what is not stored yet.
  expect(
    appended
      .map(({ position }) => position)
      .slice(0, -1)
      .every((position) => position === null),
  ).toBe(true)
  expect(appended.at(-1)?.position).toBe('p')
})

test('a store that refuses everything is not what is wrong with the events', async () => {
  await expect(
    storing([aChange()], () => {
      throw new Error('broken')
    }),
  ).rejects.toThrow('broken')
})
