import type { Site } from '../site.ts'
import { knownWikis, projectName } from './catalogue.ts'
import { identifySite } from './identify.ts'
import { languageName } from './languages.ts'

/** What a wiki is called in English: `German Wiktionary`, `Wikidata`; its database name where nobody knows it. */
export function siteName(site: Pick<Site, 'wiki' | 'domain'>): string {
  const known = knownWikis.get(site.wiki)
  if (known?.domain === site.domain && known.name !== null) return known.name
  const { language, project } = identifySite(site.wiki, site.domain)
  return language === null || project === null
    ? site.wiki
    : `${languageName(language).english} ${projectName(project)}`
}
