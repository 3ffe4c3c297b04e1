/** The words about feeds and watched pages. */
import type { Filter } from '../filter.ts'
import { changeLine } from '../text/change-line.ts'
import { duration, number, plural } from '../text/format.ts'
import type { Inline, Span } from '../text/inline.ts'
import { DAY_MS } from './arguments.ts'
import type { Document, Item } from './document.ts'
import type {
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
import { filterInWords } from './filter-wording.ts'
import { filterText } from './filter-words.ts'
import type { ScopeLabel } from '../scope.ts'

export function wordFeeds(answer: FeedAnswer): Document {
  switch (answer.kind) {
    case 'feedSaved':
      return feedSaved(answer)
    case 'feedList':
      return feedList(answer)
    case 'feedPreview':
      return feedPreview(answer)
    case 'watchSaved':
      return watchSaved(answer)
    case 'watchList':
      return watchList(answer)
  }
}

const EMPTY = { tone: 'neutral', paragraphs: [], items: [], facts: [], footer: null } as const

const SAVED: Readonly<Record<FeedSaved['what'], (feed: FeedInfo) => { title: string; then: Inline }>> = {
  added: ({ id }) => ({
    title: `Feed ${id} is set up`,
    then: ['Stop it for a while with ', command(`!feed pause ${id}`), ', for good with ', command(`!feed remove ${id}`), '.'],
  }),
  edited: ({ id, state }) => ({
    title: `Feed ${id} is changed`,
    then: state === 'active' ? ['From now on it posts what fits.'] : ['It stays stopped: ', command(`!feed resume ${id}`), ' lets it go on.'],
  }),
  paused: ({ id }) => ({
    title: `Feed ${id} is paused`,
    then: ['What comes meanwhile is not posted. ', command(`!feed resume ${id}`), ' lets it go on.'],
  }),
  resumed: ({ id }) => ({
    title: `Feed ${id} goes on`,
    then: ['It posts what happens from now on; what came while it was stopped is left out.'],
  }),
  removed: ({ id }) => ({ title: `Feed ${id} is removed`, then: ['It posts nothing any more.'] }),
  unchanged: ({ id, state }) => ({ title: `Feed ${id} stays as it was`, then: [STATES[state]] }),
}

const STATES: Readonly<Record<FeedInfo['state'], string>> = {
  active: 'It is active.',
  paused: 'It is paused.',
  refused: 'It is stopped, because I may not post there any more.',
}

function feedSaved({ what, feed, measure }: FeedSaved): Document {
  const { title, then } = SAVED[what](feed)
  const isNews = what === 'added' || what === 'edited'
  return {
    ...EMPTY,
    title,
    tone: 'good',
    paragraphs: [
      [...ruleLine(feed), '.'],
      ...(isNews ? [['It posts ', ...targetOf(feed), ', ', STYLES[feed.style], '.']] : []),
      ...(measure === null ? [] : [wouldHave(measure)]),
      then,
    ],
  }
}

const STYLES: Readonly<Record<FeedInfo['style'], string>> = {
  embed: 'each change in a box of its own',
  compact: 'as a compact list',
}

const targetOf = ({ target }: FeedInfo): Inline =>
  target.kind === 'direct'
    ? ['to you in direct messages']
    : ['in ', { text: `channel ${target.channel}`, mention: { kind: 'channel', id: target.channel } }]

/** What a feed lets through. */
function ruleLine({ scope, filter }: { readonly scope: ScopeLabel; readonly filter: Filter }): Inline {
  const conditions = filterInWords(filter)
  return [{ text: scope.name, bold: true }, `: ${conditions === '' ? 'every change' : conditions}`]
}

/** `would have posted 37 in the last 24 h`, with what that is measured on. */
function wouldHave(measure: Measure): Inline {
  return [`It would have posted ${inTheLastDay(measure)}.`]
}

function inTheLastDay({ count, measuredMs, perDay }: Measure): string {
  // Some seconds are always missing: the newest change is not of this moment.
  if (measuredMs >= 0.99 * DAY_MS) return `${number(count)} in the last 24 h`
  if (measuredMs === 0) return 'an unknown number of changes: nothing of the last 24 h is stored yet'
  const measured = `${number(count)} in the ${duration(measuredMs / 1000)} of the last 24 h that are stored`
  return perDay === null ? `${measured}, too little to tell how many in a day` : `${measured}, about ${number(perDay)} a day`
}

const STATE_NAMES: Readonly<Record<FeedInfo['state'], (id: number) => Inline>> = {
  active: () => ['active'],
  paused: (id) => ['paused, go on with ', command(`!feed resume ${id}`)],
  refused: (id) => [
    { text: 'stopped', bold: true },
    ': I may not post there any more. Give me back what I lack (View Channel, Send Messages, Embed Links), then ',
    command(`!feed resume ${id}`),
  ],
}

function feedList({ place, feeds }: FeedList): Document {
  const title = place === null ? 'Your feeds' : `Feeds of ${place}`
  if (feeds.length === 0)
    return { ...EMPTY, title, paragraphs: [['There are none. Set one up: ', command('!feed add type:new bots:no dewiki'), '.']] }
  return { ...EMPTY, title, items: feeds.map((feed) => feedItem(feed)), footer: plural(feeds.length, 'feed') }
}

function feedItem(feed: FeedInfo): Item {
  const { id, style, target, state, owner } = feed
  const channel: Inline =
    target.kind === 'direct'
      ? []
      : [' · ', { text: `channel ${target.channel}`, mention: { kind: 'channel', id: target.channel } }]
  const maker: Inline =
    target.kind === 'direct' ? [] : [' · by ', { text: `user ${owner}`, mention: { kind: 'user', id: owner } }]
  return {
    at: null,
    line: [
      { text: `#${id}`, bold: true },
      ' ',
      ...ruleLine(feed),
      ` · ${style}`,
      ...channel,
      ...maker,
      ' · ',
      ...STATE_NAMES[state](id),
    ],
  }
}

function feedPreview({ id, scope, filter, measure, isTooMuch, mixesWikis }: FeedPreview): Document {
  const words = filterText(filter)
  const add = `!feed add ${words === '' ? '' : `${words} `}${scope.code}`
  const next: Inline =
    id !== null
      ? []
      : isTooMuch
        ? [`That is too much for a feed: at most ${number(CHANGES_PER_DAY)} changes a day, and never all of all wikis.`]
        : add.length > 200 || add.includes('`')
          ? []
          : ['Set it up with ', command(add), '.']
  return {
    ...EMPTY,
    title: id === null ? 'Preview' : `Preview of feed ${id}`,
    tone: isTooMuch ? 'bad' : 'neutral',
    paragraphs: [[...ruleLine({ scope, filter }), '.'], wouldHave(measure), ...(next.length > 0 ? [next] : [])],
    items: measure.examples.map((change) => ({
      at: change.at,
      line: changeLine(change, { showWiki: mixesWikis }),
    })),
    footer: measure.examples.length > 0 ? 'The newest of them' : null,
  }
}

const pageSpan = ({ title, url }: WatchInfo): Span =>
  url === null ? { text: title, bold: true } : { text: title, bold: true, link: url }

function watchSaved({ what, watch, measure }: WatchSaved): Document {
  const { id, wiki } = watch
  const page: Inline = [pageSpan(watch), ` · ${wiki.name}`]
  if (what === 'removed')
    return { ...EMPTY, title: 'No longer watched', tone: 'good', paragraphs: [page, ['I write you nothing about it any more.']] }
  const often: Inline[] =
    measure === null
      ? []
      : measure.measuredMs === 0
        ? []
        : measure.count === 0
          ? [['Nothing of it is stored of the last 24 h: if you expect otherwise, look at how its title is written.']]
          : [[`It was changed ${measure.count === 1 ? 'once' : `${number(measure.count)} times`} in the last 24 h, as far as that is stored.`]]
  return {
    ...EMPTY,
    title: what === 'known' ? 'You watch it already' : 'Watched',
    tone: 'good',
    paragraphs: [
      page,
      ['I write you directly when it changes.'],
      ...often,
      ['End it with ', command(`!unwatch ${id}`), '; ', command('!watching'), ' lists what you watch.'],
    ],
  }
}

function watchList({ watches }: WatchList): Document {
  const title = 'Pages that you watch'
  if (watches.length === 0)
    return { ...EMPTY, title, paragraphs: [['There are none. Begin with ', command('!watch Title dewiki'), ' or the address of a page.']] }
  return {
    ...EMPTY,
    title,
    items: watches.map((watch) => ({
      at: null,
      line: [
        { text: `#${watch.id}`, bold: true },
        ' ',
        pageSpan(watch),
        ` · ${watch.wiki.name}`,
        ...(watch.state === 'active' ? [] : [' · ', { text: 'stopped', bold: true }, ': I could not write to you. Watch it again to go on.']),
      ],
    })),
    footer: plural(watches.length, 'page'),
  }
}

const command = (text: string): Span => ({ text, code: true })

/** What is said against a question, and what is accepted in its place. */
type Against = readonly [problem: string, accepts: string]

const said = (text: string): string => {
  const start = text.trim()
  return `“${start.length > 60 ? `${start.slice(0, 60).toWellFormed()}…` : start.toWellFormed()}”`
}

export const NO_POSTING: Against = [
  'I post nothing by myself here.',
  'the same in Discord, as a command to the bot',
]
export const NOT_AT_HOME: Against = [
  'I may post nothing here by myself, because I was not added here.',
  'feeds in a server whose managers have added me, and in a direct message to me feeds for you alone',
]
export const mayNotManage = (place: string, needs: string): Against => [
  `To set up what is posted in ${place} you need ${needs}.`,
  'in a direct message to me, feeds for you alone',
]
export const noSuchFeed = (text: string | undefined): Against => [
  text === undefined ? 'Which feed do you mean?' : `There is no feed ${said(text)} here.`,
  'the number of a feed, as !feed list shows it',
]
/** @param text as it was said, if it was said at all */
export const noSuchChannel = (text: string | null): Against => [
  text === null ? 'I find no such channel here.' : `I find no channel ${said(text)} here.`,
  'a channel or thread of this server, as channel:<#number>; without one, where you ask. In direct messages there is no other',
]
export const mayNotPost = (lacking: readonly string[]): Against => [
  `I may not post there: I lack ${lacking.map((name) => `“${name}”`).join(', ')}.`,
  'a channel where I have these permissions; whoever manages this server can give them to me',
]
export const noStyle = (text: string): Against => [
  `${said(text)} is no style.`,
  'style:embed (each change in a box of its own) or style:compact (one list)',
]
export const channelIsFull = (most: number): Against => [
  `There are ${most} feeds in that channel already, and more nobody could follow.`,
  'another channel, or the place of a feed that you remove: !feed list, !feed remove',
]
export const placeIsFull = (most: number): Against => [
  `There are ${most} feeds here already, as many as there can be.`,
  'the place of a feed that you remove: !feed list, !feed remove',
]
export const sameFeed = (id: number): Against => [
  `Feed ${id} posts exactly that there already.`,
  `other filters or other wikis; or a change of that one: !feed edit ${id}, !feed resume ${id}`,
]
export const NOTHING_TO_CHANGE: Against = [
  'What is to be changed?',
  'behind the number, filters, style:embed or style:compact, or other wikis',
]
export function tooMuch({ name }: ScopeLabel, filter: Filter, measure: Measure): Against {
  const conditions = filterInWords(filter)
  return [
    `That is too much for a channel: ${name}, ${conditions === '' ? 'every change' : conditions}. It would have posted ${inTheLastDay(measure)}; at most ${number(CHANGES_PER_DAY)} a day can be read.`,
    'fewer wikis (enwiki, de), or filters: type:new, ns:main, bots:no, minor:no, min:500, title:Foo*, user:"A B"',
  ]
}

export const noSuchWiki = (text: string): Against => [
  `I know no wiki ${said(text)}.`,
  'one wiki: enwiki, en.wikipedia.org, commons',
]
export function noPage(why: 'empty' | 'invalid' | 'which' | 'unknown', text: string): Against {
  const accepts =
    'a title with its wiki (dewiki:Foo, Foo dewiki, [[de:Foo]]), or the address of the page; the title alone if you have chosen one wiki (!setLang dewiki)'
  switch (why) {
    case 'empty':
      return [text.trim() === '' ? 'Which page do you mean?' : `${said(text)} names no page.`, accepts]
    case 'invalid':
      return [`No page can be called ${said(text)}.`, accepts]
    case 'which':
      return [`On which wiki is ${said(text)}?`, accepts]
    case 'unknown':
      return [`I do not know the wiki of ${said(text)}.`, accepts]
  }
}
export const tooManyWatches = (most: number): Against => [
  `You watch ${most} pages already, as many as you can.`,
  'the place of a page that you no longer watch: !watching, !unwatch',
]
export const noSuchWatch = (text: string): Against => [
  text === '' ? 'Which page do you mean?' : `You do not watch ${said(text)}.`,
  'a page or its number, as !watching shows them',
]
export const severalWatches = (ids: readonly number[]): Against => [
  `You watch several pages of this title: ${ids.map((id) => `#${id}`).join(', ')}.`,
  'one of these numbers',
]
export const NO_DIRECT_MESSAGES: Against = [
  'I cannot write to you: you take no direct messages of mine.',
  'the same once you allow them (in the privacy settings of a server that we share), or in a direct message to me',
]
