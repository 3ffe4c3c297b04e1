import type { RESTPostAPIChannelMessageJSONBody } from 'discord.js'
import type { Answer } from '../../answers/answer.ts'
import { word } from '../../answers/wording.ts'
import { pageButtons } from './paging.ts'
import { toEmbeds } from './render.ts'

/** What a message of an answer consists of. */
export type Part = Pick<RESTPostAPIChannelMessageJSONBody, 'content' | 'embeds' | 'components'>

/** Said in the place of an answer that could not be found. */
export const WENT_WRONG =
  'Something went wrong on my side; whoever runs me finds it in the log. Please try again later.'

/** An answer as the parts of messages; one that fits a single one has buttons to what is beside it. */
export function partsOf(answer: Answer): Part[] {
  const parts: Part[] = toEmbeds(word(answer)).map((embed) => ({ embeds: [embed] }))
  return parts.length === 1 ? [{ ...parts[0], ...pageButtons(answer) }] : parts
}
