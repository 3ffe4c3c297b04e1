import { type APIInteractionResponse, InteractionResponseType } from 'discord.js'
import { expect, test } from 'vitest'
import { parseBody } from '../../../test/simulators/discord/body.ts'
import { encoded } from './responder.ts'

const response: APIInteractionResponse = {
  type: InteractionResponseType.ChannelMessageWithSource,
  data: { content: 'Ωμέγα 🦉', attachments: [{ id: '0', filename: 'chart.png' }] },
}
const TAKEN = ['application/json', 'multipart/form-data']

test('a response is JSON, with files a form', async () => {
  const plain = await encoded(response, [])
  expect(plain).toEqual({ type: 'application/json', body: JSON.stringify(response) })

  const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 255])
  const files = [
    { name: 'chart.png', data: bytes, contentType: 'image/png' },
    { name: 'words.txt', data: 'words' },
  ]
  const { type, body } = await encoded(response, files)
  const { json, uploads } = await parseBody(Buffer.from(body), type, TAKEN)
  expect(json).toEqual(response)
  expect(JSON.stringify(uploads)).toContain('chart.png')
  expect(Buffer.from(body).includes(bytes)).toBe(true)
})
