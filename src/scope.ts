import type { Language } from './language/language.ts'
import { text as textIn } from './language/messages.ts'
import type { Site } from './site.ts'
import { knownLanguages, knownWikis, languageAliases, projectName } from './wikis/catalogue.ts'
import { identifySite, isLanguageLike } from './wikis/identify.ts'
import { languageName, languageNameIn } from './wikis/languages.ts'
import { siteName } from './wikis/names.ts'
import { distance } from './wikis/similarity.ts'

/** Which wikis a person means: all of them, all projects in a language, or one wiki. */
export type Scope =
  | { readonly kind: 'all' }
  | { readonly kind: 'language'; readonly language: string }
  | {
      readonly kind: 'wiki'
      /** Database name. */
      readonly wiki: string
      /** Host name, only where the catalogue does not say the same of this database name. */
      readonly domain?: string
    }

/** A scope as people read it. */
export interface ScopeLabel {
  /** The canonical text: `*`, `en`, `enwiki`. */
  readonly code: string
  /** `everything in German (Deutsch)`, `English Wikipedia (en.wikipedia.org)`; in the reader's language. */
  readonly name: string
}

/** A wiki that has sent changes, as far as it matters here. */
type SeenWiki = Pick<Site, 'wiki' | 'domain'>

/**
 * The canonical text of a scope; `resolveScope` makes the same scope of it. For a wiki it is the database name,
 * save that a foreign one that would be taken for a language or for everything is written `wiki:en`.
 */
export function scopeCode(scope: Scope): string {
  if (scope.kind === 'all') return '*'
  if (scope.kind === 'language') return scope.language
  const folded = fold(scope.wiki)
  return isLanguageLike(folded) || everything.has(folded) ? `wiki:${scope.wiki}` : scope.wiki
}

/** A scope for people. */
export const scopeLabel = (scope: Scope, reader: Language): ScopeLabel => ({
  code: scopeCode(scope),
  name: nameOf(scope, reader),
})

function nameOf(scope: Scope, reader: Language): string {
  if (scope.kind === 'all') return textIn(reader, 'scope.all')
  if (scope.kind === 'language') {
    const { native } = languageName(scope.language)
    const name = languageNameIn(reader, scope.language)
    const isSame = native === null || native.toLowerCase() === name.toLowerCase()
    return textIn(reader, 'scope.language', { language: isSame ? name : `${name} (${native})` })
  }
  const domain = scope.domain ?? knownWikis.get(scope.wiki)?.domain
  return domain === undefined ? scope.wiki : `${siteName({ wiki: scope.wiki, domain }, reader)} (${domain})`
}

/** Whether what happens on a wiki belongs to the scope. */
export function inScope(scope: Scope, site: Pick<Site, 'wiki' | 'language'>): boolean {
  if (scope.kind === 'all') return true
  return scope.kind === 'language' ? site.language === scope.language : site.wiki === scope.wiki
}

/**
 * The scope that a person's text means. Accepted in any case: `*` or `all`; a language by its code or its English or
 * own name; a wiki by its database name, its host name (also in a link, or as a phone shows it), its name, or the
 * short name of a special one (`commons`). `seen` are the wikis that have sent changes: they exist whether or not
 * the catalogue knows them. A text that means nothing, or more than one thing, gets the scopes nearest to it, at
 * least one and at most five. Never throws, whatever the text.
 */
export function resolveScope(
  text: string,
  seen: readonly SeenWiki[],
): { scope: Scope } | { nearest: readonly Scope[] } {
  const entries = existingScopes(seen)
  const typed = fold(text)
  const spellings = spellingsOf(typed)
  const byCode = entries.filter((entry) => spellings.some((spelling) => entry.codes.has(spelling)))
  const hits =
    byCode.length > 0
      ? byCode
      : entries.filter((entry) => spellings.some((spelling) => entry.names.has(spelling)))
  // Two databases may differ in case alone; then it counts.
  const hit = hits.length === 1 ? hits[0] : hits.find((entry) => scopeCode(entry.scope) === text.trim())
  if (hit !== undefined) return { scope: hit.scope }
  const nearest = hits.length > 0 ? hits : nearestTo(hostOf(typed) ?? typed, entries)
  return { nearest: nearest.slice(0, 5).map((entry) => entry.scope) }
}

/**
 * The scopes that may be meant by the beginning of a text: first those it is the code of, then those whose code, then
 * those whose name begins with it or has a word that does, then the nearest. At most 25, popular ones first.
 */
export function suggestScopes(typed: string, seen: readonly SeenWiki[]): readonly Scope[] {
  const entries = existingScopes(seen)
  const start = fold(typed)
  const begins = (texts: ReadonlySet<string>) => [...texts].some((text) => text.startsWith(start))
  const hasWord = (texts: ReadonlySet<string>) => [...texts].some((text) => text.includes(` ${start}`))
  const ranked = [
    (entry: Entry) => entry.codes.has(start),
    (entry: Entry) => begins(entry.codes),
    (entry: Entry) => begins(entry.names),
    (entry: Entry) => hasWord(entry.names),
  ].flatMap((fits) => entries.filter(fits))
  const found = ranked.length > 0 ? [...new Set(ranked)] : nearestTo(start, entries)
  return found.slice(0, 25).map(({ scope }) => scope)
}

/** A scope that exists, and the folded texts that mean it. */
interface Entry {
  readonly scope: Scope
  /** Texts that decide: a name of something else does not make them doubtful. */
  readonly codes: ReadonlySet<string>
  /** Texts that mean it unless something else has that name too. */
  readonly names: ReadonlySet<string>
}

const everything: ReadonlySet<string> = new Set(['*', 'all'])

/** What is suggested when a text resembles nothing, and first of what is equally near. */
const popular = ['*', 'en', 'enwiki', 'commonswiki', 'wikidatawiki']
const popularLanguages = 'en de fr es ru ja zh it pt pl nl uk ar fa sv'.split(' ')

/** The place of a catalogued scope among suggestions: by popularity, closed wikis last. */
function rankOf(scope: Scope): number {
  const index = popular.indexOf(scopeCode(scope))
  if (index >= 0) return index
  const wiki = scope.kind === 'wiki' ? knownWikis.get(scope.wiki) : undefined
  const language = scope.kind === 'language' ? scope.language : (wiki?.language ?? '')
  const [place, last] = [popularLanguages.indexOf(language), popularLanguages.length]
  return popular.length + (place < 0 ? last : place) + (wiki?.closed ? last + 1 : 0)
}

let catalogued: readonly Entry[] | undefined

/** The scopes that exist by the catalogue alone, popular ones first. Made when first asked for: it takes a while. */
function cataloguedScopes(): readonly Entry[] {
  catalogued ??= [
    { scope: { kind: 'all' } as const, codes: everything, names: new Set(['all wikis', 'everything']) },
    ...Array.from(knownLanguages, languageEntry),
    ...Array.from(knownWikis.values(), ({ wiki, domain }) => wikiEntry(wiki, [domain])),
  ].toSorted((a, b) => rankOf(a.scope) - rankOf(b.scope))
  return catalogued
}

/** The catalogued scopes and those of the wikis that have sent changes. */
function existingScopes(seen: readonly SeenWiki[]): readonly Entry[] {
  const isForeign = ({ wiki, domain }: SeenWiki) => knownWikis.get(wiki)?.domain !== domain
  // Sorted, so that the same wikis in another order make the same scopes.
  const foreign = seen.filter(isForeign).toSorted((a, b) => (a.domain < b.domain ? -1 : 1))
  if (foreign.length === 0) return cataloguedScopes()

  const outside: Entry[] = []
  const fresh: Entry[] = []
  const languages = new Set<string>()
  const wikis = Map.groupBy(foreign, ({ wiki }) => wiki)
  for (const [wiki, sites] of wikis) {
    const domains = sites.map(({ domain }) => domain)
    const { language, project } = identifySite(wiki, domains[0] ?? '')
    if (language !== null && !knownLanguages.has(language)) languages.add(language)
    const list = project === null ? outside : fresh
    list.push(wikiEntry(wiki, domains))
  }
  // The database name says which rows are meant: a foreign wiki by a known name stands in the known one's place.
  const kept = cataloguedScopes().filter(({ scope }) => scope.kind !== 'wiki' || !wikis.has(scope.wiki))
  // Somebody chose to follow the wikis of others: they are suggested before all but "everything".
  return [
    ...kept.slice(0, 1),
    ...outside,
    ...kept.slice(1),
    ...Array.from(languages, languageEntry),
    ...fresh,
  ]
}

function languageEntry(language: string): Entry {
  const { english, native } = languageName(language)
  const aliases = languageAliases.filter(([, code]) => code === language).map(([alias]) => alias)
  return {
    scope: { kind: 'language', language },
    codes: new Set([language, ...aliases]),
    names: foldedNames(native === null ? [english] : [english, native]),
  }
}

/** `domains` are the wiki's host names, the one it is labelled with first. */
function wikiEntry(wiki: string, domains: readonly string[]): Entry {
  const domain = domains[0] ?? ''
  const known = knownWikis.get(wiki)?.domain === domain
  const scope: Scope = known ? { kind: 'wiki', wiki } : { kind: 'wiki', wiki, domain }
  const { language, project } = identifySite(wiki, domain)
  const names = [wiki, siteName({ wiki, domain }, 'en'), ...domains.map(bareHost)]
  if (language !== null && project !== null) names.push(`${language} ${projectName(project)}`)
  else if (known) names.push(wiki.replace(/wiki$/, ''))
  return { scope, codes: new Set([fold(scopeCode(scope))]), names: foldedNames(names) }
}

/** Names as they are compared, those in Latin script also without their diacritics: not every keyboard has them. */
function foldedNames(names: readonly string[]): ReadonlySet<string> {
  const folded = names.map(fold)
  const plain = folded
    .filter((name) => /^[\p{Script=Latin}\p{Script=Common}]+$/u.test(name))
    .map((name) => name.normalize('NFD').replace(/\p{M}/gu, ''))
  return new Set([...folded, ...plain].filter((name) => name !== ''))
}

/**
 * A text as it is compared: in one case, one form of each letter, without what is not seen. Only its beginning, which
 * no link that leads somewhere exceeds: the work on the rest would be for nothing.
 */
const fold = (text: string): string =>
  text
    .slice(0, 2000)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’‘ʼ]/g, "'")
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/^[\s<"`]+|[\s>"`]+$/g, '')

/** What a folded text may have been meant to be spelt like. */
function spellingsOf(typed: string): readonly string[] {
  const host = hostOf(typed)
  const hosts = host === null ? [] : [host, `${host}.org`]
  return [typed, typed.replaceAll('_', '-'), typed.replaceAll('-', '_'), ...hosts]
}

/** The host name in a folded text that is one, or a link with or without its scheme; `null` in any other text. */
function hostOf(typed: string): string | null {
  const host = /^(?:https?:)?(?:\/\/)?([^\s/?#:@]+)(?::\d+)?(?:[/?#].*)?$/.exec(typed)?.[1]
  return host?.includes('.') ? bareHost(host) : null
}

/** A host name without what says nothing about which wiki it is: `www.`, the `m.` of telephones, a last dot. */
const bareHost = (host: string): string =>
  host
    .replace(/\.$/, '')
    .replace(/^(?:www|m)\./, '')
    .replace(/^([^.]+)\.m\./, '$1.')

function nearestTo(typed: string, entries: readonly Entry[]): readonly Entry[] {
  // Nothing that exists is longer, and comparing costs time by the length.
  const start = typed.slice(0, 64)
  const near = entries
    .map((entry) => ({
      entry,
      far: Math.min(...[...entry.codes, ...entry.names].map((name) => distance(start, name))),
    }))
    .filter(({ far }) => far < 1)
    .toSorted((a, b) => a.far - b.far)
    .map(({ entry }) => entry)
  return near.length > 0 ? near : entries
}
