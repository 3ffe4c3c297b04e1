/** The routes of interactions, for the table in routes.ts. None counts against the global limit. */
import type { APIMessage } from 'discord.js'
import {
  answered,
  callbackResponse,
  editAnswer,
  followUp,
  messageOfToken,
  removeAnswer,
  respond,
  toAnswer,
} from './responses.ts'
import type { Call, Route } from './routes.ts'

const webhook = '/webhooks/{webhook_id}/{webhook_token}'
/** About what Discord's docs and headers say of webhooks: five in two seconds. */
const limit = { limit: 5, windowMs: 2000 }
const exempt = true

/** `@original` is spelled out in a path of its own, as in the OpenAPI document. */
const messageRoutes = ['@original', '{message_id}'].flatMap((id): Route[] => {
  const path = `${webhook}/messages/${id}`
  return [
    { method: 'GET', path, limit, exempt, answer: getMessage },
    {
      method: 'PATCH',
      path,
      limit,
      exempt,
      answer: (call) => editAnswer({ ...call, interaction: ofToken(call) }, idOf(call)),
    },
    {
      method: 'DELETE',
      path,
      limit,
      exempt,
      answer: (call) => removeAnswer({ ...call, interaction: ofToken(call) }, idOf(call)),
    },
  ]
})

/** The rows. */
export const interactionRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/interactions/{interaction_id}/{interaction_token}/callback',
    limit,
    exempt,
    answer: postCallback,
  },
  {
    method: 'POST',
    path: webhook,
    limit,
    exempt,
    answer: (call) => followUp({ ...call, interaction: ofToken(call) }),
  },
  ...messageRoutes,
]

function postCallback(call: Call) {
  const { world, params, query } = call
  const interaction = toAnswer(world, params.interaction_id, params.interaction_token)
  respond({ ...call, interaction })
  return query.with_response === true ? callbackResponse(interaction) : undefined
}

const ofToken = ({ world, params }: Call) => answered(world, params.webhook_id, params.webhook_token)
const idOf = ({ params }: Call): string => params.message_id ?? '@original'

function getMessage(call: Call): APIMessage {
  return messageOfToken(ofToken(call), idOf(call))
}
