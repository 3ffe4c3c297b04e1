import { describe, expect, test } from 'vitest'
import { canonicalLanguage, knownLanguages, knownWikis, languageAliases, projectName } from './catalogue.ts'
import { isLanguageLike } from './identify.ts'

describe('the catalogue', () => {
  test('holds every public wiki once, with a host of its own', () => {
    const wikis = Array.from(knownWikis.values())
    expect(wikis).toHaveLength(1029)
    expect(new Set(wikis.map(({ domain }) => domain)).size).toBe(wikis.length)
  })

  test.each([
    ['enwiki', 'en.wikipedia.org'],
    ['enwiktionary', 'en.wiktionary.org'],
    ['zh_yuewiki', 'zh-yue.wikipedia.org'],
    ['yuewiktionary', 'yue.wiktionary.org'],
    ['be_x_oldwiki', 'be-tarask.wikipedia.org'],
    ['bewiki', 'be.wikipedia.org'],
    ['zh_min_nanwikisource', 'zh-min-nan.wikisource.org'],
    ['nds_nlwiki', 'nds-nl.wikipedia.org'],
    ['roa_rupwiktionary', 'roa-rup.wiktionary.org'],
    ['simplewiki', 'simple.wikipedia.org'],
    ['testwiki', 'test.wikipedia.org'],
    ['test2wiki', 'test2.wikipedia.org'],
    ['tenwiki', 'ten.wikipedia.org'],
    ['wikidatawiki', 'www.wikidata.org'],
    ['testwikidatawiki', 'test.wikidata.org'],
    ['commonswiki', 'commons.wikimedia.org'],
    ['testcommonswiki', 'test-commons.wikimedia.org'],
    ['metawiki', 'meta.wikimedia.org'],
    ['specieswiki', 'species.wikimedia.org'],
    ['incubatorwiki', 'incubator.wikimedia.org'],
    ['outreachwiki', 'outreach.wikimedia.org'],
    ['foundationwiki', 'foundation.wikimedia.org'],
    ['loginwiki', 'login.wikimedia.org'],
    ['labswiki', 'wikitech.wikimedia.org'],
    ['wikimaniawiki', 'wikimania.wikimedia.org'],
    ['wikimania2005wiki', 'wikimania2005.wikimedia.org'],
    ['mediawikiwiki', 'www.mediawiki.org'],
    ['wikifunctionswiki', 'www.wikifunctions.org'],
    ['sourceswiki', 'wikisource.org'],
    ['betawikiversity', 'beta.wikiversity.org'],
    ['nlwikimedia', 'nl.wikimedia.org'],
    ['etwikimedia', 'ee.wikimedia.org'],
    ['pa_uswikimedia', 'pa-us.wikimedia.org'],
  ])('%s is at %s', (wiki, domain) => {
    expect(knownWikis.get(wiki)?.domain).toBe(domain)
  })

  test('knows which wikis are closed', () => {
    expect(knownWikis.get('enwikinews')?.closed).toBe(true)
    expect(knownWikis.get('aawiki')?.closed).toBe(true)
    expect(knownWikis.get('enwiki')?.closed).toBe(false)
  })

  test('names every project', () => {
    for (const { project } of knownWikis.values()) expect(projectName(project)).toMatch(/^[A-Z]/)
    expect(projectName('constructor')).toBe('constructor')
  })
})

describe('languages', () => {
  test('have codes that no database name can be taken for', () => {
    for (const language of knownLanguages) expect(isLanguageLike(language), language).toBe(true)
    for (const wiki of knownWikis.keys()) expect(isLanguageLike(wiki), wiki).toBe(false)
  })

  test('are not what is merely a name on a host', () => {
    for (const label of ['www', 'test', 'ten', 'mul', 'commons'])
      expect(knownLanguages.has(label)).toBe(false)
  })

  test('have one code however they are called', () => {
    for (const [alias, code] of languageAliases) {
      expect(knownLanguages.has(alias), alias).toBe(false)
      expect(knownLanguages.has(code), code).toBe(true)
    }
    expect(canonicalLanguage('constructor')).toBe('constructor')
  })
})
