import { expect, test } from 'vitest'
import { shownAddress } from './shown-address.ts'

test.each([
  ['https://stream.example/v2/stream/recentchange', 'https://stream.example/v2/stream/recentchange'],
  ['http://localhost:8080', 'http://localhost:8080/'],
  ['https://me:hush@stream.example/a', 'https://…@stream.example/a'],
  ['https://hush@stream.example/a', 'https://…@stream.example/a'],
  [
    'https://stream.example/a?key=hush&since=2026-11-01T00:00:00Z&key=hush',
    'https://stream.example/a?since=2026-11-01T00:00:00Z&…',
  ],
  ['https://stream.example/a?hush', 'https://stream.example/a?…'],
  ['https://stream.example/a#hush', 'https://stream.example/a'],
])('%s', (address, shown) => {
  expect(shownAddress(address)).toBe(shown)
})
