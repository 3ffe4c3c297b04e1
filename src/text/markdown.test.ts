import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyChange, recordedEvents } from '../../test/changes.ts'
import { showMarkdown } from '../../test/markdown.ts'
import type { Change } from '../change.ts'
import { readRecentChange } from '../recentchange.ts'
import { changeLine } from './change-line.ts'
import { clean, webAddress } from './clean.ts'
import type { Inline, Span } from './inline.ts'
import { toMarkdown } from './markdown.ts'

const link = 'https://en.wikipedia.org/wiki/X'

test.each<[Inline, string]>([
  [['plain text, (brackets) and 5 > 3'], 'plain text, (brackets) and 5 \\> 3'],
  [['*a* _b_ ~~c~~ ||d|| `e` \\f'], '\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\|\\|d\\|\\| \\`e\\` \\\\f'],
  [['[x](https://evil.example) <@123> {}'], '\\[x\\]\\(https\\:/\\/evil.example) \\<\\@123\\> \\{\\}'],
  [['@everyone <t:1:R> :smile: <:a:1>'], '\\@everyone \\<t\\:1\\:R\\> \\:smile\\: \\<\\:a\\:1\\>'],
  [['discord.gg/abc DiscordApp.com/invite/x'], 'discord\\.gg/abc DiscordApp\\.com/invite/x'],
  [['# heading'], '\\# heading'],
  [['-# small'], '\\-# small'],
  [['- list'], '\\- list'],
  [['1. list'], '1\\. list'],
  [[{ text: '# bold', bold: true }], '**\\# bold**'],
  [['line\nbreak\ttab\u2028end'], 'line break tab end'],
  [['a\u0000b\u001b[31mc'], 'ab\\[31mc'],
  [['\u202eover\u2066ride'], 'override'],
  [['lone \ud800 surrogate'], 'lone \ufffd surrogate'],
  [
    [{ text: 'b', bold: true }, ' ', { text: 'i', italic: true }, ' ', { text: 's', strike: true }],
    '**b** *i* ~~s~~',
  ],
  [[{ text: ' spaced ', bold: true }, 'x'], ' **spaced** x'],
  [
    [
      { text: 'a', bold: true },
      { text: 'b', italic: true },
    ],
    '**a**\u200b*b*',
  ],
  [
    [
      { text: 'a', italic: true },
      { text: 'b', italic: true, link },
    ],
    `*a[b](<${link}>)*`,
  ],
  [[{ text: '/stats', code: true }], '`/stats`'],
  [[{ text: 'a`b', code: true }], 'a\\`b'],
  [
    [{ text: 'Page: (x)', link: 'https://x.example/a(b)*_~@c' }],
    '[Page: (x)](<https://x.example/a%28b%29%2A_%7E%40c>)',
  ],
  [[{ text: 'Ž', link: 'https://x.example/Ž' }], '[Ž](<https://x.example/%C5%BD>)'],
  [[{ text: '~2026-1', link }], `[~2026-1](<${link}>)`],
  // Discord takes no escapes in labels, and draws no link where it sees an emoji or an address.
  [[{ text: 'M*A*S*H', link }], `M\\*A\\*S\\*H ([→](<${link}>))`],
  [[{ text: 'a [b]', link }], `a \\[b\\] ([→](<${link}>))`],
  [[{ text: 'a 😀', link }], `a 😀 ([→](<${link}>))`],
  [[{ text: 'https://a.example', link }], `https\\:/\\/a.example ([→](<${link}>))`],
  [[{ text: 'a', link: 'javascript:alert(1)' }], 'a'],
  [[{ text: 'مرحبا', link }, ' (5)'], `\u2068[مرحبا](<${link}>)\u2069 (5)`],
  [
    [{ text: 'ab', quoted: true }, { text: 'שלום', link, quoted: true }, { text: 'c', quoted: true }, 'd'],
    `\u2068ab[שלום](<${link}>)c\u2069d`,
  ],
])('%j', (inline, markdown) => {
  expect(toMarkdown(inline)).toBe(markdown)
})

const summary: Span = {
  text: 'a rather long summary of what was done here, and why',
  quoted: true,
  italic: true,
}
const page: Span = { text: 'Title', link: 'https://en.wikipedia.org/wiki/Title' }
const line: Inline = [
  'Somebody',
  { text: ' (', aside: true },
  { text: 'talk', link: 'https://en.wikipedia.org/wiki/User_talk:Somebody', aside: true },
  { text: ')', aside: true },
  ' edited ',
  page,
  ' ',
  summary,
  { text: ' with a link', link: 'https://en.wikipedia.org/wiki/A_link', quoted: true, italic: true },
]

test.each([
  [
    300,
    'Somebody ([talk](<https://en.wikipedia.org/wiki/User_talk:Somebody>)) edited [Title](<https://en.wikipedia.org/wiki/Title>) *a rather long summary of what was done here, and why [with a link](<https://en.wikipedia.org/wiki/A_link>)*',
  ],
  [
    220,
    'Somebody ([talk](<https://en.wikipedia.org/wiki/User_talk:Somebody>)) edited [Title](<https://en.wikipedia.org/wiki/Title>) *a rather long summary of what was done here, and why with a link*',
  ],
  [
    170,
    'Somebody ([talk](<https://en.wikipedia.org/wiki/User_talk:Somebody>)) edited [Title](<https://en.wikipedia.org/wiki/Title>) *a rather long summary of what was done here…*',
  ],
  [90, 'Somebody edited [Title](<https://en.wikipedia.org/wiki/Title>) *a rather long summary of…*'],
  [40, 'Somebody edited Title *a rather long s…*'],
  [24, 'Somebody edited Title…'],
  [14, 'Somebody edit…'],
  [0, ''],
])('shortened to %i', (length, markdown) => {
  expect(toMarkdown(line, length).length).toBeLessThanOrEqual(length)
  expect(toMarkdown(line, length)).toBe(markdown)
})

test('is cut between graphemes', () => {
  const family = '👩‍👩‍👧‍👦'
  const cut = toMarkdown([{ text: family.repeat(20), quoted: true }], 100)
  expect(cut).toBe(`${family.repeat(9)}…`)
})

/** As a reader sees it; Discord takes characters without a glyph out of labels. */
const seen = (text: string): string =>
  text
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
const withoutLinkNotes = (text: string): string => text.replaceAll(' (→)', '')

function expectFaithful(inline: Inline): void {
  const spans = inline.map((item): Span => (typeof item === 'string' ? { text: item } : item))
  const shown = showMarkdown(toMarkdown(inline))
  expect(seen(withoutLinkNotes(shown.text))).toBe(
    seen(withoutLinkNotes(spans.map((span) => clean(span.text)).join(''))),
  )
  const linked = spans.filter((span) => clean(span.text).trim() !== '' && span.link !== undefined)
  expect(shown.links).toEqual(linked.flatMap((span) => webAddress(span.link ?? '') ?? []))
  // Emphasis is drawn where it was asked for, and nothing else is.
  const wanted = new Set(
    spans.flatMap(({ bold, italic, strike, code }) => [
      bold && 'bold',
      italic && 'italic',
      strike && 'strike',
      code && 'code',
    ]),
  )
  for (const kind of shown.drawn) expect(wanted).toContain(kind)
}

const hostile = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'*_~`|\\[]()<>{}@:/#-.1 ax\n\u202e\u2069\u200bشא😀\u0301') }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    ...[
      '@everyone',
      '@here',
      '<@1>',
      '<#1>',
      '<t:1:R>',
      '<:a:1>',
      ':smile:',
      'https://a.example/b',
      '[a](https://b.example)',
    ],
    ...[
      '**b**',
      '__u__',
      '~~s~~',
      '||s||',
      '`c`',
      '```c```',
      '# h',
      '-# s',
      '> q',
      '- l',
      '1. l',
      'discord.gg/abc',
      '\\',
      '*',
      '_',
    ],
  ),
)
const anySpan: fc.Arbitrary<Span> = fc.record(
  {
    text: fc.array(hostile, { maxLength: 4 }).map((parts) => parts.join('')),
    link: fc.oneof(
      fc.webUrl(),
      hostile,
      hostile.map((path) => `https://en.wikipedia.org/wiki/${path}`),
    ),
    bold: fc.boolean(),
    italic: fc.boolean(),
    strike: fc.boolean(),
    code: fc.boolean(),
    quoted: fc.boolean(),
    aside: fc.boolean(),
  },
  { requiredKeys: ['text'] },
)
const anyInline: fc.Arbitrary<Inline> = fc.array(fc.oneof(hostile, anySpan), { maxLength: 8 })

test('every recorded change shows its text and its links, and nothing but emphasis', () => {
  for (const event of recordedEvents())
    expectFaithful(changeLine(readRecentChange(event, 'test') as Change, 'en'))
})

test('any text shows as it is', () => {
  fc.assert(fc.property(anyInline, expectFaithful), { numRuns: 3_000 })
})

test('any change does, hostile or not', () => {
  fc.assert(
    fc.property(anyChange, fc.boolean(), (change, showWiki) =>
      expectFaithful(changeLine(change, 'en', { showWiki })),
    ),
    {
      numRuns: 1_000,
    },
  )
})

test('is never longer than allowed, and faithful at any length', () => {
  fc.assert(
    fc.property(
      anyChange.map((change) => changeLine(change, 'en')),
      fc.integer({ min: 0, max: 600 }),
      (inline, length) => {
        const markdown = toMarkdown(inline, length)
        expect(markdown.length).toBeLessThanOrEqual(length)
        expect(markdown.isWellFormed()).toBe(true)
        const { drawn, links } = showMarkdown(markdown)
        for (const kind of drawn) expect(['bold', 'italic', 'strike', 'code']).toContain(kind)
        for (const address of links) expect(address).toMatch(/^https?:\/\/[!-~]+$/)
        // What is cut off is the end of something: no half of a link or of an escape is left.
        expect(markdown).not.toMatch(/(?<!\\)(?:\\\\)*\\$/)
      },
    ),
    { numRuns: 1_000 },
  )
})

test('recorded changes fit into tight places with their title', () => {
  for (const event of recordedEvents()) {
    const change = readRecentChange(event, 'test') as Change
    const markdown = toMarkdown(changeLine(change, 'en'), 400)
    expect(markdown.length).toBeLessThanOrEqual(400)
    if (change.type === 'edit') expect(seen(showMarkdown(markdown).text)).toContain(seen(clean(change.title)))
  }
})
