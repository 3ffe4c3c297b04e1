import { type BareKey, type Key, say } from '../../language/messages.ts'
import { titleUrl } from '../../links.ts'
import { moment, utc } from '../format.ts'
import type { Inline } from '../inline.ts'
import { enumerate } from '../lists.ts'
import { account, asides } from '../parts.ts'
import { globallyBlocked } from './blocks.ts'
import type { Entry } from './entry.ts'
import { bracketed, followed, type Row, spaced, texts } from './words.ts'

function filterHit(e: Entry): Inline | undefined {
  const id = e.text('filter')
  const taken = e.list('actions')
  const log = e.count('log')
  const sentence = e.say('log.filterHit', {
    filter: id && e.special(say(e.language, 'log.filter', { id }), `AbuseFilter/${id}`),
    action: e.text('action'),
    page: e.page,
    outcome: taken.length > 0 ? texts(taken, e.language) : say(e.language, 'log.nothingDone'),
  })
  if (log === undefined) return sentence
  return followed(sentence, asides(e.language, ['line.details', titleUrl(e.site, `Special:AbuseLog/${log}`)]))
}

const filterChange =
  (key: 'log.filterCreated' | 'log.filterChanged') =>
  (e: Entry): Inline | undefined => {
    const [id, version] = [e.text('newId', 1), e.text('historyId', 0)]
    if (id === undefined || version === undefined) return undefined
    const shown = say(e.language, 'log.abuseFilter', { id })
    return e.say(key, { filter: e.special(shown, `AbuseFilter/history/${id}/diff/prev/${version}`) })
  }

type OfRevision = Extract<Key, `log.${'reviewed' | 'unreviewed' | 'copyvio'}${string}`>

/** FlaggedRevs: the parameters are [revision, the stable one before, its time]. */
const reviewed =
  (key: OfRevision) =>
  (e: Entry): Inline | undefined =>
    e.say(key, { revision: e.revision(e.text(0)), page: e.page })

/** What FlaggedRevs shows of a page, and until when. */
const stability =
  (key: 'log.stabilitySet' | 'log.stabilityChanged') =>
  (e: Entry): Inline | undefined => {
    const { language } = e
    const level = e.text('autoreview')
    const end = moment(e.text('expiry') ?? '')
    return followed(
      e.say(key, { page: e.page }),
      bracketed(
        [
          say(language, e.flag('override') ? 'log.shownStable' : 'log.shownLatest'),
          level !== undefined && say(language, 'log.autoreview', { level }),
        ],
        language,
      ),
      spaced(end !== null && say(language, 'time.until', { time: utc(end, language) })),
    )
  }

const undelivered = (why?: BareKey) => (e: Entry) =>
  e.say('log.messageUndelivered', {
    subject: e.text('subject', 0),
    page: e.page,
    reason: why === undefined ? e.text('reason', 1) : say(e.language, why),
  })

/** A newsletter is named `number:name`. */
function newsletter(e: Entry): Inline | undefined {
  const [, number, name] = /^(\d+):(.+)$/s.exec(e.text('nl_id') ?? '') ?? []
  return number && name ? e.special([name], `Newsletter/${number}`) : undefined
}

const curated =
  (key: Extract<Key, `log.curation${string}eviewed`>): Row[1] =>
  (e) =>
    e.say(key, { page: e.page })

const copyvio = (key: OfRevision) => (e: Entry) =>
  e.say(key, { revision: e.revision(e.text('revId', 0)), page: e.page })

/** Of a global account: `User:Name@global`. */
const globalName = (e: Entry): string => e.name.replace(/@global$/, '')

function globalStatus(e: Entry): Inline | undefined {
  const set = (...keys: (string | number)[]): string[] =>
    e.list(...keys).filter((status) => status !== '(none)')
  const { language } = e
  const [added, removed] = [set('added', 0), set('removed', 1)]
  const changes: Inline[] = []
  if (added.length > 0) changes.push(say(language, 'log.statusSet', { status: texts(added, language) }))
  if (removed.length > 0) changes.push(say(language, 'log.statusUnset', { status: texts(removed, language) }))
  if (changes.length === 0) return undefined
  return e.say('log.globalStatus', {
    account: account(e.site, globalName(e), language),
    changes: enumerate(changes, language),
  })
}

/** What extensions log, foremost those that run on Wikimedia's wikis. */
export const extensions: Readonly<Record<string, Row>> = {
  'abusefilter/hit': ['🚨', filterHit],
  'abusefilter/create': ['🚨', filterChange('log.filterCreated')],
  'abusefilter/modify': ['🚨', filterChange('log.filterChanged')],
  'thanks/thank': ['🙏', (e) => e.say('log.thanked', { account: e.account })],

  'review/approve': ['🔎', reviewed('log.reviewed')],
  'review/approve2': ['🔎', reviewed('log.reviewed')],
  'review/approve-i': ['🔎', reviewed('log.reviewedFirst')],
  'review/approve2-i': ['🔎', reviewed('log.reviewedFirst')],
  'review/approve-a': ['🔎', reviewed('log.reviewedAutomatically')],
  'review/approve2-a': ['🔎', reviewed('log.reviewedAutomatically')],
  'review/approve-ia': ['🔎', reviewed('log.reviewedFirstAutomatically')],
  'review/approve2-ia': ['🔎', reviewed('log.reviewedFirstAutomatically')],
  'review/unapprove': ['🔎', reviewed('log.unreviewed')],
  'review/unapprove2': ['🔎', reviewed('log.unreviewed')],
  'stable/config': ['🛡️', stability('log.stabilitySet')],
  'stable/modify': ['🛡️', stability('log.stabilityChanged')],
  'stable/reset': ['🛡️', (e) => e.say('log.stabilityReset', { page: e.page })],
  'stable/move_stable': [
    '🛡️',
    (e) => e.say('log.stabilityMoved', { old: e.linked('oldtitle', 0), page: e.page }),
  ],

  'massmessage/send': ['📬', (e) => e.say('log.messageSent', { page: e.page })],
  'massmessage/failure': ['📬', undelivered()],
  'massmessage/skipbadns': ['📬', undelivered('log.wrongNamespace')],
  'massmessage/skipnouser': ['📬', undelivered('log.noSuchAccount')],
  'massmessage/skipoptout': ['📬', undelivered('log.optedOut')],
  'newsletter/newsletter-added': [
    '📰',
    (e) => e.say('log.newsletterRegistered', { newsletter: newsletter(e) }),
  ],
  'newsletter/newsletter-removed': [
    '📰',
    (e) => e.say('log.newsletterRemoved', { newsletter: newsletter(e) }),
  ],
  'newsletter/issue-added': [
    '📰',
    (e) => e.say('log.newsletterIssue', { newsletter: newsletter(e), issue: e.linked('nl_issue_title') }),
  ],
  'newsletter/publisher-added': [
    '📰',
    (e) => e.say('log.publisherAdded', { account: e.account, newsletter: newsletter(e) }),
  ],
  'newsletter/publisher-removed': [
    '📰',
    (e) => e.say('log.publisherRemoved', { account: e.account, newsletter: newsletter(e) }),
  ],

  'pagetriage-curation/reviewed': ['🧹', curated('log.curationReviewed')],
  'pagetriage-curation/reviewed-article': ['🧹', curated('log.curationReviewed')],
  'pagetriage-curation/reviewed-redirect': ['🧹', curated('log.curationRedirectReviewed')],
  'pagetriage-curation/unreviewed': ['🧹', curated('log.curationUnreviewed')],
  'pagetriage-curation/unreviewed-article': ['🧹', curated('log.curationUnreviewed')],
  'pagetriage-curation/unreviewed-redirect': ['🧹', curated('log.curationRedirectUnreviewed')],
  'pagetriage-curation/enqueue': ['🧹', (e) => e.say('log.curationQueued', { page: e.page })],
  'pagetriage-curation/tag': ['🧹', (e) => e.say('log.curationTagged', { page: e.page, tags: tagsOf(e) })],
  'pagetriage-curation/delete': [
    '🧹',
    (e) => e.say('log.curationForDeletion', { page: e.page, tags: tagsOf(e) }),
  ],
  'pagetriage-copyvio/insert': ['🧹', copyvio('log.copyvioMarked')],
  'pagetriage-copyvio/delete': ['🧹', copyvio('log.copyvioUnmarked')],

  'gblblock/gblock': ['🚫', globallyBlocked('log.globallyBlocked')],
  'gblblock/gblock2': ['🚫', globallyBlocked('log.globallyBlocked')],
  'gblblock/modify': ['🚫', globallyBlocked('log.globallyReblocked')],
  'gblblock/gunblock': ['✅', (e) => e.say('log.globallyUnblocked', { account: e.account })],
  'gblblock/whitelist': ['✅', (e) => e.say('log.globalBlockDisabled', { account: e.account })],
  'gblblock/dwhitelist': ['🚫', (e) => e.say('log.globalBlockEnabled', { account: e.account })],
  'globalauth/setstatus': ['🌍', globalStatus],
  'suppress/setstatus': ['🌍', globalStatus],
  'globalauth/delete': ['🌍', (e) => e.say('log.globalAccountDeleted', { account: globalName(e) })],
  'gblrename/rename': [
    '📛',
    (e) => e.say('log.globallyRenamed', { old: e.text('olduser', 0), account: e.person('newuser', 1) }),
  ],

  'usermerge/mergeuser': [
    '🖇️',
    (e) => e.say('log.accountMerged', { old: e.text('oldName', 0), account: e.person('newName', 2) }),
  ],
  'usermerge/deleteuser': ['🗑️', (e) => e.say('log.accountDeleted', { old: e.text('oldName', 0) })],
}

function tagsOf(e: Entry): Inline | undefined {
  const tags = e.list('tags')
  return tags.length > 0 ? texts(tags, e.language) : undefined
}
