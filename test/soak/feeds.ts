/**
 * Many feeds for long, while Discord limits, fails and breaks off at random, channels end for good, and the program is
 * killed: afterwards each change of each feed must have been posted once, or counted as left out.
 */
import type { APIMessage } from 'discord.js'
import type { Feed } from '../../src/contracts.ts'
import { pacer } from '../../src/flow/pace.ts'
import { addFeeds, type FeedOptions, leftOutOf, linesOf } from '../feeds.ts'
import { type Home, type Program, until } from '../program.ts'
import type { DiscordSimulator } from '../simulators/discord/client.ts'
import { type GeneratedEvent, generateEvents } from '../simulators/eventstreams/generate.ts'
import { type Random, seededRandom } from '../simulators/eventstreams/random.ts'
import { setStage, strikeStage } from '../stage.ts'

export interface SoakOptions {
  readonly minutes: number
  readonly feeds: number
  readonly events: number
  readonly seed: number
  readonly say: (line: string) => void
}

/** What happened, and what is wrong: nothing if `faults` is empty. */
export interface SoakReport {
  readonly feeds: number
  readonly endedFeeds: number
  readonly events: number
  /** Changes that were to be posted, in all feeds that did not end. */
  readonly expected: number
  readonly shown: number
  readonly leftOut: number
  readonly messages: number
  readonly limited: number
  readonly failed: number
  readonly kills: number
  readonly faults: readonly string[]
}

/** A feed of the soak with its own notion of what belongs to it: not the program's. */
interface Asked {
  readonly options: FeedOptions
  readonly wants: (event: GeneratedEvent) => boolean
}

const FEEDS_PER_CHANNEL = 1.1
const KILL_EVERY_MS = 75_000
const PUBLISH_EVERY_MS = 250

export async function soak({ minutes, feeds, events, seed, say }: SoakOptions): Promise<SoakReport> {
  const random = seededRandom(seed)
  const stage = await setStage()
  const { stream, discord, home } = stage
  try {
    const names = Array.from({ length: Math.ceil(feeds / FEEDS_PER_CHANNEL) }, (_, i) => ({ name: `c${i}` }))
    const { channels } = await discord.createGuild({ name: 'Soak', channels: names })
    const asked = Array.from({ length: feeds }, (_, i) =>
      askedFor(random, i, channels[i % channels.length]?.id ?? ''),
    )
    const added = await addFeeds(
      home,
      asked.map(({ options }) => options),
    )
    let program = home.start()
    await Promise.all([program.logged('bot: connected'), stream.waitForConnection(1)])
    await trouble(discord, seed)

    const all = [...eventsOf(random, events)]
    const mortal = channels.filter((_, i) => i % 20 === 7)
    const started = performance.now()
    const total = minutes * 60_000
    const turn = pacer(PUBLISH_EVERY_MS)
    let [sent, kills, ended] = [0, 0, 0]
    while (sent < all.length) {
      const passed = performance.now() - started
      const due = Math.min(all.length, Math.ceil((all.length * (passed + PUBLISH_EVERY_MS)) / total))
      await stream.publish(all.slice(sent, due))
      if (Math.floor(due / 3000) > Math.floor(sent / 3000))
        say(`${due} events, ${kills} kills, ${ended} channels gone`)
      sent = due
      while (ended < mortal.length * (passed / total) * 1.5 && ended < mortal.length) {
        const { id } = mortal[ended++] as { id: string }
        if (ended % 2 === 0) await discord.deleteChannel(id)
        else await forbid(discord, id)
      }
      if (passed > (kills + 1) * KILL_EVERY_MS) {
        program = await again(home, program, discord, ++kills)
      }
      await turn()
    }
    await until('every event is stored', () => home.stored() === all.length, 60_000)
    await discord.clearFaults()
    for (const { id } of mortal) await forbid(discord, id)
    say('all is sent; what feeds have left is posted')
    const judge = async () => judged(asked, added, all, await discord.messages(), home)
    await until('every feed is done', async () => (await judge()).faults.length === 0, 240_000).catch(
      () => {},
    )
    await program.stop()
    const requests = (await discord.requests()).filter(
      ({ method, path }) => method === 'POST' && path.startsWith('/channels/'),
    )
    return {
      ...(await judge()),
      feeds,
      events: all.length,
      limited: requests.filter(({ status }) => status === 429).length,
      failed: requests.filter(({ status }) => status === null || status >= 500).length,
      kills,
    }
  } finally {
    await strikeStage(stage)
  }
}

/** Every route to channels fails now and then, in each way that may pass. */
async function trouble(discord: DiscordSimulator, seed: number): Promise<void> {
  const often = { method: 'POST', path: '/channels/', times: 'always', seed } as const
  await discord.failRequests({ ...often, chance: 0.03, rateLimit: { scope: 'user', retryAfterMs: 1500 } })
  await discord.failRequests({ ...often, chance: 0.02, seed: seed + 1, status: 503 })
  await discord.failRequests({ ...often, chance: 0.01, seed: seed + 2, status: 502, served: true })
  await discord.failRequests({ ...often, chance: 0.01, seed: seed + 3, cut: 'before' })
  await discord.failRequests({ ...often, chance: 0.01, seed: seed + 4, cut: 'after' })
  await discord.failRequests({ ...often, chance: 0.02, seed: seed + 5, delayMs: 3000 })
}

const forbid = (discord: DiscordSimulator, channel: string) =>
  discord.failRequests({
    method: 'POST',
    path: `/channels/${channel}/`,
    times: 'always',
    status: 403,
    body: { code: 50001, message: 'Missing Access' },
  })

async function again(
  home: Home,
  program: Program,
  discord: DiscordSimulator,
  kills: number,
): Promise<Program> {
  if (kills % 4 === 0) await program.stop()
  else await program.kill()
  const next = home.start()
  await next.logged('bot: connected')
  await discord.waitForConnections()
  return next
}

/** Generated events, each of a page of its own; now and then one goes on with the last edit of its wiki. */
function* eventsOf(random: Random, count: number): Generator<GeneratedEvent> {
  const last = new Map<string, GeneratedEvent & { revision: { new: number } }>()
  let page = 0
  for (const event of generateEvents({
    seed: random.below(2 ** 30),
    count,
    from: Date.now(),
    perSecond: 50,
  })) {
    const before = last.get(event.wiki)
    if (event.type === 'edit' && before !== undefined && random.chance(0.15)) {
      const old = before.revision.new
      const { title, user, bot } = before
      const next = { ...event, title, user, bot, revision: { old, new: old + 1 } }
      last.set(event.wiki, next)
      yield next
      continue
    }
    const prefix = event.type === 'categorize' ? 'Category:' : ''
    // Entries of other logs do not name the page.
    const entry = event.type === 'log' ? { log_type: 'delete', log_action: 'delete', log_params: [] } : {}
    const named = { ...event, ...entry, title: `${prefix}Page ${page++}` }
    if (event.type === 'edit') last.set(event.wiki, named as never)
    yield named
  }
}

const WIKIS = [
  'commonswiki',
  'wikidatawiki',
  'enwiki',
  'dewiki',
  'ruwiki',
  'frwiki',
  'enwiktionary',
  'arwiki',
]
const LANGUAGES = {
  en: ['enwiki', 'enwiktionary'],
  de: ['dewiki', 'dewikisource'],
  fr: ['frwiki', 'frwiktionary'],
}
const TYPES = ['edit', 'new', 'log', 'categorize'] as const

function askedFor(random: Random, i: number, channel: string): Asked {
  const style = random.chance(0.5) ? 'embed' : 'compact'
  const wiki = random.pick(WIKIS)
  const type = random.pick(TYPES)
  const [language, wikis] = random.pick(Object.entries(LANGUAGES))
  const common = { channel, style } as const
  const all: readonly Asked[] = [
    { options: { ...common, scope: wiki }, wants: (event) => event.wiki === wiki },
    {
      options: { ...common, scope: wiki, filter: { types: [type] } },
      wants: (event) => event.wiki === wiki && event.type === type,
    },
    {
      options: { ...common, scope: language, filter: { isBot: false } },
      wants: (event) => wikis.includes(event.wiki) && event.bot === false,
    },
    {
      options: { ...common, scope: '*', filter: { title: 'page 1*', types: ['edit', 'new'] } },
      wants: ({ title, type }) => title.startsWith('Page 1') && (type === 'edit' || type === 'new'),
    },
    {
      options: { ...common, scope: wiki, filter: { minBytes: 400 } },
      wants: (event) => event.wiki === wiki && Math.abs(grownBy(event)) >= 400,
    },
    {
      options: { ...common, scope: '*', filter: { types: ['new'] } },
      wants: (event) => event.type === 'new',
    },
  ]
  // Two that ask for everything: more than anybody may post.
  if (i < 2) return { options: { ...common, scope: '*' }, wants: () => true }
  return all[i % all.length] as Asked
}

function grownBy({ length }: GeneratedEvent): number {
  const { old = 0, new: now = 0 } = (length ?? {}) as { old?: number; new?: number }
  return now - old
}

/** Compares what each feed's messages tell with what they had to. */
function judged(
  asked: readonly Asked[],
  added: readonly Feed[],
  events: readonly GeneratedEvent[],
  messages: readonly APIMessage[],
  home: Home,
) {
  const states = new Map(
    home
      .sql<{ id: number; state: string }>('SELECT id, state FROM feeds')
      .map(({ id, state }) => [id, state]),
  )
  const own = Map.groupBy(messages, feedOf)
  const faults: string[] = []
  let [expected, shown, leftOut, endedFeeds, count] = [0, 0, 0, 0, 0]
  for (const [i, { wants }] of asked.entries()) {
    const { id } = added[i] as Feed
    const theirs = own.get(id) ?? []
    const wanted = countBy(events.filter(wants).map(({ title }) => pageIn(title)))
    const seen = new Map<number, number>()
    for (const line of linesOf(theirs)) {
      const page = pageIn(line)
      seen.set(page, (seen.get(page) ?? 0) + Number(/\*\*(\d+)×\*\*/.exec(line)?.[1] ?? 1))
    }
    for (const [page, times] of seen)
      if (times > (wanted.get(page) ?? 0))
        faults.push(`feed ${id}: Page ${page} is told ${times} times of ${wanted.get(page) ?? 0}`)
    count += theirs.length
    if (states.get(id) !== 'active') {
      endedFeeds++
      continue
    }
    const [sumWanted, sumSeen, sumLeft] = [sum(wanted), sum(seen), leftOutOf(theirs)]
    if (sumSeen + sumLeft !== sumWanted)
      faults.push(`feed ${id}: ${sumSeen} are told and ${sumLeft} counted, of ${sumWanted}`)
    expected += sumWanted
    shown += sumSeen
    leftOut += sumLeft
  }
  if (shown === 0 || endedFeeds === 0) faults.push('nothing was told, or no feed ended: this proves nothing')
  return { expected, shown, leftOut, endedFeeds, messages: count, faults }
}

const sum = (counts: ReadonlyMap<number, number>): number => [...counts.values()].reduce((a, b) => a + b, 0)

function countBy(pages: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const page of pages) counts.set(page, (counts.get(page) ?? 0) + 1)
  return counts
}

/** -1 for a line that tells of none: nothing wants that. */
const pageIn = (text: string): number => Number(/Page (\d+)/.exec(text)?.[1] ?? -1)

/** Every message of a feed says in its last footer which. */
const feedOf = ({ embeds }: APIMessage): number =>
  Number(/feed (\d+)$/.exec(embeds.at(-1)?.footer?.text ?? '')?.[1] ?? 0)
