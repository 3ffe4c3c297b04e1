import { describe, expect, test } from 'vitest'
import { LANGUAGES } from '../language/language.ts'
import { knownLanguages, knownWikis } from './catalogue.ts'
import { languageName } from './languages.ts'
import { siteName } from './names.ts'

describe('languageName', () => {
  test.each([
    ['de', 'German', 'Deutsch'],
    ['ru', 'Russian', 'русский'],
    ['simple', 'Simple English', null],
    // Codes that mean something else to Wikimedia than to ICU, or nothing to ICU.
    ['als', 'Alemannic', 'Alemannisch'],
    ['no', 'Norwegian Bokmål', 'norsk bokmål'],
    ['nrm', 'Norman', 'Nouormand'],
    ['sh', 'Serbo-Croatian', 'srpskohrvatski'],
    ['tl', 'Tagalog', 'Tagalog'],
    ['bh', 'Bhojpuri', 'भोजपुरी'],
    ['map-bms', 'Banyumasan', 'Basa Banyumasan'],
    ['zh-yue', 'Cantonese', '粵語'],
  ])('%s is %s', (code, english, native) => {
    expect(languageName(code)).toEqual({ english, native })
  })

  test('has a name for every language of the catalogue, each its own', () => {
    const names = Array.from(knownLanguages, (code) => languageName(code).english)
    for (const name of names) expect(name).toMatch(/^[A-Z].*\p{L}/u)
    expect(new Set(names).size).toBe(names.length)
  })

  test.each(['xxq', 'constructor', '', 'not a code', '🙂'])('gives back the unknown code %j', (code) => {
    expect(languageName(code)).toEqual({ english: code, native: null })
  })
})

describe('siteName', () => {
  test.each([
    ['enwiki', 'en.wikipedia.org', 'English Wikipedia'],
    ['dewiktionary', 'de.wiktionary.org', 'German Wiktionary'],
    ['commonswiki', 'commons.wikimedia.org', 'Wikimedia Commons'],
    ['wikidatawiki', 'www.wikidata.org', 'Wikidata'],
    ['arwikimedia', 'ar.wikimedia.org', 'Wikimedia Argentina'],
    ['xxqwiki', 'xxq.wikipedia.org', 'xxq Wikipedia'],
    ['testwiki', 'en.testwiki.example', 'testwiki'],
  ])('%s at %s is %s', (wiki, domain, name) => {
    expect(siteName({ wiki, domain }, 'en')).toBe(name)
  })

  test.each(LANGUAGES)('tells all wikis of the catalogue apart in %s', (language) => {
    const names = Array.from(knownWikis.values(), (wiki) => siteName(wiki, language))
    expect(new Set(names).size).toBe(names.length)
  })
})
