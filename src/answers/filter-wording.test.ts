import { expect, test } from 'vitest'
import { plain } from '../language/messages.ts'
import { badWord, filterInWords } from './filter-wording.ts'
import { parseFilter } from './filter-words.ts'

function inWords(text: string) {
  const parsed = parseFilter(text)
  if (!('bad' in parsed)) return filterInWords(parsed.filter, 'en')
  const { problem, accepts } = badWord(parsed.bad)
  return { problem: plain('en', problem), accepts: plain('en', accepts) }
}

test('filters in words', () => {
  expect(inWords('new ns:talk user:"A B" bots:no min:500')).toBe(
    'new pages · Talk · by “A B” · no bots · at least 500 bytes',
  )
  expect(inWords('type:edit,log ns:main,100,828 title:Foo* bots:only minor:no min:1')).toBe(
    'edits, log entries · articles, namespace 100, Module · title “Foo*” · bots only · no minor edits · at least 1 byte',
  )
  expect(inWords('user:{user}')).toBe('by “{user}”')
  expect(inWords('')).toBe('')
})

test('a bad word is said again, and what is accepted', () => {
  expect(inWords('type:foo')).toEqual({
    problem: 'I do not understand “type:foo”.',
    accepts: expect.stringContaining('edit, new, log'),
  })
  expect(inWords('tpye:new')).toEqual({
    problem: 'I do not understand “tpye:new”.',
    accepts: 'type:, ns:, user:, title:, bots:, minor:, min: and new',
  })
  expect(inWords('min:')).toMatchObject({ problem: 'Nothing stands behind min:' })
  expect(inWords('ns:1 ns:2')).toMatchObject({ problem: 'ns: is there twice.' })
  expect(inWords('user:"A')).toMatchObject({ problem: 'The quotation mark in “user:A” is not closed.' })
  expect(inWords('type:edit new')).toMatchObject({ problem: expect.stringContaining('exclude') })
  expect(inWords(`title:"${'a'.repeat(600)}"`)).toMatchObject({
    problem: expect.stringMatching(/^.{60,120}$/),
  })
})
