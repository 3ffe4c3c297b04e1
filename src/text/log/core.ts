import { say } from '../../language/messages.ts'
import { duration, moment, plural, utc } from '../format.ts'
import type { Inline } from '../inline.ts'
import { enumerate } from '../lists.ts'
import { blocked, reblocked } from './blocks.ts'
import { type Entry, property } from './entry.ts'
import { protection } from './protection.ts'
import { groupsChanged, promoted } from './rights.ts'
import { eventVisibility, revisionVisibility } from './visibility.ts'
import { bracketed, followed, type Row, spaced } from './words.ts'

const moved =
  (key: 'log.moved' | 'log.movedOverRedirect') =>
  (e: Entry): Inline | undefined => {
    const bare = e.flag('noredir', 'suppressredirect', 1) && say(e.language, 'log.withoutRedirect')
    return followed(e.say(key, { page: e.page, target: e.linked('target', 'target_title', 0) }), spaced(bare))
  }

function restored(e: Entry): Inline | undefined {
  const count = (what: string, unit: 'unit.revisions' | 'unit.files'): string => {
    const many = Number(property(e.value('count'), what))
    return many > 0 ? plural(many, unit, e.language) : ''
  }
  const counts = [count('revisions', 'unit.revisions'), count('files', 'unit.files')]
  return followed(e.say('log.restored', { page: e.page }), bracketed(counts, e.language, 'list.comma'))
}

function merged(e: Entry): Inline | undefined {
  const end = moment(e.text('mergepoint', 1) ?? '')
  return followed(
    e.say('log.merged', { page: e.page, target: e.linked('dest', 'dest_title', 0) }),
    bracketed([end !== null && say(e.language, 'log.upTo', { time: utc(end, e.language) })], e.language),
  )
}

const counted = (
  e: Entry,
  count: number | undefined,
  unit: 'unit.revisions' | 'unit.edits' | 'unit.uses',
): Inline => bracketed([count !== undefined && plural(count, unit, e.language)], e.language)

function promotionBlocked(e: Entry): Inline | undefined {
  const seconds = e.count('duration', 0)
  const { language } = e
  return followed(
    e.say('log.promotionBlocked', { account: e.account }),
    spaced(seconds !== undefined && say(language, 'time.for', { time: duration(seconds, language) })),
  )
}

const renamed = (e: Entry): Inline | undefined =>
  followed(
    e.say('log.renamed', { old: e.text('olduser') ?? e.name, account: e.person('newuser', 0) }),
    counted(e, e.count('edits', 1), 'unit.edits'),
  )

function language(e: Entry, key: string, place: number): Inline | undefined {
  const code = e.text(key, place)
  if (!code?.includes('[def]')) return code === undefined ? undefined : [code]
  return say(e.language, 'log.defaultLanguage', { language: code.replace('[def]', '') })
}

function tagged(e: Entry): Inline | undefined {
  const [added, removed] = [e.list('tagsAdded'), e.list('tagsRemoved')]
  const named = (names: readonly string[]): Inline =>
    enumerate(
      names.map((tag) => say(e.language, 'log.tag', { tag })),
      e.language,
    )
  const of = { what: e.revision(e.text('revid')) ?? e.logEntry(e.text('logid')), page: e.page }
  if (added.length === 0 && removed.length === 0) return undefined
  if (added.length === 0)
    return e.say('log.tagsRemoved', { count: removed.length, tags: named(removed), ...of })
  if (removed.length === 0) return e.say('log.tagsAdded', { count: added.length, tags: named(added), ...of })
  return e.say('log.tagsChanged', {
    count: added.length,
    tags: named(added),
    count2: removed.length,
    tags2: named(removed),
    ...of,
  })
}

const imported = (sentence: (e: Entry) => Inline | undefined): Row => [
  '📥',
  (e) => followed(sentence(e), counted(e, e.count('count'), 'unit.revisions')),
]

const overwritten: Row = ['🗑️', (e) => e.say('log.deletedRedirect', { page: e.page })]
const registered: Row = ['👤', (e) => e.say('log.registered')]

/** What MediaWiki itself logs. */
export const core: Readonly<Record<string, Row>> = {
  'move/move': ['📨', moved('log.moved')],
  'move/move_redir': ['📨', moved('log.movedOverRedirect')],

  'block/block': ['🚫', blocked],
  'block/reblock': ['🚫', reblocked],
  'block/unblock': ['✅', (e) => e.say('log.unblocked', { account: e.account })],
  'suppress/block': ['🚫', blocked],
  'suppress/reblock': ['🚫', reblocked],

  'delete/delete': ['🗑️', (e) => e.say('log.deleted', { page: e.page })],
  'delete/delete_redir': overwritten,
  'delete/delete_redir2': overwritten,
  'delete/restore': ['♻️', restored],
  'delete/revision': ['👁️', revisionVisibility],
  'delete/event': ['👁️', eventVisibility],
  'suppress/delete': ['🗑️', (e) => e.say('log.suppressed', { page: e.page })],
  'suppress/revision': ['👁️', revisionVisibility],
  'suppress/event': ['👁️', eventVisibility],

  'protect/protect': ['🔒', protection('log.protected')],
  'protect/modify': ['🔐', protection('log.reprotected')],
  'protect/unprotect': ['🔓', (e) => e.say('log.unprotected', { page: e.page })],
  'protect/move_prot': [
    '🔏',
    (e) => e.say('log.protectionMoved', { old: e.linked('oldtitle', 'oldtitle_title', 0), page: e.page }),
  ],

  'rights/rights': ['🏅', groupsChanged],
  'rights/autopromote': ['🏅', promoted],
  'rights/blockautopromote': ['🏅', promotionBlocked],
  'rights/restoreautopromote': ['🏅', (e) => e.say('log.promotionRestored', { account: e.account })],

  'upload/upload': ['🖼️', (e) => e.say('log.uploaded', { page: e.page })],
  'upload/overwrite': ['🖼️', (e) => e.say('log.uploadedVersion', { page: e.page })],
  'upload/revert': ['🖼️', (e) => e.say('log.reverted', { page: e.page })],

  'import/upload': imported((e) => e.say('log.importedFile', { page: e.page })),
  'import/interwiki': imported((e) =>
    e.say('log.imported', { page: e.page, source: e.linked('interwiki', 'interwiki_title') }),
  ),
  'merge/merge': ['🖇️', merged],
  'create/create': ['🆕', (e) => e.say('line.created', { page: e.page })],

  'newusers/create': registered,
  'newusers/newusers': registered,
  'newusers/autocreate': ['👤', (e) => e.say('log.registeredAutomatically')],
  'newusers/create2': ['👤', (e) => e.say('log.accountCreated', { account: e.account })],
  'newusers/byemail': ['👤', (e) => e.say('log.accountCreatedByEmail', { account: e.account })],
  'newusers/forcecreatelocal': ['👤', (e) => e.say('log.localAccountCreated', { account: e.account })],
  'renameuser/renameuser': ['📛', renamed],

  'contentmodel/change': [
    '📋',
    (e) =>
      e.say('log.contentModel', { page: e.page, from: e.text('oldmodel', 0), to: e.text('newmodel', 1) }),
  ],
  'contentmodel/new': [
    '📋',
    (e) => e.say('log.contentModelNew', { page: e.page, model: e.text('newmodel', 1) }),
  ],
  'pagelang/pagelang': [
    '🗣️',
    (e) =>
      e.say('log.pageLanguage', {
        page: e.page,
        from: language(e, 'oldlanguage', 0),
        to: language(e, 'newlanguage', 1),
      }),
  ],

  'managetags/create': ['🏷️', (e) => e.say('log.tagCreated', { tag: e.text('tag', 0) })],
  'managetags/delete': [
    '🏷️',
    (e) =>
      followed(
        e.say('log.tagDeleted', { tag: e.text('tag', 0) }),
        counted(e, e.count('count', 1), 'unit.uses'),
      ),
  ],
  'managetags/activate': ['🏷️', (e) => e.say('log.tagActivated', { tag: e.text('tag', 0) })],
  'managetags/deactivate': ['🏷️', (e) => e.say('log.tagDeactivated', { tag: e.text('tag', 0) })],
  'tag/update': ['🏷️', tagged],

  'patrol/patrol': [
    '☑️',
    (e) =>
      e.say(e.flag('auto', 2) ? 'log.patrolledAutomatically' : 'log.patrolled', {
        revision: e.revision(e.text('curid', 0)),
        page: e.page,
      }),
  ],
  'interwiki/iw_add': ['🔗', (e) => e.say('log.interwikiAdded', { prefix: e.text(0), address: e.text(1) })],
  'interwiki/iw_edit': [
    '🔗',
    (e) => e.say('log.interwikiChanged', { prefix: e.text(0), address: e.text(1) }),
  ],
  'interwiki/iw_delete': ['🔗', (e) => e.say('log.interwikiDeleted', { prefix: e.text(0) })],
}
