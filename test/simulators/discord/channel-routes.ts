/** The routes of channels and their messages, for the table in routes.ts. */
import type { APIMessage } from 'discord.js'
import { channelJson } from './guild-json.ts'
import { edit, messageIn, remove, send } from './messages.ts'
import { may, requirePermission, requireWriting } from './permissions.ts'
import { per } from './ratelimit.ts'
import { invalidForm, refusal, unknownChannel } from './refusal.ts'
import type { Call, Route } from './routes.ts'
import type { Channel } from './world.ts'

/** The rows. */
export const channelRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/channels/{channel_id}',
    limit: per(5, 10),
    answer: (call) => channelOf(call).json,
  },
  { method: 'POST', path: '/channels/{channel_id}/typing', limit: per(5, 5), answer: typing },
  { method: 'GET', path: '/channels/{channel_id}/messages', limit: per(5, 5), answer: getMessages },
  { method: 'POST', path: '/channels/{channel_id}/messages', limit: per(5, 5), answer: postMessage },
  {
    method: 'GET',
    path: '/channels/{channel_id}/messages/{message_id}',
    limit: per(5, 5),
    answer: (call) => messageOf(call).message,
  },
  {
    method: 'PATCH',
    path: '/channels/{channel_id}/messages/{message_id}',
    limit: per(5, 5),
    answer: patchMessage,
  },
  {
    method: 'DELETE',
    path: '/channels/{channel_id}/messages/{message_id}',
    limit: per(1, 5),
    answer: (call) => remove(call.world, messageOf(call).channel, messageOf(call).message),
  },
]

function channelOf({ world, params }: Call) {
  const channel = world.channels.get(params.channel_id ?? '')
  if (!channel) throw unknownChannel()
  requirePermission(world, channel, 'ViewChannel')
  return { channel, json: channelJson(channel) }
}

function messageOf(call: Call): { channel: Channel; message: APIMessage } {
  const { channel } = channelOf(call)
  if (!may(call.world, channel, 'ReadMessageHistory')) throw refusal(403, 50001, 'Missing Access')
  return { channel, message: messageIn(channel, call.params.message_id) }
}

function typing(call: Call): void {
  requireWriting(call.world, channelOf(call).channel)
}

/** Newest first; nothing for a bot that may not read what was said before. */
function getMessages(call: Call): readonly APIMessage[] {
  const { channel } = channelOf(call)
  const messages = may(call.world, channel, 'ReadMessageHistory') ? channel.messages : []
  const { before, after, around, limit = 50 } = call.query as Record<string, string> & { limit?: number }
  if ([before, after, around].filter(Boolean).length > 1) {
    const message = 'Only one of around, before and after may be given'
    throw invalidForm([{ path: ['around'], code: 'BASE_TYPE_CHOICES', message }])
  }
  if (after)
    return messages
      .filter(({ id }) => BigInt(id) > BigInt(after))
      .slice(0, limit)
      .reverse()
  if (before)
    return messages
      .filter(({ id }) => BigInt(id) < BigInt(before))
      .slice(-limit)
      .reverse()
  if (!around) return messages.slice(-limit).reverse()
  const middle = messages.findIndex(({ id }) => BigInt(id) >= BigInt(around))
  const from = Math.max(0, (middle < 0 ? messages.length : middle) - Math.floor(limit / 2))
  return messages.slice(from, from + limit).reverse()
}

function postMessage(call: Call): APIMessage {
  const { world, uploads, where } = call
  const { channel } = channelOf(call)
  requireWriting(world, channel)
  if (world.closed.has(channel.recipient?.id ?? '')) {
    throw refusal(403, 50007, 'Cannot send messages to this user')
  }
  if (uploads.length > 0) requirePermission(world, channel, 'AttachFiles')
  const {
    content,
    components,
    message_reference: reply,
  } = (call.body ?? {}) as Readonly<Record<string, unknown>>
  if (reply && !may(world, channel, 'ReadMessageHistory')) {
    throw refusal(403, 160002, 'You cannot reply without permission to read message history')
  }
  const body = withoutEmbeds(call, channel)
  if (body !== call.body && !content && !components && uploads.length === 0) {
    throw refusal(403, 50013, 'Missing Permissions')
  }
  return send(world, channel, body, uploads, where)
}

function patchMessage(call: Call): APIMessage {
  const { channel, message } = messageOf(call)
  return edit(call.world, channel, message, withoutEmbeds(call, channel), call.uploads, call.where)
}

/** Where the bot may not embed, embeds are dropped without a word. */
function withoutEmbeds({ world, body }: Call, channel: Channel): unknown {
  const { embeds, ...rest } = (body ?? {}) as { embeds?: readonly unknown[] | null }
  return embeds && embeds.length > 0 && !may(world, channel, 'EmbedLinks') ? { ...rest, embeds: [] } : body
}
