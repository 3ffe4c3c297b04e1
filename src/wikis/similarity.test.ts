import { describe, expect, test } from 'vitest'
import { distance } from './similarity.ts'

describe('distance', () => {
  test.each([
    ['the same', 'german', 'the beginning', 'german', 'german', 'german wikipedia'],
    ['a beginning', 'ger', 'a slip', 'ger', 'german', 'geo'],
    ['one slip', 'englsh', 'two slips', 'englsh', 'english', 'englishs'],
    ['swapped letters', 'wikidaat', 'two other letters', 'wikidaat', 'wikidata', 'wikidixt'],
    ['an early word', 'wiki', 'a later word', 'wiki', 'wiki of all', 'all of wiki'],
  ])('%s (%s) is nearer than %s', (_near, _typed, _far, typed, near, far) => {
    expect(distance(typed, near)).toBeLessThan(distance(typed, far))
  })

  test.each([
    ['', 'en'],
    ['x', 'y'],
    ['qq', 'en'],
    ['hopeless', 'german wikipedia'],
  ])('%j is nowhere near %s', (typed, name) => {
    expect(distance(typed, name)).toBeGreaterThanOrEqual(1)
  })
})
