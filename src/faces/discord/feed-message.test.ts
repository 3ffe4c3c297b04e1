import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aChange, anyChange } from '../../../test/changes.ts'
import { showMarkdown } from '../../../test/markdown.ts'
import type { Feed } from '../../contracts.ts'
import { LANGUAGES } from '../../language/language.ts'
import { endedMessage, feedMessage, messageCapacity, unshownMessage } from './feed-message.ts'

const FEED: Feed = {
  ...{ id: 987_654, kind: 'feed', owner: '80351110224678912', scope: '*', filter: {}, style: 'embed' },
  ...{ language: 'en', state: 'active', createdAt: 0 },
  target: { kind: 'channel', channel: '80351110224678913', place: 'server 1' },
}
const anyFeed: fc.Arbitrary<Feed> = fc.record({
  ...Object.fromEntries(Object.entries(FEED).map(([key, value]) => [key, fc.constant(value)])),
  kind: fc.constantFrom('feed', 'watch'),
  style: fc.constantFrom('embed', 'compact'),
  scope: fc.constantFrom('*', 'de', 'enwiki'),
  language: fc.constantFrom(...LANGUAGES),
}) as unknown as fc.Arbitrary<Feed>

/** What Discord would draw of a text that must not stand in anybody else's. */
const FOREIGN = ['mention', 'invite', 'address', 'emoji', 'line', 'break']

test('property: any changes make a message within all limits, that pings nobody', () => {
  fc.assert(
    fc.property(
      anyFeed,
      fc.array(anyChange, { minLength: 1, maxLength: 60 }),
      fc.nat(1e9),
      (feed, changes, leftOut) => {
        const count = messageCapacity(changes)
        expect(count).toBeGreaterThan(0)
        const { content = '', embeds = [] } = feedMessage(feed, {
          changes: changes.slice(0, count),
          leftOut,
          upTo: 1,
        })
        expect(content.length).toBeLessThanOrEqual(2000)
        expect(content === '').toBe(leftOut === 0)
        expect(embeds.length).toBeGreaterThan(0)
        expect(embeds.length).toBeLessThanOrEqual(10)
        let total = 0
        for (const { description = '', footer, title } of embeds) {
          expect(title).toBeUndefined()
          expect(description.trim()).not.toBe('')
          expect(description.length).toBeLessThanOrEqual(4096)
          total += description.length + (footer?.text.length ?? 0)
          for (const line of description.split('\n'))
            expect(showMarkdown(line).drawn.filter((drawn) => FOREIGN.includes(drawn))).toEqual([])
        }
        expect(total).toBeLessThanOrEqual(6000)
      },
    ),
    { numRuns: 300 },
  )
})

test('edits in a row are one line with their number, and change what they change together', () => {
  const user = 'Alice'
  const edit = (old: number, size: [number, number]) =>
    aChange({ user, title: 'Foo', revision: { old, new: old + 1 }, bytes: { old: size[0], new: size[1] } })
  const changes = [edit(1, [100, 150]), edit(2, [150, 120]), edit(3, [120, 300])]
  const [embed, ...others] = feedMessage(FEED, { changes, leftOut: 0, upTo: 1 }).embeds ?? []
  expect(others).toEqual([])
  expect(embed?.description).toMatch(/^\*\*3×\*\* .*\+200/)
  expect(embed?.description).toContain('diff=4&oldid=1')
})

test('a message holds ten lines, however many edits they are of', () => {
  const others = Array.from({ length: 30 }, (_, i) => aChange({ title: `Page ${i}` }))
  expect(messageCapacity(others)).toBe(10)
  expect(messageCapacity(others.slice(0, 4))).toBe(4)
  const run = Array.from({ length: 12 }, (_, i) =>
    aChange({ user: 'Alice', title: 'Foo', revision: { old: i + 1, new: i + 2 } }),
  )
  expect(messageCapacity([...run, ...others])).toBe(12 + 9)
})

test('what is said beside changes is within the limits too, in every language', () => {
  for (const language of LANGUAGES) {
    const feed = { ...FEED, language }
    const portion = { changes: [aChange()], leftOut: 1e9, upTo: 1 }
    expect(unshownMessage(feed, portion).content).toMatch(/987/)
    const feeds = Array.from({ length: 100 }, (_, id) => ({ ...feed, id }))
    const reason = 'Discord answers 403: @everyone **x** '.repeat(100)
    for (const target of [FEED.target, { kind: 'direct' } as const]) {
      const content = endedMessage(
        feeds.map((each) => ({ ...each, target })),
        reason,
      ).content as string
      expect(content.length).toBeLessThanOrEqual(2000)
      const mentions = showMarkdown(content).drawn.filter((drawn) => drawn === 'mention')
      expect(mentions).toHaveLength(target.kind === 'channel' ? 1 : 0)
    }
  }
})
