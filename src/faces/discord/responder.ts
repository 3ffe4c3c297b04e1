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
