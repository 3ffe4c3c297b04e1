import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inScope, resolveScope, type Scope, scopeCode, scopeLabel, suggestScopes } from './scope.ts'
import { knownLanguages, knownWikis } from './wikis/catalogue.ts'
import { identifySite } from './wikis/identify.ts'
import { languageName } from './wikis/languages.ts'
import { siteName } from './wikis/names.ts'

/** The canonical text of what `text` means, or those of the suggestions. */
function resolved(text: string, seen: Parameters<typeof resolveScope>[1] = []): string | string[] {
  const result = resolveScope(text, seen)
  return 'scope' in result ? scopeCode(result.scope) : result.nearest.map(scopeCode)
}

const allScopes: readonly Scope[] = [
  { kind: 'all' },
  ...Array.from(knownLanguages, (language) => ({ kind: 'language', language }) as const),
  ...Array.from(knownWikis.keys(), (wiki) => ({ kind: 'wiki', wiki }) as const),
]

describe('resolveScope', () => {
  test.each([
    ['*', '*'],
    ['ALL', '*'],
    ['en', 'en'],
    [' EN\n', 'en'],
    ['ｅｎ', 'en'],
    ['\u200fen\u200e', 'en'],
    ['enwiki', 'enwiki'],
    ['ENWIKI', 'enwiki'],
    ['`enwiki`', 'enwiki'],
    ['en.wikipedia.org', 'enwiki'],
    ['EN.Wikipedia.org.', 'enwiki'],
    ['en.m.wikipedia.org', 'enwiki'],
    ['en.wikipedia', 'enwiki'],
    ['https://en.wikipedia.org/wiki/Main_Page?action=history#top', 'enwiki'],
    ['<http://en.m.wikipedia.org:80/>', 'enwiki'],
    ['//www.en.wikipedia.org', 'enwiki'],
    ['www.wikidata.org', 'wikidatawiki'],
    ['wikidata.org', 'wikidatawiki'],
    ['m.wikidata.org', 'wikidatawiki'],
    ['commons.m.wikimedia.org', 'commonswiki'],
    ['commons', 'commonswiki'],
    ['Wikidata', 'wikidatawiki'],
    ['meta', 'metawiki'],
    ['species', 'specieswiki'],
    ['wikispecies', 'specieswiki'],
    ['mediawiki', 'mediawikiwiki'],
    ['incubator', 'incubatorwiki'],
    ['wikifunctions', 'wikifunctionswiki'],
    ['wikitech', 'labswiki'],
    ['wikimania', 'wikimaniawiki'],
    ['test2', 'test2wiki'],
    ['English Wikipedia', 'enwiki'],
    ['de wiktionary', 'dewiktionary'],
    ['German', 'de'],
    ['deutsch', 'de'],
    ['РУССКИЙ', 'ru'],
    ['日本語', 'ja'],
    ['français', 'fr'],
    ['Francais', 'fr'],
    ['simple', 'simple'],
    ['zh_yue', 'zh-yue'],
    ['yue', 'zh-yue'],
    ['gsw', 'als'],
    ['be-x-old', 'be-tarask'],
    ['be-tarask.wikipedia.org', 'be_x_oldwiki'],
    ['zh-min-nanwiki', 'zh_min_nanwiki'],
  ])('%j is %s', (text, code) => {
    expect(resolved(text)).toBe(code)
  })

  test('takes every language by its names, and every wiki by its host and its name', () => {
    for (const language of knownLanguages) {
      const { english, native } = languageName(language)
      for (const name of [english, native ?? english]) expect(resolved(name), name).toBe(language)
    }
    for (const known of knownWikis.values()) {
      expect(resolved(known.domain), known.domain).toBe(known.wiki)
      expect(resolved(siteName(known, 'en')), known.wiki).toBe(known.wiki)
    }
  })

  test('makes of every canonical text the scope it stands for', () => {
    for (const scope of allScopes) expect(resolveScope(scopeCode(scope), [])).toEqual({ scope })
  })

  test('neither throws nor goes silent, whatever the text; what it suggests exists', () => {
    const texts = fc.oneof(
      // Code units, so that halves of surrogate pairs occur too.
      fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
      fc.string({ unit: fc.constantFrom(...'aeinwkipd.-_/:* ') }),
      fc.constantFrom(
        '',
        ' ',
        '\0',
        '🙂',
        '\ud800',
        'العربية.',
        '\u202e*',
        'constructor',
        '__proto__',
        'https://',
        '.',
      ),
    )
    const seen = fc.array(fc.record({ wiki: fc.string({ minLength: 1 }), domain: fc.string() }), {
      maxLength: 3,
    })
    fc.assert(
      fc.property(texts, seen, (text, wikis) => {
        const result = resolveScope(text, wikis)
        if ('scope' in result) return
        expect(result.nearest.length).toBeGreaterThan(0)
        expect(result.nearest.length).toBeLessThanOrEqual(5)
      }),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const result = resolveScope(text, [])
        if ('nearest' in result)
          for (const code of result.nearest.map(scopeCode)) expect(resolved(code)).toBe(code)
      }),
    )
  })

  test('reads a very long text in no time', () => {
    const texts = ['a', 'a.', '<', ' "'].flatMap((part) => [part.repeat(100_000), `${part.repeat(100_000)}@`])
    for (const text of texts) {
      const start = performance.now()
      expect(resolved(text)).toHaveLength(5)
      expect(performance.now() - start).toBeLessThan(250)
    }
  })

  test.each([
    ['ger', 'de'],
    ['eng', 'en'],
    ['englsh', 'en'],
    ['wikidtaa', 'wikidatawiki'],
    ['en.wikpedia.org', 'enwiki'],
    ['https://en.wikpedia.org/wiki/Some_page', 'enwiki'],
    ['enwikk', 'enwiki'],
    ['germn wikipedia', 'dewiki'],
    ['wikipedia', 'enwiki'],
    ['wikisource', 'enwikisource'],
    ['xhh', 'xh'],
    ['wiktionary', 'enwiktionary'],
  ])('suggests first for %j: %s', (text, code) => {
    expect(resolved(text)[0]).toBe(code)
  })

  test('suggests the popular ones where nothing is near', () => {
    for (const text of ['', '🙂🙂', 'completely hopeless input'])
      expect(resolved(text)).toEqual(['*', 'en', 'enwiki', 'commonswiki', 'wikidatawiki'])
  })
})

describe('wikis outside the catalogue', () => {
  const arabic = { wiki: 'artestwiki', domain: 'ar.testwiki.example' }

  test('exist once they have sent something', () => {
    for (const text of ['artestwiki', 'ArTestWiki', 'https://ar.testwiki.example/wiki/X'])
      expect(resolveScope(text, [arabic])).toEqual({ scope: { kind: 'wiki', ...arabic } })
    expect(resolved('artestwiki')).not.toBe('artestwiki')
  })

  test('are suggested', () => {
    expect(resolved('artestwikk', [arabic])).toEqual(['artestwiki'])
    expect(resolved('', [arabic])).toContain('artestwiki')
  })

  test('stand for the known wiki of the same database name, under their own host', () => {
    const seen = [{ wiki: 'testwiki', domain: 'en.testwiki.example' }]
    const result = resolveScope('testwiki', seen)
    expect(result).toEqual({ scope: { kind: 'wiki', wiki: 'testwiki', domain: 'en.testwiki.example' } })
    expect('scope' in result && scopeLabel(result.scope, 'en').name).toBe('testwiki (en.testwiki.example)')
  })

  test('may be new ones of Wikimedia, in a new language', () => {
    const seen = [{ wiki: 'xxqwiki', domain: 'xxq.wikipedia.org' }]
    expect(resolved('xxq', seen)).toBe('xxq')
    expect(resolved('xxq.m.wikipedia.org', seen)).toBe('xxqwiki')
    expect(resolved('xxq')).not.toBe('xxq')
  })

  test('are not taken for a language or for everything', () => {
    const seen = ['en', 'all', 'EN', 'my_wiki'].map((wiki) => ({ wiki, domain: `${wiki}.example` }))
    expect(resolved('en', seen)).toBe('en')
    expect(resolved('all', seen)).toBe('*')
    for (const { wiki, domain } of seen)
      expect(resolveScope(scopeCode({ kind: 'wiki', wiki }), seen)).toEqual({
        scope: { kind: 'wiki', wiki, domain },
      })
  })

  test('that share a host are told apart', () => {
    const seen = ['acme_de', 'acme_fr'].map((wiki) => ({ wiki, domain: 'wiki.acme.example' }))
    expect(resolved('wiki.acme.example', seen)).toEqual(['acme_de', 'acme_fr'])
    expect(resolved('acme_fr', seen)).toBe('acme_fr')
    const alike = ['acme-de', 'acme_de', 'ACME_de'].map((wiki) => ({ wiki, domain: 'wiki.acme.example' }))
    for (const { wiki } of alike) expect(resolved(wiki, alike)).toBe(wiki)
  })

  test('come out the same in whatever order they are given', () => {
    const seen = ['b.example', 'a.example'].map((domain) => ({ wiki: 'acme', domain }))
    expect(resolveScope('acme', seen)).toEqual(resolveScope('acme', seen.toReversed()))
    expect(resolveScope('b.example', seen)).toEqual(resolveScope('acme', seen))
  })
})

describe('scopeLabel', () => {
  test.each<[Scope, string, string]>([
    [{ kind: 'all' }, '*', 'all wikis'],
    [{ kind: 'language', language: 'de' }, 'de', 'everything in German (Deutsch)'],
    [{ kind: 'language', language: 'en' }, 'en', 'everything in English'],
    [{ kind: 'wiki', wiki: 'enwiki' }, 'enwiki', 'English Wikipedia (en.wikipedia.org)'],
    [{ kind: 'wiki', wiki: 'wikidatawiki' }, 'wikidatawiki', 'Wikidata (www.wikidata.org)'],
    [{ kind: 'wiki', wiki: 'acme', domain: 'w.example' }, 'acme', 'acme (w.example)'],
    [{ kind: 'wiki', wiki: 'acme' }, 'acme', 'acme'],
  ])('%j', (scope, code, name) => {
    expect(scopeLabel(scope, 'en')).toEqual({ code, name })
  })
})

describe('inScope', () => {
  const site = (wiki: string) => ({ wiki, ...identifySite(wiki, knownWikis.get(wiki)?.domain ?? '') })
  const english = { kind: 'language', language: 'en' } as const
  const enwiki = { kind: 'wiki', wiki: 'enwiki' } as const

  test('a language is all its projects, a wiki is itself alone', () => {
    expect(inScope(english, site('enwiki'))).toBe(true)
    expect(inScope(english, site('enwiktionary'))).toBe(true)
    expect(inScope(enwiki, site('enwiki'))).toBe(true)
    expect(inScope(enwiki, site('enwiktionary'))).toBe(false)
    expect(inScope(english, site('dewiki'))).toBe(false)
  })

  test('multilingual, test and foreign wikis are in no language, and in "all"', () => {
    for (const wiki of ['wikidatawiki', 'commonswiki', 'testwiki', 'acme']) {
      for (const language of ['en', 'www', 'commons', 'test'])
        expect(inScope({ kind: 'language', language }, site(wiki))).toBe(false)
      expect(inScope({ kind: 'all' }, site(wiki))).toBe(true)
    }
  })
})

describe('suggestions', () => {
  const codes = (typed: string) => suggestScopes(typed, []).map(scopeCode)

  test.each([
    ['', '*'],
    ['de', 'de'],
    ['DEUT', 'de'],
    ['germ', 'de'],
    ['enwikt', 'enwiktionary'],
    ['commons', 'commonswiki'],
    ['simple', 'simple'],
    ['o‘zb', 'uz'],
    ['русск', 'ru'],
  ])('what “%s” is the beginning of', (typed, code) => {
    expect(codes(typed).slice(0, 3)).toContain(code)
  })

  test('never more than a client shows, each once, and something for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 2 })), (typed) => {
        const found = codes(typed)
        expect(found.length).toBeGreaterThan(0)
        expect(found.length).toBeLessThanOrEqual(25)
        expect(new Set(found).size).toBe(found.length)
      }),
      { numRuns: 30 },
    )
  })
})
