/**
 * What it costs to find the feeds that changes belong to: `feeds.ts FEEDS CHANGES`. Prints the share of a core that 200
 * changes a second take, and how many feeds a change belongs to.
 */
import { type Change, isUnreadable } from '../src/change.ts'
import { FeedIndex, type Indexed } from '../src/feeds/feed-index.ts'
import type { Filter } from '../src/filter.ts'
import { CANARY, readRecentChange } from '../src/recentchange.ts'
import type { Scope } from '../src/scope.ts'
import { generateEvents } from '../test/simulators/eventstreams/generate.ts'
import { seededRandom } from '../test/simulators/eventstreams/random.ts'

const [feeds = 10_000, changes = 20_000] = process.argv.slice(2).map(Number)
const PER_SECOND = 200

const read = [...generateEvents({ seed: 5, count: changes, from: Date.now() })]
  .map((event) => readRecentChange(JSON.stringify(event), 'bench'))
  .filter((change): change is Change => change !== CANARY && !isUnreadable(change))

/** As communities have them: most are of one wiki, half of those of one page; one in twenty is of all wikis. */
function feedsOf(count: number): Indexed[] {
  const random = seededRandom(6)
  return Array.from({ length: count }, (_, i) => {
    const { site, title, user, type } = random.pick(read)
    const wiki: Scope = { kind: 'wiki', wiki: site.wiki }
    const filters: readonly Filter[] = [
      { title },
      { title: `${title.slice(0, 5)}*` },
      { types: ['new'], isBot: false },
      { types: ['edit', 'new'], namespaces: [0], isMinor: false, minBytes: 1000 },
      { types: [type], isBot: false, title: `*${title.slice(2, 8)}*` },
      { user: user ?? 'Somebody' },
    ]
    const filter = random.chance(0.5) ? { title } : random.pick(filters)
    const isWide = i % 20 === 0
    const scope: Scope = isWide
      ? random.chance(0.5)
        ? { kind: 'all' }
        : { kind: 'language', language: site.language ?? 'en' }
      : wiki
    return { id: i, scope, filter: isWide ? { ...filter, isBot: false } : filter }
  })
}

const index = new FeedIndex(feedsOf(feeds))
let found = 0
const match = () => {
  for (const change of read) found += index.match(change).length
}
match()
found = 0
const before = process.cpuUsage()
match()
const { user, system } = process.cpuUsage(before)
const perChange = (user + system) / 1e6 / read.length
const result = {
  microsecondsPerChange: perChange * 1e6,
  coreShareAt200: perChange * PER_SECOND,
  feedsPerChange: found / read.length,
}
process.stdout.write(`done ${JSON.stringify(result)}\n`)
