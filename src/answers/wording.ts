/** The words of every answer, in one place. Facts come in, a document goes out; no face is known here. */
import { CHANGE_TYPES, type ChangeType } from '../change.ts'
import { changeLine } from '../text/change-line.ts'
import { bytes, dayName, duration, hourName, number, percent, plural, utc } from '../text/format.ts'
import type {
  Answer,
  Counted,
  Help,
  Pong,
  Recent,
  Refusal,
  ScopeSet,
  Stats,
  Status,
  Trend,
} from './answer.ts'
import { countOf, statsChart, sumOf, trendChart } from './charts.ts'
import type { Document, Fact } from './document.ts'
import { wordFeeds } from './feed-wording.ts'

export function word(answer: Answer): Document {
  switch (answer.kind) {
    case 'pong':
      return pong(answer)
    case 'scopeSet':
      return scopeSet(answer)
    case 'recent':
      return recent(answer)
    case 'stats':
      return stats(answer)
    case 'trend':
      return trend(answer)
    case 'status':
      return status(answer)
    case 'help':
      return help(answer)
    case 'refusal':
      return refusal(answer)
    default:
      return wordFeeds(answer)
  }
}

const EMPTY = { tone: 'neutral', paragraphs: [], items: [], facts: [], footer: null } as const

function pong({ version, newestAt, age }: Pong): Document {
  const fresh =
    newestAt === null || age === null
      ? 'Nothing is stored yet.'
      : `The newest change I know of is ${duration(age / 1000)} old (${utc(newestAt)}).`
  return {
    ...EMPTY,
    title: '🏓 Pong!',
    tone: 'good',
    paragraphs: [[fresh]],
    footer: `wiki-change-stream ${version}`,
  }
}

function scopeSet({ scope, place }: ScopeSet): Document {
  return {
    ...EMPTY,
    title: 'Saved',
    tone: 'good',
    paragraphs: [
      [
        place === null ? 'From now on you hear about ' : `From now on ${place} hears about `,
        { text: scope.name, bold: true },
        '. Try ',
        command('!recent'),
        ' or ',
        command('!stats'),
        '.',
      ],
    ],
  }
}

function recent({ scope, offset, limit, changes, older, mixesWikis }: Recent): Document {
  const title = `Latest changes · ${scope.name}`
  if (changes.length === 0) {
    const none = offset === 0 ? 'Nothing is stored yet for this choice.' : 'Nothing that old is stored.'
    const instead = offset !== 0 ? '!recent' : scope.code === '*' ? '!status' : '!setLang *'
    return { ...EMPTY, title, paragraphs: [[none, ' Try ', command(instead), '.']] }
  }
  const range = offset === null ? '' : `${number(offset + 1)} to ${number(offset + changes.length)}, `
  const next =
    offset !== null && older !== null && offset + limit <= 10_000
      ? ` · older: !recent ${offset + limit} ${limit}`
      : ''
  return {
    ...EMPTY,
    title,
    items: changes.map((change) => ({ at: change.at, line: changeLine(change, { showWiki: mixesWikis }) })),
    footer: `${range}newest first${next}`,
  }
}

function stats(answer: Stats): Document {
  const { scope, day, isToday, stats, busiestHour, stored } = answer
  const title = `${day}${isToday ? ' (today, so far)' : ''} · ${scope.name}`
  if (stats.total === 0) {
    const span =
      stored === null ? 'Nothing is stored yet.' : `Stored is ${utc(stored.from)} to ${utc(stored.to)}.`
    return { ...EMPTY, title, paragraphs: [[`No changes on this day. ${span}`]] }
  }
  const types = CHANGE_TYPES.filter((type) => stats.types[type] > 0).map((type) =>
    fact(TYPE_NAMES[type], share(stats.types[type], stats.total)),
  )
  const busiest =
    busiestHour === null
      ? []
      : [
          fact(
            'Busiest hour',
            `${hourName(busiestHour)} to ${hourName(busiestHour + 1)}: ${number(stats.hours[busiestHour] ?? 0)}`,
          ),
        ]
  const chart = statsChart(answer)
  return {
    ...EMPTY,
    title,
    paragraphs: [[{ text: plural(stats.total, 'change'), bold: true }]],
    facts: [
      ...types,
      fact('People', share(stats.humans, stats.total)),
      fact('Bots', share(stats.bots, stats.total)),
      fact('Text added', bytes(stats.bytesAdded)),
      fact('Text removed', bytes(stats.bytesRemoved)),
      ...busiest,
      ...usual(answer),
    ],
    ...(chart !== null && { chart }),
    footer: 'Days and hours are UTC',
  }
}

/** What is usual in the hours that are known whole, and how far this day is from it. */
function usual({ hours, usual, isToday }: Stats): Fact[] {
  if (usual === null) return []
  const compared = hours.flatMap((hour, i) => {
    const mean = usual.hours[i] ?? null
    return hour.known === 'whole' && mean !== null ? [{ mean, count: countOf(hour), i }] : []
  })
  const mean = compared.reduce((sum, hour) => sum + hour.mean, 0)
  if (mean === 0) return []
  const count = compared.reduce((sum, hour) => sum + hour.count, 0)
  const isFromMidnight = compared.at(-1)?.i === compared.length - 1
  const when =
    compared.length === 24
      ? ''
      : isToday && isFromMidnight
        ? ` by ${hourName(compared.length)}`
        : ` in the ${plural(compared.length, 'hour')} that can be compared`
  return [
    fact(
      usual.days === 1 ? 'The day before' : `Average of ${usual.days} days before`,
      `${number(Math.round(mean))}${when} (this day ${percent(count / mean - 1)})`,
    ),
  ]
}

function trend(answer: Trend): Document {
  const { scope, days } = answer
  const title = `Last ${plural(days.length, 'day')} · ${scope.name}`
  const sum = sumOf(days)
  const total = countOf(sum)
  if (total === 0) return { ...EMPTY, title, paragraphs: [['No changes in these days are stored.']] }
  const whole = days.filter(({ known }) => known === 'whole')
  const by = (a: Counted, b: Counted) => countOf(b) - countOf(a)
  const onDay = (day: Counted | undefined) =>
    day === undefined ? '–' : `${dayName(day.at)}: ${number(countOf(day))}`
  const chart = trendChart(answer)
  return {
    ...EMPTY,
    title,
    paragraphs: [[{ text: plural(total, 'change'), bold: true }]],
    facts: [
      fact('People', share(sum.humans, total)),
      fact('Bots', share(sum.bots, total)),
      ...(whole.length === 0
        ? []
        : [
            fact('Average per day', number(Math.round(countOf(sumOf(whole)) / whole.length))),
            fact('Most', onDay(whole.toSorted(by)[0])),
            fact('Least', onDay(whole.toSorted(by).at(-1))),
          ]),
      ...lastWeek(days),
    ],
    ...(chart !== null && { chart }),
    footer: `Days are UTC${whole.length === 0 || whole.length === days.length ? '' : ` · average, most and least of the ${plural(whole.length, 'day')} stored whole`}`,
  }
}

/** The last seven days that are over beside the seven before, where all of them are stored whole. */
function lastWeek(days: readonly Counted[]): Fact[] {
  const over = days.slice(-15, -1)
  if (over.length < 14 || over.some(({ known }) => known !== 'whole')) return []
  const [before, last] = [countOf(sumOf(over.slice(0, 7))), countOf(sumOf(over.slice(7)))]
  return before === 0
    ? []
    : [fact('Last 7 days', `${number(last)} (${percent(last / before - 1)} to the 7 before)`)]
}

const fact = (name: string, value: string): Fact => ({ name, value: [value] })
const share = (part: number, total: number): string =>
  `${number(part)} (${Math.round((100 * part) / total)} %)`

const TYPE_NAMES: Readonly<Record<ChangeType, string>> = {
  edit: 'Edits',
  new: 'New pages',
  log: 'Log entries',
  categorize: 'Categorisations',
  external: 'Wikidata changes',
}

function status(answer: Status): Document {
  const { lagSeconds, perSecond, stored, changes, deadLetters, gaps } = answer
  const missing = gaps.filter(({ state }) => state !== 'refilled')
  const seconds = missing.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0)
  const rate = perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond)
  return {
    ...EMPTY,
    title: 'Status',
    tone: missing.length === 0 ? 'good' : 'bad',
    facts: [
      { name: 'Lag', value: [lagSeconds === null ? 'nothing is stored yet' : duration(lagSeconds)] },
      { name: 'Rate', value: [`${number(rate)} changes a second`] },
      { name: 'Stored', value: [`${plural(changes, 'change')}, ${bytes(answer.bytes)}`] },
      ...(stored === null ? [] : [{ name: 'Covers', value: [`${utc(stored.from)} to ${utc(stored.to)}`] }]),
      {
        name: 'Gaps',
        value: [missing.length === 0 ? 'none' : `${missing.length}, ${duration(seconds)} in all`],
      },
      { name: 'Unreadable events', value: [deadLetters === 0 ? 'none' : number(deadLetters)] },
    ],
    // The latest ones; `--json` has them all.
    items: gaps.slice(-10).map(({ source, from, to, state, reason }) => ({
      at: null,
      line: [
        { text: `${state}: `, bold: true },
        `no changes of ${source} from ${utc(from)} to ${utc(to)} (${reason})`,
      ],
    })),
  }
}

function help({ scope, commands }: Help): Document {
  return {
    ...EMPTY,
    title: 'What you can ask',
    paragraphs: [['You hear about ', { text: scope.name, bold: true }, '.']],
    items: commands.map(({ usage, purpose, example }) => ({
      at: null,
      line: [command(`!${usage}`), ` ${purpose}. Example: `, command(example)],
    })),
  }
}

function refusal({ problem, accepts, example, nearest }: Refusal): Document {
  return {
    ...EMPTY,
    title: 'That did not work',
    tone: 'bad',
    paragraphs: [[problem], ['Accepted: ', accepts, '. Example: ', command(example)]],
    items: nearest.map(({ code, name }) => ({
      at: null,
      line: ['Did you mean ', command(`!setLang ${code}`), ` ${name}?`],
    })),
  }
}

const command = (text: string) => ({ text, code: true })
