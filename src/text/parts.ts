import { contributionsUrl, talkUrl, titleUrl, userUrl } from '../links.ts'
import type { Site } from '../site.ts'
import type { Inline, Span } from './inline.ts'

/** What a wiki hides, or an event does not name. */
export const hidden: Span = { text: 'hidden', strike: true }

/** A page by its title, linked. */
export const page = (site: Site, title: string): Span =>
  title === '' ? hidden : { text: title, link: titleUrl(site, title) }

/** Ways to go, in brackets: ` (talk | contribs)`. */
export const asides = (...ways: readonly (readonly [name: string, address: string])[]): Inline =>
  ways.length === 0
    ? []
    : [
        ...ways.flatMap(([text, link], at): Span[] => [
          { text: at === 0 ? ' (' : ' | ', aside: true },
          { text, link, aside: true },
        ]),
        { text: ')', aside: true },
      ]

/** An account or address, linked, with the ways to its talk page and its contributions. */
export function account(site: Site, name: string | null): Inline {
  if (name === null || name === '') return [hidden]
  // No name of this wiki: an account of another one ("wikidata>Name"), or the number of an automatic block.
  if (/[>#]/.test(name)) return [name]
  const link = userUrl(site, name)
  const contributions = contributionsUrl(site, name)
  return [
    { text: name, link },
    ...asides(
      ['talk', talkUrl(site, name)],
      ...(link === contributions ? [] : [['contribs', contributions] as const]),
    ),
  ]
}
