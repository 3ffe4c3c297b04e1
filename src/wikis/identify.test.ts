import { describe, expect, test } from 'vitest'
import { knownWikis } from './catalogue.ts'
import { identifySite } from './identify.ts'

describe('identifySite', () => {
  test.each([
    ['enwiki', 'en.wikipedia.org', 'en', 'wikipedia'],
    ['enwiktionary', 'en.wiktionary.org', 'en', 'wiktionary'],
    ['simplewiki', 'simple.wikipedia.org', 'simple', 'wikipedia'],
    ['be_x_oldwiki', 'be-tarask.wikipedia.org', 'be-tarask', 'wikipedia'],
    // Cantonese has two codes on hosts, and is one language.
    ['zh_yuewiki', 'zh-yue.wikipedia.org', 'zh-yue', 'wikipedia'],
    ['yuewiktionary', 'yue.wiktionary.org', 'zh-yue', 'wiktionary'],
    ['wikidatawiki', 'www.wikidata.org', null, 'wikidata'],
    ['commonswiki', 'commons.wikimedia.org', null, 'commons'],
    ['metawiki', 'meta.wikimedia.org', null, 'meta'],
    ['specieswiki', 'species.wikimedia.org', null, 'species'],
    ['incubatorwiki', 'incubator.wikimedia.org', null, 'incubator'],
    ['mediawikiwiki', 'www.mediawiki.org', null, 'mediawiki'],
    ['wikifunctionswiki', 'www.wikifunctions.org', null, 'wikifunctions'],
    ['sourceswiki', 'wikisource.org', null, 'wikisource'],
    ['betawikiversity', 'beta.wikiversity.org', null, 'wikiversity'],
    ['testwiki', 'test.wikipedia.org', null, 'wikipedia'],
    ['tenwiki', 'ten.wikipedia.org', null, 'wikipedia'],
    ['testwikidatawiki', 'test.wikidata.org', null, 'wikidata'],
    // The first label of a chapter is a country: Argentina, Sweden.
    ['arwikimedia', 'ar.wikimedia.org', null, 'wikimedia'],
    ['sewikimedia', 'se.wikimedia.org', null, 'wikimedia'],
  ])('knows %s at %s', (wiki, domain, language, project) => {
    expect(identifySite(wiki, domain)).toEqual({ language, project })
  })

  test.each([
    ['xxxwiki', 'xxx.wikipedia.org', 'xxx', 'wikipedia'],
    ['nanwiki', 'nan.wikipedia.org', 'zh-min-nan', 'wikipedia'],
    ['test3wiki', 'test3.wikipedia.org', null, 'wikipedia'],
    ['wikipediawiki', 'www.wikipedia.org', null, 'wikipedia'],
    ['mulwikisource', 'mul.wikisource.org', null, 'wikisource'],
    ['xxwikimedia', 'xx.wikimedia.org', null, 'wikimedia'],
    ['newwikidatawiki', 'new.wikidata.org', null, 'wikidata'],
  ])('reads %s, which is not in the catalogue, from %s', (wiki, domain, language, project) => {
    expect(identifySite(wiki, domain)).toEqual({ language, project })
  })

  test.each([
    ['testwiki', 'en.testwiki.example'],
    ['enwiki', 'en.wikipedia.beta.wmcloud.org'],
    ['enwiki', 'en.wikipedia.org.example.com'],
    ['enwiki', 'en.notwikipedia.org'],
    ['my_wiki', 'localhost'],
    ['metawiki', 'en.meta.org'],
    ['', ''],
  ])('guesses nothing about %s at %s', (wiki, domain) => {
    expect(identifySite(wiki, domain)).toEqual({ language: null, project: null })
  })

  test('reads from the host alone what the catalogue says of every language wiki', () => {
    for (const { domain, language, project } of knownWikis.values())
      if (language !== null) expect(identifySite('', domain)).toEqual({ language, project })
  })
})
