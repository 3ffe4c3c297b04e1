import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Inline } from '../text/inline.ts'
import { en } from './en.ts'
import { LANGUAGES, type Language, LOCALES } from './language.ts'
import { catalogue, type Key, known, listed, message, plain, say, text, word } from './messages.ts'

/** What a message consists of (the syntax tree of `@formatjs/icu-messageformat-parser`). */
interface Element {
  readonly type: number
  readonly value?: string
  readonly pluralType?: string
  readonly options?: Readonly<Record<string, { readonly value: readonly Element[] }>>
}
const [ARGUMENT, NUMBER, PLURAL] = [1, 2, 6]

const { IntlMessageFormat } = createRequire(import.meta.url)(
  'intl-messageformat',
) as typeof import('intl-messageformat')
const parsed = (template: string): readonly Element[] =>
  new IntlMessageFormat(template, 'en', undefined, { ignoreTag: true }).getAst() as readonly Element[]

function* elements(ast: readonly Element[]): Iterable<Element> {
  for (const element of ast) {
    yield element
    for (const { value } of Object.values(element.options ?? {})) yield* elements(value)
  }
}

/** Each value's name, and whether it is counted or only written. */
const placeholders = (template: string): string[] =>
  [
    ...new Set(
      [...elements(parsed(template))]
        .filter(({ type }) => type === ARGUMENT || type === NUMBER || type === PLURAL)
        .map(({ type, value }) => `${value}${type === ARGUMENT ? '' : ', a number'}`),
    ),
  ].toSorted()

const KEYS = Object.keys(en) as Key[]
const others = LANGUAGES.filter((language) => language !== 'en')
const fileOf = (language: Language) =>
  JSON.parse(readFileSync(new URL(`./${language}.json`, import.meta.url), 'utf8')) as Record<string, string>

describe.each(others)('%s', (language) => {
  test('has every message, and no others', () => {
    expect(Object.keys(fileOf(language)).toSorted()).toEqual(KEYS.toSorted())
  })

  test('has the same values in them as English', () => {
    for (const key of KEYS) expect(placeholders(catalogue(language)[key]), key).toEqual(placeholders(en[key]))
  })
})

describe.each(LANGUAGES)('%s', (language) => {
  const templates = Object.entries(catalogue(language)) as [Key, string][]

  test('tells apart all that it counts differently', () => {
    const needed = new Intl.PluralRules(LOCALES[language]).resolvedOptions().pluralCategories.toSorted()
    for (const [key, template] of templates)
      for (const { type, options = {} } of elements(parsed(template)))
        if (type === PLURAL) expect(Object.keys(options).toSorted(), key).toEqual(needed)
  })

  test('has no message that is empty, or in which an apostrophe would quote', () => {
    for (const [key, template] of templates) {
      expect(template.trim(), key).not.toBe('')
      expect(template, key).not.toContain("'")
    }
  })

  test('words every message, with every number', () => {
    for (const [key, template] of templates) {
      for (const count of [0, 1, 2, 3, 5, 11, 21, 100, 1_000_000, 1.5]) {
        const given = placeholders(template).map((name) => {
          const [bare = '', isNumber] = name.split(', ')
          return [bare, isNumber === undefined ? `<${bare}>` : count]
        })
        const said = plain(language, {
          key,
          values: Object.fromEntries(given) as Record<string, string | number>,
        })
        expect(said.trim(), key).not.toBe('')
        expect(said, key).not.toMatch(/[{}]|undefined|\[object/)
        for (const [, value] of given) if (typeof value === 'string') expect(said, key).toContain(value)
      }
    }
  })

  test('calls commands and their options as Discord takes it, each its own', () => {
    const named = (pattern: RegExp) => templates.filter(([key]) => pattern.test(key)).map(([, name]) => name)
    const commands = named(/^command\.\w+\.name$/)
    for (const name of [...commands, ...named(/^option\.\w+\.name$/)]) {
      expect(name).toMatch(/^[-_\p{L}\p{N}]{1,32}$/u)
      expect(name).toBe(name.toLowerCase())
    }
    expect(new Set(commands).size).toBe(commands.length)
    for (const purpose of named(/\.purpose$/)) expect(purpose.length, purpose).toBeLessThanOrEqual(100)
  })

  test('reads nothing of what is put into a message', () => {
    const hostile = fc.oneof(
      fc.constantFrom('{page}', '{count, plural, other {#}}', "'{", '<b>', '#', '}', "''"),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(hostile, hostile, (page, target) => {
        const said = say(language, 'log.moved', { page, target: { text: target, bold: true } })
        const texts = said.map((item) => (typeof item === 'string' ? item : item.text)).join('')
        expect(texts).toBe(
          catalogue(language)
            ['log.moved'].replace('{page}', () => page)
            .replace('{target}', () => target),
        )
        if (target !== '') expect(said).toContainEqual({ text: target, bold: true })
      }),
    )
  })
})

test('every message is said somewhere', () => {
  const sources = ['../', '../../dashboard/src/']
    .map((folder) => new URL(folder, import.meta.url))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(
          (file) => /\.tsx?$/.test(file) && !/\.test\.ts$/.test(file) && !file.endsWith('language/en.ts'),
        )
        .map((file) => readFileSync(new URL(file, folder), 'utf8')),
    )
    .join('\n')
  // Keys that are put together: their beginnings stand in the code.
  const beginnings = [...sources.matchAll(/`((?:\w+\.)+)\$\{[^}]*\}([.\w]*)`/g)].map(
    ([, start, end]) => [start, end] as const,
  )
  const isPutTogether = (key: string) =>
    beginnings.some(([start = '', end = '']) => key.startsWith(start) && key.endsWith(end))
  expect(
    KEYS.filter(
      (key) => !sources.includes(`'${key}'`) && !sources.includes(`"${key}"`) && !isPutTogether(key),
    ),
  ).toEqual([])
})

test('what is known by its English text is said in any language, and what is not known as it is', () => {
  const keys = ['permission.viewChannel', 'permission.embedLinks'] as const
  const list = listed(['Embed Links', 'Sing', 'View Channel'].map((name) => known(keys, name)))
  expect(text('de', 'refusal.lacking', { permissions: list })).toContain(
    'Links einbetten, Sing, Kanal ansehen',
  )
  expect(known(keys, 'constructor')).toBe('constructor')
})

test('a message may stand in a message, and is said in the same language', () => {
  const inner = message('needs.manageServer')
  expect(text('de', 'refusal.mayNotChoose', { needs: inner })).toBe(
    'Um für diesen Server zu wählen, brauchst du das Recht „Server verwalten“.',
  )
})

test('what is counted is written as the language writes numbers', () => {
  expect(text('en', 'unit.changes', { count: 1204 })).toBe('1,204 changes')
  expect(text('de', 'unit.changes', { count: 1204 })).toBe('1.204 Änderungen')
  expect(['1', '2', '5', '21'].map((count) => text('ru', 'unit.edits', { count: Number(count) }))).toEqual([
    '1 правка',
    '2 правки',
    '5 правок',
    '21 правка',
  ])
  expect([1, 2, 3, 11, 100].map((count) => text('ar', 'unit.edits', { count }))).toEqual([
    'تعديل واحد',
    'تعديلان',
    '3 تعديلات',
    '11 تعديلًا',
    '100 تعديل',
  ])
})

test('what reads the other way stays a text of its own, to be set apart', () => {
  expect(say('en', 'log.tagCreated', { tag: 'a وسم' })).toEqual(['created the tag “', { text: 'a وسم' }, '”'])
  expect(say('en', 'log.tagCreated', { tag: 'a b' })).toEqual(['created the tag “a b”'])
})

test('in Arabic, what is ours is told apart from what is not', () => {
  const link = 'https://en.wikipedia.org/wiki/A'
  const said: Inline = word('ar', message('line.edited', { page: { text: 'A', link } }))
  expect(said).toEqual([
    { text: 'عدّل ', rtl: true },
    { text: 'A', link },
  ])
  expect(text('ar', 'line.edited', { page: 'A (5)' })).toBe('عدّل \u2068A (5)\u2069')
})
