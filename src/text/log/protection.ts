import { say } from '../../language/messages.ts'
import { lasting } from '../format.ts'
import type { Inline } from '../inline.ts'
import { asText, type Entry, property } from './entry.ts'
import { bracketed, followed, texts } from './words.ts'

/** `edit and move: sysop, until …`, `upload: sysop, indefinitely`: kinds of one level and end together. */
function terms(details: readonly unknown[], { language }: Entry): Inline[] {
  const kinds = new Map<string, { which: string[]; term: Inline }>()
  for (const detail of details) {
    const kind = asText(property(detail, 'type'))
    if (kind === undefined) continue
    const level = asText(property(detail, 'level'))
    const until = lasting(asText(property(detail, 'expiry')) ?? '', language)
    const same = `${level} ${until}`
    const term = [
      ...(level === undefined ? say(language, 'log.everyone') : [level]),
      ...(until === '' ? [] : [...say(language, 'list.comma'), until]),
    ]
    kinds.set(same, { which: [...(kinds.get(same)?.which ?? []), kind], term })
  }
  return [...kinds.values()].map(({ which, term }) => [
    ...texts(which, language),
    ...say(language, 'list.colon'),
    ...term,
  ])
}

export const protection =
  (key: 'log.protected' | 'log.reprotected') =>
  (e: Entry): Inline | undefined => {
    const details = e.value('details')
    const cascading = e.flag('cascade') || e.text(1) === 'cascade'
    // Old entries have the wiki's own words only: "[edit=sysop] (indefinite)".
    const limits = Array.isArray(details) ? terms(details, e) : [e.text('description', 0)]
    return followed(
      e.say(key, { page: e.page }),
      bracketed([...limits, cascading && say(e.language, 'log.cascading')], e.language),
    )
  }
