import type { Feed } from '../../contracts.ts'
import type { Parameter } from '../command.ts'

export const STYLES = ['embed', 'compact'] as const satisfies readonly Feed['style'][]

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
  choices: STYLES.map((value) => ({ value, name: `choice.${value}` as const })),
}
