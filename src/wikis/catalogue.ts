import catalogue from './catalogue.json' with { type: 'json' }

/** A public wiki of Wikimedia's, as the catalogue knows it. */
export interface KnownWiki {
  /** Database name. */
  readonly wiki: string
  readonly domain: string
  /** `null` for a wiki that is not of one language. */
  readonly language: string | null
  readonly project: string
  /** The wiki's own name in English, where it is not made of its language and project. */
  readonly name: string | null
  /** Kept for reading; nobody edits there, though its log may move. */
  readonly closed: boolean
}

const aliases: Readonly<Record<string, string>> = catalogue.aliases

/**
 * The one code of a language that has had several. Wikimedia renames hosts one project at a time (Cantonese is
 * `zh-yue` at Wikipedia and `yue` at Wiktionary), and a language must not fall in two by that.
 */
export const canonicalLanguage = (code: string): string =>
  Object.hasOwn(aliases, code) ? (aliases[code] as string) : code

/** Other codes by which a language is known, each with the code that counts: `gsw` is `als`, `nb` is `no`. */
export const languageAliases: readonly (readonly [alias: string, code: string])[] = Object.entries(aliases)

const irregular = new Map<string, string>(Object.entries(catalogue.irregular))

function familyWiki(project: string, code: string, closed: boolean): KnownWiki {
  const domain = `${code}.${project}.org`
  const suffix = project === 'wikipedia' ? 'wiki' : project
  const wiki = irregular.get(domain) ?? code.replaceAll('-', '_') + suffix
  return { wiki, domain, language: canonicalLanguage(code), project, name: null, closed }
}

function* allWikis(): Iterable<KnownWiki> {
  // Open before closed, and Wikipedia first: so they also come in suggestions.
  for (const closed of [false, true]) {
    const key = closed ? 'closed' : 'open'
    for (const special of catalogue.special[key]) yield { ...special, language: null, closed }
    for (const [project, codes] of Object.entries(catalogue.families))
      for (const code of codes[key]) yield familyWiki(project, code, closed)
  }
}

/** All public wikis of Wikimedia's by database name. */
export const knownWikis: ReadonlyMap<string, KnownWiki> = new Map(
  Array.from(allWikis(), (known) => [known.wiki, known]),
)

/** The languages that have a wiki, be it a closed one. */
export const knownLanguages: ReadonlySet<string> = new Set(
  Array.from(knownWikis.values(), (known) => known.language).filter((language) => language !== null),
)

/** The project families that have a wiki for each language. */
export const languageProjects: ReadonlySet<string> = new Set(Object.keys(catalogue.families))

const projectNames: Readonly<Record<string, string>> = catalogue.projects

/** A project's name: `Wikipedia`, `Wikimedia Commons`. A project nobody knows is called by its code. */
export const projectName = (project: string): string =>
  Object.hasOwn(projectNames, project) ? (projectNames[project] as string) : project
