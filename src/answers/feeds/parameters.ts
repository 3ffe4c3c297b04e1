import type { Parameter } from '../command.ts'

/** Where a feed posts. */
export const channelParameter: Parameter = {
  name: 'channel',
  purpose: 'where it posts; else in the channel where you ask',
  default: 'this one',
  isChannel: true,
}

/** How a feed's messages look. */
export const styleParameter: Parameter = {
  name: 'style',
  purpose: 'embed: each change in a box of its own; compact: one list',
  default: 'embed',
  async suggest(typed) {
    return ['embed', 'compact']
      .filter((style) => style.startsWith(typed.trim().toLowerCase()))
      .map((style) => ({ name: style, value: style }))
  },
}
