import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SITES } from '../../../test/changes.ts'
import type { Scope } from '../../scope.ts'
import { pageNamed } from './page.ts'

const sites = Object.values(SITES)
const all: Scope = { kind: 'all' }
const wiki = (name: string): Scope => ({ kind: 'wiki', wiki: name })

/** `dewiki:Foo`, or why it is no page. */
function named(text: string, home: Scope = all): string {
  const page = pageNamed(text, home, sites)
  return 'why' in page ? page.why : `${page.wiki.wiki}:${page.title}`
}

test.each([
  ['https://de.wikipedia.org/wiki/Alan_Turing', 'dewiki:Alan Turing'],
  ['<https://de.wikipedia.org/wiki/Alan_Turing#Leben>', 'dewiki:Alan Turing'],
  ['https://de.m.wikipedia.org/wiki/Alan_Turing?action=history', 'dewiki:Alan Turing'],
  ['//en.wikipedia.org/wiki/C%2B%2B', 'enwiki:C++'],
  ['de.wikipedia.org/wiki/M*A*S*H', 'dewiki:M*A*S*H'],
  ['https://en.wikipedia.org/w/index.php?title=Foo_bar&diff=2&oldid=1', 'enwiki:Foo bar'],
  ['https://uz.wikipedia.org/wiki/O%CA%BBzbekiston', 'uzwiki:Oʻzbekiston'],
  ['https://zh.wikipedia.org/zh-hant/%E5%8F%B0%E7%81%A3', 'zhwiki:台灣'],
  ['https://www.wikidata.org/wiki/Q42', 'wikidatawiki:Q42'],
  ['[[de:Foo]]', 'dewiki:Foo'],
  ['[[:de:foo bar|that one]]', 'dewiki:Foo bar'],
  ['dewiki:Foo', 'dewiki:Foo'],
  ['DEWIKI: User:Somebody', 'dewiki:User:Somebody'],
  ['en.wiktionary.org:foo', 'enwiktionary:foo'],
  ['wikt:de:Haus', 'dewiktionary:Haus'],
  ['commons:File:Cat.jpg', 'commonswiki:File:Cat.jpg'],
  ['c:File:Cat.jpg', 'commonswiki:File:Cat.jpg'],
  ['d:Q42', 'wikidatawiki:Q42'],
  ['alan_turing enwiki', 'enwiki:Alan turing'],
  ['Alan Turing de.wikipedia.org', 'dewiki:Alan Turing'],
])('%s is %s', (text, page) => {
  expect(named(text)).toBe(page)
})

test.each([
  ['Alan Turing', 'enwiki', 'enwiki:Alan Turing'],
  ['House of commons', 'enwiki', 'enwiki:House of commons'],
  ['User:de', 'enwiki', 'enwiki:User:de'],
  ['MediaWiki:Common.css', 'enwiki', 'enwiki:MediaWiki:Common.css'],
  ['Node.js/Streams', 'enwiki', 'enwiki:Node.js/Streams'],
  ['|x|', 'enwiki', 'invalid'],
  ['de:Haus', 'enwiktionary', 'dewiktionary:Haus'],
  ['w:Haus', 'dewiktionary', 'dewiki:Haus'],
  ['Commons:Village pump', 'commonswiki', 'commonswiki:Commons:Village pump'],
  ['Commons:Village pump', 'enwiki', 'commonswiki:Village pump'],
  ['haus', 'dewiktionary', 'dewiktionary:haus'],
  ['ßa', 'dewiki', 'dewiki:ßa'],
  ['#section', 'dewiki', 'empty'],
  ['Foo#section', 'dewiki', 'dewiki:Foo'],
])('%s for somebody of %s is %s', (text, home, page) => {
  expect(named(text, wiki(home))).toBe(page)
})

test.each([
  ['Alan Turing', 'which'],
  ['', 'empty'],
  ['[[]]', 'empty'],
  ['https://example.org/wiki/Foo', 'unknown'],
  ['https://de.wikipedia.org/', 'empty'],
  ['https://de.wikipedia.org/wiki/%FF', 'empty'],
  ['dewiki:a<b', 'invalid'],
  [`dewiki:${'ä'.repeat(128)}`, 'invalid'],
])('%s is no page: %s', (text, why) => {
  expect(named(text)).toBe(why)
})

test('property: whatever is said is a page that may exist, or none', () => {
  const pieces = fc.constantFrom(
    '[[',
    ']]',
    'de:',
    'https://',
    'de.wikipedia.org',
    '/wiki/',
    '%',
    '#',
    '|',
    ' enwiki',
    '?title=',
  )
  const texts = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 8 })
  fc.assert(
    fc.property(texts, fc.constantFrom(all, wiki('enwiki')), (parts, home) => {
      const page = pageNamed(parts.join(''), home, sites)
      if ('why' in page) return
      expect(page.title).toMatch(/^[^<>[\]{}|#_]+$/)
      expect(page.title.trim()).toBe(page.title)
      expect(Buffer.byteLength(page.title)).toBeLessThanOrEqual(255)
    }),
  )
})
