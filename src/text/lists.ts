import type { Language } from '../language/language.ts'
import { say } from '../language/messages.ts'
import type { Inline } from './inline.ts'

/** Things in a row: "a, b and c"; after ten of them "and 5 more". */
export function enumerate(items: readonly Inline[], language: Language): Inline {
  const rest = items.length - 10
  const shown =
    items.length > 11 ? [...items.slice(0, 10), say(language, 'list.more', { count: rest })] : items
  return shown.flatMap((item, at) => {
    if (at === 0) return item
    return [...say(language, at === shown.length - 1 ? 'list.and' : 'list.comma'), ...item]
  })
}
