import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aBatch, aChange, anUnreadable, anyChange } from '../test/changes.ts'
import { type Change, UNREADABLE_KINDS } from './change.ts'
import { ChangeColumns } from './columns.ts'
import type { Batch } from './contracts.ts'
import { decodeBatch, encodeBatch } from './wire.ts'

const HALF = '\ud83d'
const HOSTILE = ['', 'a\0b', `${HALF}x`, '\udc00', '\u2028', '"\\', '😀']

// Any code unit, halves of surrogate pairs included.
const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units))
const anyWords = fc.oneof(fc.constantFrom(...HOSTILE), anyUnits)
const anyBatch: fc.Arbitrary<Batch> = fc
  .record(
    {
      changes: fc.array(anyChange, { maxLength: 20 }),
      unreadable: fc.array(
        fc.record(
          {
            unreadable: fc.constant(true as const),
            source: anyWords,
            kind: fc.constantFrom(...UNREADABLE_KINDS),
            reason: anyWords,
            raw: anyWords,
          },
          { noNullPrototype: true },
        ),
        { maxLength: 5 },
      ),
      position: fc.option(anyWords),
      gaps: fc.array(
        fc.record(
          {
            from: fc.maxSafeInteger(),
            to: fc.maxSafeInteger(),
            state: fc.constantFrom('open', 'refilled', 'lost'),
            reason: anyWords,
          },
          { noNullPrototype: true },
        ),
        { maxLength: 3 },
      ),
    },
    { requiredKeys: ['changes', 'unreadable', 'position'], noNullPrototype: true },
  )
  .map(({ changes, ...rest }) => ({ ...aBatch(changes), ...rest }))

test('property: what is decoded is what was encoded, to the last bit', () => {
  fc.assert(
    fc.property(anyBatch, (batch) => {
      // In a buffer with something around it, as one from a socket is.
      const bytes = encodeBatch(batch)
      const back = decodeBatch(Buffer.concat([Buffer.from('xx'), bytes]).subarray(2))
      expect(back).toStrictEqual(batch)
      expect(back.changes.packed()).toStrictEqual(batch.changes.packed())
      expect([...back.changes]).toStrictEqual([...batch.changes])
      expect(back.changes.source).toBe(batch.changes.source)
    }),
    { numRuns: 500 },
  )
})

test.each([2 ** 31, 2 ** 32 + 1, 2 ** 50, 2 ** 50 + 1, Number.MAX_SAFE_INTEGER, 2 ** 53])(
  '%d is kept',
  (n) => {
    const batch = aBatch([aChange({ rcid: n, namespace: -n, timestamp: 0, at: 2 ** 40 })])
    expect([...decodeBatch(encodeBatch(batch)).changes]).toStrictEqual([...batch.changes])
  },
)

test.each([0, 1, 64])('what is decoded can be added to: %d and another', (count) => {
  const all = Array.from({ length: count + 1 }, (_, i) => aChange({ title: 'x'.repeat(i * 100 + 1) }))
  const { changes } = decodeBatch(encodeBatch(aBatch(all.slice(0, count))))
  changes.add(all[count] as Change)
  expect([...changes]).toEqual([...new ChangeColumns('test', all)])
})

test('property: what is damaged is refused', () => {
  const bytes = encodeBatch(aBatch([aChange(), anUnreadable()], 'position'))
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = Buffer.from(bytes)
      damaged[at] = (damaged[at] as number) ^ flip
      expect(() => decodeBatch(damaged)).toThrow(/^(it is damaged|its form)/)
      expect(() => decodeBatch(bytes.subarray(0, at))).toThrow(/^(it is damaged|it is empty)/)
    }),
  )
})
