/** The words of what has most changes. */
import type { TopEntry } from '../contracts.ts'
import type { Language } from '../language/language.ts'
import { say, text } from '../language/messages.ts'
import { titleUrl, userUrl } from '../links.ts'
import { number, plural, utc } from '../text/format.ts'
import type { Inline } from '../text/inline.ts'
import { siteName } from '../wikis/names.ts'
import type { Top } from './answer.ts'
import { type Document, EMPTY } from './document.ts'

export function top(answer: Top, language: Language): Document {
  const { scope, by, hours, entries, countedFrom, isWhole, mixesWikis } = answer
  const title = say(language, `top.${by}`, { hours, scope: scope.name })
  const counted = text(language, `top.counted.${by}`)
  const since = isWhole ? [] : [text(language, 'top.countedFrom', { time: utc(countedFrom, language) })]
  if (entries.length === 0) return { ...EMPTY, language, title, paragraphs: [say(language, 'top.none')] }
  return {
    ...EMPTY,
    language,
    title,
    items: entries.map((entry, i) => ({
      at: null,
      line: [`${i + 1}. `, ...topLine(entry, by, mixesWikis, language)],
    })),
    footer: [counted, ...since].join(' · '),
  }
}

/** Who or what, and how often. */
export function topLine(
  { name, site, changes, bots, isAtLeast }: TopEntry,
  by: Top['by'],
  mixesWikis: boolean,
  language: Language,
): Inline {
  const count = plural(changes, 'unit.changes', language)
  const percent = text(language, 'unit.percent', {
    value: number(Math.round((100 * bots) / changes), language),
  })
  return [
    ...nameIn(by, name, site, mixesWikis, language),
    ' · ',
    isAtLeast ? text(language, 'top.atLeast', { changes: count }) : count,
    ...(bots === 0 ? [] : [' · ', text(language, 'top.bots', { percent })]),
  ]
}

function nameIn(
  by: Top['by'],
  name: string,
  site: TopEntry['site'],
  mixesWikis: boolean,
  language: Language,
): Inline {
  if (by === 'wikis') return [{ text: siteName(site, language), bold: true }, ` (${site.domain})`]
  const link = by === 'pages' ? titleUrl(site, name) : userUrl(site, name)
  const where = by === 'pages' && mixesWikis ? [` (${site.wiki})`] : []
  return [{ text: name, bold: true, link, quoted: true }, ...where]
}
