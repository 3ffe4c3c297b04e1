import { duration, moment, plural, utc } from '../format.ts'
import { type Inline, say } from '../inline.ts'
import { blocked, reblocked } from './blocks.ts'
import { type Entry, property } from './entry.ts'
import { protection } from './protection.ts'
import { groupsChanged, promoted } from './rights.ts'
import { eventVisibility, revisionVisibility } from './visibility.ts'
import { bracketed, type Row, texts } from './words.ts'

const moved =
  (over: string) =>
  (e: Entry): Inline | undefined => {
    const bare = e.flag('noredir', 'suppressredirect', 1) && ' without leaving a redirect'
    return say`moved ${e.page} to ${e.linked('target', 'target_title', 0)}${over}${bare}`
  }

function restored(e: Entry): Inline | undefined {
  const count = (what: string, noun: string): string => {
    const many = Number(property(e.value('count'), what))
    return many > 0 ? plural(many, noun) : ''
  }
  const counts = [count('revisions', 'revision'), count('files', 'file')].filter(Boolean)
  return say`restored ${e.page}${bracketed(counts.join(', '))}`
}

function merged(e: Entry): Inline | undefined {
  const end = moment(e.text('mergepoint', 1) ?? '')
  const until = bracketed(end !== null && `revisions up to ${utc(end)}`)
  return say`merged ${e.page} into ${e.linked('dest', 'dest_title', 0)}${until}`
}

const counted = (count: number | undefined, one: string, many?: string): string =>
  bracketed(count !== undefined && plural(count, one, many))

function promotionBlocked(e: Entry): Inline | undefined {
  const seconds = e.count('duration', 0)
  return say`blocked the automatic promotion of ${e.account}${seconds !== undefined && ` for ${duration(seconds)}`}`
}

function renamed(e: Entry): Inline | undefined {
  const edits = counted(e.count('edits', 1), 'edit')
  return say`renamed ${e.text('olduser') ?? e.name} to ${e.person('newuser', 0)}${edits}`
}

const language = (e: Entry, key: string, place: number): string | undefined =>
  e.text(key, place)?.replace('[def]', ' (default)')

function tagged(e: Entry): Inline | undefined {
  const [added, removed] = [e.list('tagsAdded'), e.list('tagsRemoved')]
  const named = (names: readonly string[]): Inline =>
    say`the tag${names.length > 1 && 's'} ${texts(names.map((name) => `“${name}”`))}` ?? []
  const entry = say`${e.revision(e.text('revid')) ?? e.logEntry(e.text('logid'))} of ${e.page}`
  if (added.length === 0 && removed.length === 0) return undefined
  if (added.length === 0) return say`removed ${named(removed)} from ${entry}`
  return say`added ${named(added)} to${removed.length > 0 && [' and removed ', ...named(removed), ' from']} ${entry}`
}

const overwritten: Row = ['🗑️', (e) => say`deleted the redirect ${e.page} by overwriting it`]
const registered: Row = ['👤', () => say`registered`]

/** What MediaWiki itself logs. */
export const core: Readonly<Record<string, Row>> = {
  'move/move': ['📨', moved('')],
  'move/move_redir': ['📨', moved(' over a redirect')],

  'block/block': ['🚫', blocked],
  'block/reblock': ['🚫', reblocked],
  'block/unblock': ['✅', (e) => say`unblocked ${e.account}`],
  'suppress/block': ['🚫', blocked],
  'suppress/reblock': ['🚫', reblocked],

  'delete/delete': ['🗑️', (e) => say`deleted ${e.page}`],
  'delete/delete_redir': overwritten,
  'delete/delete_redir2': overwritten,
  'delete/restore': ['♻️', restored],
  'delete/revision': ['👁️', revisionVisibility],
  'delete/event': ['👁️', eventVisibility],
  'suppress/delete': ['🗑️', (e) => say`suppressed ${e.page}`],
  'suppress/revision': ['👁️', revisionVisibility],
  'suppress/event': ['👁️', eventVisibility],

  'protect/protect': ['🔒', protection('protected')],
  'protect/modify': ['🔐', protection('changed the protection of')],
  'protect/unprotect': ['🔓', (e) => say`removed the protection of ${e.page}`],
  'protect/move_prot': [
    '🔏',
    (e) => say`moved the protection of ${e.linked('oldtitle', 'oldtitle_title', 0)} to ${e.page}`,
  ],

  'rights/rights': ['🏅', groupsChanged],
  'rights/autopromote': ['🏅', promoted],
  'rights/blockautopromote': ['🏅', promotionBlocked],
  'rights/restoreautopromote': ['🏅', (e) => say`restored the automatic promotion of ${e.account}`],

  'upload/upload': ['🖼️', (e) => say`uploaded ${e.page}`],
  'upload/overwrite': ['🖼️', (e) => say`uploaded a new version of ${e.page}`],
  'upload/revert': ['🖼️', (e) => say`reverted ${e.page} to an old version`],

  'import/upload': [
    '📥',
    (e) => say`imported ${e.page} by file upload${counted(e.count('count'), 'revision')}`,
  ],
  'import/interwiki': [
    '📥',
    (e) =>
      say`imported ${e.page} from ${e.linked('interwiki', 'interwiki_title')}${counted(e.count('count'), 'revision')}`,
  ],
  'merge/merge': ['🖇️', merged],
  'create/create': ['🆕', (e) => say`created ${e.page}`],

  'newusers/create': registered,
  'newusers/newusers': registered,
  'newusers/autocreate': ['👤', () => say`was registered automatically`],
  'newusers/create2': ['👤', (e) => say`created the account ${e.account}`],
  'newusers/byemail': ['👤', (e) => say`created the account ${e.account}, its password sent by email`],
  'newusers/forcecreatelocal': ['👤', (e) => say`created a local account for ${e.account}`],
  'renameuser/renameuser': ['📛', renamed],

  'contentmodel/change': [
    '📋',
    (e) =>
      say`changed the content model of ${e.page} from ${e.text('oldmodel', 0)} to ${e.text('newmodel', 1)}`,
  ],
  'contentmodel/new': ['📋', (e) => say`created ${e.page} with the content model ${e.text('newmodel', 1)}`],
  'pagelang/pagelang': [
    '🗣️',
    (e) =>
      say`changed the language of ${e.page} from ${language(e, 'oldlanguage', 0)} to ${language(e, 'newlanguage', 1)}`,
  ],

  'managetags/create': ['🏷️', (e) => say`created the tag “${e.text('tag', 0)}”`],
  'managetags/delete': [
    '🏷️',
    (e) => say`deleted the tag “${e.text('tag', 0)}”${counted(e.count('count', 1), 'use', 'uses')}`,
  ],
  'managetags/activate': ['🏷️', (e) => say`activated the tag “${e.text('tag', 0)}” for users and bots`],
  'managetags/deactivate': ['🏷️', (e) => say`deactivated the tag “${e.text('tag', 0)}” for users and bots`],
  'tag/update': ['🏷️', tagged],

  'patrol/patrol': [
    '☑️',
    (e) =>
      say`${e.flag('auto', 2) && 'automatically '}marked ${e.revision(e.text('curid', 0))} of ${e.page} as patrolled`,
  ],
  'interwiki/iw_add': ['🔗', (e) => say`added the interwiki prefix “${e.text(0)}” (${e.text(1)})`],
  'interwiki/iw_edit': ['🔗', (e) => say`changed the interwiki prefix “${e.text(0)}” (${e.text(1)})`],
  'interwiki/iw_delete': ['🔗', (e) => say`deleted the interwiki prefix “${e.text(0)}”`],
}
