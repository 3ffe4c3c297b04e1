import { expect, test } from 'vitest'
import { aChange, recordedEvents, SITES } from '../../test/changes.ts'
import type { Change } from '../change.ts'
import { readRecentChange } from '../recentchange.ts'
import type { Span } from './inline.ts'
import { readSummary } from './summary.ts'
import { toPlain } from './terminal.ts'

const read = (comment: string, site = SITES.enwiki): Span[] =>
  readSummary(comment, aChange({ site, title: 'Self' }), 'en')

/** Compact: links as `{text|address after /wiki/}`. */
const shown = (comment: string, site = SITES.enwiki): string =>
  read(comment, site)
    .map(({ text, link }) => (link ? `{${text}|${link.replace(site.articleBase, '')}}` : text))
    .join('')

test.each([
  ['', ''],
  [' \n ', ''],
  ['\u200b\u202e', ''],
  ['plain text', 'plain text'],
  ['line one\nline\ttwo', 'line one line two'],
  ['/* Early life */ typo', '{→Early life|Self#Early_life}: typo'],
  ['/* Early life */', '{→Early life|Self#Early_life}'],
  ['/* Early\nlife */typo', '{→Early life|Self#Early_life}: typo'],
  ['before /* A */ between /* B */ after', 'before {→A|Self#A}: between {→B|Self#B}: after'],
  ['/*  */ top', 'top'],
  ['/**/', ''],
  ['/* See [[also]] */ x', '{→See [[also]]|Self#See_also}: x'],
  ['/* open', '/* open'],
  ['see [[Page]] and [[Other page|label]]', 'see {Page|Page} and {label|Other_page}'],
  ['[[:Category:Rivers]]', '{Category:Rivers|Category:Rivers}'],
  ['[[User talk:A#Section name|talk]]', '{talk|User_talk:A#Section_name}'],
  ['[[#Below]] [[/sub]]', '{#Below|Self#Below} {/sub|Self/sub}'],
  ['[[Foo%20bar]]', '{Foo%20bar|Foo_bar}'],
  ['[[100%]]', '{100%|100%25}'],
  ['[[w:de:Erde]]', '{w:de:Erde|w:de:Erde}'],
  ['[[A|]] [[A|b]c]]', '{A|A} {b]c|A}'],
  ['[[]] [[|]] [[ ]] [[:]]', '[[]] [[|]] [[ ]] [[:]]'],
  ['[[broken link', '[[broken link'],
  ['[[a [[B]] c]]', '[[a {B|B} c]]'],
  ['[[<script>]] [[a{b}]]', '[[<script>]] [[a{b}]]'],
  ['A &amp; B &lt;x&gt; &#91;[x]] &bogus; &#x41; &#1114112;', 'A & B <x> [[x]] &bogus; A &#1114112;'],
  ['[[A&amp;B]]', '{A&B|A%26B}'],
  ['https://example.org/a?b=c', 'https://example.org/a?b=c'],
])('%j reads %j', (comment, text) => {
  expect(shown(comment)).toBe(text)
})

test.each([
  [
    '/* wbsetclaim-create:2||1 */ [[Property:P276]]: [[Q895548]]',
    'Created claim: {Property:P276|Property:P276}: {Q895548|Q895548}',
  ],
  ['/* wbsetlabel-add:1|en */ Berlin', 'Added [en] label: Berlin'],
  ['/* wbsetsitelink-add:1|dewiki */ Berlin', 'Added link to [dewiki]: Berlin'],
  ['/* wbsetclaim-update-rank:1||1 */', 'Changed rank of claim'],
  [
    '/* wbeditentity-update-languages-short:0||de, en */ x',
    'Changed label, description and/or aliases in de, en: x',
  ],
  ['/* wbmergeitems-from:0||Q5 */', 'Merged item from Q5'],
  ['/* clientsitelink-update:0|dewiki|dewiki:A|dewiki:B */', 'Page moved from [dewiki:A] to [dewiki:B]'],
  ['/* undo:0||12345|Example */', 'Undid revision 12345 by Example'],
  ['/* wbetc-add-form:1||L1-F1 */ x', 'etc add form: x'],
  ['/* undo */ x', '{→undo|Self#undo}: x'],
  ['/* constructor:0||1 */ x', '{→constructor:0||1|Self#constructor:0%7C%7C1}: x'],
])('the automatic comment %j reads %j', (comment, text) => {
  expect(shown(comment, SITES.wikidatawiki)).toBe(text)
})

test('all of a summary is marked as quoted', () => {
  expect(read('/* A */ b [[C]]').every((span) => span.quoted)).toBe(true)
})

test('what would cost long is cut, and read in no time', () => {
  for (const part of ['/*', '[[a|', '[[', ' ', '&#', '/* x']) {
    expect(toPlain(read(part.repeat(50_000))).length).toBeLessThan(4_000)
  }
})

/** What MediaWiki made of a comment: its text, and the links that lead to pages there are. */
function rendered(html: string): { text: string; links: string[] } {
  const decode = (text: string) =>
    text.replace(/&(?:(amp|lt|gt|quot)|#0?(\d+)|#x([\da-f]+));/gi, (_, name, decimal, hex) =>
      name
        ? { amp: '&', lt: '<', gt: '>', quot: '"' }[name as 'amp']
        : String.fromCodePoint(decimal ?? `0x${hex}`),
    )
  const links = [...html.matchAll(/<a href="(\/wiki\/[^"]*)"/g)].map(([, path = '']) => decode(path))
  return { text: decode(html.replace(/<[^>]+>/g, '')), links }
}
const onlyText = (text: string) =>
  text
    .replace(/[\p{Cf}\u00ad]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()

test('every recorded summary reads as MediaWiki rendered it, and links where it linked', () => {
  let [compared, linked] = [0, 0]
  for (const line of recordedEvents()) {
    const event = JSON.parse(line)
    // Not every event has a rendering; Wikibase's is English on its wikis only.
    if (!event.parsedcomment || /\/\* wb/.test(event.comment)) continue
    const change = readRecentChange(line, 'test') as Change
    const spans = readSummary(event.comment, change, 'en')
    const { text, links } = rendered(event.parsedcomment)
    // MediaWiki 1.43 leaves the colon of a section without a name.
    expect(onlyText(toPlain(spans))).toBe(onlyText(text).replace(/^: /, ''))
    // MediaWiki writes names out (Special:Contribs → Служебная:Вклад, ss → Ss): the last part stays the same.
    const last = (address: string) => decodeURIComponent(address).split(/[:/]/).at(-1)?.toUpperCase()
    const own = spans.flatMap(({ link }) => (link ? last(link) : []))
    for (const path of links) expect(own).toContain(last(path))
    compared++
    linked += links.length
  }
  expect(compared).toBeGreaterThan(1_500)
  expect(linked).toBeGreaterThan(400)
})
