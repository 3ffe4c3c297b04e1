import pino from 'pino'
import { expect, test } from 'vitest'
import { aBatch } from '../../test/changes.ts'
import type { Position, Publisher, Source } from '../contracts.ts'
import { fatalError, lostError, retryableError } from '../errors.ts'
import { ingest } from './ingest.ts'

const log = pino({ enabled: false })
const store = { position: async () => 'stored' }

/** A source of four batches, which remembers from where it was read. */
function aSource(): Source & { readonly readFrom: (Position | null)[] } {
  const readFrom: (Position | null)[] = []
  return {
    name: 'test',
    readFrom,
    async *read(from) {
      readFrom.push(from)
      for (let i = 0; i < 4; i++) yield aBatch([], `${from}+${i}`)
    },
  }
}

/** A bus that remembers what it takes, after it has thrown what it is to throw at each call. */
function aPublisher(position: Position | null, failures: (Error | null)[] = [], unknown: Error[] = []) {
  const taken: (Position | null)[] = []
  const publisher: Publisher = {
    async position() {
      const failure = unknown.shift()
      if (failure) throw failure
      return position
    },
    async publish(batch) {
      const failure = failures.shift()
      if (failure) throw failure
      taken.push(batch.position)
    },
  }
  return { publisher, taken }
}

const through = (source: Source, publisher: Publisher, stop = new AbortController().signal) =>
  ingest({ source, store, publisher, stop, log, onRead: () => {} })

test('begins where the bus ends; where it has nothing, at what is stored', async () => {
  for (const position of ['on the bus', null]) {
    const source = aSource()
    await through(source, aPublisher(position).publisher)
    expect(source.readFrom).toEqual([position ?? 'stored'])
  }
})

test('waits until the bus says where it ends', async () => {
  const source = aSource()
  await through(source, aPublisher('there', [], [retryableError('away'), retryableError('away')]).publisher)
  expect(source.readFrom).toEqual(['there'])
})

test('publishes again what was not taken, before anything later', async () => {
  const { publisher, taken } = aPublisher(null, [null, retryableError('away'), retryableError('away')])
  await through(aSource(), publisher)
  expect(taken).toEqual(['stored+0', 'stored+1', 'stored+2', 'stored+3'])
})

test('reads again from what is stored when the bus has lost something', async () => {
  const source = aSource()
  const { publisher, taken } = aPublisher(null, [null, null, lostError('gone'), null, lostError('again')])
  await through(source, publisher)
  expect(source.readFrom).toEqual(['stored', 'stored', 'stored'])
  expect(taken).toEqual([0, 1, 0, 0, 1, 2, 3].map((i) => `stored+${i}`))
})

test('ends with what will never work', async () => {
  await expect(through(aSource(), aPublisher(null, [fatalError('never')]).publisher)).rejects.toThrow('never')
  await expect(through(aSource(), aPublisher(null, [], [fatalError('never')]).publisher)).rejects.toThrow(
    'never',
  )
})
