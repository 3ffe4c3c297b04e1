/**
 * `npm run e2e:discord -- --pictures DIR`: somebody uses everything that the bot has, with the real program against the
 * simulated Discord. Each message is left in DIR as JSON, each chart as PNG, all of them in `index.html`. Status 0 if
 * Discord would have taken everything.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { APIMessage } from 'discord.js'
import { recordedEvents } from '../changes.ts'
import { editsOf } from '../feeds.ts'
import { until } from '../program.ts'
import type { InteractionRecord, SlashCommand } from '../simulators/discord/protocol.ts'
import { generateEvents } from '../simulators/eventstreams/generate.ts'
import { setStage, strikeStage } from '../stage.ts'
import { type Exhibit, gallery } from './gallery.ts'

const { values } = parseArgs({ options: { pictures: { type: 'string' } } })
if (values.pictures === undefined) {
  process.stderr.write('usage: npm run e2e:discord -- --pictures DIR\n')
  process.exit(2)
}
const directory = values.pictures
mkdirSync(directory, { recursive: true })

const PERSON = '80351110224678912'
const MANAGER = { permissions: String(1n << 5n) }
const DAYS = 10
const GENERATED = 4000
const LOCALES = ['de', 'ru', 'es-ES', 'fr'] as const

const exhibits: Exhibit[] = []

async function show(did: string, message: APIMessage | undefined, isPrivate = false): Promise<void> {
  if (message === undefined) throw new Error(`${did}: there is no answer`)
  const name = String(exhibits.length + 1).padStart(3, '0')
  const pictures: string[] = []
  for (const { url, filename } of message.attachments) {
    const picture = `${name}-${filename}`
    writeFileSync(join(directory, picture), Buffer.from(await (await fetch(url)).arrayBuffer()))
    pictures.push(picture)
  }
  writeFileSync(join(directory, `${name}.json`), `${JSON.stringify({ did, isPrivate, message }, null, 2)}\n`)
  exhibits.push({ did, message, isPrivate, pictures })
}

const stage = await setStage()
const { stream, discord, home } = stage
try {
  const { id: guildId, channels } = await discord.createGuild({
    name: 'Patrol',
    channels: ['changes', 'compact', 'flood', 'daily'].map((name) => ({ name })),
  })
  const [changes = '', compact = '', flood = '', daily = ''] = channels.map(({ id }) => id)
  let program = home.start()
  await Promise.all([program.logged('its slash commands are registered'), stream.waitForConnection(1)])
  const from = Date.now() - DAYS * 86_400_000
  const recorded = recordedEvents()
  await stream.publish([
    ...generateEvents({ seed: 4, count: GENERATED, from, perSecond: GENERATED / (DAYS * 86_400) }),
    ...recorded,
  ])
  await until('they are stored', () => home.stored() >= GENERATED + 2000, 60_000)

  const slash = async (name: string, options: SlashCommand['options'] = {}, more = {}) => {
    const place = { channelId: changes, guildId, ...MANAGER, ...more }
    const record: InteractionRecord = await discord.slash(PERSON, { name, options, ...place })
    const words = Object.entries(options).map(([key, value]) => `${key}:${value}`)
    const message = record.response?.message as APIMessage | undefined
    await show([`/${name}`, ...words].join(' '), message, record.response?.ephemeral === true)
    return record
  }
  const say = async (question: string) => show(question, await discord.ask(PERSON, question))

  await slash('help')
  await slash('ping')
  await slash('status')
  const first = await slash('recent', { limit: 5 })
  const rows = (first.response?.message?.components ?? []) as {
    components: { label: string; custom_id: string }[]
  }[]
  const older = rows[0]?.components.find(({ label }) => label.includes('Older'))
  const pressed = await discord.press(PERSON, first.response?.message?.id ?? '', older?.custom_id ?? '', {
    channelId: changes,
    guildId,
  })
  await show('the button “Older”', pressed.response?.message as APIMessage | undefined)
  await slash('recent', { type: 'new', bots: 'no', scope: 'en' })
  await slash('recent', { type: 'log', limit: 50, scope: '*' })
  await say('!recent type:edit min:500 ns:main de')
  await say('!recent user:"Nobody at all" *')
  await slash('stats', { day: 'yesterday', scope: '*' })
  await slash('stats', { day: 'yesterday', scope: 'enwiki' })
  await slash('trend', { days: 30, scope: '*' })
  for (const by of ['pages', 'users', 'wikis']) await slash('top', { by, hours: 168, scope: '*' })
  await slash('setlang', { scope: 'de' })
  await slash('setlang', { scope: 'klingon' })
  await say('!stats 2026-02-30')
  await say('!nonsense')

  await slash('feed preview', { type: 'new', bots: 'no', scope: 'en' })
  await slash('feed add', { scope: '*' })
  await slash('feed add', { scope: 'enwiki', bots: 'no' })
  await slash('feed add', { scope: 'en', style: 'compact', channel: compact })
  await slash('feed add', { scope: 'enwiki', type: 'edit', channel: flood })
  await slash('feed list')
  await slash('feed edit', { number: 1, type: 'edit' })
  await slash('feed pause', { number: 1 })
  await slash('feed resume', { number: 1 })
  await slash('watch', { page: 'https://en.wikipedia.org/wiki/Page_3' })
  await slash('watching')
  await slash('digest show', { scope: '*' })
  await slash('digest on', { scope: '*', channel: daily })

  await stream.publish(editsOf(0, 12))
  await until('feeds have posted', async () => (await discord.messages(compact)).length > 1, 30_000)
  await stream.publish(editsOf(100, 700))
  await until(
    'a feed has counted',
    async () => JSON.stringify(await discord.messages(flood)).includes('more changes'),
    60_000,
  )
  await show(
    'what the feed posts',
    (await discord.messages(changes)).find(({ embeds }) => embeds[0]?.footer?.text === 'feed 1'),
  )
  await show('what a compact feed posts', (await discord.messages(compact))[0])
  await show(
    'what a feed posts that is flooded',
    (await discord.messages(flood)).find(({ content }) => content.includes('more changes')),
  )
  const isOfWatch = ({ embeds }: APIMessage) => embeds[0]?.footer?.text.startsWith('watch') === true
  await show(
    'a watched page was edited',
    await until('the watch has written', async () => (await discord.messages()).find(isOfWatch)),
  )
  await discord.deleteChannel(flood)
  await stream.publish(editsOf(1000, 2))
  await until('its owner is told', async () =>
    JSON.stringify(await discord.messages()).includes('post no more'),
  )
  await show(
    'a channel with a feed was deleted',
    (await discord.messages()).find(({ content }) => content.includes('post no more')),
  )
  await slash('feed remove', { number: 1 })
  await slash('unwatch', { page: 'https://en.wikipedia.org/wiki/Page_3' })

  for (const locale of LOCALES) {
    await slash('stats', { day: 'yesterday', scope: '*' }, { locale })
    await slash('recent', { limit: 5, scope: '*' }, { locale })
    await slash('digest show', { scope: '*' }, { locale })
  }
  for (const language of ['uz', 'ar']) {
    await slash('language', { language })
    await slash('stats', { day: 'yesterday', scope: '*' })
    await slash('recent', { limit: 5, scope: '*' })
    await slash('help')
  }
  // A day passes: the digest of yesterday is posted at the next start.
  await program.stop()
  home.exec("UPDATE feeds SET sent = sent - 1 WHERE kind = 'digest'")
  program = home.start()
  await show('the daily digest', (await discord.waitForMessages(daily, { timeoutMs: 30_000 }))[0])
  await program.stop()

  writeFileSync(join(directory, 'index.html'), gallery(exhibits))
  // What the deleted channel was refused is asked for.
  const violations = (await discord.violations()).filter(({ kind }) => kind !== 'refused')
  process.stdout.write(`${exhibits.length} messages: ${join(directory, 'index.html')}\n`)
  for (const { where, reason } of violations) process.stdout.write(`refused: ${where}: ${reason}\n`)
  if (violations.length > 0) process.exitCode = 1
} finally {
  await strikeStage(stage)
}
