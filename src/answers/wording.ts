/** The words of every answer, in one place. Facts come in, a document goes out; no face is known here. */
import { CHANGE_TYPES } from '../change.ts'
import { type Language, OWN_NAMES } from '../language/language.ts'
import { type BareKey, say, text, word as worded } from '../language/messages.ts'
import { titleUrl, userUrl } from '../links.ts'
import type { Site } from '../site.ts'
import { changeLine } from '../text/change-line.ts'
import { bytes, dayName, duration, hourName, number, percent, plural, utc } from '../text/format.ts'
import type { Inline } from '../text/inline.ts'
import { siteName } from '../wikis/names.ts'
import type {
  Answer,
  Counted,
  Help,
  LanguageTold,
  Pong,
  Recent,
  Refusal,
  ScopeSet,
  Stats,
  Status,
  Top,
  Trend,
} from './answer.ts'
import { countOf, statsChart, sumOf, trendChart } from './charts.ts'
import { usageOf } from './command.ts'
import type { Document, Fact } from './document.ts'
import { wordFeeds } from './feed-wording.ts'
import { filterInWords } from './filter-wording.ts'
import { SPOKEN } from './language.ts'

export function word(answer: Answer, language: Language): Document {
  switch (answer.kind) {
    case 'pong':
      return pong(answer, language)
    case 'scopeSet':
      return scopeSet(answer, language)
    case 'language':
      return languageTold(answer)
    case 'recent':
      return recent(answer, language)
    case 'stats':
      return stats(answer, language)
    case 'trend':
      return trend(answer, language)
    case 'top':
      return top(answer, language)
    case 'status':
      return status(answer, language)
    case 'help':
      return help(answer, language)
    case 'refusal':
      return refusal(answer, language)
    default:
      return wordFeeds(answer, language)
  }
}

const EMPTY = { tone: 'neutral', paragraphs: [], items: [], facts: [], footer: null } as const

function pong({ version, newestAt, age }: Pong, language: Language): Document {
  const fresh =
    newestAt === null || age === null
      ? say(language, 'nothingStored')
      : say(language, 'ping.newest', { age: duration(age / 1000, language), time: utc(newestAt, language) })
  return {
    ...EMPTY,
    language,
    title: say(language, 'ping.title'),
    tone: 'good',
    paragraphs: [fresh],
    footer: `wiki-change-stream ${version}`,
  }
}

function scopeSet({ scope, place }: ScopeSet, language: Language): Document {
  const values = {
    scope: { text: scope.name, bold: true },
    recent: command('!recent'),
    stats: command('!stats'),
  }
  return {
    ...EMPTY,
    language,
    title: say(language, 'setLang.title'),
    tone: 'good',
    paragraphs: [say(language, place === null ? 'setLang.own' : 'setLang.server', values)],
  }
}

/** In the language that it is about. */
function languageTold({ language, chosen }: LanguageTold): Document {
  const name = { text: OWN_NAMES[language], bold: true }
  const paragraphs =
    chosen === 'language'
      ? [say(language, 'language.set', { language: name })]
      : chosen === 'auto'
        ? [say(language, 'language.auto')]
        : [
            say(language, 'language.now', { language: name }),
            say(language, 'language.choose', { command: command('!language uz'), languages: SPOKEN }),
          ]
  return {
    ...EMPTY,
    language,
    title: say(language, 'language.title'),
    tone: chosen === null ? 'neutral' : 'good',
    paragraphs,
  }
}

function recent(answer: Recent, language: Language): Document {
  const { scope, filter, offset, changes, searchedTo, olderQuestion, mixesWikis } = answer
  const title = say(language, 'recent.title', { scope: scope.name })
  const which = filterInWords(filter, language)
  const paragraphs: Inline[] = which === '' ? [] : [[which]]
  const searched =
    searchedTo === null ? [] : [text(language, 'recent.searchedTo', { time: utc(searchedTo, language) })]
  if (changes.length === 0) {
    if (searched.length > 0)
      return {
        ...EMPTY,
        language,
        title,
        paragraphs: [...paragraphs, say(language, 'recent.noneSoFar')],
        footer: searched.join(),
      }
    const instead = command(
      offset !== 0 || which !== '' ? '!recent' : scope.code === '*' ? '!status' : '!setLang *',
    )
    const key = offset !== 0 ? 'recent.noneThatOld' : which === '' ? 'recent.none' : 'recent.noneLikeThat'
    return {
      ...EMPTY,
      language,
      title,
      paragraphs: [...paragraphs, say(language, key, { command: instead })],
    }
  }
  const range =
    offset === null
      ? text(language, 'recent.newestFirst')
      : text(language, 'recent.range', { from: offset + 1, to: offset + changes.length })
  const next = olderQuestion === null ? [] : [text(language, 'recent.older', { command: olderQuestion })]
  return {
    ...EMPTY,
    language,
    title,
    paragraphs,
    items: changes.map((change) => ({
      at: change.at,
      line: changeLine(change, language, { showWiki: mixesWikis }),
    })),
    footer: [range, ...searched, ...next].join(' · '),
  }
}

function stats(answer: Stats, language: Language): Document {
  const { scope, day, isToday, stats, busiestHour, stored } = answer
  const title = say(language, isToday ? 'stats.titleToday' : 'stats.title', { day, scope: scope.name })
  if (stats.total === 0) {
    const span =
      stored === null
        ? say(language, 'nothingStored')
        : say(language, 'stats.stored', { from: utc(stored.from, language), to: utc(stored.to, language) })
    return { ...EMPTY, language, title, paragraphs: [[...say(language, 'stats.none'), ' ', ...span]] }
  }
  const share = (count: number) => shareOf(count, stats.total, language)
  const types = CHANGE_TYPES.filter((type) => stats.types[type] > 0).map((type) =>
    fact(language, `type.${type}`, share(stats.types[type])),
  )
  const busiest =
    busiestHour === null
      ? []
      : [
          fact(
            language,
            'stats.busiest',
            say(language, 'stats.busiestHour', {
              hour: text(language, 'time.fromTo', {
                from: hourName(busiestHour),
                to: hourName(busiestHour + 1),
              }),
              count: stats.hours[busiestHour] ?? 0,
            }),
          ),
        ]
  const chart = statsChart(answer, language)
  return {
    ...EMPTY,
    language,
    title,
    paragraphs: [[{ text: plural(stats.total, 'unit.changes', language), bold: true }]],
    facts: [
      ...types,
      fact(language, 'stats.people', share(stats.humans)),
      fact(language, 'stats.bots', share(stats.bots)),
      fact(language, 'stats.added', [bytes(stats.bytesAdded, language)]),
      fact(language, 'stats.removed', [bytes(stats.bytesRemoved, language)]),
      ...busiest,
      ...usual(answer, language),
    ],
    ...(chart !== null && { chart }),
    footer: text(language, 'stats.utc'),
  }
}

/** What is usual in the hours that are known whole, and how far this day is from it. */
function usual({ hours, usual, isToday }: Stats, language: Language): Fact[] {
  if (usual === null) return []
  const compared = hours.flatMap((hour, i) => {
    const mean = usual.hours[i] ?? null
    return hour.known === 'whole' && mean !== null ? [{ mean, count: countOf(hour), i }] : []
  })
  const sum = compared.reduce((total, hour) => total + hour.mean, 0)
  if (sum === 0) return []
  const count = compared.reduce((total, hour) => total + hour.count, 0)
  const isFromMidnight = compared.at(-1)?.i === compared.length - 1
  const values = { mean: Math.round(sum), difference: percent(count / sum - 1, language) }
  const value =
    compared.length === 24
      ? say(language, 'stats.compared', values)
      : isToday && isFromMidnight
        ? say(language, 'stats.comparedBy', { ...values, hour: hourName(compared.length) })
        : say(language, 'stats.comparedIn', { ...values, hours: compared.length })
  return [{ name: text(language, 'stats.usual', { days: usual.days }), value }]
}

function trend(answer: Trend, language: Language): Document {
  const { scope, days } = answer
  const title = say(language, 'trend.title', { days: days.length, scope: scope.name })
  const sum = sumOf(days)
  const total = countOf(sum)
  if (total === 0) return { ...EMPTY, language, title, paragraphs: [say(language, 'trend.none')] }
  const whole = days.filter(({ known }) => known === 'whole')
  const by = (a: Counted, b: Counted) => countOf(b) - countOf(a)
  const onDay = (day: Counted | undefined): Inline =>
    day === undefined
      ? ['–']
      : say(language, 'trend.onDay', { day: dayName(day.at, language), count: countOf(day) })
  const chart = trendChart(answer, language)
  const average = Math.round(countOf(sumOf(whole)) / whole.length)
  return {
    ...EMPTY,
    language,
    title,
    paragraphs: [[{ text: plural(total, 'unit.changes', language), bold: true }]],
    facts: [
      fact(language, 'stats.people', shareOf(sum.humans, total, language)),
      fact(language, 'stats.bots', shareOf(sum.bots, total, language)),
      ...(whole.length === 0
        ? []
        : [
            fact(language, 'trend.average', [number(average, language)]),
            fact(language, 'trend.most', onDay(whole.toSorted(by)[0])),
            fact(language, 'trend.least', onDay(whole.toSorted(by).at(-1))),
          ]),
      ...lastWeek(days, language),
    ],
    ...(chart !== null && { chart }),
    footer: [
      text(language, 'trend.utc'),
      ...(whole.length === 0 || whole.length === days.length
        ? []
        : [text(language, 'trend.ofWhole', { days: whole.length })]),
    ].join(' · '),
  }
}

/** The last seven days that are over beside the seven before, where all of them are stored whole. */
function lastWeek(days: readonly Counted[], language: Language): Fact[] {
  const over = days.slice(-15, -1)
  if (over.length < 14 || over.some(({ known }) => known !== 'whole')) return []
  const [before, last] = [countOf(sumOf(over.slice(0, 7))), countOf(sumOf(over.slice(7)))]
  if (before === 0) return []
  const difference = percent(last / before - 1, language)
  return [fact(language, 'trend.lastWeek', say(language, 'trend.toWeekBefore', { count: last, difference }))]
}

const fact = (language: Language, name: BareKey, value: Inline): Fact => ({
  name: text(language, name),
  value,
})

function shareOf(count: number, total: number, language: Language): Inline {
  const value = number(Math.round((100 * count) / total), language)
  return say(language, 'stats.share', { count, percent: text(language, 'unit.percent', { value }) })
}

function top(answer: Top, language: Language): Document {
  const { scope, by, hours, entries, countedFrom, isWhole, mixesWikis } = answer
  const title = say(language, `top.${by}`, { hours, scope: scope.name })
  const counted = text(language, `top.counted.${by}`)
  const since = isWhole ? [] : [text(language, 'top.countedFrom', { time: utc(countedFrom, language) })]
  if (entries.length === 0) return { ...EMPTY, language, title, paragraphs: [say(language, 'top.none')] }
  return {
    ...EMPTY,
    language,
    title,
    items: entries.map(({ name, site, changes, bots, isAtLeast }, i) => {
      const count = plural(changes, 'unit.changes', language)
      const said = isAtLeast ? text(language, 'top.atLeast', { changes: count }) : count
      const percentage = text(language, 'unit.percent', {
        value: number(Math.round((100 * bots) / changes), language),
      })
      return {
        at: null,
        line: [
          `${i + 1}. `,
          ...topName(by, name, site, mixesWikis, language),
          ' · ',
          said,
          ...(bots === 0 ? [] : [' · ', text(language, 'top.bots', { percent: percentage })]),
        ],
      }
    }),
    footer: [counted, ...since].join(' · '),
  }
}

function topName(by: Top['by'], name: string, site: Site, mixesWikis: boolean, language: Language): Inline {
  if (by === 'wikis') return [{ text: siteName(site, language), bold: true }, ` (${site.domain})`]
  const link = by === 'pages' ? titleUrl(site, name) : userUrl(site, name)
  const where = by === 'pages' && mixesWikis ? [` (${site.wiki})`] : []
  return [{ text: name, bold: true, link, quoted: true }, ...where]
}

function status(answer: Status, language: Language): Document {
  const { lagSeconds, perSecond, stored, changes, deadLetters, gaps } = answer
  const missing = gaps.filter(({ state }) => state !== 'refilled')
  const seconds = missing.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0)
  const rate = perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond)
  const none = say(language, 'status.none')
  const covers =
    stored === null
      ? []
      : say(language, 'time.fromTo', { from: utc(stored.from, language), to: utc(stored.to, language) })
  return {
    ...EMPTY,
    language,
    title: say(language, 'status.title'),
    tone: missing.length === 0 ? 'good' : 'bad',
    facts: [
      fact(
        language,
        'status.lag',
        lagSeconds === null ? say(language, 'status.nothingStored') : [duration(lagSeconds, language)],
      ),
      ...(answer.uptimeSeconds === null
        ? []
        : [fact(language, 'status.uptime', [duration(answer.uptimeSeconds, language)])]),
      fact(language, 'status.rate', say(language, 'status.perSecond', { rate })),
      fact(language, 'status.stored', [
        [plural(changes, 'unit.changes', language), bytes(answer.bytes, language)].join(
          text(language, 'list.comma'),
        ),
      ]),
      ...(covers.length === 0 ? [] : [fact(language, 'status.covers', covers)]),
      fact(
        language,
        'status.gaps',
        missing.length === 0
          ? none
          : say(language, 'status.gapsInAll', { count: missing.length, time: duration(seconds, language) }),
      ),
      fact(language, 'status.unreadable', deadLetters === 0 ? none : [number(deadLetters, language)]),
    ],
    // The latest ones; `--json` has them all.
    items: gaps.slice(-10).map(({ source, from, to, state, reason }) => ({
      at: null,
      line: say(language, 'status.gap', {
        state: { text: text(language, `status.${state}`), bold: true },
        source,
        from: utc(from, language),
        to: utc(to, language),
        reason,
      }),
    })),
  }
}

function help({ scope, commands }: Help, language: Language): Document {
  return {
    ...EMPTY,
    language,
    title: say(language, 'help.title'),
    paragraphs: [say(language, 'help.scope', { scope: { text: scope.name, bold: true } })],
    items: commands.map((each) => ({
      at: null,
      line: say(language, 'help.command', {
        usage: command(`!${usageOf(each, language)}`),
        purpose: say(language, each.purpose),
        example: command(each.example),
      }),
    })),
  }
}

function refusal({ problem, accepts, example, nearest }: Refusal, language: Language): Document {
  return {
    ...EMPTY,
    language,
    title: say(language, 'refusal.title'),
    tone: 'bad',
    paragraphs: [
      worded(language, problem),
      say(language, 'refusal.accepted', { accepts, example: command(example) }),
    ],
    items: nearest.map(({ code, name }) => ({
      at: null,
      line: say(language, 'refusal.didYouMean', { command: command(`!setLang ${code}`), name }),
    })),
  }
}

const command = (text: string) => ({ text, code: true })
