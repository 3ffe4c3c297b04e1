import type { Language } from '../language/language.ts'
import { type BareKey, catalogue, text } from '../language/messages.ts'
import type { Site } from '../site.ts'
import { knownWikis, projectName } from './catalogue.ts'
import { identifySite } from './identify.ts'
import { languageNameIn } from './languages.ts'

/** What a wiki is called: `German Wiktionary`, `Wikidata`; its database name where nobody knows it. */
export function siteName(site: Pick<Site, 'wiki' | 'domain'>, reader: Language): string {
  const known = knownWikis.get(site.wiki)
  if (known?.domain === site.domain && known.name !== null) return known.name
  const { language, project } = identifySite(site.wiki, site.domain)
  if (language === null || project === null) return site.wiki
  const key = `project.${project}`
  return text(reader, 'site.ofLanguage', {
    language: languageNameIn(reader, language),
    project: Object.hasOwn(catalogue('en'), key) ? text(reader, key as BareKey) : projectName(project),
  })
}
