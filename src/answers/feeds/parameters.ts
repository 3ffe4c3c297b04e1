import type { Parameter } from '../command.ts'

/** Where a feed posts. */
export const channelParameter: Parameter = {
  name: 'channel',
  purpose: 'option.channel.purpose',
  word: 'channel',
  default: { key: 'default.here' },
  isChannel: true,
}

/** How a feed's messages look. */
export const styleParameter: Parameter = {
  name: 'style',
  purpose: 'option.style.purpose',
  word: 'style',
  default: 'embed',
  async suggest(typed) {
    return ['embed', 'compact']
      .filter((style) => style.startsWith(typed.trim().toLowerCase()))
      .map((style) => ({ name: style, value: style }))
  },
}
