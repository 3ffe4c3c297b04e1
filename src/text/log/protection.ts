import { lasting } from '../format.ts'
import { type Inline, say } from '../inline.ts'
import { asText, type Entry, property } from './entry.ts'
import { bracketed } from './words.ts'

/** `edit and move: sysop, until …; upload: sysop, indefinitely`: kinds of one level and end together. */
function terms(details: readonly unknown[]): string {
  const kinds = new Map<string, string[]>()
  for (const detail of details) {
    const kind = asText(property(detail, 'type'))
    if (kind === undefined) continue
    const level = asText(property(detail, 'level')) ?? 'everyone'
    const term = [level, lasting(asText(property(detail, 'expiry')) ?? '')].filter(Boolean).join(', ')
    kinds.set(term, [...(kinds.get(term) ?? []), kind])
  }
  return [...kinds].map(([term, which]) => `${which.join(' and ')}: ${term}`).join('; ')
}

export const protection =
  (verb: string) =>
  (e: Entry): Inline | undefined => {
    const details = e.value('details')
    const cascading = e.flag('cascade') || e.text(1) === 'cascade'
    // Old entries have the wiki's own words only: "[edit=sysop] (indefinite)".
    const limits = Array.isArray(details) ? terms(details) : e.text('description', 0)
    return say`${verb} ${e.page}${bracketed(limits, cascading && 'cascading')}`
  }
