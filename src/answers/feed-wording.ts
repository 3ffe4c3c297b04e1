/** The words about feeds and watched pages. */
import type { Filter } from '../filter.ts'
import type { Language } from '../language/language.ts'
import { type BareKey, known, listed, type Message, message, say, text } from '../language/messages.ts'
import type { ScopeLabel } from '../scope.ts'
import { changeLine } from '../text/change-line.ts'
import { duration } from '../text/format.ts'
import type { Inline, Span } from '../text/inline.ts'
import { DAY_MS } from './arguments.ts'
import { shortened } from './command.ts'
import { type Document, EMPTY, type Item } from './document.ts'
import type {
  DigestSaved,
  FeedAnswer,
  FeedInfo,
  FeedList,
  FeedPreview,
  FeedSaved,
  Measure,
  WatchInfo,
  WatchList,
  WatchSaved,
} from './feeds/answer.ts'
import { CHANGES_PER_DAY } from './feeds/limits.ts'
import type { NoPage } from './feeds/page.ts'
import { filterInWords } from './filter-wording.ts'
import { filterText } from './filter-words.ts'

export function wordFeeds(answer: FeedAnswer, language: Language): Document {
  switch (answer.kind) {
    case 'feedSaved':
      return feedSaved(answer, language)
    case 'feedList':
      return feedList(answer, language)
    case 'feedPreview':
      return feedPreview(answer, language)
    case 'watchSaved':
      return watchSaved(answer, language)
    case 'watchList':
      return watchList(answer, language)
    case 'digestSaved':
      return digestSaved(answer, language)
  }
}

function feedSaved({ what, feed, measure }: FeedSaved, language: Language): Document {
  const { id, target } = feed
  const style = text(language, `style.${feed.style}`)
  const posts =
    target.kind === 'direct'
      ? say(language, 'feed.postsDirectly', { style })
      : say(language, 'feed.postsIn', { channel: channelSpan(target.channel), style })
  return {
    ...EMPTY,
    language,
    title: say(language, `feed.${what}`, { id: String(id) }),
    tone: 'good',
    paragraphs: [
      rule(feed, language),
      ...(what === 'added' || what === 'edited' ? [posts] : []),
      ...(measure === null ? [] : [wouldHave(measure, language)]),
      whatFollows(what, feed, language),
    ],
  }
}

function whatFollows(what: FeedSaved['what'], { id, state }: FeedInfo, language: Language): Inline {
  const resume = command(`!feed resume ${id}`)
  switch (what) {
    case 'added':
      return say(language, 'feed.howToEnd', {
        pause: command(`!feed pause ${id}`),
        remove: command(`!feed remove ${id}`),
      })
    case 'edited':
      return state === 'active'
        ? say(language, 'feed.fromNow')
        : say(language, 'feed.staysStopped', { resume })
    case 'paused':
      return say(language, 'feed.whilePaused', { resume })
    case 'resumed':
      return say(language, 'feed.skipped')
    case 'removed':
      return say(language, 'feed.noMore')
    case 'unchanged':
      return say(language, STATES[state])
  }
}

const STATES = {
  active: 'feed.isActive',
  paused: 'feed.isPaused',
  refused: 'feed.isRefused',
} as const satisfies Record<FeedInfo['state'], BareKey>

const channelSpan = (id: string): Span => ({ text: `#${id}`, mention: { kind: 'channel', id } })

/** What a feed lets through. */
const rule = (
  { scope, filter }: { readonly scope: ScopeLabel; readonly filter: Filter },
  language: Language,
): Inline =>
  say(language, 'feed.rule', { scope: { text: scope.name, bold: true }, filter: inWords(filter, language) })

function inWords(filter: Filter, language: Language): string {
  const conditions = filterInWords(filter, language)
  return conditions === '' ? text(language, 'feed.everything') : conditions
}

const wouldHave = (measure: Measure, language: Language): Inline =>
  say(language, 'feed.wouldHave', { number: inTheLastDay(measure, language) })

/** So many in the last day, and what that was counted in. */
function inTheLastDay({ count, measuredMs, perDay }: Measure, language: Language): Message {
  // Some seconds are always missing: the newest change is not of this moment.
  if (measuredMs >= 0.99 * DAY_MS) return message('feed.inDay', { count })
  if (measuredMs === 0) return message('feed.inNothing')
  if (perDay === null) return message('feed.inLittle', { count, time: duration(measuredMs / 1000, language) })
  const time = duration(Math.round(measuredMs / 60_000) * 60, language)
  return message('feed.inPart', { count, time, perDay })
}

function digestSaved({ what, scope, target }: DigestSaved, language: Language): Document {
  const channel: Message | Span =
    target.kind === 'direct' ? message('digest.here') : channelSpan(target.channel)
  const said =
    scope === null
      ? say(language, what === 'none' ? 'digest.none' : 'digest.off', { channel })
      : say(language, 'digest.on', {
          channel,
          scope: { text: scope.name, bold: true },
          show: command('!digest show'),
          off: command('!digest off'),
        })
  return {
    ...EMPTY,
    language,
    title: say(language, 'digest.name'),
    tone: what === 'none' ? 'neutral' : 'good',
    paragraphs: [said],
  }
}

function feedList({ place, feeds }: FeedList, language: Language): Document {
  const title = say(language, place === null ? 'feed.ownTitle' : 'feed.listTitle')
  const none = say(language, 'feed.none', { command: command('!feed add type:new bots:no dewiki') })
  if (feeds.length === 0) return { ...EMPTY, language, title, paragraphs: [none] }
  const items = feeds.map((feed) => feedItem(feed, language))
  return { ...EMPTY, language, title, items, isOverview: true }
}

function feedItem(feed: FeedInfo, language: Language): Item {
  const { id, style, target, owner } = feed
  const maker: Span = { text: owner, mention: { kind: 'user', id: owner } }
  const where =
    target.kind === 'direct'
      ? []
      : [' · ', channelSpan(target.channel), ' · ', ...say(language, 'feed.by', { user: maker })]
  return {
    at: null,
    line: [
      { text: `#${id}`, bold: true },
      ' ',
      ...rule(feed, language),
      ` · ${style}`,
      ...where,
      ' · ',
      ...stateOf(feed, language),
    ],
  }
}

function stateOf({ id, state, target }: FeedInfo, language: Language): Inline {
  const resume = command(`!feed resume ${id}`)
  if (state === 'active') return say(language, 'feed.active')
  if (state === 'paused') return say(language, 'feed.pausedState', { resume })
  const key = target.kind === 'direct' ? 'feed.refusedDirectState' : 'feed.refusedState'
  return say(language, key, { resume })
}

function feedPreview(answer: FeedPreview, language: Language): Document {
  const { id, scope, filter, measure, isTooMuch, mixesWikis } = answer
  const next = isTooMuch
    ? [say(language, 'feed.tooMuch', { most: CHANGES_PER_DAY })]
    : id === null
      ? setUp(filter, scope, language)
      : []
  return {
    ...EMPTY,
    language,
    title:
      id === null ? say(language, 'feed.previewTitle') : say(language, 'feed.previewOf', { id: String(id) }),
    tone: isTooMuch ? 'bad' : 'neutral',
    paragraphs: [rule({ scope, filter }, language), wouldHave(measure, language), ...next],
    items: measure.examples.map((change) => ({
      at: change.at,
      line: changeLine(change, language, { showWiki: mixesWikis }),
    })),
    footer: measure.examples.length > 0 ? text(language, 'feed.newest') : null,
  }
}

/** The question that makes a feed of it, where that can be written as one. */
function setUp(filter: Filter, { code }: ScopeLabel, language: Language): Inline[] {
  const words = ['!feed add', filterText(filter), code].filter((word) => word !== '').join(' ')
  // A mark of code ends at the next one.
  return words.length > 200 || words.includes('`')
    ? []
    : [say(language, 'feed.setUp', { command: command(words) })]
}

function watchSaved({ what, watch, measure }: WatchSaved, language: Language): Document {
  const { id } = watch
  const ending = say(language, 'watch.howToEnd', {
    unwatch: command(`!unwatch ${id}`),
    watching: command('!watching'),
  })
  return {
    ...EMPTY,
    language,
    title: say(language, `watch.${what}`),
    tone: 'good',
    paragraphs: [
      pageLine(watch, language),
      ...(what === 'removed'
        ? [say(language, 'watch.noMore')]
        : [say(language, 'watch.directly'), ...seen(measure, language), ending]),
    ],
  }
}

function seen(measure: Measure | null, language: Language): Inline[] {
  if (measure === null || measure.measuredMs === 0) return []
  const { count } = measure
  return [count === 0 ? say(language, 'watch.unseen') : say(language, 'watch.seen', { count })]
}

function watchList({ watches }: WatchList, language: Language): Document {
  const title = say(language, 'watch.title')
  const none = say(language, 'watch.none', { command: command('!watch Title dewiki') })
  if (watches.length === 0) return { ...EMPTY, language, title, paragraphs: [none] }
  return {
    ...EMPTY,
    language,
    title,
    isOverview: true,
    items: watches.map((watch) => ({
      at: null,
      line: [
        { text: `#${watch.id}`, bold: true },
        ' ',
        ...pageLine(watch, language),
        ...(watch.state === 'active' ? [] : [' · ', ...say(language, 'watch.stopped')]),
      ],
    })),
  }
}

function pageLine({ title, url, wiki }: WatchInfo, language: Language): Inline {
  const page: Span = { text: title, bold: true, ...(url !== null && { link: url }) }
  return say(language, 'watch.page', { page, wiki: wiki.name })
}

const command = (text: string): Span => ({ text, code: true })

/** What is said against a question, and what is accepted in its place. */
export type Against = readonly [problem: Message, accepts: Message]

const said = (text: string): { readonly text: string } => ({ text: shortened(text.trim()).toWellFormed() })

export const NO_POSTING: Against = [message('refusal.noPosting'), message('accepts.posting')]
export const NOT_AT_HOME: Against = [message('refusal.notAtHome'), message('accepts.atHome')]
export const mayNotManage = (needs: Extract<BareKey, `needs.${string}`>): Against => [
  message('refusal.mayNotPost', { needs: message(needs) }),
  message('accepts.ownFeeds'),
]
export const noSuchFeed = (text: string | undefined): Against => [
  text === undefined ? message('refusal.whichFeed') : message('refusal.noFeed', said(text)),
  message('accepts.feed', { list: command('!feed list') }),
]
/** @param text as it was said; `null` where that does not matter */
export const noSuchChannel = (text: string | null): Against => [
  text === null ? message('refusal.channelGone') : message('refusal.noChannel', said(text)),
  message('accepts.channel'),
]
/** Those that a bot may lack, by the names that they have in Discord. */
const PERMISSIONS = [
  'permission.viewChannel',
  'permission.sendMessages',
  'permission.sendMessagesInThreads',
  'permission.embedLinks',
  'permission.attachFiles',
] as const

export const lacksPermissions = (permissions: readonly string[]): Against => [
  message('refusal.lacking', {
    permissions: listed(permissions.map((permission) => known(PERMISSIONS, permission))),
  }),
  message('accepts.lacking'),
]
export const noStyle = (text: string): Against => [
  message('refusal.noStyle', said(text)),
  message('accepts.style'),
]
const FEWER = message('accepts.fewerFeeds', {
  list: command('!feed list'),
  remove: command('!feed remove 3'),
})
export const channelIsFull = (most: number): Against => [message('refusal.channelFull', { most }), FEWER]
export const placeIsFull = (most: number): Against => [message('refusal.placeFull', { most }), FEWER]
export const sameFeed = (id: number): Against => [
  message('refusal.sameFeed', { id: String(id) }),
  message('accepts.otherFeed', { edit: command(`!feed edit ${id}`), resume: command(`!feed resume ${id}`) }),
]
export const NOTHING_TO_CHANGE: Against = [message('refusal.noChange'), message('accepts.change')]

export const tooMuch = (
  { name: scope }: ScopeLabel,
  filter: Filter,
  measure: Measure,
  language: Language,
): Against => [
  message('refusal.tooMuch', {
    scope,
    filter: inWords(filter, language),
    number: inTheLastDay(measure, language),
    most: CHANGES_PER_DAY,
  }),
  message('accepts.narrower'),
]

export const noSuchWiki = (text: string): Against => [
  message('refusal.noWiki', said(text)),
  message('accepts.wiki'),
]
const PROBLEMS = {
  empty: 'refusal.noPage',
  invalid: 'refusal.impossiblePage',
  which: 'refusal.whichWiki',
  unknown: 'refusal.unknownWiki',
} as const satisfies Record<NoPage['why'], `refusal.${string}`>

export const noPage = (why: NoPage['why'], text: string): Against => [
  text.trim() === '' ? message('refusal.whichPage') : message(PROBLEMS[why], said(text)),
  message('accepts.page', { command: command('!setLang dewiki') }),
]
export const tooManyWatches = (most: number): Against => [
  message('refusal.watchesFull', { most }),
  message('accepts.fewerWatches', { watching: command('!watching'), unwatch: command('!unwatch 3') }),
]
const WATCHED = message('accepts.watched', { watching: command('!watching') })
export const noSuchWatch = (text: string): Against => [
  text === '' ? message('refusal.whichPage') : message('refusal.notWatched', said(text)),
  WATCHED,
]
export const severalWatches = (ids: readonly number[]): Against => [
  message('refusal.severalWatched', { numbers: ids.map((id) => `#${id}`).join(', ') }),
  message('accepts.number'),
]
export const NO_DIRECT_MESSAGES: Against = [message('refusal.noDirect'), message('accepts.direct')]
