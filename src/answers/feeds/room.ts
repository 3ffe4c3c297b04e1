/** What the commands about feeds have in common: where they are asked, who may, and which feeds are theirs. */
import type { Feed } from '../../contracts.ts'
import type { Language } from '../../language/language.ts'
import { resolveScope, scopeLabel } from '../../scope.ts'
import type { Site } from '../../site.ts'
import type { Answer, Refusal } from '../answer.ts'
import { wholeNumber } from '../arguments.ts'
import { type Command, type Context, type Given, type Parameter, type Place, refuse } from '../command.ts'
import * as words from '../feed-wording.ts'
import { filterText } from '../filter-words.ts'
import type { FeedInfo } from './answer.ts'
import type { Posting } from './posting.ts'

type Unfinished<Run> = Omit<Command, 'run' | 'isPrivate' | 'needsPosting'> & { readonly run: Run }

/** A command that needs a face which posts by itself. What it answers is of no interest to others. */
export function postingCommand(
  command: Unfinished<(given: Given, context: Context, posting: Posting) => Promise<Answer>>,
): Command {
  return {
    ...command,
    isPrivate: true,
    needsPosting: true,
    async run(given, context) {
      const { posting } = context
      return posting === undefined
        ? refuse(command, ...words.NO_POSTING)
        : command.run(given, context, posting)
    },
  }
}

/** Whose feeds are meant: those of a place, of which this channel is asked in, or a person's own. */
export type Room =
  | { readonly kind: 'place'; readonly place: Place; readonly channel: string }
  | { readonly kind: 'direct' }

/** What is known when a command about feeds runs. */
export interface Desk {
  readonly room: Room
  readonly context: Context
  readonly posting: Posting
}

/** A command for those who may set up feeds where it is asked. */
export function feedCommand(command: Unfinished<(given: Given, desk: Desk) => Promise<Answer>>): Command {
  return postingCommand({
    ...command,
    async run(given, context, posting) {
      const room = roomOf(context, posting)
      if ('refused' in room) return refuse(command, ...room.refused)
      return command.run(given, { room, context, posting })
    },
  })
}

export function roomOf({ place }: Context, { here }: Posting): Room | { readonly refused: words.Against } {
  if (here === 'direct') return { kind: 'direct' }
  if (here === 'away' || place === undefined) return { refused: words.NOT_AT_HOME }
  if (place.mayManage !== true) return { refused: words.mayNotManage(place.mayManage.needs) }
  return { kind: 'place', place, channel: here.channel }
}

/** The feeds of a room, or its digests, in the order of their numbers. */
export async function feedsOf(
  { room, context, posting }: Desk,
  kind: 'feed' | 'digest' = 'feed',
): Promise<readonly Feed[]> {
  const all =
    room.kind === 'place'
      ? await posting.feeds.feeds({ place: room.place.id })
      : (await posting.feeds.feeds({ owner: context.user })).filter(({ target }) => target.kind === 'direct')
  return all.filter((feed) => feed.kind === kind)
}

/** The feed of that number, if it is of the room: others' numbers are not known there. */
export async function feedNumbered(
  command: Pick<Command, 'example'>,
  text: string | undefined,
  desk: Desk,
): Promise<Feed | { readonly refusal: Refusal }> {
  const id = text === undefined ? null : numberIn(text)
  const feed = id === null ? undefined : (await feedsOf(desk)).find((each) => each.id === id)
  return feed ?? { refusal: refuse(command, ...words.noSuchFeed(text)) }
}

/** `3` and `#3`. */
export const numberIn = (text: string): number | null =>
  wholeNumber(text.trim().replace(/^#/, ''), 1, 999_999_999)

/** A feed's number. */
export const numberParameter: Parameter = {
  name: 'number',
  purpose: 'option.number.purpose',
  default: null,
  range: [1, 999_999_999],
  async suggest(typed, context) {
    const { posting, store, language } = context
    const room = posting === undefined ? undefined : roomOf(context, posting)
    if (posting === undefined || room === undefined || 'refused' in room) return []
    const [feeds, sites] = await Promise.all([feedsOf({ room, context, posting }), store.sites()])
    return feeds
      .filter(({ id }) => String(id).startsWith(typed.trim().replace(/^#/, '')))
      .slice(0, 25)
      .map((feed) => {
        const { id, scope, filter } = infoOf(feed, sites, language)
        return { name: [`${id}`, scope.name, filterText(filter)].filter(Boolean).join(' · '), value: `${id}` }
      })
  },
}

/** A feed as it is told about. */
export function infoOf(feed: Feed, sites: readonly Site[], language: Language): FeedInfo {
  const { id, filter, style, target, state, owner } = feed
  const found = resolveScope(feed.scope, sites)
  const scope = 'scope' in found ? scopeLabel(found.scope, language) : { code: feed.scope, name: feed.scope }
  return { id, scope, filter, style, target, state, owner }
}
