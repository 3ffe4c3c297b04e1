/** Where something is to be posted. */
import type { FeedTarget } from '../../contracts.ts'
import type { Refusal } from '../answer.ts'
import { type Command, refuse } from '../command.ts'
import * as words from '../feed-wording.ts'
import type { Desk } from './room.ts'

/** The channel that is named, or where it is asked; `null` for what is no channel. */
export function targetOf(text: string | undefined, { room }: Desk): FeedTarget | null {
  if (room.kind === 'direct') return text === undefined ? { kind: 'direct' } : null
  const channel = text === undefined ? room.channel : /^(?:<#)?(\d{1,20})>?$/.exec(text.trim())?.[1]
  return channel === undefined ? null : { kind: 'channel', channel, place: room.place.id }
}

/** Why nothing can be posted there, as far as is known; `null` where it can. */
export async function lackAt(
  target: FeedTarget,
  what: 'text' | 'pictures',
  command: Pick<Command, 'example'>,
  { posting }: Desk,
): Promise<Refusal | null> {
  if (target.kind === 'direct') return null
  const lacking = await posting.lackingIn(target.channel, what)
  if (lacking === null) return refuse(command, ...words.noSuchChannel(null))
  return lacking.length > 0 ? refuse(command, ...words.lacksPermissions(lacking)) : null
}

export const isSameTarget = (a: FeedTarget, b: FeedTarget): boolean =>
  a.kind === 'channel' ? b.kind === 'channel' && a.channel === b.channel : b.kind === 'direct'
