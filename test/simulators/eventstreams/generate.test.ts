import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type GeneratedEvent, generateEvents } from './generate.ts'

const FROM = 1_785_857_070_000
const options = { seed: 42, count: 20_000, from: FROM }
const events = [...generateEvents(options)]
const share = (of: (event: GeneratedEvent) => boolean): number => events.filter(of).length / events.length
const neighbours = events.slice(1).map(({ meta }, index) => {
  const before = events[index] as GeneratedEvent
  return Date.parse(meta.dt) - Date.parse(before.meta.dt)
})

describe('generated events', () => {
  it('are the same for the same seed and unlike for another', () => {
    expect([...generateEvents({ ...options, count: 100 })]).toEqual(events.slice(0, 100))
    const ids = [1, 2, 3].flatMap((seed) =>
      [...generateEvents({ ...options, seed })].map(({ meta }) => meta.id),
    )
    expect(new Set([...ids, ...events.map(({ meta }) => meta.id)]).size).toBe(4 * options.count)
    for (const id of ids.slice(0, 100))
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('have the mix of the real stream', () => {
    const mix = { categorize: 0.52, edit: 0.42, new: 0.03, log: 0.03 }
    for (const [type, expected] of Object.entries(mix))
      expect(share((event) => event.type === type)).toBeCloseTo(expected, 1)
    expect(share(({ wiki }) => wiki === 'commonswiki')).toBeGreaterThan(0.3)
    expect(new Set(events.map(({ wiki }) => wiki)).size).toBeGreaterThan(15)
  })

  it('share a millisecond, and are out of order, now and then', () => {
    const of = (is: (gap: number) => boolean): number => neighbours.filter(is).length / neighbours.length
    expect(of((gap) => gap === 0)).toBeGreaterThan(0.01)
    expect(of((gap) => gap === 0)).toBeLessThan(0.03)
    expect(of((gap) => gap < 0)).toBeGreaterThan(0.005)
    expect(Math.min(...neighbours)).toBeGreaterThanOrEqual(-8)
  })

  it('count rcids up on each wiki', () => {
    const last = new Map<string, number>()
    for (const { wiki, id } of events) {
      expect(id).toBeGreaterThan(last.get(wiki) ?? 0)
      last.set(wiki, id as number)
    }
  })

  it('have the fields of the recorded ones of their type, in their order, and their size', () => {
    const file = new URL('fixtures/mixed-2026-08-04.ndjson', import.meta.url)
    const lines = readFileSync(fileURLToPath(file), 'utf8').trim().split('\n')
    for (const recorded of lines.map((line) => JSON.parse(line))) {
      const [wiki, type] = [recorded.wiki as string, recorded.type as string]
      const like = events.find((event) => event.wiki === wiki && event.type === type && wiki !== 'ruwiki')
      if (like !== undefined) expect(Object.keys(like)).toEqual(Object.keys(recorded))
    }
    const bytes = events.map((event) => Buffer.byteLength(JSON.stringify(event)) + 70)
    const mean = bytes.reduce((sum, size) => sum + size) / bytes.length
    expect(mean).toBeGreaterThan(1050)
    expect(mean).toBeLessThan(1320)
  })

  it('have users of every kind, and texts of many scripts', () => {
    const users = new Set(events.map(({ user }) => String(user)))
    for (const kind of [
      /^192\.0\.2\.\d+$/,
      /^2001:DB8(:[0-9A-F]+){6}$/,
      /^~2026-\d+-\d+$/,
      /"/,
      /[א-ת]/,
      /Bot$/,
    ]) {
      expect(
        [...users].some((user) => kind.test(user)),
        String(kind),
      ).toBe(true)
    }
    const titles = events.map(({ title }) => title).join('')
    for (const script of ['Latin', 'Cyrillic', 'Arabic', 'Hebrew', 'Han', 'Hiragana', 'Devanagari']) {
      expect(titles).toMatch(new RegExp(`\\p{Script=${script}}`, 'u'))
    }
    expect(events.some(({ comment }) => [...String(comment)].length === 500)).toBe(true)
  })

  it('can be of some wikis only', () => {
    const few = [...generateEvents({ ...options, count: 500, wikis: ['hewiki', 'arwiki'] })]
    expect(new Set(few.map(({ wiki }) => wiki))).toEqual(new Set(['hewiki', 'arwiki']))
    expect(() => generateEvents({ ...options, wikis: ['nope'] }).next()).toThrow('nope')
  })
})
