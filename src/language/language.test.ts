import { expect, test } from 'vitest'
import { LANGUAGES, languageNamed, languageOf, languageOfEnvironment, OWN_NAMES } from './language.ts'

test.each([
  ['en-US', 'en'],
  ['en-GB', 'en'],
  ['es-ES', 'es'],
  ['es-419', 'es'],
  ['fr', 'fr'],
  ['de_AT.UTF-8', 'de'],
  ['ru_RU', 'ru'],
  ['uz-Cyrl-UZ', 'uz'],
  ['AR', 'ar'],
  ['pt-BR', 'en'],
  ['arz', 'en'],
  ['C.UTF-8', 'en'],
  ['', 'en'],
  ['constructor', 'en'],
  [null, 'en'],
  [undefined, 'en'],
])('the locale %s means %s', (locale, language) => {
  expect(languageOf(locale)).toBe(language)
})

test('an environment counts as POSIX has it', () => {
  expect(languageOfEnvironment({ LANG: 'de_DE.UTF-8' })).toBe('de')
  expect(languageOfEnvironment({ LANG: 'de_DE.UTF-8', LC_MESSAGES: 'fr_FR' })).toBe('fr')
  expect(languageOfEnvironment({ LANG: 'de_DE.UTF-8', LC_MESSAGES: 'fr_FR', LC_ALL: 'ru_RU' })).toBe('ru')
  expect(languageOfEnvironment({ LANG: 'de_DE.UTF-8', LC_ALL: '' })).toBe('de')
  expect(languageOfEnvironment({})).toBe('en')
})

test.each([
  ['uz', 'uz'],
  ['UZ ', 'uz'],
  ['uzbek', 'uz'],
  ['o‘zbekcha', 'uz'],
  ["O'zbekcha", 'uz'],
  ['Francais', 'fr'],
  ['español', 'es'],
  ['РУССКИЙ', 'ru'],
  ['العربية', 'ar'],
  ['Klingon', null],
  ['', null],
])('%j names %s', (typed, language) => {
  expect(languageNamed(typed)).toBe(language)
})

test('every language has a name in itself', () => {
  expect(new Set(Object.values(OWN_NAMES)).size).toBe(LANGUAGES.length)
})
