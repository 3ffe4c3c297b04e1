import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FUTURE_MS, positionFault, REWIND_MS, Resume } from './position.ts'

const NOW = Date.UTC(2026, 10, 24)
const EQIAD = { topic: 'eqiad.mediawiki.recentchange', partition: 0 }
const CODFW = { topic: 'codfw.mediawiki.recentchange', partition: 0 }
const id = (eqiad: object, codfw: object) =>
  JSON.stringify([
    { ...EQIAD, ...eqiad },
    { ...CODFW, ...codfw },
  ])
const asked = (resume: Resume) => JSON.parse(resume.lastEventId ?? 'null')
const started = () => {
  const resume = new Resume(NOW - 1000)
  resume.advance(id({ timestamp: NOW - 99 }, { offset: -1 }), NOW)
  return resume
}

test('before the first event there is nothing to resume from but a time', () => {
  const resume = new Resume(NOW - 1000)
  expect(resume.position).toBeNull()
  expect(resume.earliest).toBe(NOW - 1000)
})

test('asks every topic by a timestamp of its own: the last event minus a rewind', () => {
  expect(asked(started())).toEqual([
    { ...EQIAD, timestamp: NOW - 100 - REWIND_MS },
    // Silent so far: the time it was first asked with, and never "latest".
    { ...CODFW, timestamp: NOW - 1000 },
  ])
})

test('a topic that stays silent keeps its time, however often it is asked', () => {
  let resume = started()
  for (let i = 1; i <= 5; i++) {
    resume = new Resume(NOW + i * 60_000, resume.position)
    resume.advance(id({ timestamp: NOW + i }, { offset: -1 }), NOW + i * 60_000)
    expect(asked(resume)[1]).toEqual({ ...CODFW, timestamp: NOW - 1000 })
    // A server may name the time it was asked with in place of -1.
    resume.advance(id({ timestamp: NOW + i }, { timestamp: NOW - 1000 }), NOW + i * 60_000)
    expect(asked(resume)[1]).toEqual({ ...CODFW, timestamp: NOW - 1000 })
  }
})

test('never goes back for an out-of-order neighbour', () => {
  const resume = started()
  resume.advance(id({ timestamp: NOW - 50 }, { offset: -1 }), NOW)
  resume.advance(id({ timestamp: NOW - 52 }, { offset: -1 }), NOW)
  expect(asked(resume)[0].timestamp).toBe(NOW - 51 - REWIND_MS)
})

test('does not believe a timestamp in the future', () => {
  const resume = started()
  resume.advance(id({ timestamp: NOW + 86_400_000 }, { offset: -1 }), NOW)
  expect(asked(resume)[0].timestamp).toBe(NOW - 100 - REWIND_MS)
  // With nothing better to go by, an hour is read again.
  const fresh = new Resume(NOW - 86_400_000)
  fresh.advance(id({ timestamp: NOW + 86_400_000 }, { offset: -1 }), NOW)
  expect(asked(fresh)[0].timestamp).toBe(NOW - FUTURE_MS)
})

test('a clock that is not set does no harm', () => {
  const resume = started()
  resume.advance(id({ timestamp: NOW + 60_001 }, { offset: -1 }), NOW)
  expect(asked(resume)[0].timestamp).toBe(NOW + 60_000 - REWIND_MS)
  expect(positionFault(resume.position ?? '', NOW)).toBeNull()
  expect(positionFault(resume.position ?? '', NOW - FUTURE_MS)).toContain('future')
})

test('what is not yet decided about gaps goes with the position', () => {
  const resume = started()
  const gap = { from: NOW - 500, to: NOW - 100, state: 'open', reason: 'why' } as const
  resume.undecided = [gap]
  const later = new Resume(NOW, resume.position)
  expect(later.undecided).toEqual([gap])
  expect(later.lastEventId).toBe(resume.lastEventId)
  resume.undecided = []
  expect(new Resume(NOW, resume.position).undecided).toEqual([])
})

test('reads the ids of recorded frames', () => {
  const frame = readFileSync(
    new URL('../../../test/fixtures/sse/recentchange-2025-02-07.codfw-active.sse', import.meta.url),
    'utf8',
  )
  const resume = new Resume(5)
  resume.advance(/^id: (.*)$/m.exec(frame)?.[1] ?? '', NOW)
  expect(asked(resume)).toEqual([
    { ...EQIAD, timestamp: 5 },
    { ...CODFW, timestamp: 1738954224000 - REWIND_MS },
  ])
})

test.each([
  '',
  'x',
  '{}',
  'null',
  '[null, 1, "x", {"topic": 1}]',
  '[{"topic":"a","partition":"0","timestamp":1}]',
])('an id that is none changes nothing: %s', (text) => {
  const resume = started()
  const before = resume.position
  resume.advance(text, NOW)
  expect(resume.position).toBe(before)
})

test('a stored position that cannot be read is as none', () => {
  expect(new Resume(7, '{broken').position).toBeNull()
})
