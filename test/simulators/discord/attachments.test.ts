/** Files: wherever a message is sent or edited, by their numbers and names, up to their limits. */
import type { APIAttachment, APIMessage } from 'discord.js'
import { expect, test } from 'vitest'
import { checkAnswer } from './schema.ts'
import { alice, caller, discord, multipart, unlimited, withCommands } from './testing.ts'

/** The first bytes of a PNG, which say how large the picture is. */
const png = Buffer.from('89504e470d0a1a0a0000000d4948445200000320000001900802000000', 'hex')
const bytesOf = async (file: APIAttachment | undefined) =>
  Buffer.from(await (await fetch(file?.url ?? '')).arrayBuffer())

async function dm() {
  const simulator = await discord({
    routeLimits: { 'POST /channels/{channel_id}/messages': unlimited },
  })
  const { channel_id } = await simulator.dm(alice, 'hello')
  const messages = `/channels/${channel_id}/messages`
  return { simulator, call: caller(simulator), messages }
}

test('gives back bytes, sizes and descriptions, and shows pictures in embeds', async () => {
  const { simulator, call, messages } = await dm()
  const form = multipart(
    {
      attachments: [{ id: '3', filename: 'chart of day.png', description: 'd'.repeat(1024) }],
      embeds: [{ title: 't', image: { url: 'attachment://chart_of_day.png' } }],
    },
    { 'files[3]': { name: 'x.png', content: png } },
  )
  const { body } = await call('POST', messages, form)
  const [file] = body.attachments
  expect(file).toMatchObject({ filename: 'chart_of_day.png', size: png.length, width: 800, height: 400 })
  expect(file.description).toHaveLength(1024)
  expect(body.embeds[0].image).toMatchObject({ url: file.url, width: 800 })
  expect(await bytesOf(file)).toEqual(png)
  expect(checkAnswer('/channels/{channel_id}/messages', 'POST', 200, body)).toEqual([])
  expect(await simulator.requests()).toMatchObject([{ files: [{ field: 'files[3]', size: png.length }] }])
  expect(await simulator.violations()).toEqual([])
})

test('an edit keeps, describes, drops and adds', async () => {
  const { simulator, call, messages } = await dm()
  const two = { 'files[0]': { name: 'a.csv', content: 'a' }, 'files[1]': { name: 'b.csv', content: 'b' } }
  const { body } = await call('POST', messages, multipart({ content: 'two' }, two))
  const [a, b] = body.attachments as APIAttachment[]
  const path = `${messages}/${body.id}`
  expect((await call('PATCH', path, { content: 'still two' })).body.attachments).toEqual([a, b])
  const change = {
    attachments: [
      { id: b?.id, description: 'second' },
      { id: '0', filename: 'c.csv' },
    ],
  }
  const edited = await call('PATCH', path, multipart(change, { 'files[0]': { name: 'c', content: 'c' } }))
  expect(edited.body.attachments).toMatchObject([{ ...b, description: 'second' }, { filename: 'c.csv' }])
  expect((await call('PATCH', path, { attachments: [{ id: '99' }] })).status).toBe(400)
  expect((await call('PATCH', path, { attachments: [] })).body.attachments).toEqual([])
  expect((await simulator.violations()).map(({ reason }) => reason)).toEqual([
    expect.stringContaining('attachments.0.id[ATTACHMENT_NOT_FOUND]'),
  ])
})

test('are taken in components, which say where they are', async () => {
  const { call, messages } = await dm()
  const components = [
    { type: 12, items: [{ media: { url: 'attachment://a.png' } }] },
    { type: 13, file: { url: 'attachment://b.csv' } },
  ]
  const form = multipart(
    { flags: 1 << 15, components },
    { 'files[0]': { name: 'a.png', content: png }, 'files[1]': { name: 'b.csv', content: 'b' } },
  )
  const { status, body } = await call('POST', messages, form)
  expect(status).toBe(200)
  const [a, b] = body.attachments
  expect(body.components).toMatchObject([
    { items: [{ media: { url: a.url, attachment_id: a.id } }] },
    { file: { url: b.url }, name: 'b.csv', size: 1 },
  ])
  expect(checkAnswer('/channels/{channel_id}/messages', 'POST', 200, body)).toEqual([])
})

test('are refused with what is wrong', async () => {
  const { simulator, call, messages } = await dm()
  const file = { name: 'a.png', content: png }
  const embed = (url: string) => ({ embeds: [{ title: 't', image: { url } }] })
  const bad: [named: string, body: object, files: Parameters<typeof multipart>[1]][] = [
    ['embeds.0.image.url[ATTACHMENT_NOT_FOUND]', embed('attachment://b.png'), { 'files[0]': file }],
    [
      'embeds.0.image.url[ATTACHMENT_NO_PICTURE]',
      embed('attachment://b.csv'),
      { 'files[0]': { name: 'b.csv', content: 'b' } },
    ],
    ['attachments.0.id[ATTACHMENT_NOT_FOUND]', { attachments: [{ id: '1' }] }, { 'files[0]': file }],
    [
      'attachments.0.description[BASE_TYPE_MAX_LENGTH]',
      { attachments: [{ id: '0', description: 'd'.repeat(1025) }] },
      { 'files[0]': file },
    ],
    ['[ATTACHMENT_FIELD_NAME]', {}, { file }],
    [
      'files[BASE_TYPE_MAX_LENGTH]',
      {},
      Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`files[${i}]`, file])),
    ],
    [
      'components.0.items.0.media.url[UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND]',
      { flags: 1 << 15, components: [{ type: 12, items: [{ media: { url: 'attachment://b.png' } }] }] },
      { 'files[0]': file },
    ],
  ]
  for (const [named, body, files] of bad) {
    expect((await call('POST', messages, multipart(body, files))).status, named).toBe(400)
    expect((await simulator.violations()).at(-1)?.reason).toContain(named)
  }
  const huge = 'x'.repeat(9 * 1024 * 1024)
  const three = Object.fromEntries([0, 1, 2].map((i) => [`files[${i}]`, { name: 'h', content: huge }]))
  expect(await call('POST', messages, multipart({}, three))).toMatchObject({
    status: 413,
    body: { code: 40005 },
  })
})

test('come with responses to interactions, their edits and follow-ups', async () => {
  const { simulator, call } = await withCommands()
  const use = { kind: 'slash', userId: alice, name: 'recent', options: { wiki: 'x' } } as const
  const { id, token } = await simulator.interact(use)
  const body = (name: string) => ({
    embeds: [{ title: name, image: { url: `attachment://${name}.png` } }],
    attachments: [{ id: '0', filename: `${name}.png`, description: name }],
  })
  const files = { 'files[0]': { name: 'x', content: png } }
  const webhook = `/webhooks/${simulator.applicationId}/${token}`
  await call(
    'POST',
    `/interactions/${id}/${token}/callback`,
    multipart({ type: 4, data: body('first') }, files),
  )
  await call('PATCH', `${webhook}/messages/@original`, multipart(body('second'), files))
  await call('POST', webhook, multipart(body('third'), files))
  const [record] = await simulator.interactions()
  const shown = ({ attachments }: APIMessage) => attachments.map(({ description }) => description)
  expect(shown(record?.response?.message as APIMessage)).toEqual(['second'])
  expect(record?.followups.map(shown)).toEqual([['third']])
  expect(await bytesOf(record?.followups[0]?.attachments[0])).toEqual(png)
  expect(await simulator.violations()).toEqual([])
})
