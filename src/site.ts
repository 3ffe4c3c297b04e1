import { identifySite } from './wikis/identify.ts'

/** The wiki a change happened on, with what is needed to write its links. */
export interface Site {
  /** Database name, the wiki's identity: `enwiki`, `be_x_oldwiki`. */
  readonly wiki: string
  /** Host name: `en.wikipedia.org`. */
  readonly domain: string
  /** Language code as in the host name (`en`, `be-tarask`); `null` for multilingual wikis. */
  readonly language: string | null
  /** Project family: `wikipedia`, `wiktionary`, `commons`, `wikidata`…; `null` for a wiki of nobody's family. */
  readonly project: string | null
  /** `https://en.wikipedia.org`: scheme and host, no slash at the end. */
  readonly server: string
  /** Path of `index.php`: `/w`. */
  readonly scriptPath: string
  /** What stands before a page's name in its address: `https://en.wikipedia.org/wiki/`. */
  readonly articleBase: string
}

const sites = new Map<string, Site>()

/**
 * The one `Site` object of these properties. Interned: a thousand wikis send millions of changes, and equal sites
 * being one object keeps memory flat and lets the store tell them apart by reference.
 */
export function siteOf(
  wiki: string,
  domain: string,
  server: string,
  scriptPath: string,
  articleBase: string,
): Site {
  const key = `${wiki}\n${articleBase}\n${scriptPath}\n${domain}\n${server}`
  let site = sites.get(key)
  if (site === undefined) {
    site = Object.freeze({ wiki, domain, ...identifySite(wiki, domain), server, scriptPath, articleBase })
    sites.set(key, site)
  }
  return site
}
