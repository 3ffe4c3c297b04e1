import { type APIInteraction, type APIInteractionResponse, type RawFile, type REST, Routes } from 'discord.js'

/**
 * Gives Discord the first response to one interaction; called once. How it travels depends on how the interaction
 * came. What is said later (edits, further messages) goes by REST in any case, with the interaction's token alone.
 * Resolves when Discord has it.
 */
export type Responder = (response: APIInteractionResponse, files?: RawFile[]) => Promise<void>

/** For interactions that came over the gateway: by a request of its own. */
export const byCallback =
  (rest: REST, { id, token }: APIInteraction): Responder =>
  async (body, files = []) => {
    await rest.post(Routes.interactionCallback(id, token), { body, files, auth: false })
  }

/** A response as what answers an HTTP request. */
export interface Content {
  /** Its media type. */
  readonly type: string
  readonly body: string | Uint8Array
}

/** For interactions that came over HTTP: JSON; with files, a form whose first field that is. */
export async function encoded(response: APIInteractionResponse, files: readonly RawFile[]): Promise<Content> {
  const text = JSON.stringify(response)
  if (files.length === 0) return { type: 'application/json', body: text }
  const form = new FormData()
  form.append('payload_json', text)
  for (const [place, { name, data, contentType = '' }] of files.entries()) {
    const bytes = typeof data === 'object' ? new Uint8Array(data) : String(data)
    form.append(`files[${place}]`, new Blob([bytes], { type: contentType }), name)
  }
  const sent = new Response(form)
  return { type: sent.headers.get('content-type') ?? '', body: new Uint8Array(await sent.arrayBuffer()) }
}
