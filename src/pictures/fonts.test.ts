import { expect, test } from 'vitest'
import { knownLanguages } from '../wikis/catalogue.ts'
import { languageName } from '../wikis/languages.ts'
import { canWrite, widthOf, writable } from './fonts.ts'

/** Scripts that are written letter by letter, or that resvg shapes by itself. */
const COVERED =
  /^(?:[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Armenian}\p{Script=Georgian}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|[^\p{L}\p{M}])+$/u

test('what languages call themselves can be written, in all scripts that the fonts have', () => {
  const names = [...knownLanguages].flatMap((code) => languageName(code).native ?? [])
  const covered = names.filter((name) => COVERED.test(name))
  expect(covered.length).toBeGreaterThan(200)
  expect(covered.filter((name) => !canWrite(name))).toEqual([])
})

test('English names can be written, whatever the language', () => {
  const names = [...knownLanguages].map((code) => languageName(code).english)
  expect(names.filter((name) => !canWrite(name))).toEqual([])
})

test('texts of all languages that the bot speaks', () => {
  for (const text of [
    'Änderungen – “so far” · ¿Qué día? œuvre',
    'изменений за сутки; ЎўҚқҒғҲҳ',
    'التغييرات في كل ساعة، ٢٤',
    '日本語',
    'o‘zbek',
  ]) {
    expect(canWrite(text), text).toBe(true)
  }
})

test('a name without letters for it gives way to the next one', () => {
  expect(writable(['Everything in Bengali (বাংলা)', 'Everything in Bengali', 'bn'])).toBe(
    'Everything in Bengali',
  )
  expect(writable(['Everything in Japanese (日本語)', 'Everything in Japanese'])).toBe(
    'Everything in Japanese (日本語)',
  )
  expect(writable(['বাংলা', 'বাংলা\u0000wiki<'])).toBe('wiki<')
})

test('wider letters take more room, as do larger and bolder ones', () => {
  expect(widthOf('WWW', '12px x')).toBeGreaterThan(widthOf('iii', '12px x'))
  expect(widthOf('abc', '24px x')).toBeCloseTo(2 * widthOf('abc', '12px x'))
  expect(widthOf('abc', '600 12px x')).toBeGreaterThan(widthOf('abc', '12px x'))
  expect(widthOf('日本', '10px x')).toBe(20)
})
