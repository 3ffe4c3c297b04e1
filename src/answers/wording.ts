/** The words of every answer, in one place. Facts come in, a document goes out; no face is known here. */
import { CHANGE_TYPES, type ChangeType } from '../change.ts'
import { changeLine } from '../text/change-line.ts'
import { bytes, duration, number, plural, utc } from '../text/format.ts'
import type { Inline } from '../text/inline.ts'
import type { Answer, Help, Pong, Recent, Refusal, ScopeSet, Stats, Status } from './answer.ts'
import type { Document, Fact } from './document.ts'

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
    case 'status':
      return status(answer)
    case 'help':
      return help(answer)
    case 'refusal':
      return refusal(answer)
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

function stats({ scope, day, isToday, stats, busiestHour, stored }: Stats): Document {
  const title = `${day}${isToday ? ' (today, so far)' : ''} · ${scope.name}`
  if (stats.total === 0) {
    const span =
      stored === null ? 'Nothing is stored yet.' : `Stored is ${utc(stored.from)} to ${utc(stored.to)}.`
    return { ...EMPTY, title, paragraphs: [[`No changes on this day. ${span}`]] }
  }
  const share = (part: number) => `${number(part)} (${Math.round((100 * part) / stats.total)} %)`
  const types = CHANGE_TYPES.filter((type) => stats.types[type] > 0).map(
    (type): Fact => ({ name: TYPE_NAMES[type], value: [share(stats.types[type])] }),
  )
  const hour = (hour: number) => `${String(hour).padStart(2, '0')}:00`
  const busiest: Fact[] =
    busiestHour === null
      ? []
      : [
          {
            name: 'Busiest hour',
            value: [
              `${hour(busiestHour)} to ${hour(busiestHour + 1)}: ${number(stats.hours[busiestHour] ?? 0)}`,
            ],
          },
        ]
  return {
    ...EMPTY,
    title,
    paragraphs: [[{ text: plural(stats.total, 'change'), bold: true }], hoursChart(stats.hours)],
    facts: [
      ...types,
      { name: 'People', value: [share(stats.humans)] },
      { name: 'Bots', value: [share(stats.bots)] },
      { name: 'Text added', value: [bytes(stats.bytesAdded)] },
      { name: 'Text removed', value: [bytes(stats.bytesRemoved)] },
      ...busiest,
    ],
    footer: 'Days and hours are UTC',
  }
}

const TYPE_NAMES: Readonly<Record<ChangeType, string>> = {
  edit: 'Edits',
  new: 'New pages',
  log: 'Log entries',
  categorize: 'Categorisations',
  external: 'Wikidata changes',
}

/** The day's hours as a row of bars. */
function hoursChart(hours: readonly number[]): Inline {
  const most = Math.max(...hours)
  const bars = hours.map((value) => (value === 0 ? '·' : BARS[Math.ceil((value / most) * BARS.length) - 1]))
  return [{ text: `00 ${bars.join('')} 24`, code: true }]
}
const BARS = [...'▁▂▃▄▅▆▇█']

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
