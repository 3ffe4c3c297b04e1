import pino from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { aBatch } from '../../test/changes.ts'
import { Progress } from './progress.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('what is left out is said at once, and then with the reports, however many batches it comes with', async () => {
  const lines: string[] = []
  const write = (line: string) => lines.push((JSON.parse(line) as { msg: string }).msg)
  const progress = new Progress(pino({}, { write }), () => {})
  const said = (text: string) =>
    lines.filter((line) => line.includes(text)).map((line) => line.split(': ')[1])
  const dead = () => said('dead letters')
  const add = (buried: number, expired = 0) =>
    progress.add(aBatch([]), {
      added: 0,
      duplicates: 0,
      buried: Array.from({ length: buried }, () => 'malformed'),
      expired,
    })
  add(0)
  expect(dead()).toEqual([])
  for (let i = 0; i < 100; i++) add(1, 2)
  expect(dead()).toEqual(['1'])
  await vi.advanceTimersByTimeAsync(5_000)
  expect(dead()).toEqual(['1', '99'])
  expect(said('RETENTION_DAYS')).toEqual(['2', '198'])
  for (let i = 0; i < 7; i++) add(2)
  expect(dead()).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(600_000)
  expect(dead()).toEqual(['1', '99', '14'])
  add(3)
  expect(dead()).toEqual(['1', '99', '14', '3'])
  progress.stop()
})
