import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aChange, recordedEvents } from '../../../test/changes.ts'
import type { Change } from '../../change.ts'
import { readRecentChange } from '../../recentchange.ts'
import type { Inline } from '../inline.ts'
import { toPlain } from '../terminal.ts'
import { core } from './core.ts'
import { extensions } from './extensions.ts'
import { logWords } from './log-line.ts'

/** The isolates around text from right to left are left out: they would turn the table. */
const plain = (inline: Inline): string => toPlain(inline).replace(/[\u2068\u2069]/g, '')
const read = (change: Change): string => {
  const { icon, words } = logWords(change, 'en')
  return `${icon} ${plain(words)}`
}

const recorded = recordedEvents()
  .map((line) => readRecentChange(line, 'test') as Change)
  .filter((change) => change.type === 'log')

/** Of every log action that was recorded, each kind of parameters: beginning of the event's id, action, words. */
const sentences: readonly (readonly [id: string, action: string, words: string])[] = [
  ['e9f8d195', 'abusefilter/hit', '🚨 triggered filter 1 with “edit” on ǅ: tag'],
  ['0fde1c14', 'abusefilter/hit', '🚨 triggered filter 2 with “edit” on Шаблон:E=mc² atwwo: warn'],
  ['94a7bcc1', 'block/block', '🚫 blocked Vandal atwws for 2 weeks (account creation disabled)'],
  [
    'a7ec351a',
    'block/block',
    '🚫 blocked 198.51.199.0/24 indefinitely (anonymous users only, account creation disabled, cannot edit own talk page)',
  ],
  [
    '260f5473',
    'block/block',
    '🚫 blocked مخرب atwwt from Ҝ ϰ atwwa and Участник:Admin/Ёлка atwwh until 6 May 2031 07:08 UTC',
  ],
  [
    'fc353ed0',
    'block/block',
    '🚫 blocked 山田 atww1u indefinitely (account creation disabled, cannot edit own talk page)',
  ],
  [
    'f96c0460',
    'block/block',
    '🚫 blocked ~2026-9 for 1 day (account creation disabled, cannot edit own talk page)',
  ],
  [
    '5fdd6eb4',
    'block/block',
    '🚫 blocked 198.19.0.0/16 for 1 week (anonymous users only, account creation disabled)',
  ],
  [
    'bc0c8a2b',
    'block/block',
    '🚫 blocked 198.51.100.77 indefinitely (account creation disabled, email disabled, cannot edit own talk page)',
  ],
  [
    'a4cae864',
    'block/block',
    '🚫 blocked दीपक atww2m for 3 hours (account creation disabled, email disabled, cannot edit own talk page)',
  ],
  ['669ad75b', 'block/block', '🚫 blocked 2001:DB8:0:0:0:0:0:0/32 for 2 weeks (anonymous users only)'],
  [
    '21c7be73',
    'block/reblock',
    '🚫 changed the block of 47.109.39.34, now for 1 year (account creation disabled, email disabled)',
  ],
  [
    'b0b8dd8e',
    'block/reblock',
    '🚫 changed the block of दीपक atww2m, now from 臺灣, ירושלים atww2n and the namespaces (Main), Talk and Category indefinitely (autoblock disabled)',
  ],
  ['efdb3997', 'block/reblock', '🚫 changed the block of مخرب atwwt, now for 1 day (autoblock disabled)'],
  [
    '42aaedbd',
    'block/reblock',
    '🚫 changed the block of مخرب atww3w, now for 2 weeks (account creation disabled, autoblock disabled)',
  ],
  [
    '4aea4327',
    'block/reblock',
    "🚫 changed the block of Sock O'Puppet atww41, now from non-editing actions for 31 hours (account creation disabled, autoblock disabled)",
  ],
  [
    'c3302619',
    'block/reblock',
    '🚫 changed the block of 2001:DB8:655C:0:0:0:0:0/48, now from non-editing actions for 6 months (account creation disabled)',
  ],
  ['95a6f7e0', 'block/unblock', '✅ unblocked Vandal atwws'],
  ['946b3f88', 'contentmodel/change', '📋 changed the content model of Model atww1b from wikitext to text'],
  ['110be979', 'contentmodel/new', '📋 created Data atww1a with the content model json'],
  ['a4bb7da7', 'delete/delete', '🗑️ deleted Участник:Admin/Москва'],
  ['45fb428b', 'delete/delete_redir', '🗑️ deleted the redirect Back and forth atwwk by overwriting it'],
  ['56f0def5', 'delete/delete_redir2', '🗑️ deleted the redirect Target atwwm by overwriting it'],
  ['08820dd6', 'delete/event', '👁️ hid summary of log entry 52 in Служебная:Журналы/newusers'],
  ['9ae79a25', 'delete/event', '👁️ hid summary and user name of log entry 553 in Special:Log/protect'],
  ['751bd15b', 'delete/restore', '♻️ restored Участник:Admin/Москва (1 revision)'],
  ['e906e70a', 'delete/revision', '👁️ hid user name of revision 54 of Шаблон:E=mc² atwwo'],
  ['82ec067b', 'delete/revision', '👁️ hid content and summary of 10 revisions of Many revisions atww27'],
  [
    '0d80d034',
    'delete/revision',
    '👁️ hid content and user name of 1 deleted file version of Файл:ירושלים atww28.png',
  ],
  ['a48411c4', 'delete/revision', '👁️ hid content of revision 208 of Đà Nẵng atww3a'],
  ['1dfb879f', 'delete/revision', '👁️ hid content of 1 file version of Файл:Star* atww4z.svg'],
  ['ebddb380', 'delete/revision', '👁️ hid summary of revision 388 of 1984'],
  [
    'c6e6701f',
    'delete/revision',
    '👁️ hid content, summary and user name of revision 721 of Шаблон:Санкт-Петербург au6bo',
  ],
  [
    'f95d657e',
    'delete/revision',
    '👁️ unhid content, summary and user name of revision 721 of Шаблон:Санкт-Петербург au6bo',
  ],
  ['13047849', 'delete/revision', '👁️ unhid user name of revision 53 of Test en:Σωκράτης atwwo'],
  ['d3155b23', 'gblblock/dwhitelist', '🚫 enabled the global block of 192.88.99.108 on this wiki again'],
  [
    '1a9eebda',
    'gblblock/gblock',
    '🚫 globally blocked 192.88.99.108 indefinitely (anonymous users only, account creation disabled)',
  ],
  [
    'eee42156',
    'gblblock/gblock',
    '🚫 globally blocked 2001:DB8:2C58:0:0:0:0:0/48 until 1 Jan 2031 00:00 UTC (anonymous users only, account creation allowed)',
  ],
  [
    'e9af86c9',
    'gblblock/gblock',
    '🚫 globally blocked Žofie atww3k indefinitely (account creation disabled)',
  ],
  ['0ed7b767', 'gblblock/gunblock', '✅ removed the global block of 192.88.99.108'],
  [
    '59e00ca5',
    'gblblock/modify',
    '🚫 changed the global block of 192.88.99.108 until 25 Nov 2026 07:30 UTC (account creation disabled)',
  ],
  ['4d6fd6ad', 'gblblock/whitelist', '✅ disabled the global block of 192.88.99.108 on this wiki'],
  [
    '1ce74aa3',
    'import/interwiki',
    '📥 imported Заглавная страница from ruw:Заглавная страница (6 revisions)',
  ],
  ['770f9bf1', 'import/upload', '📥 imported Imported Србија atww12 by file upload (3 revisions)'],
  ['8356b912', 'interwiki/iw_add', '🔗 added the interwiki prefix “w” (https://en.wikipedia.org/wiki/$1)'],
  ['82d97190', 'interwiki/iw_delete', '🔗 deleted the interwiki prefix “iwatww1e”'],
  ['9510841e', 'interwiki/iw_edit', '🔗 changed the interwiki prefix “iwatww1e” (https://example.net/$1)'],
  ['8889f35d', 'managetags/activate', '🏷️ activated the tag “tag وسم atww1c” for users and bots'],
  ['87a4bdae', 'managetags/create', '🏷️ created the tag “tag وسم atww1c”'],
  ['12513de6', 'managetags/deactivate', '🏷️ deactivated the tag “tag وسم atww1c” for users and bots'],
  ['7c3cf100', 'managetags/delete', '🏷️ deleted the tag “tag وسم atww1c” (2 uses)'],
  ['22505b63', 'managetags/delete', '🏷️ deleted the tag “tag وسم atww3h” (2 uses)'],
  ['26757ef5', 'massmessage/failure', '📬 did not deliver “Second” to Test en:Board: blocked'],
  ['6c99750d', 'massmessage/send', '📬 sent a message to the list Delivery list'],
  [
    'a0ecc701',
    'massmessage/skipbadns',
    '📬 did not deliver “Новости & news” to Main Page: not in a namespace for messages',
  ],
  [
    'ed53ad1d',
    'massmessage/skipnouser',
    '📬 did not deliver “Новости & news” to User talk:No such user atww2x: no such account',
  ],
  [
    'ebd99758',
    'massmessage/skipoptout',
    '📬 did not deliver “Новости & news” to User talk:Opted out: opted out',
  ],
  [
    '6655788c',
    'merge/merge',
    '🖇️ merged Merge source atww13 into Merge target atww14 (revisions up to 24 Nov 2026 07:29 UTC)',
  ],
  ['c96f2492', 'move/move', '📨 moved Kategòrëjô:Filozofijô to Kategòrëjô:Filozofiô'],
  ['561e3ab3', 'move/move', '📨 moved Backslash \\ path to Đà Nẵng atwwf'],
  [
    '02ccf440',
    'move/move',
    '📨 moved Участник:Admin/Σωκράτης atwwg to Участник:Admin/Ёлка atwwh without leaving a redirect',
  ],
  [
    '162a0edb',
    'move/move_redir',
    '📨 moved Back and forth atwwk new to Back and forth atwwk over a redirect without leaving a redirect',
  ],
  [
    'fcfc585c',
    'move/move_redir',
    '📨 moved Back and forth atww86 new to Back and forth atww86 over a redirect',
  ],
  [
    'f925213f',
    'newsletter/issue-added',
    '📰 published an issue of the newsletter Вестник atww3i: Issue atww3j',
  ],
  ['f8a11ca0', 'newsletter/newsletter-added', '📰 registered the newsletter Вестник atww3i'],
  ['202da946', 'newsletter/publisher-added', '📰 made Admin a publisher of the newsletter Вестник atww3i'],
  [
    'e9badb31',
    'newsletter/publisher-removed',
    '📰 removed Žofie atww0 as a publisher of the newsletter Вестник atww3i',
  ],
  ['1bb770d2', 'newusers/byemail', '👤 created the account By email atww17, its password sent by email'],
  ['f855441b', 'newusers/create', '👤 registered'],
  ['6bf6725c', 'newusers/create2', '👤 created the account Made by another atww16'],
  [
    '3893db64',
    'pagelang/pagelang',
    '🗣️ changed the language of Справка:E=mc² atww1d from ru (default) to zh-hant',
  ],
  [
    '41baddc4',
    'pagelang/pagelang',
    '🗣️ changed the language of Справка:E=mc² atww1d from zh-hant to ru (default)',
  ],
  [
    'be7f0f62',
    'pagetriage-copyvio/delete',
    '🧹 unmarked revision 175 of Fresh article atww36 as a potential copyright violation',
  ],
  [
    'ba2c63a3',
    'pagetriage-copyvio/insert',
    '🧹 marked revision 170 of Fresh article atww32 as a potential copyright violation',
  ],
  [
    '11d2cf11',
    'pagetriage-curation/delete',
    '🧹 marked Fresh article atww36 for deletion with the tag speedy',
  ],
  ['385c8db0', 'pagetriage-curation/enqueue', '🧹 added Enqueue me atww34 to the new pages feed'],
  ['ddfa4705', 'pagetriage-curation/reviewed-article', '🧹 marked Fresh article atww32 as reviewed'],
  [
    'dc0d8c30',
    'pagetriage-curation/reviewed-redirect',
    '🧹 marked the redirect Fresh redirect atww33 as reviewed',
  ],
  ['ad2c0734', 'pagetriage-curation/tag', '🧹 tagged Fresh article atww32 with unreferenced and orphan'],
  ['88345f3f', 'pagetriage-curation/unreviewed-article', '🧹 marked Fresh article atww32 as unreviewed'],
  [
    '744206de',
    'pagetriage-curation/unreviewed-redirect',
    '🧹 marked the redirect Fresh redirect atww33 as unreviewed',
  ],
  ['0e49aa2e', 'patrol/patrol', '☑️ marked revision 9 of Talk:Ҝ ϰ atww7 as patrolled'],
  [
    'a6d06c32',
    'protect/modify',
    '🔐 changed the protection of თბილისი atwwl (edit: autoconfirmed, until 1 Dec 2026 07:29 UTC; move: autoconfirmed, indefinitely)',
  ],
  [
    '6546cb5a',
    'protect/modify',
    '🔐 changed the protection of $100 atww36 (edit: autoconfirmed, until 27 Nov 2026 07:30 UTC; move: autoconfirmed, until 24 Dec 2026 07:30 UTC)',
  ],
  [
    'b088ebec',
    'protect/modify',
    '🔐 changed the protection of Ҝ ϰ atwwa (edit: sysop, until 27 Nov 2026 07:30 UTC; move: sysop, until 24 Dec 2026 07:30 UTC)',
  ],
  ['0b643ad8', 'protect/move_prot', '🔏 moved the protection of .hidden to Moved Ёлка atwwr'],
  [
    '1f6d747c',
    'protect/protect',
    '🔒 protected თბილისი atwwl (edit and move: sysop, until 8 Dec 2026 07:29 UTC)',
  ],
  [
    'af8ccbc8',
    'protect/protect',
    '🔒 protected Ёлка (edit and move: sysop, until 25 Nov 2026 07:29 UTC; cascading)',
  ],
  [
    '158e77f8',
    'protect/protect',
    '🔒 protected Salted Subpage/Level two/Level three atwwq (create: sysop, until 25 Nov 2026 07:29 UTC)',
  ],
  [
    '8b8f6aac',
    'protect/protect',
    '🔒 protected .hidden (edit: autoconfirmed, until 25 Nov 2026 14:29 UTC; move: sysop, until 25 Nov 2026 14:29 UTC)',
  ],
  [
    'a0461de4',
    'protect/protect',
    '🔒 protected Файл:¿Qué? atww29.png (edit: sysop, indefinitely; move: sysop, until 1 Dec 2026 07:29 UTC; upload: sysop, until 1 Jan 2031 00:00 UTC)',
  ],
  ['3350e807', 'protect/protect', '🔒 protected To protect atww2f (edit and move: sysop, indefinitely)'],
  [
    '942cd9ab',
    'protect/unprotect',
    '🔓 removed the protection of Salted Subpage/Level two/Level three atwwq',
  ],
  ['15904f35', 'renameuser/renameuser', "📛 renamed Sock O'Puppet atww18 to Renamed Анна atww19"],
  ['be57e967', 'review/approve', '🔎 reviewed revision 150 of Статья atww2t'],
  ['ce711efa', 'review/approve-i', '🔎 reviewed revision 149 of Статья atww2t for the first time'],
  ['38400887', 'review/unapprove', '🔎 withdrew the review of revision 150 of Статья atww2t'],
  ['2d7fd06a', 'rights/autopromote', '🏅 was automatically promoted: added to extended'],
  ['21ce7a00', 'rights/autopromote', '🏅 was automatically promoted: added to extended'],
  ['0b226d9f', 'rights/blockautopromote', '🏅 blocked the automatic promotion of 山田 atww1w for 5 days'],
  ['8e5ed24a', 'rights/restoreautopromote', '🏅 restored the automatic promotion of 山田 atww1w'],
  ['88681dc8', 'rights/rights', '🏅 changed the groups of Admin: added to suppress'],
  ['18a0e127', 'rights/rights', '🏅 changed the groups of DriveBot: added to bot'],
  ['24094919', 'rights/rights', '🏅 changed the groups of 100%er atww3: added to sysop'],
  ['1defb4a3', 'rights/rights', '🏅 changed the groups of 100%er atww3: removed from sysop'],
  [
    '6109b1df',
    'rights/rights',
    '🏅 changed the groups of VeryLongUserNameThatGoesOnAndOnForever atww0: added to bot (until 24 Dec 2026 07:29 UTC) and interface-admin',
  ],
  [
    '81dff22c',
    'rights/rights',
    '🏅 changed the groups of VeryLongUserNameThatGoesOnAndOnForever atww25: added to bot and interface-admin',
  ],
  [
    '0e877249',
    'rights/rights',
    '🏅 changed the groups of VeryLongUserNameThatGoesOnAndOnForever atww25: removed from bot and interface-admin',
  ],
  ['4908afbe', 'rights/rights', '🏅 changed the groups of Scripted atww2g: added to sysop'],
  [
    'a0077092',
    'rights/rights',
    '🏅 changed the groups of Борис atww2l: added to sysop (until 1 Jan 2027 00:00 UTC)',
  ],
  [
    '54331182',
    'stable/config',
    '🛡️ set the pending changes settings of Статья atww2t (shown by default: the latest version; autoreview: sysop)',
  ],
  [
    'fbb5bc6d',
    'stable/modify',
    '🛡️ changed the pending changes settings of Статья atww2t (shown by default: the stable version; autoreview: sysop) until 1 Jan 2031 00:00 UTC',
  ],
  [
    'cbdceeaa',
    'stable/move_stable',
    '🛡️ moved the pending changes settings of Статья atww2t to Статья atww2t переименована',
  ],
  ['3c263a3e', 'stable/reset', '🛡️ reset the pending changes settings of Статья atww2t переименована'],
  ['a481cd50', 'tag/update', '🏷️ added the tag “tag وسم atww1c” to revision 91 of Model atww1b'],
  ['275d173f', 'tag/update', '🏷️ removed the tag “tag وسم atww1c” from revision 2 of Test ru:नई दिल्ली atww4'],
  [
    '646da03b',
    'tag/update',
    '🏷️ added the tag “on logs atww26” to log entry 163 of Служебная:Журналы/managetags',
  ],
  [
    '21aac66e',
    'tag/update',
    '🏷️ added the tag “on logs atww26” to revision 28 of Категория:Articles to be merged from May 2024',
  ],
  ['3ebc784f', 'tag/update', '🏷️ added the tag “tag وسم atww3h” to revision 206 of Đà Nẵng atww3a'],
  ['f79c05f3', 'tag/update', '🏷️ added the tag “tag وسم atww3h” to revision 199 of Backslash \\ path'],
  ['b3bf8534', 'thanks/thank', '🙏 thanked A&B atww15'],
  ['ba526a60', 'upload/overwrite', '🖼️ uploaded a new version of Файл:Hidden atwwv.png'],
  ['ad332fdc', 'upload/revert', '🖼️ reverted Файл:Fi ligature atwwx.png to an old version'],
  ['fadb82f2', 'upload/upload', '🖼️ uploaded Файл:Hidden atwwv.png'],
  ['2df905d1', 'usermerge/deleteuser', '🗑️ deleted the account A&B atww2y'],
  ['bda66fb7', 'usermerge/mergeuser', '🖇️ merged the account A&B atww2y into Žofie atww2z'],
]

test.each(sentences)('%s %s: %s', (id, action, words) => {
  const change = recorded.find((candidate) => candidate.id.startsWith(id)) as Change
  expect(`${change.log?.type}/${change.log?.action}`).toBe(action)
  expect(read(change)).toBe(words)
})

test('no recorded action is without a sentence above, and none needs the words of the wiki', () => {
  const actions = new Set(recorded.map(({ log }) => `${log?.type}/${log?.action}`))
  expect([...actions].sort()).toEqual([...new Set(sentences.map(([, action]) => action))].sort())
  for (const change of recorded) {
    const unread = { ...change, log: { ...change.log, text: null } } as Change
    expect(read(unread)).toBe(read(change))
    expect(read(change)).not.toContain('log entry “')
  }
})

const entry = (action: string, params: unknown, overrides: Partial<Change> = {}): Change => {
  const [type = '', name = ''] = action.split('/')
  return aChange({
    type: 'log',
    title: 'A',
    user: 'Admin',
    comment: '',
    log: { id: 1, type, action: name, params, text: 'the words of the wiki' },
    ...overrides,
  })
}
const user = { namespace: 2, title: 'User:Example' }

test.each<[action: string, params: unknown, words: string, change?: Partial<Change>]>([
  // As the Action API gives them
  [
    'move/move',
    { target_ns: 1, target_title: 'Talk:B', suppressredirect: true },
    '📨 moved A to Talk:B without leaving a redirect',
  ],
  [
    'block/block',
    { duration: '3 days', flags: ['nocreate', 'noemail'], sitewide: true },
    '🚫 blocked Example for 3 days (account creation disabled, email disabled)',
    user,
  ],
  [
    'block/block',
    {
      duration: 'infinity',
      flags: [],
      sitewide: false,
      restrictions: { pages: [{ page_ns: 0, page_title: 'B' }], namespaces: [106], actions: ['upload'] },
    },
    '🚫 blocked Example from B, the namespace 106 and the action “upload” indefinitely',
    user,
  ],
  [
    'protect/protect',
    {
      details: [{ type: 'edit', level: 'sysop', expiry: '2031-01-01T00:00:00Z', cascade: true }],
      cascade: true,
    },
    '🔒 protected A (edit: sysop, until 1 Jan 2031 00:00 UTC; cascading)',
  ],
  [
    'rights/rights',
    {
      oldgroups: ['a', 'b'],
      newgroups: ['a', 'b'],
      oldmetadata: [
        { group: 'a', expiry: 'infinity' },
        { group: 'b', expiry: '2031-01-01T00:00:00Z' },
      ],
      newmetadata: [
        { group: 'a', expiry: '2032-01-01T00:00:00Z' },
        { group: 'b', expiry: 'infinity' },
      ],
    },
    '🏅 changed the groups of Example: now in a (until 1 Jan 2032 00:00 UTC) and b (indefinitely)',
    user,
  ],
  [
    'delete/revision',
    { type: 'revision', ids: [1, 2], old: { bitmask: 0 }, new: { bitmask: 9 } },
    '👁️ hid content of 2 revisions of A, from administrators too',
  ],
  [
    'import/interwiki',
    { count: 1, interwiki_ns: 0, interwiki_title: 'de:A' },
    '📥 imported A from de:A (1 revision)',
  ],
  [
    'interwiki/iw_add',
    { 0: 'x', 1: 'https://example.org/$1' },
    '🔗 added the interwiki prefix “x” (https://example.org/$1)',
  ],
  // Old entries: lists of text
  ['move/move', ['B', '1'], '📨 moved A to B without leaving a redirect'],
  [
    'block/block',
    ['1 year', 'nocreate,noautoblock'],
    '🚫 blocked Example for 1 year (account creation disabled, autoblock disabled)',
    user,
  ],
  [
    'protect/protect',
    ['[edit=sysop] (indefinite)', 'cascade'],
    '🔒 protected A ([edit=sysop] (indefinite); cascading)',
  ],
  ['rights/rights', ['', 'sysop, bot'], '🏅 changed the groups of Example: added to sysop and bot', user],
  [
    'delete/revision',
    ['revision', '54', 'ofield=1', 'nfield=6'],
    '👁️ hid summary and user name and unhid content of revision 54 of A',
  ],
  [
    'globalauth/setstatus',
    ['locked', '(none)'],
    '🌍 changed the status of the global account Example: set locked',
    { namespace: 2, title: 'User:Example@global' },
  ],
  // As no recorded wiki sent them
  ['block/unblock', [], '✅ unblocked #123', { namespace: 2, title: 'User:#123' }],
  ['block/reblock', {}, '🚫 changed the block of Example', user],
  [
    'rights/rights',
    { oldgroups: { 1: 'a' }, newgroups: { 0: 'a', 3: 'b' } },
    '🏅 changed the groups of Example: added to b',
    user,
  ],
  [
    'patrol/patrol',
    { curid: '9', previd: '8', auto: 1 },
    '☑️ automatically marked revision 9 of A as patrolled',
  ],
  [
    'tag/update',
    { revid: 9, tagsAdded: ['a', 'b'], tagsRemoved: ['c'] },
    '🏷️ added the tags “a” and “b” to and removed the tag “c” from revision 9 of A',
  ],
  [
    'suppress/revision',
    { type: 'revision', ids: [1], ofield: 0, nfield: 15 },
    '👁️ hid content, summary and user name of revision 1 of A, from administrators too',
  ],
  ['abusefilter/modify', { historyId: 7, newId: 2 }, '🚨 changed abuse filter 2'],
  [
    'globalauth/setstatus',
    { added: ['locked', 'hidden'], removed: ['x'] },
    '🌍 changed the status of the global account Example: set locked and hidden and unset x',
    { namespace: 2, title: 'User:Example@global' },
  ],
  ['gblrename/rename', { olduser: 'Old', newuser: 'New' }, '📛 renamed the global account Old to New'],
  // What cannot be said: the wiki's own words
  ['move/move', {}, '📨 the words of the wiki'],
  ['block/other', {}, '🚫 the words of the wiki'],
  ['unheard/of', { a: 1 }, '📜 the words of the wiki'],
])('%s %j: %s', (action, params, words, change) => {
  expect(read(entry(action, params, change))).toBe(words)
})

test.each([
  ['Admin did this to [[Page|a page]]: why', 'did this to a page', 'why'],
  ['deleted &quot;[[A]]&quot;', 'deleted "A"', ''],
  ["failed with <code>blocked</code> '''now'''", 'failed with blocked now', ''],
  ['', 'made the log entry “x/y” for A', ''],
  ['Admin : why', 'made the log entry “x/y” for A', 'why'],
  [null, 'made the log entry “x/y” for A', ''],
])('the words of the wiki %j become %j', (text, words, comment) => {
  const change = entry('x/y', null, { comment })
  expect(plain(logWords({ ...change, log: { ...change.log, text } as Change['log'] }, 'en').words)).toBe(
    words,
  )
})

test('what is hidden is struck out', () => {
  const { words } = logWords(
    entry('delete/revision', { type: 'revision', ids: [1], ofield: 0, nfield: 5 }),
    'en',
  )
  expect(words.filter((part) => typeof part === 'object' && part.strike)).toEqual([
    { text: 'content', strike: true },
    { text: 'user name', strike: true },
  ])
})

const actions = Object.keys({ ...core, ...extensions })
/** Any JSON, and objects that have the names that are looked for with any JSON under them. */
const anyParams = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(
    fc.constantFrom(
      ...[
        'target',
        'noredir',
        'duration',
        'flags',
        'sitewide',
        'restrictions',
        'details',
        'cascade',
        'expiry',
      ],
      ...[
        'oldgroups',
        'newgroups',
        'oldmetadata',
        'newmetadata',
        'ids',
        'ofield',
        'nfield',
        'old',
        'new',
        'type',
      ],
      ...[
        'count',
        'tagsAdded',
        'tagsRemoved',
        'revid',
        'logid',
        'nl_id',
        'added',
        'removed',
        'actions',
        '__proto__',
      ],
    ),
    fc.oneof(
      fc.jsonValue(),
      fc.constant({ pages: ['A', { page_title: 'B' }, null, 5], namespaces: [0, 'x', {}] }),
      fc.constant([{ type: 'edit', level: '', expiry: '20310101000000' }, null, 5]),
    ),
  ),
)

test('whatever the parameters are, there are words', () => {
  fc.assert(
    fc.property(fc.constantFrom(...actions, 'constructor/x', '__proto__/'), anyParams, (action, params) => {
      for (const change of [
        entry(action, params),
        entry(action, params, user),
        entry(action, params, { title: '' }),
      ]) {
        const { icon, words } = logWords(change, 'en')
        expect(icon).not.toBe('')
        expect(plain(words).trim()).not.toBe('')
        expect(plain(words)).not.toMatch(/undefined|\[object|NaN/)
      }
    }),
    { numRuns: 3_000 },
  )
})
