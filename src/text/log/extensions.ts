import { titleUrl } from '../../links.ts'
import { moment, utc } from '../format.ts'
import { enumerate, type Inline, say } from '../inline.ts'
import { account, asides } from '../parts.ts'
import { globallyBlocked } from './blocks.ts'
import type { Entry } from './entry.ts'
import { bracketed, type Row, texts } from './words.ts'

function filterHit(e: Entry): Inline | undefined {
  const id = e.text('filter')
  const filter = id && e.special(`filter ${id}`, `AbuseFilter/${id}`)
  const taken = e.list('actions')
  const log = e.count('log')
  const details = log === undefined ? [] : asides(['details', titleUrl(e.site, `Special:AbuseLog/${log}`)])
  const outcome = taken.length > 0 ? texts(taken) : 'nothing done'
  return say`triggered ${filter || undefined} with “${e.text('action')}” on ${e.page}: ${outcome}${details}`
}

const filterChange =
  (verb: string) =>
  (e: Entry): Inline | undefined => {
    const [id, version] = [e.text('newId', 1), e.text('historyId', 0)]
    if (id === undefined || version === undefined) return undefined
    return say`${verb} ${e.special(`abuse filter ${id}`, `AbuseFilter/history/${id}/diff/prev/${version}`)}`
  }

/** FlaggedRevs: the parameters are [revision, the stable one before, its time]. */
const reviewed =
  (verb: string, rest: string) =>
  (e: Entry): Inline | undefined =>
    say`${verb} ${e.revision(e.text(0))} of ${e.page}${rest}`

/** What FlaggedRevs shows of a page, and until when. */
const stability =
  (verb: string) =>
  (e: Entry): Inline | undefined => {
    const level = e.text('autoreview')
    const end = moment(e.text('expiry') ?? '')
    const settings = bracketed(
      `shown by default: the ${e.flag('override') ? 'stable' : 'latest'} version`,
      level && `autoreview: ${level}`,
    )
    return say`${verb} the pending changes settings of ${e.page}${settings}${end !== null && ` until ${utc(end)}`}`
  }

const undelivered = (why: string) => (e: Entry) =>
  say`did not deliver “${e.text('subject', 0)}” to ${e.page}: ${why || e.text('reason', 1)}`

/** A newsletter is named `number:name`. */
function newsletter(e: Entry): Inline | undefined {
  const [, number, name] = /^(\d+):(.+)$/s.exec(e.text('nl_id') ?? '') ?? []
  return number && name ? say`the newsletter ${e.special(name, `Newsletter/${number}`)}` : undefined
}

const curated =
  (what: string, as: string): Row[1] =>
  (e) =>
    say`marked ${what}${e.page} as ${as}`

const copyvio = (verb: string) => (e: Entry) =>
  say`${verb} ${e.revision(e.text('revId', 0))} of ${e.page} as a potential copyright violation`

/** Of a global account: `User:Name@global`. */
const globalName = (e: Entry): string => e.name.replace(/@global$/, '')

function globalStatus(e: Entry): Inline | undefined {
  const set = (...keys: (string | number)[]): string[] =>
    e.list(...keys).filter((status) => status !== '(none)')
  const [added, removed] = [set('added', 0), set('removed', 1)]
  const changes: Inline[] = []
  if (added.length > 0) changes.push(['set ', ...texts(added)])
  if (removed.length > 0) changes.push(['unset ', ...texts(removed)])
  if (changes.length === 0) return undefined
  return say`changed the status of the global account ${account(e.site, globalName(e))}: ${enumerate(changes)}`
}

/** What extensions log, foremost those that run on Wikimedia's wikis. */
export const extensions: Readonly<Record<string, Row>> = {
  'abusefilter/hit': ['🚨', filterHit],
  'abusefilter/create': ['🚨', filterChange('created')],
  'abusefilter/modify': ['🚨', filterChange('changed')],
  'thanks/thank': ['🙏', (e) => say`thanked ${e.account}`],

  'review/approve': ['🔎', reviewed('reviewed', '')],
  'review/approve2': ['🔎', reviewed('reviewed', '')],
  'review/approve-i': ['🔎', reviewed('reviewed', ' for the first time')],
  'review/approve2-i': ['🔎', reviewed('reviewed', ' for the first time')],
  'review/approve-a': ['🔎', reviewed('automatically reviewed', '')],
  'review/approve2-a': ['🔎', reviewed('automatically reviewed', '')],
  'review/approve-ia': ['🔎', reviewed('automatically reviewed', ' for the first time')],
  'review/approve2-ia': ['🔎', reviewed('automatically reviewed', ' for the first time')],
  'review/unapprove': ['🔎', reviewed('withdrew the review of', '')],
  'review/unapprove2': ['🔎', reviewed('withdrew the review of', '')],
  'stable/config': ['🛡️', stability('set')],
  'stable/modify': ['🛡️', stability('changed')],
  'stable/reset': ['🛡️', (e) => say`reset the pending changes settings of ${e.page}`],
  'stable/move_stable': [
    '🛡️',
    (e) => say`moved the pending changes settings of ${e.linked('oldtitle', 0)} to ${e.page}`,
  ],

  'massmessage/send': ['📬', (e) => say`sent a message to the list ${e.page}`],
  'massmessage/failure': ['📬', undelivered('')],
  'massmessage/skipbadns': ['📬', undelivered('not in a namespace for messages')],
  'massmessage/skipnouser': ['📬', undelivered('no such account')],
  'massmessage/skipoptout': ['📬', undelivered('opted out')],
  'newsletter/newsletter-added': ['📰', (e) => say`registered ${newsletter(e)}`],
  'newsletter/newsletter-removed': ['📰', (e) => say`removed ${newsletter(e)}`],
  'newsletter/issue-added': [
    '📰',
    (e) => say`published an issue of ${newsletter(e)}: ${e.linked('nl_issue_title')}`,
  ],
  'newsletter/publisher-added': ['📰', (e) => say`made ${e.account} a publisher of ${newsletter(e)}`],
  'newsletter/publisher-removed': ['📰', (e) => say`removed ${e.account} as a publisher of ${newsletter(e)}`],

  'pagetriage-curation/reviewed': ['🧹', curated('', 'reviewed')],
  'pagetriage-curation/reviewed-article': ['🧹', curated('', 'reviewed')],
  'pagetriage-curation/reviewed-redirect': ['🧹', curated('the redirect ', 'reviewed')],
  'pagetriage-curation/unreviewed': ['🧹', curated('', 'unreviewed')],
  'pagetriage-curation/unreviewed-article': ['🧹', curated('', 'unreviewed')],
  'pagetriage-curation/unreviewed-redirect': ['🧹', curated('the redirect ', 'unreviewed')],
  'pagetriage-curation/enqueue': ['🧹', (e) => say`added ${e.page} to the new pages feed`],
  'pagetriage-curation/tag': ['🧹', (e) => say`tagged ${e.page} with ${tagsOf(e)}`],
  'pagetriage-curation/delete': ['🧹', (e) => say`marked ${e.page} for deletion with the tag ${tagsOf(e)}`],
  'pagetriage-copyvio/insert': ['🧹', copyvio('marked')],
  'pagetriage-copyvio/delete': ['🧹', copyvio('unmarked')],

  'gblblock/gblock': ['🚫', globallyBlocked('globally blocked')],
  'gblblock/gblock2': ['🚫', globallyBlocked('globally blocked')],
  'gblblock/modify': ['🚫', globallyBlocked('changed the global block of')],
  'gblblock/gunblock': ['✅', (e) => say`removed the global block of ${e.account}`],
  'gblblock/whitelist': ['✅', (e) => say`disabled the global block of ${e.account} on this wiki`],
  'gblblock/dwhitelist': ['🚫', (e) => say`enabled the global block of ${e.account} on this wiki again`],
  'globalauth/setstatus': ['🌍', globalStatus],
  'suppress/setstatus': ['🌍', globalStatus],
  'globalauth/delete': ['🌍', (e) => say`deleted the global account ${globalName(e)}`],
  'gblrename/rename': [
    '📛',
    (e) => say`renamed the global account ${e.text('olduser', 0)} to ${e.person('newuser', 1)}`,
  ],

  'usermerge/mergeuser': [
    '🖇️',
    (e) => say`merged the account ${e.text('oldName', 0)} into ${e.person('newName', 2)}`,
  ],
  'usermerge/deleteuser': ['🗑️', (e) => say`deleted the account ${e.text('oldName', 0)}`],
}

function tagsOf(e: Entry): Inline | undefined {
  const tags = e.list('tags')
  return tags.length > 0 ? texts(tags) : undefined
}
