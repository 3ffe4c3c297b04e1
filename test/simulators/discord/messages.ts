/** How messages come into being and change: those of users and those of the bot. */
import type { APIAttachment, APIEmbed, APIMessage, APIUser, EmbedType } from 'discord.js'
import { announce } from './announcing.ts'
import { attach, checkFiles, keptBy, linkMedia, type Upload, withFiles } from './attachments.ts'
import { type Component, completed, textsOf } from './components.ts'
import {
  checkMessage,
  checkNotEmpty,
  componentsV2,
  ephemeral,
  loading,
  type MessageBody,
  normalised,
} from './limits.ts'
import { pingsOf } from './mentions.ts'
import { invalidForm, refusal, unknownMessage } from './refusal.ts'
import { type Channel, isoTime, type World } from './world.ts'

/** What makes a message of the bot the answer to an interaction. */
export interface Answering {
  readonly ephemeral: boolean
  /** Fields such as `interaction_metadata`. */
  readonly fields: object
}

/** A user writes to the bot or in a guild. */
export function receive(
  world: World,
  author: APIUser,
  channel: Channel,
  content: string,
  channelType: boolean,
) {
  return publish(world, channel, build(world, author, channel, { content }, []), channelType)
}

/** The bot sends a message, if it is one that Discord would take. */
export function send(
  world: World,
  channel: Channel,
  body: unknown,
  uploads: readonly Upload[],
  where: string,
  answering?: Answering,
): APIMessage {
  const message = normalised((body ?? {}) as MessageBody)
  checkNotEmpty(message, uploads.length)
  const issues = [...checkMessage(message), ...checkFiles(message, uploads, [])]
  if (issues.length > 0) throw invalidForm(issues)

  const nonce = message.enforce_nonce && message.nonce !== undefined ? `${channel.id} ${message.nonce}` : null
  const earlier = nonce === null ? undefined : world.nonces.get(nonce)
  if (earlier && Date.now() - Date.parse(earlier.timestamp) < world.settings.nonceMs) return earlier

  const flags = ((message.flags ?? 0) & ~(ephemeral | loading)) | (answering?.ephemeral ? ephemeral : 0)
  const sent = build(world, world.bot, channel, { ...message, flags }, uploads)
  Object.assign(sent, answering?.fields)
  if (nonce !== null) world.nonces.set(nonce, sent)
  noteCarelessPings(world, message, where)
  return publish(world, channel, sent, true)
}

/** The place of an answer that is still to come: "… is thinking". */
export function placeholder(world: World, channel: Channel, answering: Answering): APIMessage {
  const flags = loading | (answering.ephemeral ? ephemeral : 0)
  const message = build(world, world.bot, channel, { flags }, [])
  return publish(world, channel, Object.assign(message, answering.fields), true)
}

/** The bot changes a message of its own, if the result is one that Discord would take. */
export function edit(
  world: World,
  channel: Channel,
  old: APIMessage,
  body: unknown,
  uploads: readonly Upload[],
  where: string,
): APIMessage {
  if (old.author.id !== world.bot.id) {
    throw refusal(403, 50005, 'Cannot edit a message authored by another user')
  }
  const given = body as Record<string, unknown>
  const change = normalised(given as MessageBody)
  const kept = keptBy(change, old.attachments)
  const merged: MessageBody = {
    ...change,
    content: given.content === undefined ? old.content : (change.content ?? ''),
    embeds: given.embeds === undefined ? old.embeds : (change.embeds ?? []),
    components: given.components === undefined ? componentsOf(old) : (change.components ?? []),
    flags: ((change.flags ?? 0) & ~ephemeral) | ((old.flags ?? 0) & (componentsV2 | ephemeral)),
  }
  checkNotEmpty(merged, kept.length + uploads.length)
  const issues = [...checkMessage(merged), ...checkFiles(merged, uploads, kept)]
  if (issues.length > 0) throw invalidForm(issues)
  noteCarelessPings(world, change, where)

  const changed = build(world, world.bot, channel, merged, uploads, kept)
  const { embeds, components, flags, content, mentions, mention_everyone, attachments } = changed
  Object.assign(old, { content, embeds, components, flags, mentions, mention_everyone, attachments })
  old.edited_timestamp = isoTime(new Date())
  if (!hidden(old)) announce(world, channel, 'MESSAGE_UPDATE', old)
  world.changed()
  return old
}

/** The bot takes a message of its own back. */
export function remove(world: World, channel: Channel, message: APIMessage): void {
  if (message.author.id !== world.bot.id) {
    if (channel.place) throw refusal(403, 50013, 'Missing Permissions')
    throw refusal(403, 50003, 'Cannot execute action on a DM channel')
  }
  const list = hidden(message) ? channel.ephemeral : channel.messages
  list.splice(list.indexOf(message), 1)
  if (!hidden(message)) announce(world, channel, 'MESSAGE_DELETE', { id: message.id, channel_id: channel.id })
  world.changed()
}

function publish(world: World, channel: Channel, message: APIMessage, channelType: boolean): APIMessage {
  if (hidden(message)) channel.ephemeral.push(message)
  else {
    channel.messages.push(message)
    announce(world, channel, 'MESSAGE_CREATE', message, channelType)
  }
  world.changed()
  return message
}

function build(
  world: World,
  author: APIUser,
  channel: Channel,
  body: MessageBody,
  uploads: readonly Upload[],
  kept: readonly APIAttachment[] = [],
): APIMessage {
  const attachments = [...kept, ...uploads.map((upload) => attach(world, channel, body, upload))]
  const components = completed(body.components ?? [])
  linkMedia(world, components, attachments)
  const pings = pingsOf(textOf(body), body.allowed_mentions)
  const answered = answeredBy(body, channel)
  const repliedUser = answered && (body.allowed_mentions ? body.allowed_mentions.replied_user : true)
  const pinged = new Set([...pings.users, ...(repliedUser ? [answered.author.id] : [])])
  const message = {
    id: world.nextId(),
    channel_id: channel.id,
    type: answered ? 19 : 0,
    author,
    content: body.content ?? '',
    timestamp: isoTime(new Date()),
    edited_timestamp: null,
    tts: body.tts ?? false,
    pinned: false,
    mention_everyone: pings.everyone,
    mentions: [...pinged].map((id) => (id === world.bot.id ? world.bot : world.user(id))),
    mention_roles: [...pings.roles],
    attachments,
    embeds: (body.embeds ?? []).map((embed) => withFiles(stored(embed), attachments)),
    components,
    flags: body.flags ?? 0,
    ...(body.nonce === undefined ? {} : { nonce: body.nonce }),
    ...(answered && {
      message_reference: { type: 0, channel_id: channel.id, message_id: answered.id },
      referenced_message: answered,
    }),
  }
  return message as unknown as APIMessage
}

/** The message that this one replies to. */
function answeredBy({ message_reference: reference }: MessageBody, channel: Channel): APIMessage | undefined {
  if (!reference) return undefined
  const answered = channel.messages.find(({ id }) => id === reference.message_id)
  if (!answered && reference.fail_if_not_exists !== false) {
    const code = 'REPLIES_UNKNOWN_MESSAGE'
    throw invalidForm([{ path: ['message_reference'], code, message: 'Unknown message' }])
  }
  return answered
}

/** An embed as Discord gives it back. */
const stored = (embed: APIEmbed): APIEmbed => ({
  ...embed,
  type: 'rich' as EmbedType,
  ...(embed.fields && { fields: embed.fields.map((field) => ({ inline: false, ...field })) }),
})

function noteCarelessPings(world: World, message: MessageBody, where: string): void {
  const { careless } = pingsOf(textOf(message), message.allowed_mentions)
  if (careless.length === 0) return
  world.violation('ping', where, `pings ${careless.join(' ')}: allowed_mentions does not forbid it`, message)
}

/** The text that can ping: what is said in embeds never does. */
const textOf = ({ content = '', components = [] }: MessageBody): string =>
  [content, ...textsOf(components)].join('\n')

const hidden = ({ flags }: APIMessage): boolean => ((flags ?? 0) & ephemeral) !== 0

const componentsOf = (message: APIMessage) => (message.components ?? []) as readonly Component[]

/** The message with that id in the channel. */
export function messageIn(channel: Channel, id: string | undefined): APIMessage {
  const message = channel.messages.find((candidate) => candidate.id === id)
  if (!message) throw unknownMessage()
  return message
}
