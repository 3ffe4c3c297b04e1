import type { Change } from '../../change.ts'
import type { Language } from '../../language/language.ts'
import { say } from '../../language/messages.ts'
import { clean } from '../clean.ts'
import type { Inline } from '../inline.ts'
import { readWikitext } from '../summary.ts'
import { core } from './core.ts'
import { type Entry, entryOf } from './entry.ts'
import { extensions } from './extensions.ts'
import type { Row } from './words.ts'

const rows: ReadonlyMap<string, Row> = new Map(Object.entries({ ...core, ...extensions }))

/** The icon of the first action of each type, for actions that are not in the table. */
const icons: ReadonlyMap<string | null, string> = new Map(
  [...rows].reverse().map(([key, [icon]]) => [key.slice(0, key.indexOf('/')), icon]),
)

/**
 * What a log entry says happened, verb first, and its icon: in words of ours where the action is known and its
 * parameters say what they should, else in those of the wiki, else by its type and action. Never empty, whatever
 * was sent.
 */
export function logWords(change: Change, language: Language): { icon: string; words: Inline } {
  const { type = null, action = null } = change.log ?? {}
  const [icon, words] = rows.get(`${type}/${action}`) ?? [icons.get(type) ?? '📜']
  const entry = entryOf(change, language)
  return { icon, words: words?.(entry) ?? wikiWords(change) ?? typeWords(type, action, entry) }
}

function typeWords(type: string | null, action: string | null, { language, page }: Entry): Inline {
  const named = (name: string | null): Inline => (name ? [name] : say(language, 'log.unknown'))
  return say(language, 'log.entryOf', { entry: [...named(type), '/', ...named(action)], page })
}

/** No log entry is longer, but what is read here may come from anywhere. */
const longest = 2_000

/**
 * The wiki's own text of the entry (`log_action_comment`), in its language: links as links, without the name it may
 * begin with and the summary at its end, which stand in the line already.
 */
function wikiWords(change: Change): Inline | undefined {
  let text = (change.log?.text ?? '').slice(0, longest)
  if (change.user !== null && text.startsWith(`${change.user} `)) text = text.slice(change.user.length)
  const comment = change.comment || null
  if (comment !== null && text.endsWith(comment)) {
    text = text.slice(0, -comment.length).replace(/:\s*$/, '')
  }
  const words = readWikitext(text.replace(/<\/?\w+[^<>]*>|'''?/g, '').trim(), change)
  return words.some((span) => clean(span.text).trim() !== '') ? words : undefined
}
