import type { RESTPostAPIChannelMessageJSONBody } from 'discord.js'
import type { Change } from '../../change.ts'
import type { Feed } from '../../contracts.ts'
import type { Portion } from '../../feeds/backlog.ts'
import { countWithin, type Run, runsOf } from '../../feeds/runs.ts'
import { type Language, languageOf } from '../../language/language.ts'
import { text } from '../../language/messages.ts'
import { resolveScope } from '../../scope.ts'
import { changeLine } from '../../text/change-line.ts'
import { toMarkdown } from '../../text/markdown.ts'
import type { Embed } from './render.ts'

/** Discord's: as many embeds a message has. A list of as many lines is what a person reads at a glance. */
const MOST_RUNS = 10
/** Ten of them, each with its footer, stay below the 6,000 characters of all embeds of a message. */
const EMBED_LINE = 480
/** Ten of them stay below the 4,096 of a description. */
const COMPACT_LINE = 400

const COLORS: Readonly<Record<Change['type'], number>> = {
  edit: 0x3366cc,
  new: 0x00af89,
  log: 0xffcc33,
  categorize: 0x72777d,
  external: 0x6b4ba1,
}

/** How many of these changes, the first ones, one message holds. */
export const messageCapacity = (changes: readonly Change[]): number => countWithin(changes, MOST_RUNS)

/** What a feed posts at once, within all of Discord's limits. */
export function feedMessage(feed: Feed, { changes, leftOut }: Portion): RESTPostAPIChannelMessageJSONBody {
  const runs = runsOf(changes)
  const language = languageOf(feed.language)
  const more =
    leftOut > 0
      ? {
          content: text(language, 'feed.leftOut', { count: leftOut }),
        }
      : {}
  return {
    ...more,
    embeds: feed.style === 'embed' ? runs.map((run) => embed(feed, run)) : [list(feed, runs)],
  }
}

/** In the place of a message that Discord does not take: the changes are counted all the same. */
export function unshownMessage(feed: Feed, { changes, leftOut }: Portion): RESTPostAPIChannelMessageJSONBody {
  const count = changes.length + leftOut
  return { content: text(languageOf(feed.language), 'feed.unshown', { feed: source(feed), count }) }
}

/** The command by which each goes on that has ended. */
const RESUME: Readonly<Record<Feed['kind'], string>> = {
  feed: '/feed resume',
  watch: '/watch',
  digest: '/digest on',
}

/** Tells whoever made them that these feeds, all of one target, have ended. */
export function endedMessage(feeds: readonly Feed[], reason: string): RESTPostAPIChannelMessageJSONBody {
  const [first] = feeds
  const language = languageOf(first?.language)
  const target = first?.target.kind === 'channel' ? `<#${first.target.channel}>` : null
  const values = {
    feeds: feeds.map(source).join(', '),
    reason: toMarkdown([reason], 500),
    command: `\`${RESUME[first?.kind ?? 'feed']}\``,
  }
  return {
    content:
      target === null
        ? text(language, 'feed.endedDirect', values)
        : text(language, 'feed.endedChannel', { ...values, channel: target }),
  }
}

function embed(feed: Feed, run: Run): Embed {
  const { change } = run
  return {
    color: COLORS[change.type],
    description: line(run, languageOf(feed.language), false, EMBED_LINE),
    footer: {
      text: [...(mixesWikis(feed) ? [change.site.domain.slice(0, 80)] : []), source(feed)].join(' · '),
    },
    timestamp: new Date(change.at).toISOString(),
  }
}

function list(feed: Feed, runs: readonly Run[]): Embed {
  const lines = runs.map((run) => {
    const time = `<t:${Math.floor(run.change.at / 1000)}:t> `
    return time + line(run, languageOf(feed.language), mixesWikis(feed), COMPACT_LINE - time.length)
  })
  return { color: COLORS.edit, description: lines.join('\n'), footer: { text: source(feed) } }
}

function line({ change, count }: Run, language: Language, showWiki: boolean, most: number): string {
  const times = count === 1 ? [] : [{ text: `${count}×`, bold: true }, ' ']
  return toMarkdown([...times, ...changeLine(change, language, { showWiki })], most)
}

/** By this a feed is known in what can be asked about it. */
const source = ({ kind, id, language }: Feed): string =>
  text(languageOf(language), `feed.${kind}`, { id: String(id) })

const mixesWikis = ({ scope }: Feed): boolean => {
  const found = resolveScope(scope, [])
  return 'scope' in found && found.scope.kind !== 'wiki'
}
