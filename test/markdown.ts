/**
 * What Discord makes of Markdown, for tests: written after its client's rules (a simple-markdown with changes, as
 * other parsers of it describe them), not after our own writer.
 */

export interface Shown {
  /** What is to be read, without the marks. */
  readonly text: string
  /** Addresses that can be followed, in order. */
  readonly links: readonly string[]
  /** Emphasis, headings, lists and quotes, mentions, emoji by name, timestamps, previews: everything drawn otherwise. */
  readonly drawn: readonly string[]
}

type Rule = readonly [name: string, pattern: RegExp, draw: (match: RegExpMatchArray) => Partial<Shown>]

const text = (shown: string): Partial<Shown> => ({ text: shown })
const drawn =
  (name: string) =>
  (match: RegExpMatchArray): Partial<Shown> => ({ text: match[0], drawn: [name] })
const inside =
  (name: string, rules: readonly Rule[]) =>
  (match: RegExpMatchArray): Partial<Shown> => {
    const shown = parse(match[1] ?? '', rules)
    return { ...shown, drawn: [name, ...shown.drawn] }
  }

const noLabel =
  /\b(?:https?|discord|steam):\/\/|@everyone|@here|<@|<#|<a?:\w+:\d+>|:\w+:|discord(?:app)?\.\w|(?![™©®\d#*])\p{Emoji_Presentation}|\ufe0f/iu

function maskedLink(match: RegExpMatchArray): Partial<Shown> {
  const [all, label = '', address = ''] = match
  // Discord takes characters without a glyph out of labels, and draws those that may deceive as they were written.
  const visible = label.replace(/\p{Cf}/gu, '')
  if (noLabel.test(visible) || visible.trim() === '' || !/^(?:https?|discord):/.test(address))
    return text(all)
  const shown = parse(visible, inLabels)
  return { text: shown.text, drawn: shown.drawn, links: [address] }
}

const inLabels: Rule[] = []
inLabels.push(
  ['code', /^(`+)([\s\S]*?[^`])\1(?!`)/, (match) => ({ text: match[2] ?? '', drawn: ['code'] })],
  ['bold', /^\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/, (match) => inside('bold', inLabels)(match)],
  ['underline', /^__((?:\\[\s\S]|[^\\])+?)__(?!_)/, (match) => inside('underline', inLabels)(match)],
  [
    'italic',
    /^\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/,
    (match) => inside('italic', inLabels)(match),
  ],
  ['italic', /^_((?:__|\\[\s\S]|[^\\_])+?)_(?!\w)/, (match) => inside('italic', inLabels)(match)],
  ['strike', /^~~([\s\S]+?)~~(?!_)/, (match) => inside('strike', inLabels)(match)],
  ['spoiler', /^\|\|([\s\S]+?)\|\|/, (match) => inside('spoiler', inLabels)(match)],
  ['time', /^<t:-?\d+(?::\w)?>/, drawn('time')],
  ['emoji', /^:\w+:/, drawn('emoji')],
)

const everywhere: Rule[] = []
everywhere.push(
  ['escape', /^\\([^0-9A-Za-z\s])/, (match) => text(match[1] ?? '')],
  ...inLabels.map(
    ([name, pattern, draw]): Rule =>
      ['bold', 'underline', 'italic', 'strike', 'spoiler'].includes(name)
        ? [name, pattern, (match) => inside(name, everywhere)(match)]
        : [name, pattern, draw],
  ),
  ['mention', /^<(?:@[!&]?\d+|#\d+|id:\w+|\/[^:>]+:\d+|a?:\w+:\d+)>/, drawn('mention')],
  ['mention', /^@(?:everyone|here)/, drawn('mention')],
  ['preview', /^<[^: >]+:\/[^ >]+>/, drawn('address')],
  ['preview', /^(?:https?|steam|discord):\/\/[^\s<]+[^<.,:;"'\]\s]/i, drawn('address')],
  ['invite', /^discord(?:app)?\.(?:gg|com|new|gift)\/\w+/i, drawn('invite')],
  [
    'link',
    /^\[((?:\[[^\]]*\]|[^[\]]|\](?=[^[]*\]))*)\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['"]([\s\S]*?)['"])?\s*\)/,
    maskedLink,
  ],
)

const lineStarts = /^[*~_\s]*(?:#{1,3}\s|-#\s|>\s|>>>\s|[-*+]\s|\d+\.\s)/

function parse(source: string, rules: readonly Rule[]): Shown {
  const shown = { text: '', links: [] as string[], drawn: [] as string[] }
  let rest = source
  while (rest !== '') {
    const [match, draw] =
      rules.flatMap(([, pattern, how]) => {
        const found = pattern.exec(rest)
        return found ? [[found, how] as const] : []
      })[0] ?? []
    const part = match && draw ? draw(match) : text(rest[0] ?? '')
    shown.text += part.text ?? ''
    shown.links.push(...(part.links ?? []))
    shown.drawn.push(...(part.drawn ?? []))
    rest = rest.slice(match?.[0].length ?? 1)
  }
  return shown
}

/** A line of a message as it shows. */
export function showMarkdown(line: string): Shown {
  const shown = parse(line, everywhere)
  return {
    ...shown,
    drawn: [
      ...(lineStarts.test(line) ? ['line'] : []),
      ...(line.includes('\n') ? ['break'] : []),
      ...shown.drawn,
    ],
  }
}
