import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aChange } from '../test/changes.ts'
import { folded, matcher, onlyTitle, titleAlone } from './filter.ts'

const isMatch = (pattern: string, title: string) => matcher({ title: pattern })(aChange({ title }))

test('patterns of titles', () => {
  for (const [pattern, matching, others] of [
    ['Foo', ['Foo', 'foo', 'FOO'], ['Foo*', 'Food', '']],
    ['Foo*', ['Foo', 'food', 'Foo*bar'], ['a Foo']],
    ['*foo*bar', ['Foo bar', 'a FOO and a bar', 'foofoobar'], ['foo', 'bar foo', 'fobar']],
    ['a*a', ['aa', 'aba'], ['a']],
    ['User_talk:*', ['User talk:A'], ['User:A']],
    ['\\*', ['*'], ['', 'a', '\\*']],
    ['M\\*A\\*S\\*H', ['M*A*S*H'], ['MAXASH', 'M\\*A\\*S\\*H']],
    ['\\\\*', ['\\', '\\a'], ['*', 'a']],
    ['a\\b', ['a\\b'], ['ab', 'a\\\\b']],
    ['a\\', ['a\\'], ['a']],
  ] as const) {
    for (const title of matching) expect(isMatch(pattern, title), `${pattern} ${title}`).toBe(true)
    for (const title of others) expect(isMatch(pattern, title), `${pattern} ${title}`).toBe(false)
  }
})

test('property: a page alone, whatever its title', () => {
  const title = fc.oneof(fc.stringMatching(/^[a*\\ _]*$/), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(title, title, (title, other) => {
      const pattern = titleAlone(title)
      expect(onlyTitle(pattern)).toBe(folded(title))
      expect(isMatch(pattern, title)).toBe(true)
      expect(isMatch(pattern, other)).toBe(folded(other) === folded(title))
    }),
  )
  expect(onlyTitle('a*')).toBeNull()
})
