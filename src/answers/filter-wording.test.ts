import { expect, test } from 'vitest'
import { badWord, filterInWords } from './filter-wording.ts'
import { parseFilter } from './filter-words.ts'

const inWords = (text: string) => {
  const parsed = parseFilter(text)
  return 'bad' in parsed ? badWord(parsed.bad) : filterInWords(parsed.filter)
}

test('filters in words', () => {
  expect(inWords('new ns:talk user:"A B" bots:no min:500')).toBe(
    'new pages · Talk · by “A B” · no bots · at least 500 bytes',
  )
  expect(inWords('type:edit,log ns:main,100,828 title:Foo* bots:only minor:no min:1')).toBe(
    'edits, log entries · articles, namespace 100, Module · title “Foo*” · bots only · no minor edits · at least 1 byte',
  )
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
  expect(inWords('bots:no bots:no')).toMatchObject({ problem: 'bots is there twice.' })
  expect(inWords('user:"A')).toMatchObject({ problem: 'The quotation mark in “user:A” is not closed.' })
  expect(inWords('type:edit new')).toMatchObject({ problem: expect.stringContaining('exclude') })
  expect(inWords(`title:"${'a'.repeat(600)}"`)).toMatchObject({
    problem: expect.stringMatching(/^.{60,120}$/),
  })
})
