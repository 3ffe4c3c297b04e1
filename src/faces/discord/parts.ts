import type { RawFile, RESTPostAPIChannelMessageJSONBody } from 'discord.js'
import type { Answer } from '../../answers/answer.ts'
import type { Chart } from '../../answers/document.ts'
import { word } from '../../answers/wording.ts'
import type { Notes } from '../../contracts.ts'
import { messageOf } from '../../errors.ts'
import type { Language } from '../../language/language.ts'
import { text } from '../../language/messages.ts'
import type { Log } from '../../log.ts'
import { pageButtons } from './paging.ts'
import { toEmbeds } from './render.ts'

type Body = Pick<RESTPostAPIChannelMessageJSONBody, 'content' | 'embeds' | 'components' | 'attachments'>

/** What a message of an answer consists of. */
export interface Part extends Body {
  readonly files?: RawFile[]
}

export interface Drawing {
  /** A chart as a PNG. */
  readonly draw: (chart: Chart) => Promise<Uint8Array>
  readonly log: Log
  /** Keeps what a button leads to, where that does not fit into it. */
  readonly store: Notes
}

/** Said in the place of an answer that could not be found. */
export const apology = (language: Language): Part => ({ content: text(language, 'face.wentWrong') })

/**
 * An answer as the parts of messages, the last one with its chart as a picture; one that fits a single one has buttons
 * to what is beside it. What cannot be drawn is left out.
 */
export async function partsOf(answer: Answer, language: Language, drawing: Drawing): Promise<Part[]> {
  const document = word(answer, language)
  const parts: Part[] = toEmbeds(document).map((embed) => ({ embeds: [embed] }))
  if (parts.length === 1) parts[0] = { ...parts[0], ...(await buttonsTo(answer, language, drawing)) }
  const last = parts.at(-1)
  if (document.chart !== undefined && last !== undefined)
    parts[parts.length - 1] = await withPicture(last, document.chart, drawing)
  return parts
}

async function buttonsTo(answer: Answer, language: Language, { store, log }: Drawing) {
  try {
    return await pageButtons(answer, language, store)
  } catch (error) {
    log.warn(`bot: what buttons lead to could not be kept: ${messageOf(error)}`)
    return {}
  }
}

const PICTURE = 'chart.png'

async function withPicture(part: Part, chart: Chart, { draw, log }: Drawing): Promise<Part> {
  try {
    const data = Buffer.from(await draw(chart))
    return {
      ...part,
      embeds: (part.embeds ?? []).map((embed) => ({ ...embed, image: { url: `attachment://${PICTURE}` } })),
      attachments: [{ id: '0', filename: PICTURE, description: chart.alt }],
      files: [{ name: PICTURE, data, contentType: 'image/png' }],
    }
  } catch (error) {
    log.warn(`bot: a chart could not be drawn: ${messageOf(error)}`)
    return part
  }
}

/** A part as what is sent to Discord: nobody is ever mentioned, for titles, names and summaries are other people's text. */
export function requestOf<Extra extends object>({ files, ...body }: Part, extra: Extra) {
  return {
    body: { ...body, ...extra, allowed_mentions: { parse: [] } },
    ...(files !== undefined && { files }),
  }
}
