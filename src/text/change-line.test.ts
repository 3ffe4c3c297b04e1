import { expect, test } from 'vitest'
import { aChange, recordedEvents, SITES } from '../../test/changes.ts'
import type { Change } from '../change.ts'
import { readRecentChange } from '../recentchange.ts'
import { changeLine } from './change-line.ts'
import { toMarkdown } from './markdown.ts'
import { toPlain } from './terminal.ts'

const recorded = recordedEvents().map((line) => readRecentChange(line, 'test') as Change)
const find = (id: string): Change => recorded.find((change) => change.id.startsWith(id)) as Change

const plain = (overrides: Partial<Change>): string => toPlain(changeLine(aChange(overrides), 'en'))

test('an edit, with all the ways to go', () => {
  const change = aChange({
    title: 'Berlin (city)',
    user: 'A B',
    comment: '/* History */ see [[Talk:Berlin|talk]]',
    minor: true,
    bot: true,
    patrolled: false,
    bytes: { old: 1000, new: 2204 },
    revision: { old: 7, new: 9 },
  })
  const [wiki, script] = ['https://en.wikipedia.org/wiki/', 'https://en.wikipedia.org/w/index.php']
  expect(toMarkdown(changeLine(change, 'en', { showWiki: true }))).toBe(
    [
      '`enwiki` 📝 **mb!**',
      `[A B](<${wiki}User:A_B>) ([talk](<${wiki}User_talk:A_B>) \\| [contribs](<${wiki}Special:Contributions/A_B>))`,
      `edited [Berlin (city)](<${script}?diff=9&oldid=7>)`,
      `([hist](<${script}?title=Berlin_%28city%29&action=history>))`,
      `(**+1,204**) *([→History](<${wiki}Berlin_%28city%29#History>)\\: see [talk](<${wiki}Talk:Berlin>))*`,
    ].join(' '),
  )
})

test('an address or temporary account leads to its contributions', () => {
  const line = toMarkdown(changeLine(aChange({ user: '~2026-1', comment: '' }), 'en'))
  expect(line).toContain(
    '📝 [~2026-1](<https://en.wikipedia.org/wiki/Special:Contributions/%7E2026-1>) ([talk](<',
  )
  expect(line).not.toContain('contribs')
})

test.each<[words: string, change: Partial<Change>]>([
  ['📝 Example edited Main Page (+12) (a summary)', {}],
  ['📝 Example edited Main Page (−612) (a summary)', { bytes: { old: 1000, new: 388 } }],
  ['📝 Example edited Main Page (0) (a summary)', { bytes: { old: 5, new: 5 } }],
  ['📝 Example edited Main Page (a summary)', { bytes: { old: null, new: null } }],
  ['📝 Example edited Main Page (+12)', { comment: '' }],
  ['📝 Example edited Main Page (+12)', { comment: '/*  */' }],
  ['📝 Example edited Main Page (+12) (hidden)', { comment: null }],
  ['📝 hidden edited Main Page (+12) (a summary)', { user: null }],
  ['📝 m Example edited Main Page (+12) (a summary)', { minor: true, patrolled: true }],
  ['📝 ! Example edited Main Page (+12) (a summary)', { patrolled: false }],
  [
    '🆕 Nb! Example created Main Page (+112) (a summary)',
    { type: 'new', bot: true, patrolled: false, bytes: { old: null, new: 112 } },
  ],
  [
    '🌐 wikidata>Example changed the data of Main Page (Created claim: Property:P1)',
    {
      type: 'external',
      user: 'wikidata>Example',
      comment: '/* wbsetclaim-create:2||1 */ [[Property:P1]]',
      bytes: { old: null, new: null },
    },
  ],
  [
    '📜 Example made the log entry “unknown/unknown” for Main Page',
    { type: 'log', log: null, comment: '', bytes: { old: null, new: null } },
  ],
])('%s', (words, change) => {
  expect(plain(change)).toBe(words)
})

test.each<[words: string, comment: string | null]>([
  ['added Berlin to Category:Cities', '[[:Berlin]] added to category'],
  ['removed File:A.jpg from Category:Cities', '[[:File:A.jpg]] removed from category'],
  [
    'added Template:A and pages that include it to Category:Cities',
    '[[:Template:A]] added to category, [[Special:WhatLinksHere/Template:A|this page is included within other pages]]',
  ],
  [
    'changed the members of Category:Cities (Berlin добавлена в категорию)',
    '[[:Berlin]] добавлена в категорию',
  ],
  ['changed the members of Category:Cities', ''],
  ['changed the members of Category:Cities (hidden)', null],
])('a categorisation: %s', (words, comment) => {
  const bytes = { old: null, new: null }
  expect(plain({ type: 'categorize', title: 'Category:Cities', comment, bytes })).toBe(`🗂️ Example ${words}`)
})

test('a categorisation leads to the edit that caused it, named or not', () => {
  for (const comment of ['[[:Berlin]] added to category', 'something else']) {
    const change = aChange({
      type: 'categorize',
      title: 'Category:Cities',
      comment,
      revision: { old: 7, new: 9 },
    })
    expect(toMarkdown(changeLine(change, 'en'))).toContain(
      '](<https://en.wikipedia.org/w/index.php?diff=9&oldid=7>)',
    )
  }
})

test('what is hidden is struck out', () => {
  expect(toMarkdown(changeLine(aChange({ user: null, comment: null }), 'en'))).toMatch(
    /^📝 ~~hidden~~ edited .* \(~~hidden~~\)$/,
  )
})

test('only a difference of more than 500 is bold, and it has the colour of growth or loss', () => {
  const size = (old: number, now: number) =>
    changeLine(aChange({ bytes: { old, new: now }, comment: '' }), 'en').at(-2)
  expect(size(0, 500)).toEqual({ text: '+500', tone: 'growth' })
  expect(size(0, 501)).toEqual({ text: '+501', bold: true, tone: 'growth' })
  expect(size(501, 0)).toEqual({ text: '−501', bold: true, tone: 'loss' })
  expect(size(5, 5)).toEqual({ text: '0' })
})

/** Recorded events: Wikimedia's first, then those of the real MediaWiki with its hostile texts. */
test.each([
  [
    '5ba68837',
    '🗂️ b DPLA bot added File:South Boston Gazette February 26, 1938 - DPLA - 3b83b051ff618b5be39ea118ca3483b4 (page 8).jpg to Category:PD-US missing SDC copyright status',
  ],
  [
    '67a266c6',
    '📝 Vysotsky edited File:Iranian Army Ground Forces New Equipment Ceremony 2017 (119).jpg (+37) (Adding Category:Mizannews review needed)',
  ],
  [
    '0416300b',
    '📝 87.12.215.232 edited EFL Championship (+58) (→League champions, runners-up and play-off finalists)',
  ],
  [
    '75f43217',
    '📝 The History Wizard of Cambridge edited Billy Strachan (+48) (added Category:Alumni of the University of London using HotCat)',
  ],
  [
    '3845fa32',
    '📝 Cahk edited User:Reallifestory12345/sandbox (−1,374) (Requesting speedy deletion (CSD G10).)',
  ],
  ['352538f5', '📝 m Weinfelden edited Rashmi Narzary (+181)'],
  ['dd885ec1', '📝 Pal Babu edited Media Worldwide Limited (+208) (→Owned channels)'],
  ['74ef743d', '📝 192.207.178.105 edited Trevi Moran (+1)'],
  [
    '898d1a46',
    '📝 221.149.70.5 edited Swimming at the 2023 World Aquatics Championships – Mixed 4 × 100 metre freestyle relay (+53) (→Heats)',
  ],
  ['2e056f9c', '📝 m SecretName101 edited Kenzie Bok (−3) (repeated word removed→top)'],
  ['5d52e62c', '📝 Billjones94 edited Stranraer F.C. (0) (→Cups)'],
  ['85e105df', '📝 Ss112 edited Starting Over (Chris Stapleton album) (+48) (+cat)'],
  ['047c88b3', '📝 BlameRuiner edited FC Belshina Bobruisk (+89) (→Current squad)'],
  [
    '2eea26f7',
    '📝 Pedroperezhumberto edited List of bus routes in London (−62) (→Non-TfL bus routes in Greater London: fix some destinations to be more accurate)',
  ],
  ['c5219ea1', '📝 Øystein Tvede edited Indeks:Turgenjev Den første kjærlighet.pdf (+4)'],
  ['c96f2492', '📨 Iketsi moved Kategòrëjô:Filozofijô to Kategòrëjô:Filozofiô (Filozofijô → Filozofiô)'],
  ['734eea70', '📝 Enoshd edited שונה (+252) (→Hebrew)'],
  [
    '4df3db24',
    '🗂️ Eskivor added File:Monnaie. Sesterce, Trajan, Rome - btv1b10449322z (2 of 2).jpg to Category:Coins of Rome from Gallica',
  ],
  ['887b0118', '📝 J budissin edited Q101232387 (+431) (Created claim: Property:P276: Q895548)'],
  [
    '84d05238',
    '🗂️ Eskivor removed File:Monnaie. Sesterce, Trajan, Rome - btv1b10449322z (2 of 2).jpg from Category:Coins from Gallica',
  ],
  [
    '919f30ac',
    '📝 m! Eskivor edited File:Monnaie. Sesterce, Trajan, Rome - btv1b10449333t (1 of 2).jpg (+8) (Moving from Category:Coins from Gallica to Category:Coins of Rome from Gallica)',
  ],
  ['38dc614a', '📝 Inco10 edited Q117394794 (+354) (Created claim: Property:P2369: ndiaye-adji)'],
  [
    '21c7be73',
    '🚫 b QBA-bot changed the block of 47.109.39.34, now for 1 year (account creation disabled, email disabled) ({{Blocked proxy}} <!-- 4493B3900D84 -->)',
  ],
  ['78c6c7ae', '📝 Борис atww2l edited Шаблон:E=mc² atwwo (+29) ([[broken link)'],
  ['2d160cc1', '📝 ~2026-2 edited To restore atww2d (+11) (→*: 🎉)'],
  ['93384e54', '📝 ~2026-24 edited Справка:Ångström atww3q (+14) ([[broken link)'],
  ['1bb5fbcf', '📝 VeryLongUserNameThatGoesOnAndOnForever atww2s edited თბილისი atwwl (+22) (→*: дополнено)'],
  ['66d13730', '📝 b VeryLongUserNameThatGoesOnAndOnForever atww0 edited C++ (+20) (math 𝒳 ∑ ≤ ∞ ½ ™)'],
  [
    '273c9998',
    '🆕 N VeryLongUserNameThatGoesOnAndOnForever atww2s created Шаблон:👩‍🚀 astronaut (+637) (mailto:x@example.org //example.org/x)',
  ],
  [
    '93c37c92',
    '🗂️ b DriveBot changed the members of Категория:C++ libraries (To move atww2e добавлена в категорию)',
  ],
  ['5a74f1be', '📝 ~2026-15 edited Draft 🏳️‍🌈 atww8k (+26) (→*: → arrow)'],
  ['a24f2ad1', '📝 ~2026-52 edited C++ au6bl (+13) (null-ish �� control)'],
  ['0328064b', '📝 ! 2001:DB8:4334:0:0:0:0:5E22 edited Main Page (+21) (→See [[also]]: see →nested: text)'],
  ['6c5442f0', '🗂️ مريم atww39 added Talk:C++ atwwi to Category:Реки'],
  ['ccd536b8', '🆕 N! Žofie atww0 created User talk:100%er atww1z (+125) (→التاريخ: رد)'],
  [
    '1b9ef651',
    '📝 ! مريم atww4n edited Talk:Очень длинное название страницы Очень длинное название страницы Очень длинное название страницы Очень длинное название страницы atww4f (+29) (1️⃣ keycap ☺︎ text ☺️ emoji)',
  ],
  ['3981854d', '📝 ! Bot or not atww31 edited Talk:C++ atwwi (+24) (Undid revision by mistake)'],
  ['27fc541c', '📝 b DriveBot edited Talk:Star* atww5r (+20) (→История: see →nested: text)'],
  ['6c7c4562', '🆕 N Admin created User talk:C++ atww6w (+225) (עברית with English ו-123)'],
  ['93ed24d7', '🗂️ Admin added Category:C++ libraries to Category:Top'],
  [
    'ba72c138',
    '📝 mb Admin edited Σωκράτης atww8o (−17) (Reverted edits by 100%er atww8e (talk) to last revision by Admin)',
  ],
  ['305584f9', '🆕 N Admin created Test en:서울특별시 atww9e (+756) (see →nested: text)'],
  ['30c9af2f', '🗂️ 100%er au6a3 added Log of nothing atww2w to Category:C++ libraries'],
])('%s: %s', (id, words) => {
  expect(toPlain(changeLine(find(id), 'en')).replace(/[\u2068\u2069]/g, '')).toBe(words)
})

test('every recorded event has a line that names its user and says more', () => {
  expect(recorded).toHaveLength(2667)
  for (const change of recorded) {
    const line = toPlain(changeLine(change, 'en'))
    expect(line).toMatch(/^\S+ ([Nmb!]+ )?\S/u)
    expect(line.length).toBeGreaterThan(`${change.user}`.length + 10)
  }
})

test('two wikis are told apart', () => {
  const names = [SITES.enwiki, SITES.dewiki].map((site) =>
    toPlain(changeLine(aChange({ site }), 'en', { showWiki: true })),
  )
  expect(names.map((line) => line.split(' ')[0])).toEqual(['enwiki', 'dewiki'])
})
