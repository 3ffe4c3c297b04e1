/** What a user can do with the bot: give a command, press a button, choose in a menu, send a form. */
import { type Component, eachComponent } from './components.ts'
import { AUTOCOMPLETE, COMMAND, COMPONENT, dispatch, type Interaction, MODAL } from './interactions.ts'
import { modalData } from './modals.ts'
import { ownersOf, placeOf, requireMember } from './places.ts'
import type { Use } from './protocol.ts'
import { resolvedOf } from './resolved.ts'
import { commandData, usualPermissions } from './slash.ts'
import type { Channel, World } from './world.ts'

const BUTTON = 2
/** The types of menus; of each but the first, the type of option whose values it offers. */
const menus: Readonly<Record<number, number>> = { 3: 0, 5: 6, 6: 8, 7: 9, 8: 7 }

/** A user does something with the bot, if a Discord client would offer it: an error otherwise. */
export function use(world: World, what: Use): Interaction {
  if (what.kind === 'press') return press(world, what)
  if (what.kind === 'submit') return submit(world, what)
  const channel = placeOf(world, what)
  const owners = ownersOf(channel, what)
  const focused = what.kind === 'autocomplete' ? what.focused : undefined
  const data = commandData(world, { ...what, channel, owners, focused })
  return dispatch(world, what, {
    channel,
    owners,
    type: focused === undefined ? COMMAND : AUTOCOMPLETE,
    data,
  })
}

function press(world: World, what: Use & { kind: 'press' }): Interaction {
  const { messageId, customId, userId, values } = what
  const { channel, message } = shown(world, messageId)
  requireMember(channel, userId)
  const earlier = [...world.interactions.values()].find(({ original, followups }) =>
    [original, ...followups].includes(message),
  )
  if (channel.ephemeral.includes(message) && earlier?.user.id !== userId) {
    throw new Error(`message ${messageId} is not shown to ${userId}`)
  }
  const component = enabledIn((message.components ?? []) as readonly Component[], customId, values)
  if (!component)
    throw new Error(`message ${messageId} has no enabled ${values ? 'menu' : 'button'} ${customId}`)
  const data = {
    id: component.id,
    custom_id: customId,
    component_type: component.type,
    ...(values && chosen(world, channel, component, values, what.permissions ?? usualPermissions)),
  }
  // Whoever presses, the bot is there for those for whom it was when it answered.
  const owners = earlier?.owners ?? ownersOf(channel, what)
  return dispatch(world, what, { channel, owners, type: COMPONENT, data, source: message })
}

/** A message of the bot's that somebody sees. */
function shown(world: World, messageId: string) {
  for (const channel of world.channels.values()) {
    const message = [...channel.messages, ...channel.ephemeral].find(({ id }) => id === messageId)
    if (message?.author.id === world.bot.id) return { channel, message }
  }
  throw new Error(`the bot has no message ${messageId}`)
}

/** The button or, with values, the menu of that name, if it can be used. */
function enabledIn(
  components: readonly Component[],
  customId: string,
  values: readonly string[] | undefined,
): Component | undefined {
  return [...eachComponent(components)]
    .map(({ component }) => component as Component & { disabled?: boolean })
    .find(
      ({ type, custom_id, disabled }) =>
        custom_id === customId && !disabled && (values ? type in menus : type === BUTTON),
    )
}

/** What is chosen in a menu. */
function chosen(
  world: World,
  channel: Channel,
  { type, options, min_values: min = 1, max_values: max = 1 }: Component,
  values: readonly string[],
  permissions: string,
) {
  if (values.length < min || values.length > max) throw new Error(`the menu takes ${min} to ${max} values`)
  const unknown = options && values.find((value) => !options.some((option) => option.value === value))
  if (unknown !== undefined) throw new Error(`the menu has no ${unknown}`)
  const naming = menus[type] ?? 0
  const named = naming ? values.map((id) => ({ type: naming, id })) : []
  return { values, ...resolvedOf(world, channel, named, permissions) }
}

/** What is written into a form; whether it was sent before does not matter: it can be shown again. */
function submit(world: World, what: Use & { kind: 'submit' }): Interaction {
  const { interactionId, userId, values } = what
  const trigger = world.interactions.get(interactionId)
  if (!trigger?.response?.modal) throw new Error(`interaction ${interactionId} was not answered with a form`)
  if (trigger.user.id !== userId) throw new Error('the form of another')
  const data = modalData(trigger.response.modal, values)
  const { channel, owners, source } = trigger
  return dispatch(world, what, { channel, owners, type: MODAL, data, source, trigger })
}
