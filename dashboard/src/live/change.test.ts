import { expect, test } from 'vitest'
import type { Change } from '../../../src/change.ts'
import { changeJson } from '../../../src/change-json.ts'
import { readRecentChange } from '../../../src/recentchange.ts'
import { changeLine } from '../../../src/text/change-line.ts'
import { recordedEvents } from '../../../test/changes.ts'
import { changeOf } from './change.ts'
import type { ApiChange } from './following.ts'

const told = (change: Change) => JSON.parse(JSON.stringify(changeJson(change))) as ApiChange

test('every recorded change reads as it does without the way through the API, its links too', () => {
  const recorded = recordedEvents().map((line) => readRecentChange(line, 'test') as Change)
  expect(recorded).toHaveLength(2667)
  for (const change of recorded)
    expect(changeLine(changeOf(told(change)), 'en')).toEqual(changeLine(change, 'en'))
})
