/** What tests of feeds need: feeds put into the store of a program that does not run, and what was posted of them. */
import type { APIMessage } from 'discord.js'
import type { Feed } from '../src/contracts.ts'
import { openSqliteStore } from '../src/stores/sqlite/store.ts'
import type { Home } from './program.ts'
import { generateEvents } from './simulators/eventstreams/generate.ts'

export type FeedOptions = Partial<Omit<Feed, 'id' | 'target'>> & {
  /** `null`: the owner's direct messages. */
  readonly channel: string | null
}

/** Adds feeds that begin behind `after`, by default with whatever is stored next. */
export async function addFeeds(home: Home, feeds: readonly FeedOptions[], after?: number): Promise<Feed[]> {
  const store = openSqliteStore(home.path('data/changes.db'))
  try {
    const sent = after ?? (await store.lastArrival())
    const added: Feed[] = []
    for (const { channel, ...options } of feeds) {
      const feed: Omit<Feed, 'id'> = {
        ...{ kind: 'feed', owner: '80351110224678912', scope: '*', filter: {}, style: 'embed' },
        ...{ language: 'en', state: 'active', createdAt: 0 },
        target: channel === null ? { kind: 'direct' } : { kind: 'channel', channel, place: 'server 1' },
        ...options,
      }
      added.push(await store.addFeed(feed, sent))
    }
    return added
  } finally {
    await store.close()
  }
}

/** The lines of changes in messages of feeds, as Discord was given them, oldest first. */
export const linesOf = (messages: readonly APIMessage[]): string[] =>
  messages.flatMap(({ embeds }) => embeds.flatMap(({ description }) => description?.split('\n') ?? []))

/** How many changes messages say that they leave out. */
export const leftOutOf = (messages: readonly APIMessage[]): number =>
  messages.reduce((sum, { content }) => sum + leftOutIn(content), 0)

const leftOutIn = (content: string): number =>
  Number(/([\d,]+) more changes/.exec(content)?.[1]?.replaceAll(',', '') ?? 0)

/** Edits of the English Wikipedia by people, each of a page of its own: `Page 7`. */
export function editsOf(from: number, count: number): object[] {
  const edits: object[] = []
  const seen = generateEvents({ seed: 7 + from, count: count * 20, from: Date.now(), wikis: ['enwiki'] })
  for (const event of seen) {
    if (event.type !== 'edit') continue
    const title = `Page ${from + edits.length}`
    const uri = `https://en.wikipedia.org/wiki/${title.replace(' ', '_')}`
    edits.push({ ...event, title, title_url: uri, namespace: 0, bot: false, meta: { ...event.meta, uri } })
    if (edits.length === count) break
  }
  return edits
}

/** The numbers of such pages that messages tell of, in their order. */
export const pagesIn = (messages: readonly APIMessage[]): number[] =>
  linesOf(messages).flatMap((line) => [...line.matchAll(/\[Page (\d+)\]/g)].map(([, page]) => Number(page)))
