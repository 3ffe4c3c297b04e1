import { expect, test } from 'vitest'
import { figuresIn, readExposition } from './exposition.ts'

const A = '# HELP a Of a.\n# TYPE a gauge\n'
const H = '# HELP h Of h.\n# TYPE h histogram\n'

test('reads numbers with their labels', () => {
  const text = `${A}a{b="x \\"y\\" \\\\ \\n",c=""} 1.5e3\na -2\n\n${H}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 3\nh_sum 7\nh_count 3\n`
  const { help, type, series } = readExposition(text).get('a') ?? {}
  expect({ help, type }).toEqual({ help: 'Of a.', type: 'gauge' })
  expect(series).toEqual([
    { name: 'a', labels: { b: 'x "y" \\ \n', c: '' }, value: 1500 },
    { name: 'a', labels: {}, value: -2 },
  ])
  expect(figuresIn(text)).toMatchObject({ a: -2, 'h_bucket{le="+Inf"}': 3, h_count: 3 })
})

test.each([
  ['no end', `${A}a 1`],
  ['no type', 'a 1\n'],
  ['the type of another', `# HELP a Of a.\n# TYPE b gauge\nb 1\n`],
  ['a series of another', `${A}b 1\n`],
  ['a suffix that a gauge does not have', `${A}a_sum 1\n`],
  ['no number', `${A}a one\n`],
  ['two numbers', `${A}a 1 2 3\n`],
  ['a quote in a label', `${A}a{b="x"y"} 1\n`],
  ['a label twice', `${A}a{b="1",b="2"} 1\n`],
  ['a comma at the end', `${A}a{b="1",} 1\n`],
  ['a label without quotes', `${A}a{b=1} 1\n`],
  ['a series twice', `${A}a{b="1",c="2"} 1\na{c="2",b="1"} 1\n`],
  ['a metric twice', `${A}a 1\n${A}a{b="1"} 1\n`],
  ['a metric without series', A],
  ['classes that shrink', `${H}h_bucket{le="1"} 3\nh_bucket{le="+Inf"} 2\nh_sum 7\nh_count 2\n`],
  ['no open class', `${H}h_bucket{le="1"} 3\nh_sum 7\nh_count 3\n`],
  ['a count that is not that of all', `${H}h_bucket{le="+Inf"} 3\nh_sum 7\nh_count 2\n`],
])('refuses %s', (_what, text) => {
  expect(() => readExposition(text)).toThrow()
})
