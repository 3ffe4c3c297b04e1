import { canonicalLanguage, knownWikis, languageProjects } from './catalogue.ts'

/** The projects that have a domain of their own, `wikidata` for `….wikidata.org`. */
const domainProjects = new Set([...languageProjects, 'wikidata', 'wikifunctions', 'mediawiki', 'wikimedia'])

/**
 * Whether `text` has the form of a language code: `en`, `arz`, `zh-min-nan`, `simple`; not `www`, nor `mul`, which
 * says "several". Every language that `identifySite` names has this form, and no database name of Wikimedia's has.
 */
export const isLanguageLike = (text: string): boolean =>
  /^(?:(?!www$|mul$)[a-z]{2,3}(?:-[a-z]+)*|simple)$/.test(text)

/**
 * Language and project of a wiki. The catalogue decides, where it has that database name at that host; a name alone
 * proves nothing (anybody may call a database `testwiki`). Any other wiki is read from its host name, so a wiki
 * that Wikimedia opens tomorrow is known too; outside of Wikimedia's domains nothing is guessed.
 *
 * A wiki of no single language has `null` for it. So have the test wikis, Nostalgia and the like: they belong to
 * their project but are nobody's language, and who asks for English must not get tests. On `wikimedia.org` the
 * first label of a chapter is a country (`se` is Sweden), never a language.
 */
export function identifySite(
  wiki: string,
  domain: string,
): { language: string | null; project: string | null } {
  const known = knownWikis.get(wiki)
  if (known?.domain === domain) return { language: known.language, project: known.project }

  const [, label, project] = /^(?:(.+)\.)?([^.]+)\.org$/.exec(domain) ?? []
  if (project === undefined || !domainProjects.has(project)) return { language: null, project: null }
  const ofLanguage = label !== undefined && languageProjects.has(project) && isLanguageLike(label)
  return { language: ofLanguage ? canonicalLanguage(label) : null, project }
}
