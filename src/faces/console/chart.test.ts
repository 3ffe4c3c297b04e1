import { expect, test } from 'vitest'
import { someStats, someTrend } from '../../../test/charts.ts'
import type { Known } from '../../answers/answer.ts'
import { word } from '../../answers/wording.ts'
import { toText } from './render.ts'

test('a day as rows of bars of one scale', () => {
  const hours = Array.from({ length: 24 }, (_, hour): [number, number, Known] =>
    hour > 20 ? [0, 0, 'later'] : [hour * 100, hour === 3 ? 0 : 100, 'whole'],
  )
  const lines = toText(word(someStats(hours, { isToday: true }), 'en'), false).split('\n')
  expect(lines).toContain('People  ·▁▁▂▂▂▃▃▄▄▄▅▅▆▆▆▇▇███     to 2,000')
  expect(lines).toContain('Bots    ▁▁▁·▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁     to 100')
  expect(lines).toContain('        00:00 06:00 12:00 18:00')
  expect(lines).toContain('21:00 to 24:00: still to come')
})

test('a trend', () => {
  const lines = toText(
    word(
      someTrend([
        [0, 0, 'none'],
        [4, 2],
        [8, 4],
      ]),
      'en',
    ),
    false,
  ).split('\n')
  expect(lines).toContain('People   ▄█  to 8')
  expect(lines).toContain('22 Nov: not stored')
})
