/** The words of every answer. Facts come in, a document goes out; no face is known here. */
import { type Language, OWN_NAMES } from '../language/language.ts'
import { known, say, text, word as worded } from '../language/messages.ts'
import { changeLine } from '../text/change-line.ts'
import { bytes, duration, number, plural, utc } from '../text/format.ts'
import type { Inline } from '../text/inline.ts'
import type {
  Answer,
  CommandInfo,
  Help,
  LanguageTold,
  Pong,
  Recent,
  Refusal,
  ScopeSet,
  Status,
} from './answer.ts'
import { usageOf } from './command.ts'
import { digest } from './digest-wording.ts'
import { type Document, EMPTY } from './document.ts'
import { wordFeeds } from './feed-wording.ts'
import { fact, stats, trend } from './figures-wording.ts'
import { filterInWords } from './filter-wording.ts'
import { SPOKEN } from './language.ts'
import { top } from './top-wording.ts'

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
    case 'digest':
      return digest(answer, language)
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
        reason: known(['gap.expired', 'gap.refused'], reason),
      }),
    })),
  }
}

function help({ isOverview, scope, commands }: Help, language: Language): Document {
  return {
    ...EMPTY,
    language,
    title: say(language, 'help.title'),
    isOverview: true,
    paragraphs: [
      say(language, 'help.scope', { scope: { text: scope.name, bold: true } }),
      ...(isOverview ? [say(language, 'help.more', { command: command('!help recent') })] : []),
    ],
    items: commands.map((each) => ({
      at: null,
      line: say(language, 'help.command', {
        usage: usage(each, isOverview, language),
        purpose: say(language, each.purpose),
        example: command(each.example),
      }),
    })),
  }
}

/** How a command is typed; in an overview without what is said by a word of its own, which is much. */
function usage({ name, parameters }: CommandInfo, isOverview: boolean, language: Language): Inline {
  const shown = isOverview ? parameters.filter(({ word }) => word === undefined) : parameters
  const typed = usageOf({ name, parameters: shown }, language)
  return [command(`!${name}`), typed.slice(name.length)]
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
