import type { Language } from '../language/language.ts'
import { type BareKey, say } from '../language/messages.ts'
import { contributionsUrl, talkUrl, titleUrl, userUrl } from '../links.ts'
import type { Site } from '../site.ts'
import type { Inline, Span } from './inline.ts'

/** Words of ours with emphasis, or with a way to go. */
export const styled = (language: Language, key: BareKey, style: Omit<Span, 'text'>): Inline =>
  say(language, key).map((item) =>
    typeof item === 'string' ? { text: item, ...style } : { ...item, ...style },
  )

/** What a wiki hides, or an event does not name. */
export const hidden = (language: Language): Inline => styled(language, 'line.hidden', { strike: true })

/** A page by its title, linked. */
export const page = (site: Site, title: string, language: Language): Inline =>
  title === '' ? hidden(language) : [{ text: title, link: titleUrl(site, title) }]

/** Ways to go, in brackets: ` (talk | contribs)`. */
export const asides = (
  language: Language,
  ...ways: readonly (readonly [name: BareKey, address: string])[]
): Inline =>
  ways.length === 0
    ? []
    : [
        ...ways.flatMap(
          ([name, link], at): Inline => [
            { text: at === 0 ? ' (' : ' | ', aside: true },
            ...styled(language, name, { link, aside: true }),
          ],
        ),
        { text: ')', aside: true },
      ]

/** An account or address, linked, with the ways to its talk page and its contributions. */
export function account(site: Site, name: string | null, language: Language): Inline {
  if (name === null || name === '') return hidden(language)
  // No name of this wiki: an account of another one ("wikidata>Name"), or the number of an automatic block.
  if (/[>#]/.test(name)) return [name]
  const link = userUrl(site, name)
  const contributions = contributionsUrl(site, name)
  return [
    { text: name, link },
    ...asides(
      language,
      ['line.talk', talkUrl(site, name)],
      ...(link === contributions ? [] : [['line.contribs', contributions] as const]),
    ),
  ]
}
