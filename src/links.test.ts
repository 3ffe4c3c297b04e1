import { expect, test } from 'vitest'
import { aChange, recordedEvents, SITES } from '../test/changes.ts'
import {
  diffUrl,
  historyUrl,
  isUnnamed,
  logUrl,
  pageUrl,
  revisionUrl,
  sectionUrl,
  talkUrl,
  titleUrl,
  userUrl,
  wikilinkUrl,
} from './links.ts'
import { siteOf } from './site.ts'

const { enwiki } = SITES

test('a title becomes the address that MediaWiki itself sent, for every recorded event', () => {
  const addresses = recordedEvents().map((line) => {
    const { wiki, server_url, server_script_path, title, title_url } = JSON.parse(line)
    const site = siteOf(wiki, '', server_url, server_script_path, `${server_url}/wiki/`)
    return { made: titleUrl(site, title), sent: title_url }
  })
  expect(addresses).toHaveLength(2667)
  for (const { made, sent } of addresses) expect(made).toBe(sent)
})

test('the diff is of exactly the two revisions', () => {
  const diff = (old: number | null, now: number | null) => diffUrl(aChange({ revision: { old, new: now } }))
  expect(diff(7, 9)).toBe('https://en.wikipedia.org/w/index.php?diff=9&oldid=7')
  expect(diff(null, 9)).toBe('https://en.wikipedia.org/w/index.php?oldid=9')
  expect(diff(0, 9)).toBe('https://en.wikipedia.org/w/index.php?oldid=9')
  expect(diff(7, null)).toBe(null)
})

test('a page of its own address keeps it', () => {
  const customUrl = 'https://en.wikipedia.org/w/index.php?title=%'
  expect(pageUrl(aChange({ customUrl }))).toBe(customUrl)
})

test.each([
  [
    historyUrl(aChange({ title: 'A & B' })),
    'https://en.wikipedia.org/w/index.php?title=A_%26_B&action=history',
  ],
  [revisionUrl(enwiki, 9), 'https://en.wikipedia.org/w/index.php?diff=9'],
  [logUrl(enwiki, 9), 'https://en.wikipedia.org/w/index.php?title=Special:Log&logid=9'],
  [talkUrl(enwiki, 'A B'), 'https://en.wikipedia.org/wiki/User_talk:A_B'],
  [sectionUrl(enwiki, 'A B', ' See _also '), 'https://en.wikipedia.org/wiki/A_B#See_also'],
  [sectionUrl(enwiki, 'A B', 'Ä & %41'), 'https://en.wikipedia.org/wiki/A_B#%C3%84_%26_%2541'],
  [sectionUrl(enwiki, 'A B', '_'), 'https://en.wikipedia.org/wiki/A_B'],
])('%s', (made, address) => {
  expect(made).toBe(address)
})

test.each([
  ['Page', 'Page'],
  [' Some_page ', 'Some_page'],
  [':Category:Rivers', 'Category:Rivers'],
  ['Page#One section', 'Page#One_section'],
  ['#Only section', 'Talk:Self/x#Only_section'],
  ['/archive/', 'Talk:Self/x/archive'],
  ['w:de:Erde', 'w:de:Erde'],
])('[[%s]] leads to %s', (target, address) => {
  expect(wikilinkUrl(enwiki, target, 'Talk:Self/x')).toBe(`https://en.wikipedia.org/wiki/${address}`)
})

test.each([
  ['192.0.2.1', true],
  ['198.51.199.0/24', true],
  ['2001:DB8:0:0:0:0:0:1', true],
  ['2001:DB8:655C:0:0:0:0:0/48', true],
  ['::1', true],
  ['~2026-12345-6', true],
  ['Example', false],
  ['~tilde', false],
  ['1.2.3', false],
  ['Cafe: bar', false],
])('%s has no user page of its own: %s', (user, unnamed) => {
  expect(isUnnamed(user)).toBe(unnamed)
  const name = user.replaceAll(' ', '_')
  expect(userUrl(enwiki, user)).toBe(
    `https://en.wikipedia.org/wiki/${unnamed ? 'Special:Contributions/' : 'User:'}${name}`,
  )
})
