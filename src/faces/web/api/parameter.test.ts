import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accepts, hasBody } from './accept.ts'
import { day, moment, readQuery, wholeNumber, yesOrNo } from './parameter.ts'

const parameters = {
  limit: { schema: wholeNumber(1, 50), description: '' },
  bot: { schema: yesOrNo, description: '' },
  day: { schema: day, description: '' },
  from: { schema: moment, description: '' },
}

test('values as what they mean', () => {
  const read = readQuery(parameters, 'limit=7&bot=false&day=2026-08-04&from=2026-08-04T12%3A30Z')
  expect(read).toEqual({
    values: {
      limit: 7,
      bot: false,
      day: Date.UTC(2026, 7, 4),
      from: Date.UTC(2026, 7, 4, 12, 30),
    },
  })
  expect(readQuery(parameters, '')).toEqual({ values: {} })
})

test.each([
  ['2026-08-04', 0, 0],
  ['2026-08-04T00:00:00Z', 0, 0],
  ['2026-08-04t12:30:15.1234567z', 12 * 60 + 30, 15_123],
  ['2026-08-04T01:00:00-02:30', 3 * 60 + 30, 0],
  ['2026-08-04T01:00+01:00', 0, 0],
])('a moment: %s', (text, minutes, ms) =>
  expect(readQuery(parameters, `from=${encodeURIComponent(text)}`)).toEqual({
    values: { from: Date.UTC(2026, 7, 4, 0, minutes) + ms },
  }),
)

test.each([
  ['limit=51', 'limit', 'from 1 to 50'],
  ['limit=1.5', 'limit', 'from 1 to 50'],
  ['limit=', 'limit', 'from 1 to 50'],
  ['bot=yes', 'bot', 'true or false'],
  ['day=2026-02-30', 'day', 'exists'],
  ['from=2026-13-01', 'from', 'exists'],
  ['from=2026-08-04T25:00Z', 'from', 'exists'],
  ['from=2026-08-04T24:00Z', 'from', 'exists'],
  ['from=2026-08-04T12:60Z', 'from', 'exists'],
  ['from=2026-02-30T12:00Z', 'from', 'exists'],
  ['from=2026-08-04T12:00', 'from', 'with its offset'],
  ['limit=1&limit=1', 'limit', 'twice'],
  ['__proto__=1', '“__proto__”', 'limit, bot, day, from'],
  ['bot=%E0%A4%A', null, 'UTF-8'],
])('%s is refused', (query, parameter, said) => {
  expect(readQuery(parameters, query)).toMatchObject({
    fault: { parameter, detail: expect.stringContaining(said) },
  })
})

test('property: any query is read or refused, in few words that are well-formed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (query) => {
      const read = readQuery(parameters, query)
      if ('values' in read) return
      expect(read.fault.detail.length).toBeLessThan(250)
      expect(read.fault.detail.isWellFormed()).toBe(true)
    }),
  )
})

test.each([
  [undefined, true],
  ['', true],
  ['*/*', true],
  ['application/json', true],
  ['Application/JSON; q=0.5', true],
  ['text/html, application/*;q=0.1', true],
  ['text/html', false],
  ['application/json;q=0', false],
  ['text/html, */*; q=0.0', false],
  ['application/jsonp', false],
])('accept: %s', (accept, isAccepted) => {
  const headers = accept === undefined ? {} : { accept }
  expect(accepts({ headers }, 'application/json')).toBe(isAccepted)
})

test('a body', () => {
  expect(hasBody({ headers: {} })).toBe(false)
  expect(hasBody({ headers: { 'content-length': '0' } })).toBe(false)
  expect(hasBody({ headers: { 'content-length': '3' } })).toBe(true)
  expect(hasBody({ headers: { 'transfer-encoding': 'chunked' } })).toBe(true)
})
