/** Which page of which wiki a person means. */
import { resolveScope, type Scope } from '../../scope.ts'
import type { Site } from '../../site.ts'
import { canonicalLanguage, knownLanguages, knownWikis } from '../../wikis/catalogue.ts'

type Wiki = Extract<Scope, { kind: 'wiki' }>

export interface NamedPage {
  readonly wiki: Wiki
  /** In the wiki's form: spaces for underscores, without what stands before and behind it in a link. */
  readonly title: string
}

/** `which`: no wiki is named, and the person's choice is not one. `unknown`: the address is of no wiki that is known. */
export type NoPage = { readonly why: 'empty' | 'invalid' | 'which' | 'unknown' }

/**
 * The page that a text names: by its address, as a link of wikitext (`[[de:Foo|bar]]`), with its wiki before it
 * (`dewiki:Foo`, `wikt:Foo`) or behind it (`Foo dewiki`), or by its title alone.
 * @param home the wikis that are meant where none is named
 */
export function pageNamed(text: string, home: Scope, sites: readonly Site[]): NamedPage | NoPage {
  const said = text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').trim()
  const address = said.replace(/^<(.*)>$/, '$1')
  const byAddress = pageAt(address, sites)
  if (byAddress !== null) return byAddress

  const [, inside = said] = /^\[\[([^\]]*)\]\]$/.exec(said) ?? []
  // Of a link, what is shown of it does not matter.
  let title = (inside === said ? said : inside.replace(/\|.*$/, '')).replace(/^[\s_:]+/, '')
  let wiki = home.kind === 'wiki' ? home : null
  let around: Scope = home
  // `w:de:Foo`
  for (let i = 0; i < 2; i++) {
    const [, prefix, rest] = /^([^:]+):(.*)$/.exec(title) ?? []
    const named = prefix === undefined ? null : wikiOfPrefix(prefix, around, sites)
    if (named === null || rest === undefined) break
    wiki = around = named
    title = rest.replace(/^[\s_:]+/, '')
  }
  if (wiki === home || wiki === null) {
    const [, rest, last] = /^(.+?)[\s_]+(\S+)$/.exec(title) ?? []
    const named = last === undefined ? null : wikiCoded(last, sites)
    if (named !== null && rest !== undefined) {
      wiki = named
      title = rest
    }
  }
  return pageOf(wiki, title)
}

function pageOf(wiki: Wiki | null, text: string): NamedPage | NoPage {
  const title = text
    .replace(/#.*$/, '')
    .replace(/[\s_]+/g, ' ')
    .trim()
  if (title === '') return { why: 'empty' }
  // What MediaWiki takes in no title, and the longest one.
  if (/[<>[\]{}|\ufffd]/.test(title) || Buffer.byteLength(title) > 255) return { why: 'invalid' }
  if (wiki === null) return { why: 'which' }
  return { wiki, title: capital(title, wiki) }
}

/** The first letter of a title is a capital one, but in dictionaries, which tell words apart by it. */
function capital(title: string, { wiki }: Wiki): string {
  if (wiki.endsWith('wiktionary')) return title
  const [first = ''] = title
  const upper = first.toUpperCase()
  // "ß" would become two.
  return upper.length === first.length ? upper + title.slice(first.length) : title
}

/** `null` for what is no address of a page. */
function pageAt(text: string, sites: readonly Site[]): NamedPage | NoPage | null {
  const hasScheme = /^(?:https?:)?\/\//i.test(text)
  if (!hasScheme && !/^[\w-]+(?:\.[\w-]+)+\/./.test(text)) return null
  const url = URL.parse(hasScheme ? text.replace(/^\/\//, 'https://') : `https://${text}`)
  const wiki = url === null ? null : wikiAt(url.hostname, sites)
  // "Node.js/Streams" is a title.
  if (url === null || wiki === null) return hasScheme ? { why: 'unknown' } : null
  const title = titleIn(
    url,
    sites.find((site) => site.wiki === wiki.wiki),
  )
  return title === null ? { why: 'empty' } : pageOf(wiki, title)
}

function titleIn({ pathname, searchParams }: URL, site: Site | undefined): string | null {
  const named = searchParams.get('title')
  if (named !== null) return named
  const base = site === undefined ? '/wiki/' : URL.parse(site.articleBase)?.pathname || '/wiki/'
  // Some wikis have an address for each way of writing their language: /zh-hant/Foo.
  const encoded = pathname.startsWith(base)
    ? pathname.slice(base.length)
    : /^\/(?!w\/)[a-z-]+\/(.+)$/.exec(pathname)?.[1]
  if (encoded === undefined) return null
  try {
    return decodeURIComponent(encoded)
  } catch {
    return null
  }
}

function wikiAt(host: string, sites: readonly Site[]): Wiki | null {
  const found = resolveScope(host, sites)
  return 'scope' in found && found.scope.kind === 'wiki' ? found.scope : null
}

/** Behind a title only what is hardly a word of it: a database name, or a host name. */
function wikiCoded(word: string, sites: readonly Site[]): Wiki | null {
  const code = word.toLowerCase()
  const isDatabase =
    /wik[a-z]+$/.test(code) && (knownWikis.has(code) || sites.some(({ wiki }) => wiki === code))
  return isDatabase || /^[\w-]+(?:\.[\w-]+)+$/.test(code) ? wikiAt(code, sites) : null
}

/** Wikimedia's prefixes for its projects. */
const PROJECTS: Readonly<Record<string, string>> = {
  w: 'wikipedia',
  wikt: 'wiktionary',
  n: 'wikinews',
  b: 'wikibooks',
  q: 'wikiquote',
  s: 'wikisource',
  v: 'wikiversity',
  voy: 'wikivoyage',
}
const SPECIAL: Readonly<Record<string, string>> = {
  c: 'commonswiki',
  commons: 'commonswiki',
  d: 'wikidatawiki',
  wikidata: 'wikidatawiki',
  m: 'metawiki',
  meta: 'metawiki',
}

/**
 * The wiki that a prefix leads to, as links from one wiki to another have it. A namespace is none: what a project is
 * called is one on its own wiki.
 */
function wikiOfPrefix(text: string, from: Scope, sites: readonly Site[]): Wiki | null {
  const prefix = text.trim().toLowerCase()
  const special = Object.hasOwn(SPECIAL, prefix) ? (SPECIAL[prefix] as string) : undefined
  if (special !== undefined) {
    const isNamespace = prefix.length > 1 && from.kind === 'wiki' && from.wiki === special
    return isNamespace ? null : { kind: 'wiki', wiki: special }
  }
  const here = from.kind === 'wiki' ? knownWikis.get(from.wiki) : undefined
  if (Object.hasOwn(PROJECTS, prefix)) {
    const language = from.kind === 'language' ? from.language : (here?.language ?? 'en')
    return familyWiki(language, PROJECTS[prefix] as string)
  }
  const language = canonicalLanguage(prefix)
  if (knownLanguages.has(language)) {
    const isFamily = here?.language !== null && here !== undefined
    return familyWiki(language, isFamily ? here.project : 'wikipedia')
  }
  return wikiCoded(prefix, sites)
}

function familyWiki(language: string, project: string): Wiki | null {
  for (const known of knownWikis.values())
    if (known.language === language && known.project === project) return { kind: 'wiki', wiki: known.wiki }
  return null
}
