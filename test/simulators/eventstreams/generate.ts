import { logEntry } from './generate-logs.ts'
import { type Page, pagesOf } from './pages.ts'
import { type Random, seededRandom } from './random.ts'
import { LANGUAGES, type Language, WIKIS, type Wiki } from './texts.ts'

/** What to generate. The same options give the same events. */
export interface GenerateOptions {
  readonly seed: number
  readonly count: number
  /** `meta.dt` of about the first event, UTC ms. */
  readonly from: number
  /** Mean rate, which spaces the times; 40 by default, as in the real stream. */
  readonly perSecond?: number
  /** Names of wikis to take; by default all that are known here, as skewed as the real ones. */
  readonly wikis?: readonly string[]
}

/** A generated event. Topic, partition and offset are put in by the server. */
export interface GeneratedEvent {
  readonly $schema: string
  readonly meta: {
    readonly uri: string
    readonly request_id: string
    readonly id: string
    readonly domain: string
    readonly stream: string
    readonly dt: string
  }
  readonly type: 'categorize' | 'edit' | 'new' | 'log'
  readonly wiki: string
  readonly title: string
  readonly timestamp: number
  readonly [field: string]: unknown
}

/** What counts up in a wiki. */
interface Count {
  rcid: number
  revision: number
}

/** A wiki with its texts and pages. */
interface Place extends Wiki {
  readonly texts: Language
  readonly pages: { readonly articles: readonly Page[]; readonly categories: readonly Page[] }
}

/**
 * Events of `recentchange` as the real stream has them: its mix of types and wikis, its scripts and kinds of users;
 * at 40 a second about 2 % share the millisecond of the one before, and 1 % are 1 to 4 ms earlier than it.
 */
export function* generateEvents(options: GenerateOptions): Generator<GeneratedEvent> {
  const random = seededRandom(options.seed)
  const wikis = WIKIS.filter(({ wiki }) => options.wikis?.includes(wiki) ?? true)
  if (wikis.length === 0) throw new Error(`none of these wikis is known: ${options.wikis?.join(', ')}`)
  const places = wikis.map(
    (wiki): Place => ({ ...wiki, texts: LANGUAGES[wiki.language], pages: pagesOf(wiki) }),
  )
  const drawn = places.flatMap((wiki) => Array<Place>(wiki.weight).fill(wiki))
  const counts = new Map(
    places.map(({ wiki, rcid, revision }): [string, Count] => [wiki, { rcid, revision }]),
  )
  const meanGap = 1000 / (options.perSecond ?? 40)
  let clock = options.from
  let dt = options.from
  for (let index = 0; index < options.count; index++) {
    clock += -Math.log(1 - random.below(2 ** 31) / 2 ** 31) * meanGap
    dt = random.chance(0.01) ? dt - 1 - random.below(4) : Math.floor(clock)
    const wiki = random.pick(drawn)
    const count = counts.get(wiki.wiki) as Count
    count.rcid++
    count.revision += 1 + random.below(3)
    yield event(random, wiki, count, dt)
  }
}

/** `toISOString`, which would take a quarter of the time, once a second. */
let iso = { second: Number.NaN, text: '' }
function isoTime(ms: number): string {
  const second = Math.floor(ms / 1000)
  if (second !== iso.second) iso = { second, text: new Date(second * 1000).toISOString().slice(0, -4) }
  return `${iso.text}${String(ms - second * 1000).padStart(3, '0')}Z`
}

function event(random: Random, wiki: Place, count: Count, dt: number): GeneratedEvent {
  const draw = random.below(100)
  const type = draw < 52 ? 'categorize' : draw < 94 ? 'edit' : draw < 97 ? 'new' : 'log'
  const page = random.pick(type === 'categorize' ? wiki.pages.categories : wiki.pages.articles)
  const isBot = random.chance(type === 'categorize' ? 0.4 : 0.2)
  const user = isBot ? `${random.pick(wiki.texts.users)}Bot` : userName(random, wiki.texts)
  const server = `https://${wiki.domain}`
  const uri = `${server}/wiki/${page.path}`
  const said = comment(random, wiki, page, type)
  return {
    $schema: '/mediawiki/recentchange/1.0.0',
    meta: {
      uri,
      request_id: random.uuid(),
      id: random.uuid(),
      domain: wiki.domain,
      stream: 'mediawiki.recentchange',
      dt: isoTime(dt),
    },
    id: count.rcid,
    type,
    namespace: page.namespace,
    title: page.title,
    title_url: uri,
    comment: said.text,
    timestamp: Math.floor(dt / 1000) - random.below(3),
    user,
    bot: isBot,
    ...fieldsOf(type, random, wiki, count, page, user, said.text),
    server_url: server,
    server_name: wiki.domain,
    server_script_path: '/w',
    wiki: wiki.wiki,
    parsedcomment: said.html,
  }
}

/** What events of this type have and others have not. */
function fieldsOf(
  type: GeneratedEvent['type'],
  random: Random,
  wiki: Place,
  count: Count,
  page: Page,
  user: string,
  comment: string,
): object {
  if (type === 'log') return logEntry(random, page, user, comment, count.rcid)
  const index = `https://${wiki.domain}/w/index.php`
  const old = count.revision - 1 - random.below(90_000)
  if (type === 'categorize') {
    return { notify_url: `${index}?diff=${count.revision}&oldid=${old}&rcid=${count.rcid}` }
  }
  const minor = random.chance(0.25)
  const size = 200 + random.below(90_000)
  const patrol = wiki.patrols && { patrolled: random.chance(0.5) }
  if (type === 'new') {
    const notify_url = `${index}?oldid=${count.revision}&rcid=${count.rcid}`
    return { notify_url, minor, ...patrol, length: { new: size }, revision: { new: count.revision } }
  }
  return {
    notify_url: `${index}?diff=${count.revision}&oldid=${old}${wiki.patrols ? `&rcid=${count.rcid}` : ''}`,
    minor,
    ...patrol,
    length: { old: size, new: Math.max(0, size + random.below(1200) - 500) },
    revision: { old, new: count.revision },
  }
}

function userName(random: Random, { users }: Language): string {
  const draw = random.below(100)
  const word = (): string => (random.bits() & 0xffff).toString(16).toUpperCase()
  if (draw < 8) return `192.0.2.${random.below(256)}`
  if (draw < 12) return `2001:DB8:${word()}:${word()}:${word()}:${word()}:${word()}:${word()}`
  if (draw < 24) return `~2026-${random.below(100_000)}-${random.below(100)}`
  return draw < 60 ? random.pick(users) : `${random.pick(users)} ${random.below(1000)}`
}

const escaped = (text: string): string =>
  !/[&<>"]/.test(text)
    ? text
    : text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const link = ({ path, title }: Page, label = title): string =>
  `<a href="/wiki/${path}" title="${escaped(title)}">${escaped(label)}</a>`

/** A summary as its author wrote it and as the wiki shows it. */
function comment(random: Random, wiki: Place, page: Page, type: string): { text: string; html: string } {
  const { texts } = wiki
  if (type === 'categorize') {
    const [member, done] = [random.pick(wiki.pages.articles), random.pick(texts.categorized)]
    return { text: `[[:${member.title}]] ${done}`, html: `${link(member)} ${done}` }
  }
  if (wiki.wiki === 'wikidatawiki') {
    const [property, item] = [`P${1 + random.below(12_000)}`, `Q${1 + random.below(130_000_000)}`]
    return {
      text: `/* wbsetclaim-create:2||1 */ [[Property:${property}]]: [[${item}]]`,
      html: `<span dir="auto"><span class="autocomment">Created claim: </span></span> <a href="/wiki/Property:${property}" title="Property:${property}">${property}</a>: <a href="/wiki/${item}" title="${item}"><span class="wb-itemlink"><span class="wb-itemlink-id">(${item})</span></span></a>`,
    }
  }
  const summary = random.chance(0.1) ? '' : random.pick(texts.summaries)
  if (random.chance(0.005)) {
    // As long as a wiki takes them: 500 code points.
    const text = [...`${summary} 🌍🇺🇦👩‍👩‍👧‍👦 `.repeat(60)].slice(0, 500).join('')
    return { text, html: escaped(text) }
  }
  if (random.chance(0.5)) return { text: summary, html: escaped(summary) }
  const section = random.pick(texts.sections)
  const anchor = section.replaceAll(' ', '_')
  return {
    text: `/* ${section} */ ${summary}`.trimEnd(),
    html: `<span class="autocomment"><a href="/wiki/${page.path}#${anchor}" title="${escaped(page.title)}">→<bdi dir="ltr">${escaped(section)}</bdi></a>: </span> ${escaped(summary)}`,
  }
}
