import { Writable } from 'node:stream'
import pino from 'pino'
import { expect, test } from 'vitest'
import { someStats } from '../../../test/charts.ts'
import { partsOf, requestOf } from './parts.ts'

const store = {
  keepNote: async () => {
    throw new Error('nothing is to be kept')
  },
  note: async () => null,
}
const answer = someStats(Array.from({ length: 24 }, () => [60, 40]))

test('a chart is attached, shown in the embed, and described', async () => {
  const log = pino({ enabled: false })
  const [part, ...others] = await partsOf(answer, 'en', { draw: async () => Buffer.from('PNG'), log, store })
  expect(others).toEqual([])
  const { body, files } = requestOf(part ?? {}, { nonce: '1' })
  expect(body).toMatchObject({
    embeds: [{ title: expect.any(String), image: { url: 'attachment://chart.png' } }],
    attachments: [{ id: '0', filename: 'chart.png', description: expect.stringContaining('2,400 changes') }],
    allowed_mentions: { parse: [] },
    nonce: '1',
  })
  expect(body).not.toHaveProperty('files')
  expect(files).toEqual([{ name: 'chart.png', data: Buffer.from('PNG'), contentType: 'image/png' }])
})

test('what cannot be drawn is left out, and logged', async () => {
  const lines: string[] = []
  const log = pino(new Writable({ write: (line, _, done) => void done(void lines.push(String(line))) }))
  const draw = async () => {
    throw new Error('no ink')
  }
  const [part] = await partsOf(answer, 'en', { draw, log, store })
  expect(part).not.toHaveProperty('attachments')
  expect(part?.embeds?.[0]).not.toHaveProperty('image')
  expect(part?.embeds?.[0]?.fields).toContainEqual({ name: 'People', value: '1,440 (60 %)', inline: true })
  expect(lines.join('')).toContain('a chart could not be drawn: no ink')
})
